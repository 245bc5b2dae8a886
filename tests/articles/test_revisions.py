"""What becomes of the passages of an article when its text changes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from articles.actions import revise
from articles.actions.revisions import SameTextElsewhere
from articles.models import Article, Passage, Placement, Revision
from factcheck.accounts.models import User
from factcheck.audit import verify
from factcheck.audit.models import Event
from factcheck.errors import DomainError, Forbidden
from reviews.actions import add_passage, decide_placement, flag_claim, undo_placement, withdraw
from reviews.permissions import why_not_sign_off
from tests import factories as make
from tests.cast import person
from tests.database import nothing_changes

pytestmark = pytest.mark.django_db

PASSENGERS, _, _, TICKET, BOAT = make.QUOTES
PRICE = "9 crowns"
ELSEWHERE = (f"A single ticket costs {PRICE}.", ""), (BOAT, f"{BOAT} Berths are to be {PRICE}.")


@pytest.fixture
def article() -> Article:
    """Every sentence of it is flagged."""
    article = make.imported_article()
    for quote in make.QUOTES:
        make.flagged_claim(article=article, quote=quote)
    return article


def outcomes(revision: Revision) -> dict[str, tuple[str, bool]]:
    """What became of each passage, by the words that it had: the outcome, and whether that was certain."""
    found = Placement.objects.filter(revision=revision).select_related("passage")
    return {each.passage.exact: (each.outcome, each.is_certain) for each in found}


def quotes_in(revision: Revision) -> list[str]:
    return [passage.exact for passage in Passage.objects.filter(revision=revision).order_by("start")]


# --- One kind of edit after another --------------------------------------------------------------


def test_what_stands_as_it_stood_follows_at_once(article: Article) -> None:
    revision = make.revised(article, ("The night ferry", "Corrected on Tuesday.\nThe night ferry"))
    assert outcomes(revision) == dict.fromkeys(make.QUOTES, ("kept", True))
    assert quotes_in(revision) == list(make.QUOTES)
    assert not Event.objects.filter(action="claim.passage_changed").exists()


def test_another_figure_waits_with_the_place_where_it_stands(article: Article) -> None:
    revision = make.revised(article, make.OTHER_FIGURE)
    assert outcomes(revision) == {
        **dict.fromkeys(make.QUOTES, ("kept", True)),
        PASSENGERS: ("changed", False),
    }
    placement = Placement.objects.undecided().get()
    assert (placement.start, placement.end) == tuple(
        make.place_of(PASSENGERS.replace(*make.OTHER_FIGURE), revision).values()
    )
    assert 0.6 <= placement.score < 1
    assert PASSENGERS not in quotes_in(revision)


def test_a_sentence_that_is_gone_waits_without_a_place(article: Article) -> None:
    revision = make.revised(article, (TICKET, ""))
    assert outcomes(revision)[TICKET] == ("lost", False)
    placement = Placement.objects.undecided().get()
    assert (placement.start, placement.end) == (None, None)


def test_a_few_words_that_stand_elsewhere_are_shown() -> None:
    article = make.imported_article()
    make.flagged_claim(article=article, quote=PRICE)
    revision = make.revised(article, *ELSEWHERE)
    assert outcomes(revision) == {PRICE: ("moved", False)}


def test_every_placement_has_its_row_and_the_log_says_how_many(article: Article) -> None:
    revision = make.revised(article, make.OTHER_FIGURE, (TICKET, ""))
    assert Placement.objects.filter(revision=revision).count() == len(make.QUOTES)
    event = Event.objects.get(action="article.revised")
    assert {name: event.data[name] for name in ("kept", "changed", "lost", "undecided")} == {
        "kept": 3,
        "changed": 1,
        "lost": 1,
        "undecided": 2,
    }
    warned = {int(each.object_id) for each in Event.objects.filter(action="claim.passage_changed")}
    assert warned == set(Placement.objects.undecided().values_list("passage__claim", flat=True))
    assert list(verify.faults()) == []


# --- What a revision is --------------------------------------------------------------------------


def test_the_old_text_and_its_passages_stay_as_they_were(article: Article) -> None:
    first = make.newest_revision(article)
    before = (first.text, quotes_in(first))
    revision = make.revised(article, make.OTHER_FIGURE)
    first.refresh_from_db()
    assert (first.text, quotes_in(first)) == before
    assert (first.number, revision.number) == (1, 2)


def test_the_same_text_makes_nothing(article: Article, ada: User) -> None:
    first = make.newest_revision(article)
    with nothing_changes():
        assert revise(article, actor=ada, text=first.text.replace("\n", "\n\n")) == (first, False)


def test_the_text_of_another_article_is_refused(article: Article, ada: User) -> None:
    other = make.newest_revision(make.imported_article())
    with nothing_changes(), pytest.raises(SameTextElsewhere) as refusal:
        revise(article, actor=ada, text=other.text.replace("\n", "\n\n"))
    assert refusal.value.members == {"article": str(other.article_id)}


def test_whoever_only_reads_gives_no_text(article: Article, vera: User) -> None:
    with nothing_changes(), pytest.raises(Forbidden):
        revise(article, actor=vera, text="Another text.")


def test_the_statements_of_a_revision_do_not_grow_with_the_passages(ada: User) -> None:
    counted = []
    make.imported_article()  # so that either has a near copy
    for quotes in (make.QUOTES[1:3], make.QUOTES[1:]):
        article = make.imported_article()
        for quote in quotes:
            make.flagged_claim(article=article, quote=quote)
        with CaptureQueriesContext(connection) as queries:
            make.revised(article, ("harbour board said", "board said"))
        counted.append(len(queries))
    assert counted[0] == counted[1]


# --- The next text, and the one after it ---------------------------------------------------------


def test_what_nobody_looked_at_is_looked_for_again_from_where_a_person_saw_it(article: Article) -> None:
    second = make.revised(article, make.OTHER_FIGURE)
    third = make.revised(article, ("9 crowns", "12 crowns"))
    [old] = Placement.objects.filter(revision=second, is_certain=False)
    assert (old.decision, old.decided_by) == ("superseded", None)
    found = outcomes(third)
    assert found[PASSENGERS] == ("changed", False)
    assert found[TICKET] == ("changed", False)
    again = Placement.objects.get(revision=third, passage__exact=PASSENGERS)
    assert again.passage.revision.number == 1


def test_a_figure_that_is_put_right_again_follows_at_once(article: Article) -> None:
    make.revised(article, make.OTHER_FIGURE)
    third = make.revised(article, make.OTHER_FIGURE[::-1], ("9 crowns", "12 crowns"))
    assert outcomes(third)[PASSENGERS] == ("kept", True)
    assert Passage.objects.standing().get(claim__statement=PASSENGERS).revision == third


@pytest.mark.parametrize("decision", ["removed", "kept"])
def test_what_stays_behind_is_not_looked_for_again(article: Article, ada: User, decision: str) -> None:
    make.revised(article, make.OTHER_FIGURE)
    decide_placement(_waiting(), actor=ada, decision=decision)
    third = make.revised(article, ("9 crowns", "12 crowns"))
    assert PASSENGERS not in outcomes(third)
    assert Passage.objects.standing().get(claim__statement=PASSENGERS).revision.number == 1


def test_what_was_decided_is_looked_for_from_there(article: Article, ada: User) -> None:
    make.revised(article, make.OTHER_FIGURE)
    decide_placement(_waiting(), actor=ada, decision="accepted")
    third = make.revised(article, ("9 crowns", "12 crowns"))
    assert outcomes(third)[PASSENGERS.replace(*make.OTHER_FIGURE)] == ("kept", True)


def _waiting() -> Placement:
    found = Placement.objects.undecided()
    return found.select_related("passage__claim__review", "revision", "result").get()


# --- Flagging in a text that is not the newest any more ------------------------------------------


def test_words_flagged_in_an_old_text_are_looked_for_in_the_newest(ada: User) -> None:
    article = make.imported_article()
    first = make.newest_revision(article)
    second = make.revised(article, make.OTHER_FIGURE)
    follows = flag_claim(actor=ada, revision=first, **make.place_of(TICKET, first))
    waits = flag_claim(actor=ada, revision=first, **make.place_of(PASSENGERS, first))
    assert [each.revision for each in Passage.objects.standing().filter(claim=follows)] == [second]
    assert make.placement_of(waits).outcome == "changed"
    assert not make.placement_of(waits).decision


def test_the_same_claim_in_both_texts_has_one_passage_in_the_newest(ada: User) -> None:
    article = make.imported_article()
    first = make.newest_revision(article)
    second = make.revised(article, make.OTHER_FIGURE)
    claim = flag_claim(actor=ada, revision=second, **make.place_of(TICKET, second))
    add_passage(claim, actor=ada, revision=first, **make.place_of(TICKET, first))
    assert claim.passages.filter(revision=second).count() == 1


# --- What the database refuses whatever the code does --------------------------------------------


@pytest.mark.parametrize(
    "lie",
    [
        {"is_certain": True},
        {"decision": "accepted"},
        {"decision": "removed"},
        {"outcome": "guessed"},
        {"start": 9, "end": 9},
        {"start": 9, "end": None},
    ],
)
def test_no_row_says_that_a_passage_followed_which_did_not(lie: dict[str, Any]) -> None:
    placement = make.waiting_placement()
    with pytest.raises(IntegrityError), transaction.atomic():
        Placement.objects.filter(pk=placement.pk).update(**lie)


# --- Deciding ------------------------------------------------------------------------------------


def test_an_accepted_place_is_the_passage_from_then_on(ada: User) -> None:
    placement = make.waiting_placement()
    decide_placement(placement, actor=ada, decision="accepted")
    placement.refresh_from_db()
    assert placement.result == Passage.objects.standing().get(claim=placement.passage.claim)
    assert placement.result.exact == PASSENGERS.replace(*make.OTHER_FIGURE)
    assert (placement.decided_by, placement.decision) == (ada, "accepted")
    event = Event.objects.get(action="claim.passage_decided")
    assert (event.data["quote"], event.data["now"]) == (PASSENGERS, placement.result.exact)


def test_a_chosen_place_is_trimmed_as_in_flagging(ada: User) -> None:
    placement = make.waiting_placement()
    place = make.place_of("A single ticket", placement.revision)
    decide_placement(placement, actor=ada, decision="chosen", start=place["start"] - 1, end=place["end"] + 1)
    assert placement.result is not None
    assert placement.result.exact == "A single ticket"


@pytest.mark.parametrize("decision", ["removed", "kept"])
def test_a_passage_that_stays_behind_is_still_what_the_claim_quotes(ada: User, decision: str) -> None:
    placement = make.waiting_placement()
    decide_placement(placement, actor=ada, decision=decision)
    assert Passage.objects.standing().get(claim=placement.passage.claim) == placement.passage


@pytest.mark.parametrize(
    "wish",
    [
        {"decision": "guessed"},
        {"decision": "superseded"},
        {"decision": ""},
        {"decision": "chosen"},
        {"decision": "chosen", "start": 3, "end": 3},
        {"decision": "chosen", "start": 0, "end": 10**6},
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(ada: User, wish: dict[str, Any]) -> None:
    placement = make.waiting_placement()
    with nothing_changes(), pytest.raises(DomainError) as refusal:
        decide_placement(placement, actor=ada, **wish)
    assert refusal.value.status == 400


def test_a_place_that_nobody_proposed_cannot_be_accepted(ada: User) -> None:
    claim = make.flagged_claim(quote=TICKET)
    make.revised(make.passage_of(claim).revision.article, (TICKET, ""))
    with nothing_changes(), pytest.raises(DomainError) as refusal:
        decide_placement(make.placement_of(claim), actor=ada, decision="accepted")
    assert refusal.value.status == 400


def test_the_second_to_decide_is_told_what_the_first_did(ada: User, ben: User) -> None:
    placement, same = make.waiting_placement(), Placement.objects.undecided().latest("pk")
    decide_placement(placement, actor=ada, decision="removed")
    with nothing_changes(), pytest.raises(DomainError, match=r"Ada.*Removed by the outlet") as refusal:
        decide_placement(same, actor=ben, decision="accepted")
    assert refusal.value.status == 409


@pytest.mark.parametrize("decision", ["accepted", "removed", "kept", "chosen"])
def test_who_says_the_same_again_is_not_told_of_another(ada: User, decision: str) -> None:
    placement = make.waiting_placement()
    place = make.place_of("A single ticket", placement.revision) if decision == "chosen" else {}
    decide_placement(placement, actor=ada, decision=decision, **place)
    with nothing_changes():
        again = decide_placement(placement, actor=ada, decision=decision, **place)
    assert (again.decision, again.result) == (decision, placement.result)


def test_who_says_another_thing_than_before_is_told_what_stands(ada: User) -> None:
    placement = make.waiting_placement()
    first = make.place_of("A single ticket", placement.revision)
    decide_placement(placement, actor=ada, decision="chosen", **first)
    other = make.place_of("single ticket", placement.revision)
    for wish in ({"decision": "removed"}, {"decision": "chosen", **other}):
        with nothing_changes(), pytest.raises(DomainError, match="Ada"):
            decide_placement(placement, actor=ada, **wish)


def test_what_a_newer_text_overtook_is_not_decided_any_more(ada: User) -> None:
    placement = make.waiting_placement()
    make.revised(placement.revision.article, ("9 crowns", "12 crowns"))
    with nothing_changes(), pytest.raises(DomainError, match="newer text"):
        decide_placement(placement, actor=ada, decision="removed")


def test_what_follows_by_itself_is_not_to_be_decided(ada: User) -> None:
    claim = make.flagged_claim(quote=TICKET)
    make.revised(make.passage_of(claim).revision.article, make.OTHER_FIGURE)
    with nothing_changes(), pytest.raises(DomainError, match="beyond doubt"):
        decide_placement(make.placement_of(claim), actor=ada, decision="removed")


# --- Taking it back ------------------------------------------------------------------------------


@pytest.mark.parametrize("decision", ["accepted", "removed", "kept"])
def test_a_decision_can_be_taken_back(ada: User, ben: User, decision: str) -> None:
    placement = make.waiting_placement()
    before = Passage.objects.count()
    decide_placement(placement, actor=ada, decision=decision)
    undo_placement(placement, actor=ben)
    placement.refresh_from_db()
    assert (placement.decision, placement.decided_by, placement.result) == ("", None, None)
    assert Passage.objects.count() == before
    assert Event.objects.latest("pk").action == "claim.passage_undone"


def test_a_passage_that_somebody_had_flagged_outlives_the_undoing(ada: User) -> None:
    placement = make.waiting_placement()
    flagged = add_passage(
        placement.passage.claim,
        actor=ada,
        revision=placement.revision,
        **make.place_of(PASSENGERS.replace(*make.OTHER_FIGURE), placement.revision),
    )
    decide_placement(placement, actor=ada, decision="accepted")
    assert placement.result == flagged
    undo_placement(placement, actor=ada)
    assert Passage.objects.filter(pk=flagged.pk).exists()


def test_after_the_next_text_nothing_is_taken_back(ada: User) -> None:
    placement = make.waiting_placement()
    decide_placement(placement, actor=ada, decision="accepted")
    make.revised(placement.revision.article, ("9 crowns", "12 crowns"))
    with nothing_changes(), pytest.raises(DomainError, match="changed again"):
        undo_placement(placement, actor=ada)


def test_what_nobody_decided_is_not_taken_back(ada: User) -> None:
    placement = make.waiting_placement()
    with nothing_changes(), pytest.raises(DomainError):
        undo_placement(placement, actor=ada)


def test_whoever_does_not_flag_decides_nothing(dov: User) -> None:
    placement, decided = make.waiting_placement(), make.decided_placement()
    with nothing_changes():
        with pytest.raises(Forbidden):
            decide_placement(placement, actor=dov, decision="removed")
        with pytest.raises(Forbidden):
            undo_placement(decided, actor=dov)


# --- What it means for the review ----------------------------------------------------------------


def test_another_quote_is_an_edit_and_nobodys_writing(ben: User) -> None:
    review = make.approved()
    placement = make.waiting_placement(review.claim)
    assert make.review_of(review).status == "approved"
    decide_placement(placement, actor=ben, decision="accepted")
    assert make.review_of(review).status == "researching"
    assert not review.draft_writers.exists()


def test_whoever_takes_over_the_articles_words_may_sign_off_and_whoever_submits_them_not(
    ada: User, cleo: User
) -> None:
    review = make.approved()
    decide_placement(make.waiting_placement(review.claim), actor=cleo, decision="accepted")
    by_ada = make.verdict_of(make.submit(make.review_of(review), by=ada))
    assert why_not_sign_off(cleo, by_ada) is None
    withdraw(make.review_of(review), actor=ada)
    by_cleo = make.verdict_of(make.submit(make.review_of(review), by=cleo))
    assert why_not_sign_off(cleo, by_cleo)


def test_a_claim_that_nobody_took_stays_free(ben: User) -> None:
    placement = make.waiting_placement()
    decide_placement(placement, actor=ben, decision="accepted")
    review = make.review_of(placement.passage.claim)
    assert (review.status, review.assignee) == ("unassigned", None)
    assert not review.draft_writers.exists()
    undo_placement(placement, actor=ben)
    review = make.review_of(placement.passage.claim)
    assert (review.status, review.assignee) == ("unassigned", None)


@pytest.mark.parametrize("decision", ["removed", "kept"])
def test_the_old_quote_is_no_edit(ben: User, decision: str) -> None:
    review = make.approved()
    decide_placement(make.waiting_placement(review.claim), actor=ben, decision=decision)
    assert make.review_of(review).status == "approved"
    assert not review.draft_writers.exists()


def test_the_same_words_elsewhere_are_no_edit(ben: User) -> None:
    review = make.approved(quote=PRICE)
    make.revised(make.passage_of(review.claim).revision.article, *ELSEWHERE)
    placement = make.placement_of(review.claim)
    assert (placement.outcome, placement.is_certain) == ("moved", False)
    decide_placement(placement, actor=ben, decision="accepted")
    assert make.review_of(review).status == "approved"


def test_of_a_claim_that_was_set_aside_the_passage_follows_and_the_review_stays(ben: User) -> None:
    review = make.declined()
    decide_placement(make.waiting_placement(review.claim), actor=ben, decision="accepted")
    assert make.review_of(review).status == "declined"


def test_the_next_verdict_quotes_the_newest_words_once(ada: User) -> None:
    review = make.drafted()
    placement = make.waiting_placement(review.claim)
    decide_placement(placement, actor=ada, decision="accepted")
    verdict = make.verdict_of(make.submit(make.review_of(review)))
    [place] = verdict.context["appearances"]
    assert (place["quote"], place["revision"]) == (PASSENGERS.replace(*make.OTHER_FIGURE), 2)


def test_a_claim_keeps_its_first_article_when_that_changes(ada: User) -> None:
    review = make.drafted()
    other = make.newest_revision(make.imported_article())
    add_passage(review.claim, actor=ada, revision=other, **make.place_of(PASSENGERS, other))
    article = make.passage_of(review.claim).revision.article
    make.revised(article, ("9 crowns", "12 crowns"))
    verdict = make.verdict_of(make.submit(make.review_of(review)))
    places = [(place["article"], place["revision"]) for place in verdict.context["appearances"]]
    assert places == [(article.pk, 2), (other.article_id, 1)]
    assert person("Ada") == ada
