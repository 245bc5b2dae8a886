"""Nobody's words are lost: saving, saving again, saving at the same time (SECURITY, R2 and R7)."""

from __future__ import annotations

from typing import Any

import pytest

from factcheck.accounts.models import User
from factcheck.audit.models import Event
from factcheck.audit.querysets import history_of
from factcheck.errors import Conflict, Forbidden, IllegalTransition, StaleVersion
from reviews import actions
from reviews.models import DraftWriter
from tests import factories as make
from tests.cast import take_role
from tests.database import nothing_changes

pytestmark = pytest.mark.django_db


def test_what_is_saved_is_there_with_who_saved_it(ben: User) -> None:
    review = make.researched()
    saved = actions.save_draft(
        review,
        actor=ben,
        version=1,
        rating=make.rating("true"),
        summary="So it was.",
        explanation="Look [1].",
    )
    assert (saved.version, saved.saved_by, saved.rating.slug) == (2, ben, "true")
    assert (saved.summary, saved.explanation) == ("So it was.", "Look [1].")
    assert saved.saved_at is not None


def test_what_is_left_out_stays(ben: User) -> None:
    review = make.drafted()
    saved = actions.save_draft(review, actor=ben, version=review.version, explanation="Only this is new [1].")
    assert (saved.rating, saved.summary) == (review.rating, review.summary)
    assert saved.claim.statement == review.claim.statement
    assert saved.explanation == "Only this is new [1]."


def test_a_rating_can_be_taken_away(ben: User) -> None:
    review = make.drafted()
    assert actions.save_draft(review, actor=ben, version=review.version, rating=None).rating is None


def test_an_empty_statement_does_not_replace_the_claim(ben: User) -> None:
    review = make.drafted()
    with nothing_changes():
        actions.save_draft(review, actor=ben, version=review.version, statement="  \n ")


def test_the_statement_counts_as_a_change_of_the_claim_too(ben: User) -> None:
    review = make.drafted()
    before = review.claim.version
    saved = actions.save_draft(
        review, actor=ben, version=review.version, statement="The ferry\n carried many."
    )
    assert saved.claim.statement == "The ferry carried many."
    assert saved.claim.version == before + 1


def test_saving_the_same_words_again_is_no_version(ben: User) -> None:
    review = make.drafted()
    events = Event.objects.count()
    with nothing_changes():
        again = actions.save_draft(review, actor=ben, version=review.version, summary=review.summary)
    assert again.version == review.version
    assert Event.objects.count() == events
    assert not DraftWriter.objects.filter(person=ben).exists()


def test_each_save_is_one_version_and_one_line_in_the_log(ben: User) -> None:
    review = make.researched()
    for number, words in enumerate(["First.", "Second.", "Third."], start=2):
        review = make.draft(review, by=ben, summary=words)
        assert review.version == number
    saved = [e.data for e in history_of(review) if e.action == "review.draft_saved"]
    assert [(e["was"], e["now"]) for e in saved] == [
        ({"summary": "Second."}, {"summary": "Third."}),
        ({"summary": "First."}, {"summary": "Second."}),
        ({"summary": ""}, {"summary": "First."}),
    ]


@pytest.mark.case("R7")
def test_of_two_who_save_the_second_is_told_and_keeps_their_words(ada: User, ben: User) -> None:
    seen_by_ada, seen_by_ben = (make.review_of(review) for review in [make.drafted()] * 2)
    actions.save_draft(seen_by_ada, actor=ada, version=seen_by_ada.version, summary="Ada's sentence.")
    with nothing_changes(), pytest.raises(StaleVersion) as refusal:
        actions.save_draft(
            seen_by_ben,
            actor=ben,
            version=seen_by_ben.version,
            summary="Ben's sentence.",
            statement="Ben's claim.",
        )
    told = refusal.value.members
    assert told["current"]["summary"] == "Ada's sentence."
    assert told["current"]["version"] == seen_by_ben.version + 1
    assert told["current"]["saved_by"] == "Ada"
    assert told["yours"]["summary"] == "Ben's sentence."
    assert told["yours"]["statement"] == "Ben's claim."
    # Nobody who was refused counts as a writer.
    assert not DraftWriter.objects.filter(person=ben).exists()


