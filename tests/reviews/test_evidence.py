"""Evidence keeps its number, and what is confidential stays with those it is meant for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, may
from factcheck.audit.models import Event
from factcheck.errors import Forbidden, IllegalTransition, Malformed, NotThere
from publishing.payload import payload_of
from reviews import actions
from reviews.models import Evidence, Review, Source
from tests import factories as make
from tests.cast import ROLES, person
from tests.database import nothing_changes

pytestmark = pytest.mark.django_db

SECRETS = ("Marten Oss", "count the crew", "call of 3 May", "lose his place")


def _numbers(review: Review) -> list[int]:
    return list(Evidence.objects.current().filter(review=review).values_list("number", flat=True))


# --- Numbers -------------------------------------------------------------------------------------


def test_a_number_is_never_given_again(ada: User) -> None:
    review = make.researched(pieces=3)
    for number in (3, 2):
        actions.remove_evidence(Evidence.objects.get(review=review, number=number), actor=ada)
    assert make.add_evidence(make.review_of(review)).number == 4
    assert _numbers(review) == [1, 4]


def test_each_review_counts_for_itself() -> None:
    first, second = make.researched(pieces=2), make.researched(pieces=1)
    assert (_numbers(first), _numbers(second)) == ([1, 2], [1])


def test_the_database_refuses_a_number_twice(ada: User) -> None:
    review = make.researched(pieces=1)
    piece = Evidence.objects.get(review=review)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.create(
            review=review, source=piece.source, number=1, stance="context", created_by=ada
        )


def test_removed_evidence_stays_in_the_verdicts_that_had_it(ada: User) -> None:
    review = make.returned()
    actions.remove_evidence(Evidence.objects.get(review=review, number=2), actor=ada)
    review = make.submit(make.draft(review, explanation="Only the table counts [1]."))
    first, second = review.verdicts.order_by("number")
    assert [piece["number"] for piece in first.evidence] == [1, 2]
    assert [piece["number"] for piece in second.evidence] == [1]


def test_removed_evidence_is_not_changed_any_more(ada: User) -> None:
    review = make.researched(pieces=2)
    piece = Evidence.objects.get(review=review, number=2)
    actions.remove_evidence(piece, actor=ada)
    with nothing_changes(), pytest.raises(IllegalTransition):
        actions.change_evidence(piece, actor=ada, quote="Too late.")


# --- Sources -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        {"title": "No address"},
        {"title": "Not the web", "url": "file:///etc/passwd"},
        {"title": "A script", "url": "javascript:alert(1)"},
    ],
)
def test_a_web_source_needs_an_address_of_the_web(source: dict[str, Any], ada: User) -> None:
    review = make.researched(pieces=1)
    with nothing_changes(), pytest.raises(Malformed) as refusal:
        actions.add_evidence(review, actor=ada, source=source, stance="context")
    assert refusal.value.members["errors"][0]["pointer"] == "/url"
    with nothing_changes(), pytest.raises(Malformed):
        actions.add_source(actor=ada, **source)


def test_a_voice_needs_no_address(ada: User) -> None:
    source = actions.add_source(actor=ada, title="The harbour master", kind="interview")
    assert source.url == ""


def test_one_source_serves_many_claims(ada: User) -> None:
    source = actions.add_source(actor=ada, **make.a_source())
    for _ in range(2):
        make.add_evidence(make.flagged(), source=source)
    assert source.evidence.count() == 2
    assert Source.objects.count() == 1


# --- Confidential --------------------------------------------------------------------------------


def _confidential(**fields: Any) -> Evidence:
    return make.confidential_evidence(make.flagged(), **fields)


def _may_see(user: User, piece: Evidence) -> bool:
    """The rule once more in plain words, to compare the query with."""
    if not may(user, Right.READ):
        return False
    return (
        not piece.confidential
        or may(user, Right.SIGN_OFF)
        or piece.created_by == user
        or user in piece.shared_with.all()
    )


def test_whoever_may_see_it_is_who_the_list_shows_it_to(ada: User, ben: User) -> None:
    pieces = [
        make.add_evidence(make.flagged(), by=ada),
        _confidential(by=ada),
        _confidential(by=ben),
        _confidential(by=ada, shared_with=[ben]),
        _confidential(by=ben, shared_with=[person("Vera"), person("Eve")]),
    ]
    seen = {}
    for name in ROLES:
        user = person(name)
        for piece in pieces:
            visible = Evidence.objects.visible_to(user).filter(pk=piece.pk).exists()
            assert visible == _may_see(user, piece), (name, piece.number, piece.created_by)
            theirs = piece.source.created_by == user and may(user, Right.READ)
            source = Source.objects.visible_to(user).filter(pk=piece.source_id)
            assert source.exists() == (visible or theirs), (name, piece.source)
            seen[name] = seen.get(name, 0) + visible
    assert seen == {
        "Ada": 3, "Ben": 4, "Cleo": 5, "Dan": 5, "Dov": 1, "Max": 1, "Vera": 2, "Eve": 0, "Sam": 1,
    }  # fmt: skip


def test_nobody_touches_what_they_may_not_see(ben: User, max_: User) -> None:
    piece = _confidential()
    for attempt in (
        lambda: actions.change_evidence(piece, actor=ben, quote="Guessed."),
        lambda: actions.change_evidence(piece, actor=ben, shared_with=[ben]),
        lambda: actions.remove_evidence(piece, actor=ben),
        lambda: actions.change_source(piece.source, actor=ben, title="Guessed."),
    ):
        with nothing_changes(), pytest.raises(NotThere):
            attempt()
    with nothing_changes(), pytest.raises(Forbidden):
        actions.change_evidence(piece, actor=max_, confidential=False)


@pytest.mark.case("A4")
def test_a_hidden_source_is_not_brought_to_light_under_another_claim(ben: User) -> None:
    piece = _confidential()
    review = make.researched(by=ben)
    with nothing_changes(), pytest.raises(NotThere):
        make.add_evidence(review, by=ben, source=piece.source)


def test_readers_are_told_something_about_what_they_cannot_see(ada: User) -> None:
    review = make.researched()
    for description in ("", "  "):
        with nothing_changes(), pytest.raises(Malformed) as refusal:
            make.confidential_evidence(review, by=ada, public_description=description)
        assert refusal.value.members["errors"][0]["pointer"] == "/public_description"
    piece = Evidence.objects.filter(review=review)[0]
    with nothing_changes(), pytest.raises(Malformed):
        actions.change_evidence(piece, actor=ada, confidential=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.filter(pk=piece.pk).update(confidential=True)


def _everything_but(*models: type) -> str:
    """All rows of all tables but these, as text."""
    rows = [
        list(model._base_manager.values_list())
        for model in apps.get_models(include_auto_created=True)
        if model not in models
    ]
    return json.dumps(rows, default=str, ensure_ascii=False)


def test_no_word_of_it_stands_in_verdict_payload_or_log(ada: User, cleo: User, dov: User) -> None:
    review = make.researched(by=ada)
    piece = make.confidential_evidence(review, by=ada)
    actions.change_evidence(piece, actor=ada, note="Marten Oss would lose his place and his house.")
    actions.change_evidence(piece, actor=ada, shared_with=[cleo])
    actions.change_source(piece.source, actor=ada, title="Marten Oss, first mate until June")
    review = make.sign_off(make.submit(make.draft(review, by=ada)))
    release = make.requested(review, publisher=dov)

    frozen = payload_of(
        release.publication, review.verdict, number=1, kind="first", note="", at=review.touched_at
    )
    kept = _everything_but(Evidence, Source) + json.dumps(frozen, default=str, ensure_ascii=False)
    assert "An interview with a member of the crew" in kept
    assert [secret for secret in SECRETS if secret in kept] == []
    assert all(secret in json.dumps(list(Evidence.objects.values()), default=str) for secret in SECRETS[1:])


def test_evidence_that_becomes_open_leaves_no_hidden_words_in_the_log(ada: User) -> None:
    piece = _confidential()
    actions.change_evidence(piece, actor=ada, confidential=False, note="")
    piece.refresh_from_db()
    actions.change_evidence(piece, actor=ada, quote="An open sentence.")
    log = json.dumps(list(Event.objects.values()), default=str)
    assert "lose his place" not in log
    assert "Marten Oss" not in log


def test_the_log_keeps_the_words_of_open_evidence(ada: User) -> None:
    review = make.researched(pieces=1)
    piece = Evidence.objects.get(review=review)
    actions.change_evidence(piece, actor=ada, quote="38,900")
    event = Event.objects.filter(action="review.evidence_changed").latest("pk")
    assert event.data["was"] == {"quote": "Passengers in all: 38,900"}
    assert event.data["now"] == {"quote": "38,900"}


def test_history_refers_to_evidence_by_number_only() -> None:
    labels = {str(_confidential()), *(str(source) for source in Source.objects.all())}
    assert not any(secret in label for secret in SECRETS for label in labels)


def test_nothing_that_history_refers_to_can_be_deleted(ada: User, cleo: User) -> None:
    review = make.approved(by=ada, editor=cleo, claimant="Ilse Maar")
    piece = Evidence.objects.filter(review=review)[0]
    revision = make.passage_of(review.claim).revision
    referred_to = [
        ada, cleo, review.claim, review.claim.claimant, review.rating, review.rating.scale,
        piece.source, revision, revision.article, review,
    ]  # fmt: skip
    for row in referred_to:
        with pytest.raises(ProtectedError):
            row.delete()
