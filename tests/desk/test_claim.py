"""The page of a claim: what each person may do there, and doing it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import transaction
from django.forms import CharField, Form
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from factcheck.accounts.models import User
from factcheck.errors import DomainError, StaleVersion
from publishing.forms import PublishForm
from publishing.models import Edition, Release
from reviews import actions
from reviews.forms import DraftForm, EvidenceForm, FactsForm, FlagForm, ReasonForm, SignOffForm
from reviews.models import Evidence, Review, Verdict
from reviews.options import why_not
from tests import factories as make
from tests.cast import again, person, signed_in
from tests.database import nothing_changes
from tests.desk.hand import SOURCE, at, draft_form, forms_in, page, post, text_of

JSON = {"Accept": "application/json"}


# --- Writing -------------------------------------------------------------------------------------


def test_a_draft_saves_itself(ada: User) -> None:
    review = make.researched()
    answer = signed_in(ada).post(
        at("draft", review),
        draft_form(review, summary="One sentence.", rating="true"),
        headers=JSON,
    )
    assert answer.status_code == 200
    saved = make.review_of(review)
    assert (saved.summary, saved.rating and saved.rating.slug) == ("One sentence.", "true")
    assert answer.json()["version"] == saved.version
    assert [each["code"] for each in answer.json()["blockers"]] == ["no_explanation"]


def test_without_scripts_the_draft_is_saved_by_its_button(ada: User) -> None:
    review = make.researched()
    answer = post(ada, "draft", review, **draft_form(review, explanation="Line one.\r\nLine two.\x07"))
    assert (answer.status_code, answer["Location"]) == (303, at("claim", review))
    assert make.review_of(review).explanation == "Line one.\nLine two."


def test_what_a_form_does_not_send_is_left(ada: User) -> None:
    review = make.drafted()
    post(ada, "draft", review, version=make.review_of(review).version, summary="Only this.")
    saved = make.review_of(review)
    assert (saved.summary, saved.explanation) == ("Only this.", make.EXPLANATION)
    assert saved.rating is not None


def test_a_preview_is_what_readers_will_see(ada: User) -> None:
    review = make.researched()
    with nothing_changes():
        answer = post(ada, "preview", review, text="**So** it is [1]. <script>alert(1)</script>")
    html = text_of(answer)
    assert "<strong>So</strong>" in html
    assert 'href="#source-1"' in html
    assert "<script" not in html


def test_sending_saves_first_and_freezes_what_was_saved(ada: User) -> None:
    review = make.drafted()
    answer = post(ada, "submit", review, **draft_form(review, summary="The last word."))
    assert answer.status_code == 303
    assert make.review_of(review).status == Review.Status.SUBMITTED
    assert Verdict.objects.get().summary == "The last word."


def test_a_draft_that_is_not_ready_is_saved_and_says_what_is_missing(ada: User) -> None:
    review = make.researched(pieces=0)
    html = text_of(post(ada, "submit", review, **draft_form(review, summary="Kept.")), 409)
    assert make.review_of(review).summary == "Kept."
    assert not Verdict.objects.exists()
    for words in ("Choose a rating.", "Write the explanation.", "Add at least one source."):
        assert words in html


# --- Two people at once --------------------------------------------------------------------------


@pytest.mark.case("R7")
def test_who_saves_second_gets_both_drafts_and_loses_no_word(ada: User, ben: User) -> None:
    review = make.drafted()
    old = draft_form(review)
    post(ada, "draft", review, **{**old, "summary": "Ada's summary.", "rating": "true"})
    mine = {**old, "summary": "Ben's summary.", "explanation": "Ben's explanation [1]."}
    with nothing_changes():
        answer = post(ben, "draft", review, **mine)
    html = text_of(answer, 409)
    for words in ("Ada saved a newer draft", "Ada&#x27;s summary.", "Ben&#x27;s summary.", "True"):
        assert words in html, words
    assert "Ben&#x27;s explanation [1]." in html
    fields = {field["name"]: field for field in answer.context["fields"]}
    assert [name for name, field in fields.items() if field["same"]] == ["statement"]
    assert answer.context["version"] == make.review_of(review).version

    chosen = {name: field["yours"] for name, field in fields.items()}
    answer = post(ben, "draft", review, version=answer.context["version"], **chosen)
    assert answer.status_code == 303
    saved = make.review_of(review)
    assert (saved.summary, saved.explanation) == ("Ben's summary.", "Ben's explanation [1].")


@pytest.mark.case("R7")
def test_a_script_gets_the_newer_draft_to_compare(ada: User, ben: User) -> None:
    review = make.drafted()
    old = draft_form(review)
    post(ada, "draft", review, **{**old, "summary": "Ada's summary."})
    with nothing_changes():
        answer = signed_in(ben).post(at("draft", review), {**old, "summary": "Ben's."}, headers=JSON)
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["code"] == "stale_version"
    assert problem["current"]["summary"] == "Ada's summary."
    assert problem["current"]["saved_by"] == "Ada"
    assert problem["current"]["version"] == make.review_of(review).version
    assert problem["yours"]["summary"] == "Ben's."


def test_saving_the_same_words_twice_is_no_conflict(ada: User) -> None:
    review = make.drafted()
    form = draft_form(review, summary="Once.")
    assert post(ada, "draft", review, **form).status_code == 303
    version = make.review_of(review).version
    with nothing_changes():
        for number in (form["version"], version):
            assert post(ada, "draft", review, **{**form, "version": number}).status_code == 303


@pytest.mark.case("A17")
@pytest.mark.parametrize("state", [make.submitted, make.approved])
def test_a_tab_that_was_left_open_does_not_take_the_verdict_back(
    state: Callable[..., Review], ada: User
) -> None:
    review = state()
    browser = signed_in(ada)
    form = draft_form(review, summary="Typed in an old tab.")
    with nothing_changes():
        answer = browser.post(at("draft", review), form, headers=JSON)
        assert answer.status_code == 409
        html = text_of(browser.post(at("draft", review), form), 409)
        assert "Typed in an old tab." in html
        for name, fields in (("evidence_add", SOURCE), ("facts", {"version": 1, "claimant": "Somebody"})):
            assert browser.post(at(name, review), fields).status_code == 409


# --- Evidence and facts --------------------------------------------------------------------------


def test_a_source_is_added_changed_and_removed(ada: User) -> None:
    review = make.flagged()
    answer = post(ada, "evidence_add", review, **SOURCE, is_primary="on")
    assert answer["Location"] == f"{at('claim', review)}#sources"
    piece = Evidence.objects.get()
    assert (piece.source.title, piece.source.is_primary, piece.stance) == ("Passenger table", True, "refutes")

    changed = {**SOURCE, "title": "Passenger table, corrected", "stance": "context", "locator": "p. 4"}
    post(ada, "evidence_change", review, piece.pk, **changed, version=piece.version)
    piece = Evidence.objects.select_related("source").get()
    assert (piece.source.title, piece.source.is_primary) == ("Passenger table, corrected", False)
    assert (piece.stance, piece.locator) == ("context", "p. 4")

    post(ada, "evidence_remove", review, piece.pk)
    assert not Evidence.objects.current().exists()


def test_only_the_source_that_somebody_opens_comes_with_its_form(ada: User) -> None:
    review = make.researched(pieces=2)
    first, second = Evidence.objects.select_related("source").order_by("number")
    forms = [f'id="source-form-{piece.pk}"' for piece in (first, second)]
    closed = page(ada, review)
    assert [form in closed for form in forms] == [False, False]
    opened = text_of(signed_in(ada).get(at("claim", review), {"open": f"source-form-{second.pk}"}))
    assert [form in opened for form in forms] == [False, True]
    assert f'value="{second.source.title}"' in opened


@pytest.mark.case("R7")
def test_of_an_edit_of_a_source_that_is_refused_nothing_stays(ada: User, ben: User) -> None:
    """What is said of the source is refused after how it bears on the claim was changed."""
    review = make.researched(pieces=1)
    piece = Evidence.objects.select_related("source").get()
    mine = {**SOURCE, "stance": "context", "quote": "Ada's passage", "version": piece.version}
    with nothing_changes():
        html = text_of(post(ada, "evidence_change", review, piece.pk, **{**mine, "url": "file:///x"}), 400)
    assert "Ada&#x27;s passage" in html
    assert f'value="{piece.version}"' in html

    theirs = {**SOURCE, "publisher": "Ben's publisher", "version": piece.version}
    assert post(ben, "evidence_change", review, piece.pk, **theirs).status_code == 303
    with nothing_changes():
        html = text_of(post(ada, "evidence_change", review, piece.pk, **mine), 409)
    assert "Ada&#x27;s passage" in html
    assert "Ben&#x27;s publisher" in html
    newer = Evidence.objects.select_related("source").get().version
    assert post(ada, "evidence_change", review, piece.pk, **{**mine, "version": newer}).status_code == 303


def test_a_source_that_moved_a_review_just_now_leaves_the_piece_as_it_was(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = make.researched(pieces=1)
    piece = Evidence.objects.select_related("source").get()

    def refuse(*args: Any) -> None:
        raise StaleVersion(current={})

    monkeypatch.setattr("reviews.actions.evidence._write_source", refuse)
    with nothing_changes():
        answer = post(ada, "evidence_change", review, piece.pk, **SOURCE, version=piece.version)
    assert answer.status_code == 409


def test_a_source_can_be_changed_on_a_claim_that_was_taken_up_again(ada: User, cleo: User) -> None:
    review = make.researched(pieces=1)
    actions.decline(make.review_of(review), actor=cleo, reason="Later.")
    actions.reopen(make.review_of(review), actor=cleo, reason="Now.")
    piece = Evidence.objects.get()
    answer = post(ada, "evidence_change", review, piece.pk, **SOURCE, version=piece.version)
    assert answer.status_code == 303
    assert Evidence.objects.get().source.title == "Passenger table"


def test_confidential_evidence_is_for_its_author_and_those_who_sign_off(
    ada: User, ben: User, cleo: User
) -> None:
    review = make.researched()
    piece = make.confidential_evidence(review)
    for user, sees in ((ada, True), (cleo, True), (ben, False), (person("Dov"), False)):
        html = page(user, review)
        assert ("Marten Oss" in html) is sees, user
        assert ("1 confidential source is not shown to you" in html) is not sees
    with nothing_changes():
        for name in ("evidence_change", "evidence_remove"):
            assert post(ben, name, review, piece.pk, **SOURCE).status_code == 404


@pytest.mark.case("A4")
def test_a_source_of_another_claim_is_not_there(ada: User) -> None:
    review, other = make.researched(), make.researched()
    piece = other.evidence.get(number=1)
    with nothing_changes():
        for name in ("evidence_change", "evidence_remove"):
            assert post(ada, name, review, piece.pk, **SOURCE).status_code == 404


def test_who_said_it_can_be_changed(ada: User) -> None:
    review = make.flagged()
    fields = {
        "version": 1,
        "claimant": "Ilse Maar",
        "said_on": "2026-05-03",
        "said_where": "at sea",
        "topics": "Ferries, Islands",
    }
    assert post(ada, "facts", review, **fields)["Location"] == f"{at('claim', review)}#quote"
    html = page(ada, review)
    for words in ("Ilse Maar", "3 May 2026", "at sea", "Ferries"):
        assert words in html
    with nothing_changes():
        html = text_of(post(ada, "facts", review, **{**fields, "claimant": "Jo Field"}), 409)
    assert "Jo Field" in html


# --- Deciding ------------------------------------------------------------------------------------


def test_sign_off_publish_reopen(ada: User, cleo: User, dov: User) -> None:
    review = make.submitted()
    assert post(cleo, "sign_off", review, verdict=1, note="Fine.").status_code == 303
    assert make.review_of(review).status == Review.Status.APPROVED
    assert post(dov, "publish", review).status_code == 303
    release = make.carry_out(Release.objects.get())
    assert release.status == "done"
    html = page(dov, review)
    assert release.publication.path in html
    assert "Signed off by" in html
    assert post(cleo, "reopen", review, reason="New figures.").status_code == 303
    assert make.review_of(review).status == Review.Status.RESEARCHING
    # What Cleo signed is published; what stands here now nobody has signed.
    assert "Signed off by" not in page(dov, review)


def test_return_with_a_note_and_take_back(ada: User, cleo: User) -> None:
    review = make.submitted()
    assert post(cleo, "return", review, verdict=1, note="Name the year.").status_code == 303
    assert "Name the year." in page(ada, review)
    post(ada, "submit", review, **draft_form(review))
    assert post(ada, "withdraw", review).status_code == 303
    assert make.review_of(review).status == Review.Status.RESEARCHING


def test_decline_and_take_up_again(cleo: User) -> None:
    review = make.flagged()
    assert post(cleo, "decline", review, reason="An opinion.").status_code == 303
    assert "An opinion." in page(cleo, review)
    assert post(cleo, "reopen", review, reason="It is not.").status_code == 303
    assert make.review_of(review).status == Review.Status.UNASSIGNED


def test_a_reporter_takes_a_free_claim_and_no_other(ada: User, ben: User) -> None:
    review = make.flagged(by=ben)
    assert "Take this claim" in page(ada, review)
    assert post(ada, "assign", review, assignee=ada.pk).status_code == 303
    assert "Take this claim" not in page(ben, review)
    with nothing_changes():
        assert post(ben, "assign", review, assignee=ben.pk).status_code == 403
        assert post(ben, "assign", review, assignee="").status_code == 403


def test_an_editor_assigns_and_sets_priority_and_due_date(cleo: User, ben: User) -> None:
    review = make.flagged()
    post(cleo, "assign", review, assignee=ben.pk)
    post(cleo, "triage", review, priority="high", due_at="2026-12-01T18:30")
    found = make.review_of(review)
    assert (found.assignee, found.priority) == (ben, 3)
    html = page(cleo, review)
    assert "assigned the claim to Ben" in html
    assert "set the priority to high and made it due 1 Dec 2026, 18:30 UTC" in html
    post(cleo, "assign", review, assignee="")
    post(cleo, "triage", review, due_at="")
    found = make.review_of(review)
    assert (found.assignee, found.due_at, found.priority) == (None, None, 3)


def test_the_next_edition_asks_what_readers_should_know(dov: User) -> None:
    publication = make.published()
    review = make.second_verdict(publication.review)
    html = page(dov, review)
    assert 'id="publish-dialog"' in html
    with nothing_changes():
        html = text_of(post(dov, "publish", review, kind="correction", note=" "), 400)
    assert "Say what readers should know" in html
    assert 'value="correction" checked' in html
    assert post(dov, "publish", review, kind="correction", note="The year was wrong.").status_code == 303
    make.carry_out(Release.objects.order_by("-pk")[0])
    assert Edition.objects.order_by("-number")[0].note == "The year was wrong."


def test_asking_twice_publishes_once(dov: User) -> None:
    review = make.approved()
    assert [post(dov, "publish", review).status_code for _ in range(2)] == [303, 303]
    assert Release.objects.count() == 1
    assert at("publish", review) not in forms_in(page(dov, review))


def test_a_publisher_sets_a_time_changes_it_and_calls_it_off(dov: User, cleo: User) -> None:
    review = make.approved()
    assert "Publish later" in page(dov, review)
    assert post(dov, "publish", review, publish_at="2199-03-04T18:00").status_code == 303
    html = page(dov, review)
    assert "4 March 2199, 18:00" in html
    assert 'value="2199-03-04T18:00"' in html
    assert at("publish", review) not in forms_in(html)
    others = page(cleo, review)
    assert "4 March 2199, 18:00" in others
    assert not {at("reschedule", review), at("call_off", review)} & set(forms_in(others))

    with nothing_changes():
        html = text_of(post(dov, "reschedule", review, publish_at="2205-01-01T10:00"), 400)
    assert 'value="2205-01-01T10:00"' in html
    assert post(dov, "reschedule", review, publish_at="2199-03-05T09:30").status_code == 303
    html = page(dov, review)
    assert "5 March 2199, 09:30" in html
    assert "moved publication to 5 Mar 2199, 09:30 UTC" in html
    assert post(dov, "call_off", review).status_code == 303
    html = page(dov, review)
    assert "called publication off" in html
    assert "Not published:" not in html
    assert at("publish", review) in forms_in(html)
    assert not {at("reschedule", review), at("call_off", review)} & set(forms_in(html))


@pytest.mark.parametrize("when", ["", "2020-03-04T18:00", "soon"])
def test_a_time_that_is_none_or_has_passed_publishes_nothing(when: str, dov: User) -> None:
    review = make.approved()
    with nothing_changes():
        html = text_of(post(dov, "publish", review, publish_at=when), 400)
    assert 'id="when-dialog" aria-labelledby="when-t" open' in html
    post(dov, "publish", review, publish_at="2199-03-04T18:00")
    with nothing_changes():
        text_of(post(dov, "reschedule", review, publish_at=when), 400)


@pytest.mark.case("R4")
def test_a_time_that_is_changed_too_late_is_refused_and_shows_what_came_of_it(dov: User) -> None:
    review = make.requested().publication.review
    Release.objects.take(Release.objects.get().pk, timezone.now())
    with nothing_changes():
        for name, form in (("reschedule", {"publish_at": "2199-03-05T09:30"}), ("call_off", {})):
            html = text_of(post(dov, name, review, **form), 409)
            assert "It has started already" in html
            assert "on its way to the public site" in html


@pytest.mark.case("R2")
@pytest.mark.parametrize("decision", ["sign_off", "return"])
def test_a_decision_on_words_that_changed_meanwhile_says_what_is_to_be_decided_now(
    decision: str, ada: User, cleo: User
) -> None:
    review = make.submitted()
    make.draft(make.review_of(review), by=ada, summary="Other words.")
    with nothing_changes():
        html = text_of(post(cleo, decision, review, verdict=1, note="Fine."), 409)
    assert "No verdict is up for sign-off now" in html
    make.submit(make.review_of(review), by=ada)
    with nothing_changes():
        html = text_of(post(cleo, decision, review, verdict=1, note="Fine."), 409)
    assert "It is verdict 2 that is up for sign-off now." in html
    assert "Fine." in html
    assert post(cleo, decision, review, verdict=2, note="Fine.").status_code == 303


def test_no_field_takes_more_or_less_than_its_form(ada: User, cleo: User, dov: User) -> None:
    review = make.researched()
    article = make.passage_of(review.claim).revision.article_id
    pages: list[tuple[str, tuple[type[Form], ...], set[str]]] = [
        (
            page(ada, review),
            (DraftForm, EvidenceForm, FactsForm),
            {"statement", "summary", "title", "publisher", "author", "locator", "public_description"}
            | {"claimant", "said_where"},
        ),
        (page(cleo, make.submitted()), (SignOffForm, ReasonForm, EvidenceForm), {"note", "reason"}),
        (page(dov, make.second_verdict(make.published().review)), (PublishForm,), {"note"}),
        (
            text_of(signed_in(ada).get(f"/desk/articles/{article}/")),
            (FlagForm,),
            {"statement", "claimant", "said_where"},
        ),
    ]
    for html, forms, names in pages:
        fields = [(n, f) for form in forms for n, f in form().fields.items() if isinstance(f, CharField)]
        found = re.findall(r'name="(\w+)"[^>]* maxlength="([^"]*)"', html)
        assert names <= {name for name, length in found}
        for name, length in found:
            assert length in {str(field.max_length) for n, field in fields if n == name}, name


# --- Four eyes -----------------------------------------------------------------------------------


@pytest.mark.case("A15", "A16", "A18")
@pytest.mark.parametrize("writer", ["author", "helper", "reassigned"])
def test_no_writer_has_a_button_or_a_way(writer: str, cleo: User, ben: User) -> None:
    person("Uma", "editor")
    review = make.drafted(by=cleo)
    if writer == "helper":
        dan = person("Dan")
        review = make.draft(review, by=dan, summary="A comma, added.")
        user = dan
    else:
        user = cleo
    if writer == "reassigned":
        actions.assign(make.review_of(review), actor=person("Dan"), assignee=ben)
    review = make.submit(review, by=cleo if writer == "author" else ben)
    html = page(user, review)
    assert at("sign_off", review) not in forms_in(html)
    assert "You wrote some of this wording" in html
    assert "You can ask" in html
    assert "Uma" in html
    with nothing_changes():
        for name in ("sign_off", "return"):
            answer = post(user, name, review, verdict=1, note="Fine.")
            assert answer.status_code == 409
            assert "You wrote some of this wording" in text_of(answer, 409)


@pytest.mark.parametrize("name", ["ada", "dov", "max", "vera"])
def test_who_is_no_editor_does_not_sign_off(name: str, db: None) -> None:
    review = make.submitted()
    user = person(name.capitalize())
    assert at("sign_off", review) not in forms_in(page(user, review))
    with nothing_changes():
        assert post(user, "sign_off", review, verdict=1).status_code == 403


@pytest.fixture
def people(db: None) -> list[User]:
    return [person(name) for name in ("Ada", "Ben", "Cleo", "Dan", "Dov", "Max", "Vera", "Sam")]


DOINGS: dict[str, Callable[[Review, User], Any]] = {
    "submit": lambda review, by: actions.submit(review, actor=by),
    "withdraw": lambda review, by: actions.withdraw(review, actor=by),
    "sign_off": lambda review, by: actions.sign_off(review, actor=by),
    "return": lambda review, by: actions.return_verdict(review, actor=by, note="No."),
    "decline": lambda review, by: actions.decline(review, actor=by, reason="No."),
    "reopen": lambda review, by: actions.reopen(review, actor=by, reason="Now."),
    "assign": lambda review, by: actions.assign(review, actor=by, assignee=person("Zoe", "reporter")),
    "take": lambda review, by: actions.assign(review, actor=by, assignee=by),
    "triage": lambda review, by: actions.prioritise(review, actor=by, priority=3),
    "remove_place": lambda review, by: actions.remove_passage(
        review.claim, actor=by, passage=make.second_place(review.claim)
    ),
    "edit": lambda review, by: actions.save_draft(
        review, actor=by, version=review.version, summary="Other words."
    ),
}
# What the actions allow and the page does not offer: it would be a slip there.
NOT_OFFERED = {
    ("edit", "submitted"),
    ("edit", "approved"),
    ("assign", "approved"),
    ("assign", "declined"),
    ("take", "researching"),
    ("take", "submitted"),
    ("take", "approved"),
    ("take", "declined"),
    ("triage", "approved"),
    ("triage", "declined"),
}


@pytest.mark.parametrize(
    "state", [make.flagged, make.drafted, make.submitted, make.returned, make.approved, make.declined]
)
def test_the_page_offers_what_the_actions_allow(state: Callable[..., Review], people: list[User]) -> None:
    """A button for every person where the action succeeds in this state, and no other."""
    review = state()
    for user in people:
        offered = why_not(again(user), make.review_of(review))
        for doing, reason in offered.items():
            if (doing, review.status) in NOT_OFFERED:
                assert reason is not None
            else:
                assert (reason is None) is _succeeds(DOINGS[doing], review, user), (doing, str(user))


def _succeeds(do: Callable[[Review, User], Any], review: Review, user: User) -> bool:
    """Try it, and take it back."""
    before = transaction.savepoint()
    try:
        do(make.review_of(review), again(user))
    except DomainError:
        return False
    else:
        return True
    finally:
        transaction.savepoint_rollback(before)


# --- What it costs -------------------------------------------------------------------------------

STATES = {
    "flagged": make.flagged,
    "drafted": make.drafted,
    "submitted": make.submitted,
    "returned": make.returned,
    "approved": make.approved,
    "requested": lambda: make.requested().publication.review,
    "published": lambda: make.published().review,
    "behind": lambda: make.second_verdict(make.published().review),
    "declined": make.declined,
}


@pytest.mark.parametrize("state", STATES)
def test_the_page_costs_the_same_however_much_is_on_it(
    state: str, db: None, django_assert_max_num_queries: Any
) -> None:
    uma = person("Uma", "reporter", "editor", "publisher", "administrator")
    review: Review = STATES[state]()
    browser, costs = signed_in(uma), []
    for more in (0, 10):
        for n in range(more):
            _more(review, n)
        with django_assert_max_num_queries(12) as queries:
            text_of(browser.get(at("claim", review)))
        costs.append(len(queries))
    assert costs[0] == costs[1]


def _more(review: Review, n: int) -> None:
    """Put more on the page without moving the review on: due dates, people, sources, places."""
    fresh = make.review_of(review)
    due = timezone.now() + timedelta(hours=n)
    actions.prioritise(fresh, actor=person("Cleo"), due_at=due)
    person(f"Person {n}", "reporter", "editor")
    if fresh.status == Review.Status.RESEARCHING:
        make.add_evidence(fresh)
    if fresh.status in {Review.Status.UNASSIGNED, Review.Status.RESEARCHING}:
        revision = make.newest_revision(make.imported_article())
        actions.add_passage(
            fresh.claim, actor=person("Ada"), revision=revision, **make.place_of(make.QUOTE, revision)
        )


def test_a_claim_that_is_not_there_is_404(ada: User) -> None:
    browser: Client = signed_in(ada)
    for number in ("999999", "0", "9" * 19, "9" * 30, "-1", "1e3", "%00", "٣"):
        assert browser.get(f"/desk/claims/{number}/").status_code == 404, number
        assert browser.post(f"/desk/claims/{number}/sign-off/").status_code == 404, number


# --- Times ---------------------------------------------------------------------------------------


def test_times_say_in_which_zone_they_are(dov: User, cleo: User, settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Kolkata"
    review = make.approved()
    assert post(cleo, "triage", review, priority="high", due_at="2199-03-05T15:00").status_code == 303
    waiting = make.submitted()
    html = page(cleo, review)
    assert "Times are in Asia/Kolkata" in html
    assert "made it due 5 Mar 2199, 15:00 IST" in html
    assert 'title="5 March 2199, 15:00 IST"' in text_of(
        signed_in(dov).get(f"/desk/claims/{review.claim_id}/")
    )
    for user, path, field in (
        (cleo, f"/desk/claims/{waiting.claim_id}/", "det-due"),
        (cleo, "/desk/queue/", "bulk-due"),
        (dov, f"/desk/claims/{review.claim_id}/?open=when-dialog", "when"),
    ):
        label = re.search(rf'<label for="{field}">(.*?)</label>', text_of(signed_in(user).get(path)))
        assert label, field
        assert "(IST)" in label[1], field


# --- What the history says -----------------------------------------------------------------------


def told(user: User, review: Review) -> list[str]:
    """The sentences of the claim's history, newest first, as they are read."""
    part = page(user, review).split('<ol class="timeline">')[1].split("</ol>")[0]
    return [" ".join(strip_tags(each).split()) for each in re.findall(r"<div><p>(.*?)</p>", part, re.DOTALL)]


