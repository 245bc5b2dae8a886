"""Reviews through the API: the queue, the draft, and every step up to sign-off."""

from __future__ import annotations

from typing import Any

import pytest

from reviews.models import DraftWriter, Review, Signature
from tests import factories
from tests.api.callers import V1, calling, change, etag, pointers, rows
from tests.api.client import check_problem
from tests.cast import person
from tests.database import nothing_changes

pytestmark = pytest.mark.django_db

REVIEWS = f"{V1}/reviews/"


def path_of(review: Review, step: str = "") -> str:
    return f"{REVIEWS}{review.pk}/{step}"


# --- The draft -----------------------------------------------------------------------------------


def test_a_review_shows_its_draft_and_its_state() -> None:
    review = factories.drafted(slug="half-true")
    found = calling("Vera").get(path_of(review)).json()
    assert found["status"] == "researching"
    assert found["state"] == "draft"
    assert found["statement"] == factories.QUOTE
    assert found["rating"] == "half-true"
    assert found["summary"] == factories.SUMMARY
    assert found["explanation"] == factories.EXPLANATION
    assert found["saved_by"]["name"] == "Ada"
    assert found["priority"] == "normal"
    assert found["verdict"] is None


def test_a_verdict_shows_the_names_under_it() -> None:
    review = factories.approved()
    found = calling("Vera").get(path_of(review)).json()
    assert (found["status"], found["state"]) == ("approved", "ready")
    verdict = found["verdict"]
    assert verdict["number"] == 1
    assert [(s["person"]["name"], s["part"]) for s in verdict["signatures"]] == [
        ("Ada", "wrote"),
        ("Cleo", "approved"),
    ]
    listed = rows(calling("Vera").get(path_of(review, "verdicts/")))
    assert listed == [verdict]
    assert calling("Vera").get(path_of(review, "verdicts/1/")).json() == verdict


def test_words_are_saved_one_by_one() -> None:
    review = factories.flagged()
    ada = calling("Ada")
    path = path_of(review)
    answer = change(ada, path, {"statement": "The  ferry carried\n41,000."})
    assert answer.status_code == 200
    assert answer.json()["statement"] == "The ferry carried 41,000."
    assert answer.json()["assignee"]["name"] == "Ada"
    answer = change(ada, path, {"rating": "false"})
    assert (answer.json()["rating"], answer.json()["version"]) == ("false", 3)
    answer = change(ada, path, {"rating": None, "summary": "No."})
    assert (answer.json()["rating"], answer.json()["summary"]) == (None, "No.")
    assert answer["ETag"] == etag(ada, path)


@pytest.mark.case("R7")
def test_who_saves_from_an_old_version_is_told_what_was_saved_meanwhile() -> None:
    review = factories.drafted()
    ada, ben = calling("Ada"), calling("Ben")
    path = path_of(review)
    read = etag(ben, path)
    assert change(ada, path, {"summary": "Ada's words."}).status_code == 200
    with nothing_changes():
        answer = ben.patch(path, {"summary": "Ben's words."}, If_Match=read)
        problem = check_problem(answer, 412, "precondition_failed")
        check_problem(ben.patch(path, {"summary": "Ben's words."}), 428, "precondition_required")
        check_problem(ben.patch(path, {"summary": "x"}, If_Match="1"), 412, "precondition_failed")
    assert problem["current"]["summary"] == "Ada's words."


def test_an_edit_of_an_approved_review_returns_it_to_research() -> None:
    review = factories.approved()
    answer = change(calling("Ben"), path_of(review), {"summary": "Other words."})
    assert answer.json()["status"] == "researching"
    assert DraftWriter.objects.get(review=review).person == person("Ben")


@pytest.mark.parametrize(
    ("words", "pointer"),
    [
        ({"rating": "pants-on-fire"}, "/rating"),
        ({"rating": 1}, "/rating"),
        ({"summary": "x" * 241}, "/summary"),
        ({"summary": None}, "/summary"),
        ({"statement": ""}, "/statement"),
        ({"explanation": "a\u0000"}, None),
        ({"explanation": "a\u0008"}, "/explanation"),
        ({"explanation": ["a"]}, "/explanation"),
        ({"priority": 3}, "/priority"),
        ({"priority": "urgent"}, "/priority"),
        ({"due_at": "2026-01-01"}, "/due_at"),
        ({"due_at": "0001-01-01T00:00:00+14:00"}, "/due_at"),
        ({"summary": "Words.", "priority": "high"}, ""),
    ],
)
def test_words_that_cannot_be_saved_are_refused_with_a_pointer(
    words: dict[str, Any], pointer: str | None
) -> None:
    review = factories.flagged()
    cleo = calling("Cleo")
    read = etag(cleo, path_of(review))
    with nothing_changes():
        answer = cleo.patch(path_of(review), words, If_Match=read)
        problem = check_problem(answer, 400, "malformed" if pointer is None else "invalid")
    if pointer is not None:
        assert pointers(problem) == [pointer]


