"""Of those who decide at the same moment as many are heard as are needed (SECURITY, R1, R2, R7)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from articles.models import Claim, Passage
from factcheck.accounts.models import User
from factcheck.audit import verify
from factcheck.errors import DomainError
from reviews import actions
from reviews.models import Evidence, Review, Signature, Verdict
from tests import factories as make
from tests.cast import person
from tests.races.threads import at_once, rounds, winners

pytestmark = pytest.mark.django_db(transaction=True)

PAIRS = 200
CROWD = 60


def _many_submitted(number: int) -> list[Review]:
    """As many reviews that await sign-off: one made by the actions, the others copied from its rows."""
    model = make.submitted()
    verdict, passage = make.verdict_of(model), make.passage_of(model.claim)
    claims = Claim.objects.bulk_create(
        Claim(statement=f"{model.claim.statement} ({n})", flagged_by=model.claim.flagged_by)
        for n in range(number)
    )
    Passage.objects.bulk_create(
        Passage(
            claim=claim, revision=passage.revision, start=passage.start, end=passage.end, exact=passage.exact
        )
        for claim in claims
    )
    words = {name: getattr(model, name) for name in ("rating", "summary", "explanation", "signoffs_required")}
    reviews = Review.objects.bulk_create(
        Review(claim=claim, status="researching", **words) for claim in claims
    )
    kept = {
        field.name: getattr(verdict, field.name)
        for field in Verdict._meta.concrete_fields
        if field.name not in {"id", "review"}
    }
    verdicts = Verdict.objects.bulk_create(Verdict(review=review, **kept) for review in reviews)
    Signature.objects.bulk_create(
        Signature(verdict=each, person=verdict.submitted_by, part="wrote") for each in verdicts
    )
    for review, each in zip(reviews, verdicts, strict=True):
        Review.objects.filter(pk=review.pk).update(status="submitted", verdict=each)
    return list(
        Review.objects.select_related("claim", "verdict", "rating").filter(pk__in=[r.pk for r in reviews])
    )


def _decisions(review: Review) -> int:
    return Signature.objects.filter(verdict__review=review).exclude(part="wrote").count()


@pytest.mark.case("R1")
def test_of_two_who_decide_one_is_heard_in_each_of_200_pairs(cleo: User, dan: User) -> None:
    reviews = _many_submitted(PAIRS)
    approve: Callable[[Review], Any] = partial(actions.sign_off, actor=cleo)
    send_back: Callable[[Review], Any] = partial(actions.return_verdict, actor=dan, note="Name the year.")
    copies = {review.pk: make.review_of(review) for review in reviews}
    outcomes = rounds(
        [(partial(approve, review), partial(send_back, copies[review.pk])) for review in reviews]
    )

    assert [len(winners(pair)) for pair in outcomes] == [1] * PAIRS
    for review, pair in zip(reviews, outcomes, strict=True):
        status = Review.objects.get(pk=review.pk).status
        assert status == ("approved" if winners(pair) == [0] else "researching")
    decided = Signature.objects.exclude(part="wrote").values_list("verdict", flat=True)
    assert len(decided) == len(set(decided)) == PAIRS
    assert list(verify.faults()) == []


@pytest.mark.case("R1")
@pytest.mark.parametrize("needed", [1, 2])
def test_of_60_editors_as_many_sign_off_as_are_needed(needed: int, settings: Any) -> None:
    settings.SIGNOFFS_REQUIRED = needed
    editors = [person(f"Editor {number}", "editor") for number in range(CROWD)]
    for _ in range(3):
        review = make.submitted()
        copies = [make.review_of(review) for _ in editors]
        outcomes = at_once(
            *(
                partial(actions.sign_off, seen, actor=editor)
                for seen, editor in zip(copies, editors, strict=True)
            )
        )
        assert len(winners(outcomes)) == needed == _decisions(review)
        assert make.review_of(review).status == "approved"
    assert list(verify.faults()) == []


@pytest.mark.case("R2")
def test_a_sign_off_and_an_edit_at_once_are_never_both_heard(ben: User, cleo: User) -> None:
    reviews = _many_submitted(40)

    def contest(review: Review) -> tuple[Callable[[], Any], Callable[[], Any]]:
        mine, theirs = make.review_of(review), make.review_of(review)
        return (
            partial(actions.sign_off, mine, actor=cleo, verdict_number=1),
            partial(
                actions.save_draft, theirs, actor=ben, version=theirs.version, summary="Quickly changed."
            ),
        )

    outcomes = rounds([contest(review) for review in reviews])
    for review, pair in zip(reviews, outcomes, strict=True):
        [winner] = winners(pair)
        now = make.review_of(review)
        if winner == 0:
            assert (now.status, now.summary) == ("approved", review.summary)
        else:
            assert (now.status, now.summary, _decisions(review)) == ("researching", "Quickly changed.", 0)


@pytest.mark.case("R2")
def test_a_sign_off_and_a_withdrawal_at_once_are_never_both_heard(ada: User, cleo: User) -> None:
    reviews = _many_submitted(20)
    outcomes = rounds(
        [
            (
                partial(actions.sign_off, make.review_of(review), actor=cleo),
                partial(actions.withdraw, make.review_of(review), actor=ada),
            )
            for review in reviews
        ]
    )
    assert [len(winners(pair)) for pair in outcomes] == [1] * len(reviews)


@pytest.mark.case("R7")
def test_of_many_who_save_at_once_one_saves_and_the_others_keep_their_words(db: None) -> None:
    review = make.drafted()
    writers = [person(f"Writer {number}", "reporter") for number in range(12)]
    outcomes = at_once(
        *(
            partial(
                actions.save_draft,
                make.review_of(review),
                actor=writer,
                version=review.version,
                summary=f"By {writer.name}.",
            )
            for writer in writers
        )
    )
    [winner] = winners(outcomes)
    now = make.review_of(review)
    assert (now.version, now.summary) == (review.version + 1, f"By {writers[winner].name}.")
    for number, outcome in enumerate(outcomes):
        if number != winner:
            assert isinstance(outcome, DomainError)
            assert outcome.code == "stale_version"
            assert outcome.members["yours"]["summary"] == f"By {writers[number].name}."
            assert outcome.members["current"]["summary"] == now.summary
    names = set(review.draft_writers.values_list("person__name", flat=True))
    assert names == {"Ada", writers[winner].name}


def test_of_two_submissions_at_once_one_makes_a_verdict(ada: User, ben: User) -> None:
    for _ in range(5):
        review = make.drafted()
        outcomes = at_once(
            *(partial(actions.submit, make.review_of(review), actor=who) for who in (ada, ben))
        )
        assert len(winners(outcomes)) == 1 == review.verdicts.count()


def test_of_many_who_take_a_free_claim_one_has_it(db: None) -> None:
    takers = [person(f"Taker {number}", "reporter") for number in range(8)]
    free = make.researched()
    actions.assign(free, actor=person("Cleo"), assignee=None)
    for review in (make.flagged(), free):
        outcomes = at_once(
            *(partial(actions.assign, make.review_of(review), actor=who, assignee=who) for who in takers)
        )
        [winner] = winners(outcomes)
        assert make.review_of(review).assignee == takers[winner]


def test_evidence_added_at_once_gets_one_number_each(db: None) -> None:
    review = make.researched(pieces=1)
    people = [person(f"Finder {number}", "reporter") for number in range(8)]
    outcomes = at_once(*(partial(make.add_evidence, make.review_of(review), by=who) for who in people))
    assert len(winners(outcomes)) == len(people)
    numbers = Evidence.objects.filter(review=review).values_list("number", flat=True)
    assert sorted(numbers) == list(range(1, len(people) + 2))
    assert list(verify.faults()) == []


def test_two_changes_of_shared_sources_do_not_wait_for_each_other_for_ever(ada: User, ben: User) -> None:
    sources = [actions.add_source(actor=ada, **make.a_source()) for _ in range(2)]
    for _ in range(6):
        review = make.flagged()
        for source in sources:
            make.add_evidence(make.review_of(review), source=source)
    for turn in range(5):
        outcomes = at_once(
            partial(actions.change_source, sources[0], actor=ada, publisher=f"First {turn}"),
            partial(actions.change_source, sources[1], actor=ben, publisher=f"Second {turn}"),
        )
        assert winners(outcomes) == [0, 1]
