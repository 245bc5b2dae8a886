"""Somebody leaves the newsroom: their access ends at once, their work stays."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from factcheck.accounts.actions import create_token, end_access
from factcheck.accounts.models import ApiToken, User
from factcheck.accounts.tokens import Scope
from factcheck.audit.models import Event
from factcheck.errors import Forbidden
from publishing.models import Edition
from reviews.models import Review, Signature
from tests import factories as make
from tests.cast import PASSWORD, again, person, program, signed_in
from tests.database import nothing_changes
from tests.publishing.conftest import Site, site  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db


def _end(name: str) -> str:
    out = StringIO()
    call_command("end_access", name, stdout=out)
    return out.getvalue()


def test_no_door_opens_any_more(ada: User) -> None:
    browser, script = signed_in(ada), program(ada, Scope.READ)
    assert browser.get("/desk/").status_code == 200
    assert script.get("/api/v1/me/").status_code == 200
    _end("Ada")
    assert browser.get("/desk/").status_code == 302
    assert script.get("/api/v1/me/").status_code == 401
    newcomer = Client()
    newcomer.post("/accounts/login/", {"username": "ada", "password": PASSWORD})
    assert newcomer.get("/desk/").status_code == 302


def test_no_session_comes_back_to_life_with_the_account(ada: User) -> None:
    browser = signed_in(ada)
    _end("ada")
    User.objects.filter(pk=ada.pk).update(is_active=True)
    assert browser.get("/desk/").status_code == 302


def test_a_programs_token_that_they_were_handed_is_revoked_and_no_other(
    ada: User, ben: User, sam: User
) -> None:
    days = timedelta(days=3)
    held, kept = (
        create_token(sam, name=who.name, scopes=["read"], lifetime=days, actor=None, holder=who)[0]
        for who in (ada, ben)
    )
    own = create_token(ada, name="own", scopes=["read"], lifetime=days, actor=ada)[0]
    said = _end("ada")
    revoked = ApiToken.objects.exclude(revoked_at=None)
    assert set(revoked) == {held, own}
    assert ApiToken.objects.usable(timezone.now()).get() == kept
    assert "token “own” of ada" in said
    assert "token “Ada” of sam" in said


def test_what_they_wrote_stays_and_the_log_says_what_was_done(site: Site, ada: User) -> None:  # noqa: F811
    publication = make.published(slug="ferry")
    create_token(ada, name="own", scopes=["read"], lifetime=timedelta(days=3), actor=ada)
    with nothing_changes(leave_out={"accounts_user", "accounts_apitoken"}):
        _end("ada")
    assert Signature.objects.filter(person=ada).exists()
    assert "Ada" in site.check("ferry")
    assert Edition.objects.get(publication=publication).digest == publication.edition.digest
    ended = Event.objects.get(action="user.access_ended")
    revoked = Event.objects.get(action="token.revoked")
    assert (ended.actor, ended.object_id) == (None, str(ada.pk))
    assert ended.data["tokens"] == [int(revoked.object_id)]
    call_command("verify_audit", stdout=StringIO())


def test_what_waits_for_others_is_named_and_left_where_it_is(ada: User, dov: User) -> None:
    mine = make.drafted()
    Review.objects.filter(pk=mine.pk).update(assignee=ada)
    other = make.drafted()
    Review.objects.filter(pk=other.pk).update(assignee=person("Ben"))
    release = make.requested(publish_at=timezone.now() + timedelta(days=1))
    said = _end("ada")
    assert f"/desk/claims/{mine.claim_id}/" in said
    assert f"/desk/claims/{other.claim_id}/" not in said
    assert Review.objects.get(pk=mine.pk).assignee == ada
    assert f"/desk/claims/{release.publication.review.claim_id}/" in _end("dov")


def test_what_a_publisher_scheduled_before_leaving_is_held(site: Site, dov: User) -> None:  # noqa: F811
    release = make.requested()
    _end("dov")
    make.carry_out(release)
    assert (release.status, release.error_code) == ("failed", "forbidden")
    assert not Edition.objects.exists()


def test_nobody_of_that_name_and_nobody_twice(ada: User) -> None:
    _end("ada")
    for name in ("ada", "zoe"):
        with nothing_changes(), pytest.raises(CommandError):
            _end(name)
    assert Event.objects.filter(action="user.access_ended").count() == 1


def test_only_an_administrator_ends_it_for_another(ada: User, cleo: User, max_: User) -> None:
    with nothing_changes(), pytest.raises(Forbidden):
        end_access(ada, actor=cleo)
    end_access(ada, actor=max_)
    assert not again(ada).is_active
    assert Event.objects.get(action="user.access_ended").actor == max_
