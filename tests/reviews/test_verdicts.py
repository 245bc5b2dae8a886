"""A submission is frozen: all that a reader will see, under one digest (SECURITY, R2)."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from articles.models import Claimant
from factcheck.accounts.models import User
from factcheck.audit.models import Event
from factcheck.errors import Forbidden, IllegalTransition, Malformed, NotReady
from reviews import actions
from reviews.models import Evidence, Review, Signature, Verdict
from reviews.querysets import OPEN
from tests import factories as make
from tests.database import nothing_changes

pytestmark = pytest.mark.django_db


def _full() -> Review:
    """A draft in which nothing is empty, so that every part of it can be looked for."""
    review = make.flagged(
        claimant="Ilse Maar",
        said_on=date(2025, 3, 3),
        said_where="at the harbour",
        topics=["Ferries", "Figures"],
        statement="The ferry carried 41,000 people.",
    )
    Claimant.objects.update(job_title="Director", same_as="https://harbour.example/maar")
    make.add_evidence(
        review,
        source=make.a_source(author="I. Maar", published_on=date(2025, 2, 1), is_primary=True),
        locator="sheet 1",
        note="Crew left out.",
    )
    make.confidential_evidence(make.review_of(review))
    return make.draft(review)


# --- Submitting ----------------------------------------------------------------------------------


def test_a_verdict_holds_what_was_written(ada: User) -> None:
    review = _full()
    verdict = actions.submit(review, actor=ada, version=review.version)
    assert (verdict.number, verdict.submitted_by) == (1, ada)
    assert verdict.statement == "The ferry carried 41,000 people."
    assert (verdict.summary, verdict.explanation) == (make.SUMMARY, make.EXPLANATION)
    assert verdict.rating == make.rating()
    assert verdict.context["claimant"] == {
        "name": "Ilse Maar",
        "job_title": "Director",
        "same_as": "https://harbour.example/maar",
    }
    assert (verdict.context["said_on"], verdict.context["said_where"]) == ("2025-03-03", "at the harbour")
    assert {topic["name"] for topic in verdict.context["topics"]} == {"Ferries", "Figures"}
    place = make.passage_of(review.claim)
    assert [(p["start"], p["quote"]) for p in verdict.context["appearances"]] == [(place.start, place.exact)]
    first, second = verdict.evidence
    assert (first["number"], first["locator"], first["note"]) == (1, "sheet 1", "Crew left out.")
    assert first["source"]["published_on"] == "2025-02-01"
    assert first["source"]["primary"] is True
    assert second == {
        "number": 2,
        "confidential": True,
        "public_description": "An interview with a member of the crew",
    }


def test_each_submission_gets_the_next_number() -> None:
    review = make.returned()
    review = make.submit(make.draft(review, summary="The year is 2024."))
    assert list(review.verdicts.order_by("number").values_list("number", "summary")) == [
        (1, make.SUMMARY),
        (2, "The year is 2024."),
    ]
    assert review.verdict.number == 2


def test_everybody_who_wrote_stands_under_the_verdict(ada: User, ben: User, cleo: User) -> None:
    review = make.drafted(by=ada)
    make.draft(review, by=ben, summary="Ben's sentence.")
    verdict = make.verdict_of(make.submit(review, by=cleo))
    parts = {(signature.person, signature.part) for signature in verdict.signatures.all()}
    assert parts == {(ada, "wrote"), (ben, "wrote"), (cleo, "wrote")}


@pytest.mark.parametrize(
    ("words", "blockers"),
    [
        ({}, ["no_rating", "no_summary", "no_explanation"]),
        ({"summary": "  ", "explanation": "\n"}, ["no_rating", "no_summary", "no_explanation"]),
        ({"summary": "It is so."}, ["no_rating", "no_explanation"]),
        ({"summary": "It is so.", "explanation": "As [7] says."}, ["no_rating", "unknown_citation"]),
    ],
)
def test_what_is_missing_is_said_all_at_once(words: dict[str, str], blockers: list[str], ada: User) -> None:
    review = make.researched(pieces=1)
    if words:
        review = make.draft(review, **words)
    with nothing_changes(), pytest.raises(NotReady) as refusal:
        actions.submit(review, actor=ada)
    assert [blocker["code"] for blocker in refusal.value.members["blockers"]] == blockers


def test_a_citation_of_removed_evidence_is_not_ready(ada: User) -> None:
    review = make.drafted()
    actions.remove_evidence(Evidence.objects.get(review=review, number=2), actor=ada)
    with nothing_changes(), pytest.raises(NotReady) as refusal:
        actions.submit(make.review_of(review), actor=ada)
    assert "[2]" in refusal.value.members["blockers"][0]["detail"]


def test_without_evidence_nothing_is_submitted(ada: User) -> None:
    review = make.researched(pieces=0)
    review = make.draft(review, rating=make.rating(), summary="So.", explanation="Because.")
    with nothing_changes(), pytest.raises(NotReady) as refusal:
        actions.submit(review, actor=ada)
    assert [b["code"] for b in refusal.value.members["blockers"]] == ["no_evidence"]


@pytest.mark.parametrize("state", [make.flagged, make.submitted, make.approved, make.declined])
def test_only_what_is_in_research_is_submitted(state: Any, ada: User) -> None:
    review = state()
    with nothing_changes(), pytest.raises(IllegalTransition):
        actions.submit(review, actor=ada)


def test_two_clicks_on_submit_make_one_verdict(ada: User) -> None:
    first, second = (make.review_of(review) for review in [make.drafted()] * 2)
    actions.submit(first, actor=ada)
    with nothing_changes(), pytest.raises(IllegalTransition):
        actions.submit(second, actor=ada)


# --- The digest ----------------------------------------------------------------------------------


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of everything in a JSON value that is not a list or an object."""
    if isinstance(value, dict):
        return [leaf for key in value for leaf in _leaves(value[key], (*path, key))]
    if isinstance(value, list):
        return [leaf for index in range(len(value)) for leaf in _leaves(value[index], (*path, index))]
    return [path]


