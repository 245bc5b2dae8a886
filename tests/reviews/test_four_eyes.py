"""Nobody approves their own words, whichever way round they try (SECURITY, A15 to A21)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from factcheck.accounts.actions import create_token, revoke_token
from factcheck.accounts.models import ApiToken, User
from factcheck.accounts.roles import Role
from factcheck.audit.models import Event
from factcheck.errors import Conflict, Forbidden, FourEyes, IllegalTransition, NotReady
from publishing.actions import publish
from reviews import actions
from reviews.models import DraftWriter, Evidence, Review, Signature, Source
from reviews.permissions import why_not_sign_off
from tests import factories as make
from tests.cast import give_role, person, program, signed_in
from tests.database import checksums, nothing_changes

pytestmark = pytest.mark.django_db


def test_another_editor_signs_off(cleo: User) -> None:
    review = make.submitted()
    assert why_not_sign_off(cleo, make.verdict_of(review)) is None
    assert make.sign_off(review, by=cleo).status == Review.Status.APPROVED


# --- One's own words (A15, A16, A18, A19) --------------------------------------------------------


@pytest.mark.case("A15")
def test_ben_cannot_sign_off_words_he_wrote(ben: User) -> None:
    ben = give_role(ben, Role.EDITOR)
    review = make.submitted(by=ben)
    assert why_not_sign_off(ben, make.verdict_of(review))
    with nothing_changes(), pytest.raises(FourEyes):
        actions.sign_off(review, actor=ben)
    with nothing_changes(), pytest.raises(FourEyes):
        actions.return_verdict(review, actor=ben, note="On second thoughts.")


@pytest.mark.case("A15")
def test_no_role_lifts_the_rule(cleo: User) -> None:
    for role in Role:
        cleo = give_role(cleo, role)
    review = make.submitted(by=cleo)
    with nothing_changes(), pytest.raises(FourEyes):
        actions.sign_off(review, actor=cleo)


@pytest.mark.case("A15")
def test_a_newsroom_of_one_cannot_sign_off_its_own_words(db: None) -> None:
    solo = person("Solo", *Role.values)
    review = make.submitted(by=solo)
    assert list(User.objects.all()) == [solo]
    with nothing_changes(), pytest.raises(FourEyes):
        actions.sign_off(review, actor=solo)
    with nothing_changes(), pytest.raises(NotReady):
        publish(make.review_of(review), actor=solo)


@pytest.mark.case("A15")
def test_whoever_only_pressed_submit_has_written(cleo: User) -> None:
    review = make.drafted()
    make.submit(review, by=cleo)
    with nothing_changes(), pytest.raises(FourEyes):
        actions.sign_off(make.review_of(review), actor=cleo)


@pytest.mark.case("A15")
def test_whoever_flagged_with_their_own_words_has_written(cleo: User, ben: User) -> None:
    reworded = make.flagged_claim(by=cleo, statement="The ferry carried 41,000 people in 2024.")
    quoted = make.flagged_claim(by=cleo)
    for claim, wrote in [(reworded, True), (quoted, False)]:
        review = make.review_of(claim)
        make.add_evidence(review, by=ben)
        make.add_evidence(make.review_of(review), by=ben)
        make.draft(review, by=ben)
        verdict = make.verdict_of(make.submit(review, by=ben))
        assert bool(why_not_sign_off(cleo, verdict)) is wrote


@pytest.mark.case("A16")
def test_a_comma_by_ben_does_not_free_ada(ada: User, ben: User) -> None:
    ada = give_role(ada, Role.EDITOR)
    review = make.drafted(by=ada)
    make.draft(review, by=ben, summary=review.summary.replace(",", " –"))
    review = make.submit(review, by=ben)
    with nothing_changes(), pytest.raises(FourEyes):
        actions.sign_off(review, actor=ada)


@pytest.mark.case("A16")
def test_words_written_before_a_return_still_count(ada: User, ben: User, cleo: User) -> None:
    ada = give_role(ada, Role.EDITOR)
    review = make.returned(by=ada)
    make.draft(review, by=ben, summary="Ben wrote all of this anew.")
    review = make.submit(review, by=ben)
    with nothing_changes(), pytest.raises(FourEyes):
        actions.sign_off(review, actor=ada)
    assert make.sign_off(review, by=cleo).status == Review.Status.APPROVED


@pytest.mark.case("A16")
def test_words_written_before_a_decline_still_count(ada: User, ben: User, cleo: User) -> None:
    ada = give_role(ada, Role.EDITOR)
    review = make.submitted(by=ada)
    actions.decline(review, actor=cleo, reason="Not now.")
    actions.reopen(make.review_of(review), actor=cleo, reason="Now.")
    make.draft(review, by=ben, summary="Ben wrote all of this anew.")
    review = make.submit(review, by=ben)
    with nothing_changes(), pytest.raises(FourEyes):
        actions.sign_off(review, actor=ada)


@pytest.mark.case("A16")
def test_a_source_changed_while_its_claim_was_set_aside_still_counts(ada: User, cleo: User) -> None:
    review = make.drafted(by=ada)
    actions.decline(review, actor=cleo, reason="Not now.")
    source = Source.objects.filter(evidence__review=review)[0]
    actions.change_source(source, actor=cleo, title="The table, in Cleo's words")
    actions.reopen(make.review_of(review), actor=cleo, reason="Now.")
    actions.assign(make.review_of(review), actor=cleo, assignee=ada)
    review = make.submit(review, by=ada)
    with nothing_changes(), pytest.raises(FourEyes):
        actions.sign_off(review, actor=cleo)


def test_after_an_approval_only_new_words_count(ada: User, ben: User, cleo: User, dan: User) -> None:
    review = make.approved(by=cleo, editor=dan)
    make.draft(review, by=ben, summary="Ben's words, on top of approved ones.")
    review = make.submit(review, by=ben)
    assert make.sign_off(review, by=cleo).status == Review.Status.APPROVED


@pytest.mark.case("A18")
def test_giving_the_review_to_ben_does_not_free_ada(ada: User, ben: User, cleo: User) -> None:
    ada = give_role(ada, Role.EDITOR)
    review = make.submitted(by=ada)
    actions.assign(review, actor=cleo, assignee=ben)
    Review.objects.filter(pk=review.pk).update(saved_by=ben)
    with nothing_changes(), pytest.raises(FourEyes):
        actions.sign_off(make.review_of(review), actor=ada)


@pytest.mark.case("A19")
def test_a_program_never_signs_off(cleo: User) -> None:
    robin = person("Robin", "editor", is_bot=True)
    review = make.submitted()
    assert why_not_sign_off(robin, make.verdict_of(review))
    with nothing_changes(), pytest.raises(Forbidden):
        actions.sign_off(review, actor=robin)
    with nothing_changes(), pytest.raises(Forbidden):
        actions.return_verdict(review, actor=robin, note="No.")


# --- The words of a program (A19, decision record 0008) ------------------------------------------


def _program_of(maker: User) -> User:
    """A program for which this person made a token."""
    robin = person("Robin", "reporter", is_bot=True)
    life = timedelta(days=1)
    create_token(robin, name="writes", scopes=["read", "review"], lifetime=life, actor=maker)
    return robin


@pytest.mark.case("A19")
def test_whoever_made_a_token_for_a_program_has_written_what_it_writes(cleo: User, dan: User) -> None:
    cleo = give_role(cleo, Role.ADMINISTRATOR)
    robin = _program_of(cleo)
    review = make.submitted(by=robin)
    verdict = make.verdict_of(review)
    assert "program" in str(why_not_sign_off(cleo, verdict))
    assert not Review.objects.awaiting_signoff_by(cleo).exists()
    with nothing_changes(), pytest.raises(FourEyes):
        actions.sign_off(review, actor=cleo)
    with nothing_changes(), pytest.raises(FourEyes):
        actions.return_verdict(review, actor=cleo, note="No.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(verdict=verdict, person=cleo, part="approved")
    assert why_not_sign_off(dan, verdict) is None
    assert make.sign_off(review, by=dan).status == Review.Status.APPROVED


@pytest.mark.case("A19")
def test_neither_door_lets_the_holder_of_a_token_sign_off_what_it_wrote(cleo: User) -> None:
    cleo = give_role(cleo, Role.ADMINISTRATOR)
    review = make.submitted(by=_program_of(cleo))
    answer = program(cleo, "read", "signoff").post(f"/api/v1/reviews/{review.pk}/sign-off/")
    assert (answer.status_code, answer.json()["code"]) == (409, "four_eyes")
    page = f"/desk/claims/{review.claim_id}/"
    answer = signed_in(cleo).post(f"{page}sign-off/", {"verdict": 1})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "hold a token of the program that did" in html
    assert f'action="{page}sign-off/"' not in html


@pytest.mark.case("A19")
@pytest.mark.parametrize("part", ["flags", "edits", "submits"])
def test_one_part_that_the_program_had_is_enough(part: str, cleo: User, dan: User) -> None:
    cleo = give_role(cleo, Role.ADMINISTRATOR)
    robin = _program_of(cleo)
    if part == "flags":
        review = make.flagged(by=robin, statement="The ferry carried 41,000 people in 2024.")
        for _ in range(2):
            make.add_evidence(make.review_of(review))
        make.draft(review)
    else:
        review = make.drafted()
    if part == "edits":
        make.draft(review, by=robin, summary="A summary that a machine wrote.")
    review = make.submit(review, by=robin if part == "submits" else None)
    with nothing_changes(), pytest.raises(FourEyes):
        actions.sign_off(review, actor=cleo)
    assert make.sign_off(review, by=dan).status == Review.Status.APPROVED


@pytest.mark.case("A19")
def test_revoking_the_token_first_or_afterwards_frees_nobody(cleo: User) -> None:
    cleo = give_role(cleo, Role.ADMINISTRATOR)
    robin = _program_of(cleo)
    made = ApiToken.objects.get(user=robin)
    review = make.drafted(by=robin)
    revoke_token(made, actor=cleo)
    review = make.submit(review)
    with nothing_changes(), pytest.raises(FourEyes):
        actions.sign_off(review, actor=cleo)


# --- An approval dies with its words (A17) -------------------------------------------------------

Edit = Callable[[Review, User], Any]


def _evidence(review: Review) -> Evidence:
    return Evidence.objects.current().filter(review=review)[0]


def _draft(**words: Any) -> Edit:
    return lambda review, by: actions.save_draft(review, actor=by, version=review.version, **words)


def _claim(**facts: Any) -> Edit:
    return lambda review, by: actions.change_claim(
        review.claim, actor=by, version=review.claim.version, **facts
    )


def _piece(**changes: Any) -> Edit:
    return lambda review, by: actions.change_evidence(_evidence(review), actor=by, **changes)


def _source(**changes: Any) -> Edit:
    return lambda review, by: actions.change_source(_evidence(review).source, actor=by, **changes)


def _passage(review: Review, by: User) -> None:
    revision = make.passage_of(review.claim).revision
    place = make.place_of(make.QUOTES[1], revision)
    actions.add_passage(review.claim, actor=by, revision=revision, **place)


def _passage_away(review: Review, by: User) -> None:
    actions.remove_passage(review.claim, actor=by, passage=review.claim.passages.latest("pk"))


EDITS: dict[str, Edit] = {
    "statement": _draft(statement="The ferry carried 41,000 people."),
    "summary": _draft(summary="It was not."),
    "explanation": _draft(explanation="We counted again [1]."),
    "rating": lambda review, by: make.draft(review, by=by, rating=make.rating("false")),
    "no rating": _draft(rating=None),
    "new evidence": lambda review, by: make.add_evidence(review, by=by),
    "evidence away": lambda review, by: actions.remove_evidence(_evidence(review), actor=by),
    "stance": _piece(stance=Evidence.Stance.SUPPORTS),
    "quote": _piece(quote="Passengers in all: 39,800"),
    "locator": _piece(locator="sheet 2"),
    "note": _piece(note="Crew left out."),
    "secrecy": _piece(confidential=True, public_description="A table that we have seen"),
    "source title": _source(title="Another title"),
    "source url": _source(url="https://harbour.example/other"),
    "source kind": _source(kind=Source.Kind.DATASET),
    "source publisher": _source(publisher="Harbour office"),
    "source author": _source(author="I. Maar"),
    "source date": _source(published_on=date(2025, 2, 1)),
    "source rank": _source(is_primary=True),
    "passage": _passage,
    "passage away": _passage_away,
    "claimant": _claim(claimant="Ilse Maar"),
    "said on": _claim(said_on=date(2025, 3, 3)),
    "said where": _claim(said_where="at the harbour"),
    "language": _claim(language="nl"),
    "topics": _claim(topics=["Ferries"]),
}


def test_every_field_that_an_edit_can_change_has_an_edit_here() -> None:
    kept = {"review", "number", "created_by", "created_at", "removed_at", "source", "id"}
    fields = {f.name for f in Evidence._meta.fields} - kept
    assert fields == {"stance", "quote", "locator", "note", "confidential", "public_description"}
    fields = {f.name for f in Source._meta.fields} - kept
    assert fields == {"kind", "url", "title", "publisher", "author", "published_on", "is_primary"}


@pytest.mark.case("A17")
@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("state", [make.submitted, make.approved])
def test_any_edit_takes_the_approval_with_it(
    state: Callable[[], Review], edit: str, ben: User, cleo: User, dov: User
) -> None:
    review = state()
    make.second_place(review.claim)
    verdict = make.verdict_of(review)
    before, names = verdict.compute_digest(), list(verdict.signatures.values_list("person", "part"))

    EDITS[edit](make.review_of(review), ben)

    review = make.review_of(review)
    assert review.status == Review.Status.RESEARCHING
    with nothing_changes(), pytest.raises(IllegalTransition):
        actions.sign_off(review, actor=cleo)
    with nothing_changes(), pytest.raises(NotReady):
        publish(review, actor=dov)
    # What was agreed on stays as it was agreed on.
    verdict.refresh_from_db()
    assert verdict.compute_digest() == before == verdict.digest
    assert list(verdict.signatures.values_list("person", "part")) == names
    # Ben writes from here on, and the log says why the review went back.
    assert DraftWriter.objects.filter(review=review, person=ben).exists()
    moved = Event.objects.filter(
        object_type="reviews.review", object_id=str(review.pk), action="review.moved"
    )
    assert moved.latest("pk").data["why"] == "edited"


@pytest.mark.case("A17", "R2")
@pytest.mark.parametrize("edit", EDITS)
def test_no_edit_slips_into_what_was_submitted_a_moment_ago(edit: str, ben: User) -> None:
    """Ben opened the page while it was in research; it is not any more when his edit arrives."""
    seen = make.drafted()
    make.second_place(seen.claim)
    make.submit(seen)
    before = checksums()
    try:
        EDITS[edit](seen, ben)
    except IllegalTransition:
        assert checksums() == before
    else:
        assert make.review_of(seen).status == Review.Status.RESEARCHING


@pytest.mark.case("A17")
@pytest.mark.parametrize("edit", EDITS)
def test_an_editor_who_edits_cannot_approve_what_comes_of_it(edit: str, cleo: User) -> None:
    review = make.submitted()
    make.second_place(review.claim)
    EDITS[edit](make.review_of(review), cleo)
    if edit == "no rating":
        make.draft(review, rating=make.rating("false"))
    if edit == "evidence away":
        make.draft(review, explanation="The table counts 38,900 tickets [2].")
    review = make.submit(review)
    with nothing_changes(), pytest.raises(FourEyes):
        actions.sign_off(review, actor=cleo)


@pytest.mark.case("A17")
def test_one_edit_of_a_shared_source_voids_every_approval_that_used_it(ada: User, ben: User) -> None:
    source = actions.add_source(actor=ada, **make.a_source())
    reviews = []
    for _ in range(2):
        review = make.researched(pieces=1)
        make.add_evidence(review, source=source)
        make.draft(review)
        reviews.append(make.sign_off(make.submit(review)))
    actions.change_source(source, actor=ben, publisher="Somebody else")
    assert [make.review_of(review).status for review in reviews] == ["researching", "researching"]


def test_saving_the_same_words_voids_nothing(ben: User) -> None:
    review = make.approved()
    piece = _evidence(review)
    with nothing_changes():
        _draft(summary=review.summary, statement=review.claim.statement, rating=review.rating)(review, ben)
        _claim(said_where=review.claim.said_where, topics=[])(review, ben)
        actions.change_evidence(piece, actor=ben, quote=piece.quote)
        actions.change_source(piece.source, actor=ben, title=piece.source.title)
        place = make.passage_of(review.claim)
        actions.add_passage(
            review.claim, actor=ben, revision=place.revision, start=place.start, end=place.end
        )


def test_the_second_click_on_remove_voids_nothing(ada: User) -> None:
    review = make.researched(pieces=3)
    piece = Evidence.objects.get(review=review, number=3)
    actions.remove_evidence(piece, actor=ada)
    make.draft(review)
    make.sign_off(make.submit(review))
    with nothing_changes():
        actions.remove_evidence(Evidence.objects.get(pk=piece.pk), actor=ada)


# --- More than one sign-off ----------------------------------------------------------------------


@pytest.fixture
def two_needed(settings: Any) -> None:
    settings.SIGNOFFS_REQUIRED = 2


def test_where_two_are_needed_one_is_not_enough(two_needed: None, cleo: User, dan: User, dov: User) -> None:
    review = make.submitted()
    assert make.sign_off(review, by=cleo).status == Review.Status.SUBMITTED
    with nothing_changes(), pytest.raises(NotReady):
        publish(make.review_of(review), actor=dov)
    assert make.sign_off(review, by=dan).status == Review.Status.APPROVED


def test_nobody_signs_twice(two_needed: None, cleo: User) -> None:
    review = make.submitted()
    make.sign_off(review, by=cleo)
    assert why_not_sign_off(cleo, make.verdict_of(review))
    with nothing_changes(), pytest.raises(FourEyes):
        actions.sign_off(make.review_of(review), actor=cleo)
    with nothing_changes(), pytest.raises(FourEyes):
        actions.return_verdict(make.review_of(review), actor=cleo, note="Changed my mind.")


@pytest.mark.case("A17")
def test_an_edit_between_two_sign_offs_voids_the_first(
    two_needed: None, ben: User, cleo: User, dan: User
) -> None:
    review = make.submitted()
    make.sign_off(review, by=cleo)
    make.draft(review, by=ben, summary="Ben's new sentence.")
    review = make.submit(review, by=ben)
    assert make.sign_off(review, by=dan).status == Review.Status.SUBMITTED
    assert make.sign_off(review, by=cleo).status == Review.Status.APPROVED


def test_an_old_name_on_the_screen_signs_no_new_verdict(ben: User, cleo: User) -> None:
    seen = make.submitted()
    make.draft(seen, by=ben, summary="Ben's new sentence.")
    make.submit(seen, by=ben)
    with nothing_changes(), pytest.raises(Conflict):
        actions.sign_off(make.review_of(seen), actor=cleo, verdict_number=1)


# --- The database holds it as well ---------------------------------------------------------------


@pytest.mark.case("A15")
@pytest.mark.parametrize("part", ["approved", "returned", "wrote"])
def test_the_database_refuses_a_second_part_in_a_verdict(part: str, ada: User) -> None:
    verdict = make.verdict_of(make.submitted(by=ada))
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(verdict=verdict, person=ada, part=part)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reviews_signature (verdict_id, person_id, part, note, at)"
            " VALUES (%s, %s, %s, '', %s)",
            [verdict.pk, ada.pk, part, timezone.now()],
        )


@pytest.mark.case("A15")
def test_a_writer_cannot_be_turned_into_an_approver(ada: User) -> None:
    verdict = make.verdict_of(make.submitted(by=ada))
    wrote = verdict.signatures.get(person=ada)
    with pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.filter(pk=wrote.pk).update(part="approved")
    with pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.filter(pk=wrote.pk).delete()
    approval = Signature(verdict=verdict, person=ada, part="approved")
    with pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.bulk_create(
            [approval], update_conflicts=True, unique_fields=["verdict", "person"], update_fields=["part"]
        )


@pytest.mark.case("A15")
def test_where_the_code_forgets_the_rule_the_constraint_refuses(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = give_role(ada, Role.EDITOR)
    review = make.submitted(by=ada)
    monkeypatch.setattr("reviews.actions.verdicts.require_sign_off", lambda *_: None)
    with nothing_changes(), pytest.raises(FourEyes):
        actions.sign_off(review, actor=ada)


def test_a_part_that_is_none_is_refused(cleo: User) -> None:
    verdict = make.verdict_of(make.submitted())
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(verdict=verdict, person=cleo, part="glanced at")


# --- A desk that asks for no sign-off (A20, A21) -------------------------------------------------


@pytest.mark.case("A20")
def test_a_desk_without_sign_offs_does_not_start(settings: Any) -> None:
    settings.SIGNOFFS_REQUIRED = 0
    assert "factcheck.E001" in {message.id for message in run_checks()}
    with pytest.raises(SystemCheckError, match="E001"):
        call_command("check", stderr=StringIO())


@pytest.mark.case("A20")
def test_a_review_that_needs_no_sign_off_cannot_be(settings: Any) -> None:
    settings.SIGNOFFS_REQUIRED = 0
    with pytest.raises(IntegrityError):
        make.flagged()
    settings.SIGNOFFS_REQUIRED = 1
    review = make.flagged()
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(signoffs_required=0)


@pytest.mark.case("A20")
def test_an_approval_without_a_name_under_it_is_not_published(dov: User) -> None:
    review = make.submitted()
    Review.objects.filter(pk=review.pk).update(status="approved")
    with nothing_changes(), pytest.raises(NotReady) as refusal:
        publish(make.review_of(review), actor=dov)
    assert [b["code"] for b in refusal.value.members["blockers"]] == ["not_signed_off"]


@pytest.mark.case("A21")
def test_no_sign_off_is_carried_over_to_another_claim_on_the_same_words(dov: User) -> None:
    first = make.approved()
    revision = make.passage_of(first.claim).revision
    second = make.flagged(article=revision.article)
    assert second.status == Review.Status.UNASSIGNED
    assert not second.verdicts.exists()
    with nothing_changes(), pytest.raises(NotReady):
        publish(second, actor=dov)