def test_the_history_says_what_of_the_draft_was_written_and_what_changed(ada: User) -> None:
    review = make.flagged()
    post(ada, "assign", review, assignee=ada.pk)
    assert told(ada, review)[0] == "Ada took the claim"
    review = make.draft(review)
    assert (
        told(ada, review)[0] == "Ada wrote the summary and the explanation and chose the rating Mostly false"
    )
    review = make.draft(review, statement="In other words.", summary="Another.", rating=make.rating("true"))
    assert told(ada, review)[0] == (
        "Ada changed the statement and the summary and changed the rating from Mostly false to True"
    )
    review = make.draft(review, explanation="All of it anew [1].")
    assert told(ada, review)[0] == "Ada changed the explanation"
    review = make.draft(review, rating=None)
    assert told(ada, review)[0] == "Ada took the rating away"


def test_the_history_names_the_facts_that_changed_and_no_others(ada: User) -> None:
    review = make.researched(claimant="Ilse Maar", topics=["Sea"])
    actions.change_claim(
        review.claim,
        actor=ada,
        version=review.claim.version,
        claimant="Ilse Maar",
        said_where="On the quay",
        topics=["Sea", "Money"],
    )
    assert told(ada, review)[0] == "Ada changed where it was said and the topics"
    assert "<ins>On the quay · Money, Sea</ins>" in page(ada, review)