@pytest.mark.case("R7")
def test_the_loser_of_the_claims_facts_is_told_as_well(ada: User, ben: User) -> None:
    seen_by_ada, seen_by_ben = (make.review_of(review).claim for review in [make.drafted()] * 2)
    version = seen_by_ada.version
    actions.change_claim(seen_by_ada, actor=ada, version=version, said_where="on the quay")
    with nothing_changes(), pytest.raises(StaleVersion) as refusal:
        actions.change_claim(
            seen_by_ben, actor=ben, version=version, said_where="on board", topics=["Ferries"]
        )
    assert refusal.value.members["current"] == {"version": version + 1}
    assert refusal.value.members["yours"]["said_where"] == "on board"


@pytest.mark.parametrize("version", [0, 2, 99])
def test_a_version_that_is_not_the_current_one_is_refused(version: int, ben: User) -> None:
    review = make.researched()
    with nothing_changes(), pytest.raises(StaleVersion):
        actions.save_draft(review, actor=ben, version=version, summary="Anything.")


def test_a_returned_review_keeps_every_word_of_its_draft() -> None:
    review = make.returned()
    assert (review.summary, review.explanation) == (make.SUMMARY, make.EXPLANATION)
    assert review.rating == make.rating()


@pytest.mark.parametrize("state", [make.drafted, make.submitted])
def test_a_decline_keeps_every_word_of_the_draft(state: Any, cleo: User) -> None:
    review = state()
    actions.decline(review, actor=cleo, reason="Not for us.")
    actions.reopen(make.review_of(review), actor=cleo, reason="For us after all.")
    review = make.review_of(review)
    assert (review.summary, review.explanation) == (make.SUMMARY, make.EXPLANATION)
    assert review.evidence.current().count() == 2


def test_nobody_writes_in_what_was_declined(ada: User) -> None:
    review = make.declined()
    for attempt in (
        lambda: actions.save_draft(review, actor=ada, version=review.version, summary="Still."),
        lambda: make.add_evidence(review, by=ada),
        lambda: actions.change_claim(
            review.claim, actor=ada, version=review.claim.version, said_where="here"
        ),
    ):
        with nothing_changes(), pytest.raises(IllegalTransition):
            attempt()


def test_whoever_begins_to_write_has_taken_the_review(ben: User) -> None:
    review = make.draft(make.flagged(), by=ben, summary="A start.")
    assert (review.status, review.assignee) == ("researching", ben)


def test_ben_who_may_no_longer_write_saves_nothing(ben: User) -> None:
    review = make.drafted(by=ben)
    take_role(ben, "reporter")
    now = type(ben).objects.get(pk=ben.pk)
    for words in [{"summary": "One more thing."}, {"summary": review.summary}, {}]:
        with nothing_changes(), pytest.raises(Forbidden):
            actions.save_draft(review, actor=now, version=review.version, **words)


def test_what_was_taken_by_somebody_else_a_moment_ago_stays_theirs(ada: User, ben: User) -> None:
    review = make.researched(by=ada)
    actions.assign(review, actor=make.person("Cleo"), assignee=None)
    seen_by_ada, seen_by_ben = (make.review_of(review) for _ in range(2))
    actions.assign(seen_by_ada, actor=ada, assignee=ada)
    with nothing_changes(), pytest.raises(Conflict):
        actions.assign(seen_by_ben, actor=ben, assignee=ben)


def test_submitting_another_version_than_one_has_read_is_refused(ada: User, ben: User) -> None:
    review = make.drafted(by=ada)
    seen: Any = review.version
    make.draft(review, by=ben, summary="Ben was quicker.")
    with nothing_changes(), pytest.raises(StaleVersion):
        actions.submit(review, actor=ada, version=seen)