@pytest.mark.case("A7")
@pytest.mark.parametrize(
    "field",
    [
        "id",
        "claim",
        "status",
        "state",
        "assignee",
        "stage_entered_at",
        "touched_at",
        "signoffs_required",
        "version",
        "saved_by",
        "saved_at",
        "decline_reason",
        "verdict",
        "publication",
        "approved_by",
        "published_at",
    ],
)
def test_nothing_but_words_and_urgency_can_be_patched(field: str) -> None:
    review = factories.drafted()
    cleo = calling("Cleo")
    read = etag(cleo, path_of(review))
    with nothing_changes():
        answer = cleo.patch(path_of(review), {"summary": "x", field: "approved"}, If_Match=read)
        assert pointers(check_problem(answer, 400, "invalid")) == [f"/{field}"]


# --- Steps ---------------------------------------------------------------------------------------


@pytest.mark.case("A4")
def test_a_review_is_taken_given_and_taken_away() -> None:
    review = factories.flagged()
    ada, cleo = calling("Ada"), calling("Cleo")
    me, ben = str(person("Ada").pk), str(person("Ben").pk)
    answer = ada.post(path_of(review, "assign/"), {"assignee": me})
    assert (answer.status_code, answer.json()["status"]) == (200, "researching")
    with nothing_changes(leave_out=["accounts_user", "accounts_grant", "accounts_apitoken"]):
        check_problem(ada.post(path_of(review, "assign/"), {"assignee": ben}), 403, "forbidden")
        for nobody in (person("Eve"), person("Dov")):
            answer = cleo.post(path_of(review, "assign/"), {"assignee": str(nobody.pk)})
            assert pointers(check_problem(answer, 400, "invalid")) == ["/assignee"]
    answer = cleo.post(path_of(review, "assign/"), {"assignee": ben})
    assert answer.json()["assignee"] == {"id": ben, "name": "Ben"}
    answer = cleo.post(path_of(review, "assign/"), {"assignee": None})
    assert answer.json()["assignee"] is None


def test_a_draft_goes_to_sign_off_and_back() -> None:
    review = factories.drafted()
    ada, cleo = calling("Ada"), calling("Cleo")
    answer = ada.post(path_of(review, "submit/"))
    assert (answer.json()["status"], answer.json()["state"]) == ("submitted", "signoff")
    assert answer.json()["verdict"]["number"] == 1
    answer = ada.post(path_of(review, "withdraw/"))
    assert answer.json()["state"] == "draft"
    ada.post(path_of(review, "submit/"))
    answer = cleo.post(path_of(review, "return/"), {"note": "Name the year.", "verdict": 2})
    assert answer.json()["state"] == "returned"
    assert answer.json()["verdict"]["signatures"][-1]["note"] == "Name the year."
    ada.post(path_of(review, "submit/"))
    answer = cleo.post(path_of(review, "sign-off/"), {"verdict": 3, "note": "Well done."})
    assert (answer.status_code, answer.json()["status"]) == (200, "approved")
    answer = cleo.post(path_of(review, "reopen/"), {"reason": "New figures."})
    assert answer.json()["status"] == "researching"
    answer = cleo.post(path_of(review, "decline/"), {"reason": "An opinion."})
    assert (answer.json()["status"], answer.json()["decline_reason"]) == ("declined", "An opinion.")
    answer = cleo.post(path_of(review, "reopen/"), {"reason": "Not an opinion."})
    assert answer.json()["status"] == "unassigned"


def test_what_is_missing_is_said_all_at_once() -> None:
    review = factories.flagged(assignee=person("Ada"))
    ada = calling("Ada")
    missing = ["no_rating", "no_summary", "no_explanation", "no_evidence"]
    found = ada.get(path_of(review, "blockers/")).json()
    assert found["step"] == "submit"
    assert [blocker["code"] for blocker in found["blockers"]] == missing
    with nothing_changes():
        problem = check_problem(ada.post(path_of(review, "submit/")), 409, "not_ready")
    assert problem["blockers"] == found["blockers"]


@pytest.mark.parametrize(
    ("step", "body"),
    [("return/", {"note": " "}), ("decline/", {"reason": ""}), ("reopen/", {}), ("return/", {})],
)
def test_a_step_that_needs_words_does_not_go_without(step: str, body: dict[str, str]) -> None:
    review = factories.submitted()
    cleo = calling("Cleo")
    with nothing_changes():
        problem = check_problem(cleo.post(path_of(review, step), body), 400, "invalid")
    assert pointers(problem) == ["/note" if step == "return/" else "/reason"]