def test_the_history_says_what_kind_of_edition_went_out_and_when_it_was_to(dov: User) -> None:
    review = make.approved()
    post(dov, "publish", review, publish_at="2199-03-05T09:30")
    assert told(dov, review)[0] == "Dov asked to publish on 5 Mar 2199, 09:30 UTC"
    post(dov, "call_off", review)
    post(dov, "publish", review)
    make.carry_out(Release.objects.get())
    assert told(dov, review)[0] == "Dov published edition 1"
    again = make.second_verdict(make.review_of(review))
    make.carry_out(make.requested(again, kind="correction", note="The table was last year’s."))
    assert told(dov, review)[0] == "Dov published edition 2, a correction"


def test_words_that_were_taken_over_are_said_to_be(ada: User) -> None:
    review = make.approved()
    placement = make.waiting_placement(review.claim)
    actions.decide_placement(placement, actor=ada, decision="accepted")
    assert "Ada took over the words that stand in revision 2" in told(ada, review)
    assert "Ada made an edit, which returned the verdict to research" in told(ada, review)


def test_the_activity_of_the_desk_names_the_claim_that_was_published_and_not_its_address(dov: User) -> None:
    publication = make.published(slug="an-address-of-its-own")
    html = text_of(signed_in(dov).get("/desk/"))
    assert "an-address-of-its-own" not in html
    claim = publication.review.claim
    line = re.search(r"published edition 1:.*?</li>", html, re.DOTALL)
    assert line
    assert f'<a href="/desk/claims/{claim.pk}/">{claim.statement}</a>' in unescape(line.group())