def _altered(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case None:
            return "something"
        case _:
            return f"{value}\u00a0"


def test_the_digest_changes_with_each_thing_that_a_reader_sees() -> None:
    verdict = make.verdict_of(make.submit(_full()))
    digest = verdict.compute_digest()
    assert digest == verdict.digest
    changed = 0
    for name in ("statement", "summary", "explanation", "rating_id"):
        copy = deepcopy(verdict)
        setattr(copy, name, _altered(getattr(verdict, name)))
        assert copy.compute_digest() != digest, name
        changed += 1
    for name in ("evidence", "context"):
        for path in _leaves(getattr(verdict, name)):
            copy = deepcopy(verdict)
            holder = getattr(copy, name)
            for step in path[:-1]:
                holder = holder[step]
            holder[path[-1]] = _altered(holder[path[-1]])
            assert copy.compute_digest() != digest, (name, path)
            changed += 1
        copy = deepcopy(verdict)
        if name == "evidence":
            copy.evidence.reverse()
            assert copy.compute_digest() != digest
    assert changed > 35


def test_the_digest_is_the_same_after_the_database_has_had_it() -> None:
    verdict = make.verdict_of(make.submit(_full()))
    stored = Verdict.objects.get(pk=verdict.pk)
    assert stored.compute_digest() == stored.digest == verdict.digest


def test_two_verdicts_of_the_same_words_have_the_same_digest() -> None:
    review = make.submit(make.returned())
    first, second = review.verdicts.order_by("number")
    assert first.digest == second.digest


def test_the_log_holds_the_digest_that_was_signed(cleo: User) -> None:
    review = make.sign_off(make.submitted(), by=cleo)
    event = Event.objects.get(
        object_type="reviews.review", object_id=str(review.pk), action="review.signed_off"
    )
    assert event.actor == cleo
    assert event.data == {"verdict": 1, "digest": review.verdict.digest}


# --- Returning and withdrawing -------------------------------------------------------------------


@pytest.mark.parametrize("note", ["", "  \n"])
def test_a_return_says_what_should_change(note: str, cleo: User) -> None:
    review = make.submitted()
    with nothing_changes(), pytest.raises(Malformed) as refusal:
        actions.return_verdict(review, actor=cleo, note=note)
    assert refusal.value.members["errors"][0]["pointer"] == "/note"


def test_the_note_of_a_return_stands_under_the_verdict(cleo: User) -> None:
    review = make.returned(editor=cleo, note="Name the year.")
    signature = Signature.objects.get(verdict=make.verdict_of(review), person=cleo)
    assert (signature.part, signature.note) == ("returned", "Name the year.")
    assert review.status in OPEN


def test_its_writers_take_a_submission_back_and_nobody_else(ada: User, ben: User, cleo: User) -> None:
    review = make.submitted(by=ada)
    for other in (ben, cleo):
        with nothing_changes(), pytest.raises(Forbidden):
            actions.withdraw(review, actor=other)
    assert actions.withdraw(review, actor=ada).status == Review.Status.RESEARCHING


def test_what_was_approved_is_not_withdrawn(ada: User) -> None:
    review = make.approved(by=ada)
    with nothing_changes(), pytest.raises(IllegalTransition):
        actions.withdraw(review, actor=ada)


@pytest.mark.case("R2")
def test_an_edit_while_an_editor_reads_makes_the_sign_off_fail(ben: User, cleo: User) -> None:
    seen = make.submitted()
    make.draft(seen, by=ben, summary="Ben found a better word.")
    with nothing_changes(), pytest.raises(IllegalTransition):
        actions.sign_off(seen, actor=cleo, verdict_number=1)