STEPS = {
    "assign/": {"assignee": None},
    "submit/": {},
    "withdraw/": {},
    "sign-off/": {},
    "return/": {"note": "Name the year."},
    "decline/": {"reason": "An opinion."},
    "reopen/": {"reason": "New figures."},
}
# The steps that each state allows to somebody whose role gives them every right.
OPEN = {
    "flagged": {"assign/", "decline/"},
    "drafted": {"assign/", "submit/", "decline/"},
    "submitted": {"assign/", "sign-off/", "return/", "decline/"},
    "approved": {"assign/", "reopen/"},
    "declined": {"assign/", "reopen/"},
}


@pytest.mark.parametrize("state", OPEN)
def test_each_step_is_taken_in_its_state_only(state: str) -> None:
    review = getattr(factories, state)()
    cleo = calling("Cleo")
    for step in STEPS.keys() - OPEN[state]:
        with nothing_changes():
            answer = cleo.post(path_of(review, step), STEPS[step])
        # Cleo wrote nothing of it: withdrawing is not hers even where it is open.
        assert answer.status_code == (403 if (state, step) == ("submitted", "withdraw/") else 409), step


@pytest.mark.case("A12")
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("name", ["Vera", "Dov", "Max", "Eve"])
def test_those_who_neither_report_nor_edit_take_no_step(step: str, name: str) -> None:
    review = factories.submitted()
    caller = calling(name)
    with nothing_changes():
        check_problem(caller.post(path_of(review, step), STEPS[step]), 403, "forbidden")


@pytest.mark.case("A12")
@pytest.mark.parametrize("step", ["sign-off/", "return/", "decline/", "reopen/"])
def test_an_editors_token_for_research_decides_nothing(step: str) -> None:
    review = factories.submitted()
    caller = calling("Cleo", "read", "import", "flag", "review", "publish", "admin")
    with nothing_changes():
        check_problem(caller.post(path_of(review, step), STEPS[step]), 403, "forbidden")


# --- Four eyes -----------------------------------------------------------------------------------


@pytest.mark.case("A15", "A19")
@pytest.mark.parametrize("step", ["sign-off/", "return/"])
def test_nobody_decides_on_words_of_their_own_whatever_token_they_use(step: str) -> None:
    review = factories.submitted(by=person("Cleo"))
    for caller in (calling("Cleo"), calling("Cleo", "signoff")):
        with nothing_changes(leave_out=["accounts_apitoken"]):
            check_problem(caller.post(path_of(review, step), STEPS[step]), 409, "four_eyes")
    found = calling("Cleo").get(path_of(review, "blockers/")).json()
    assert found["step"] == "sign-off"
    assert [blocker["code"] for blocker in found["blockers"]] == ["not_yours"]
    assert calling("Dan").post(path_of(review, "sign-off/")).status_code == 200


@pytest.mark.case("A16")
def test_who_changed_one_comma_does_not_sign_off() -> None:
    review = factories.drafted()
    assert change(calling("Cleo"), path_of(review), {"summary": "One comma, more."}).status_code == 200
    calling("Ada").post(path_of(review, "submit/"))
    with nothing_changes(leave_out=["accounts_apitoken"]):
        check_problem(calling("Cleo").post(path_of(review, "sign-off/")), 409, "four_eyes")


@pytest.mark.case("A19")
def test_a_program_never_signs_off_even_one_with_an_editors_role() -> None:
    review = factories.submitted()
    person("Robot", "editor", is_bot=True)
    caller = calling("Robot")
    for step in ("sign-off/", "return/"):
        with nothing_changes():
            check_problem(caller.post(path_of(review, step), STEPS[step]), 403, "forbidden")


@pytest.mark.case("R2")
def test_a_sign_off_does_not_reach_words_that_were_changed_meanwhile() -> None:
    review = factories.submitted()
    cleo, ada = calling("Cleo"), calling("Ada")
    read = etag(cleo, path_of(review))
    assert change(ada, path_of(review), {"summary": "Other words."}).status_code == 200
    ada.post(path_of(review, "submit/"))
    with nothing_changes():
        answer = cleo.post(path_of(review, "sign-off/"), {}, If_Match=read)
        check_problem(answer, 412, "precondition_failed")
        answer = cleo.post(path_of(review, "sign-off/"), {"verdict": 1})
        problem = check_problem(answer, 409, "stale_version")
    assert problem["current"]["verdict"] == 2
    assert cleo.post(path_of(review, "sign-off/"), {"verdict": 2}).status_code == 200


def test_a_sign_off_that_is_sent_twice_is_one() -> None:
    review = factories.submitted()
    cleo = calling("Cleo")
    first = cleo.post(path_of(review, "sign-off/"), {}, Idempotency_Key="k")
    again = cleo.post(path_of(review, "sign-off/"), {}, Idempotency_Key="k")
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    check_problem(cleo.post(path_of(review, "sign-off/")), 409, "illegal_transition")
    assert Signature.objects.filter(part="approved").count() == 1
