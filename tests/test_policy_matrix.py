"""Every address × every caller × every state: the answer is the one in the table (SECURITY, A1, A2).

Everything is asked of real views over a world in one transaction. What those did who are refused, or only
read, is compared with the tables as they were; what the others did is undone after it was judged, so that
all callers meet the same world.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from factcheck.accounts.models import User
from publishing.models import Publication, Summary
from tests.cast import person
from tests.database import checksums
from tests.doors import CALLERS, DOORS, Door, World, credentials
from tests.policy import POLICY, STATES
from tests.publishing.conftest import Site, site  # noqa: F401  (a fixture)

# Everything under /api/ that is no address is a problem document and needs no name.
UNNAMED = {"^api(?:/|$)"}


def _patterns(found: Any, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in found:
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _patterns(each.url_patterns, inner)
        elif each.name is None:
            yield f"unnamed {each.pattern}", each
        else:
            yield f"{space}{each.name}", each


def _operations() -> set[str]:
    """Each address by its name; those of the API's resources with each of their methods."""
    found = set()
    for name, pattern in _patterns(get_resolver().url_patterns):
        if name.startswith("unnamed "):
            assert name.removeprefix("unnamed ") in UNNAMED
            continue
        methods = set(getattr(pattern.callback, "actions", None) or ()) - {"head"}
        found |= {f"{method.upper()} {name}" for method in methods} or {name}
    return found


@pytest.mark.case("A2")
def test_every_address_has_a_row() -> None:
    # One address may take wishes of two kinds, each an action of its own.
    rows = [(door.what, door.like) for door in DOORS]
    assert len(rows) == len(set(rows))
    assert _operations() - {*(door.what for door in DOORS), *(door.name for door in DOORS)} == set()


@pytest.mark.case("A2")
def test_every_row_is_an_address() -> None:
    names = {name for name, _ in _patterns(get_resolver().url_patterns)}
    assert {door.name for door in DOORS} <= names


# --- Asking --------------------------------------------------------------------------------------


class Caller:
    """A browser or a program of somebody."""

    def __init__(self, who: str) -> None:
        user, secret = credentials(who)
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        if user is not None:
            self.client.force_login(user)

    def ask(self, door: Door, world: World, tag: str) -> Any:
        path, wish = door.path(world), door.wish(world) if door.wish else None
        headers = self.headers | ({"If-Match": tag} if tag else {})
        send = getattr(self.client, door.method)
        return send(path, headers=headers, **(door.sent(wish) if wish is not None else {}))


def _wrong(door: Door, who: str, state: str, answer: Any) -> str:
    """What is wrong with the answer; empty where it is the one in the table."""
    expected = door.expected(who, state)
    if answer.status_code != expected:
        return f"{who}, {state}: {door.what} is {answer.status_code}, not {expected}"
    if expected == 302 and not door.public and not answer["Location"].startswith("/accounts/login/"):
        return f"{who}: {door.what} leads to {answer['Location']}"
    if expected >= 400 and door.is_api and answer["Content-Type"] != "application/problem+json":
        return f"{who}: {door.what} is refused in other words"
    return ""


def _tags(world: World) -> dict[tuple[str, tuple[str, ...]], str]:
    """The version of each thing that an API call changes, as somebody reads it who may change it."""
    readers = {who: Caller(who).client for who in ("editor", "administrator")}
    found = {}
    for door in DOORS:
        if door.method in {"patch", "delete"} and world.ids.get(door.ids[-1]):
            reader = readers["administrator" if _may(door) == "administrator" else "editor"]
            found[door.name, door.ids] = reader.get(door.version_path(world)).headers.get("ETag", "")
    return found


def _is_tried(door: Door, who: str, state: str) -> bool:
    """All callers in the state that a door is for; in the others somebody who may."""
    if door.public or state not in door.states:
        return False
    return state == door.state or who == _may(door)


def _may(door: Door) -> str:
    if door.like and POLICY[door.like].who == {"administrator"}:
        return "administrator"
    return "publisher" if door.like in {"publish", "reschedule", "call_off"} else "editor"


@pytest.mark.long
@pytest.mark.case("A1")
@pytest.mark.parametrize("state", STATES)
@pytest.mark.django_db
def test_every_cell_of_the_matrix(state: str, site: Site) -> None:  # noqa: F811
    review = STATES[state]()
    person("Nell", "reporter")
    callers = {who: Caller(who) for who in CALLERS}
    User.objects.filter(username="gus").update(is_active=False)
    world = World.around(review)
    tags, before = _tags(world), checksums()
    wrong, cells = [], Counter[str]()
    for door in DOORS:
        tag = tags.get((door.name, door.ids), "")
        tried = [who for who in callers if _is_tried(door, who, state)]
        acting = [who for who in tried if door.method != "get" and door.expected(who, state) == door.ok]
        undo = transaction.savepoint()
        wrong += [
            _wrong(door, who, state, callers[who].ask(door, world, tag)) for who in tried if who not in acting
        ]
        if checksums() != before:
            wrong.append(f"{state}: {door.what} changed something for somebody who was refused or only reads")
        transaction.savepoint_rollback(undo)
        for who in acting:
            undo = transaction.savepoint()
            wrong.append(_wrong(door, who, state, callers[who].ask(door, world, tag)))
            transaction.savepoint_rollback(undo)
        cells[door.what] = len(tried)
    assert "\n".join(filter(None, wrong)) == ""
    if state == "research":
        rows = {door.what for door in DOORS if not door.public and door.state == state}
        assert {what for what, number in cells.items() if number == len(CALLERS)} == rows
    assert sum(cells.values()) > 20


@pytest.mark.case("A1", "A8")
@pytest.mark.django_db
def test_the_public_site_is_the_same_for_everybody(site: Site) -> None:  # noqa: F811
    from tests import factories as make

    publication = make.published(slug="ferry")
    args = {"check": ["ferry"], "edition": ["ferry", 1], "check_json": ["ferry"]}
    args["summary"] = [Summary.objects.get().slug]
    args["sitemap_part"] = ["home"]
    callers = {who: Caller(who) for who in CALLERS}
    before = checksums()
    for door in DOORS:
        if not door.public:
            continue
        path = reverse(door.name, args=args.get(door.name.removeprefix("public:"), []))
        answers = {}
        for who, caller in callers.items():
            answer = getattr(caller.client, door.method)(path, headers=caller.headers)
            signed_in = door.name == "login" and who not in {"anonymous", "bot", "read token"}
            assert answer.status_code == (302 if signed_in else door.ok), (door.what, who)
            if door.name.startswith("public:"):
                answers[who] = b"".join(answer)
                assert not answer.cookies
        assert len(set(answers.values())) <= 1
    assert checksums() == before
    assert Publication.objects.get() == publication


@pytest.mark.case("A1")
@pytest.mark.django_db
def test_whoever_may_not_assign_many_at_once_assigns_none(ben: User) -> None:
    """Bulk calls answer 200 and say what came of each; a refusal among them changes nothing."""
    from tests import factories as make

    world = World.around(make.drafted())
    before = checksums()
    for who in ("viewer", "reporter", "publisher", "administrator", "bot"):
        caller = Caller(who)
        for door in DOORS:
            if door.always and (door.is_api or who != "bot"):
                answer = caller.ask(door, world, "")
                assert answer.status_code == door.ok
                if door.is_api:
                    assert [each["status"] for each in answer.json()["results"]] == [403]
    after = checksums()
    changed = {table for table in before if before[table] != after[table]}
    assert changed <= {"accounts_user", "accounts_grant", "accounts_apitoken", "api_answer"}
