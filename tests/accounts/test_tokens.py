"""Making and revoking tokens, by action and on the command line."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from factcheck.accounts.actions import create_token, revoke_token
from factcheck.accounts.models import ApiToken, Grant, User
from factcheck.accounts.roles import Role
from factcheck.accounts.tokens import hash_token
from factcheck.audit.models import Event
from factcheck.errors import AlreadyDone, Forbidden, Malformed
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)


def person(username: str, *roles: Role, **fields: Any) -> User:
    user = User.objects.create_user(username, name=username.title(), **fields)
    Grant.objects.bulk_create(Grant(user=user, role=role) for role in roles)
    return user


def make(owner: User, actor: User | None, **other: Any) -> tuple[ApiToken, str]:
    wish: dict[str, Any] = {"name": "n", "scopes": ["read"], "lifetime": MONTH, **other}
    return create_token(owner, actor=actor, **wish)


def test_only_the_digest_of_a_secret_is_kept() -> None:
    ada = person("ada")
    token, secret = make(ada, ada)
    assert secret.startswith("fc_")
    assert len(secret) == 46
    assert token.digest == hash_token(secret)
    assert ApiToken.objects.usable(timezone.now()).get() == token
    row = ApiToken.objects.values().get()
    assert secret not in str(row)
    assert secret not in str(list(Event.objects.values()))


def test_making_and_revoking_are_in_the_log() -> None:
    ada = person("ada")
    token, _ = make(ada, ada, scopes=["flag", "read", "read"])
    revoke_token(token, actor=ada)
    made, ended = Event.objects.order_by("pk")
    assert (made.action, ended.action) == ("token.created", "token.revoked")
    assert made.actor == ended.actor == ada
    assert made.data["scopes"] == ["flag", "read"]
    with pytest.raises(AlreadyDone):
        revoke_token(token, actor=ada)


@pytest.mark.case("A19")
def test_max_cannot_make_a_token_that_acts_as_ada() -> None:
    ada, max_ = person("ada", Role.EDITOR), person("max", Role.ADMINISTRATOR)
    with pytest.raises(Forbidden):
        make(ada, max_)
    assert not ApiToken.objects.exists()


def test_max_makes_tokens_for_bots_and_ada_does_not() -> None:
    ada, max_, sam = person("ada", Role.EDITOR), person("max", Role.ADMINISTRATOR), person("sam", is_bot=True)
    token, _ = make(sam, max_)
    assert token.holder == max_
    with pytest.raises(Forbidden):
        make(sam, ada)
    own, _ = make(ada, ada)
    assert own.holder is None


@pytest.mark.case("A19")
def test_a_program_makes_no_token_for_another_program() -> None:
    robin, sam = person("robin", Role.ADMINISTRATOR, is_bot=True), person("sam", is_bot=True)
    with pytest.raises(Forbidden):
        make(sam, robin)
    assert not ApiToken.objects.exists()


@pytest.mark.case("A19")
def test_a_token_of_a_program_that_nobody_holds_is_not_made() -> None:
    sam, robin, gus = person("sam", is_bot=True), person("robin", is_bot=True), person("gus", is_active=False)
    for holder in (None, sam, robin, gus):
        with pytest.raises(Malformed):
            make(sam, None, holder=holder)
    assert not ApiToken.objects.exists()


@pytest.mark.case("A19")
def test_a_program_signs_in_with_tokens_only(client: Client) -> None:
    person("sam", password=PASSWORD, is_bot=True)
    assert not client.login(username="sam", password=PASSWORD)


def test_max_revokes_anybodys_token_and_ada_only_her_own() -> None:
    ada, max_ = person("ada", Role.EDITOR), person("max", Role.ADMINISTRATOR)
    hers, _ = make(ada, ada)
    his, _ = make(max_, max_)
    with pytest.raises(Forbidden):
        revoke_token(his, actor=ada)
    revoke_token(hers, actor=max_)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"name": " "}, "/name"),
        ({"name": "n" * 121}, "/name"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["root"]}, "/scopes"),
        ({"lifetime": timedelta(0)}, "/days"),
        ({"lifetime": timedelta(days=367)}, "/days"),
    ],
)
def test_a_token_needs_a_name_scopes_and_an_end(wrong: dict[str, Any], pointer: str) -> None:
    ada = person("ada")
    with pytest.raises(Malformed) as refusal:
        make(ada, ada, **wrong)
    assert refusal.value.facts["errors"][0]["pointer"] == pointer


def test_who_may_not_sign_in_gets_no_token() -> None:
    with pytest.raises(Malformed):
        make(person("ada", is_active=False), None)


def test_the_command_prints_the_secret_once() -> None:
    ada = person("Ada")
    out = StringIO()
    call_command(
        "create_token", "ada", "--name", "laptop", "--scopes", "read, flag", "--days", "7", stdout=out
    )
    token = ApiToken.objects.get()
    assert token.digest == hash_token(out.getvalue().strip())
    assert (token.user, token.name, token.scopes) == (ada, "laptop", ["flag", "read"])
    assert timedelta(days=6) < token.expires_at - timezone.now() <= timedelta(days=7)
    assert Event.objects.get().actor is None


def test_the_command_asks_who_holds_the_token_of_a_program() -> None:
    sam, ada = person("sam", is_bot=True), person("ada")
    wish = ["create_token", "sam", "--name", "robot", "--scopes", "read"]
    with pytest.raises(CommandError):
        call_command(*wish)
    call_command(*wish, "--holder", "ada", stdout=StringIO())
    token = ApiToken.objects.get()
    assert (token.user, token.holder) == (sam, ada)


@pytest.mark.parametrize(
    "arguments",
    [
        ["bob", "--name", "n", "--scopes", "read"],
        ["ada", "--name", "n", "--scopes", "root"],
        ["ada", "--name", "n", "--scopes", "read", "--days", "-999999999999"],
        ["ada", "--name", "n", "--scopes", "read", "--days", "999999999999"],
    ],
)
def test_the_command_says_what_is_wrong(arguments: list[str]) -> None:
    person("ada")
    with pytest.raises(CommandError):
        call_command("create_token", *arguments)
