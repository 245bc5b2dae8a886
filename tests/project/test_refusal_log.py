"""Every refusal of a right leaves one line in the log, whichever door it came to (decision record 0009)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from factcheck.accounts.actions import revoke_token
from factcheck.accounts.models import ApiToken, User
from factcheck.audit.models import Event
from tests import factories as make
from tests.cast import PASSWORD, person, program, signed_in
from tests.desk.hand import at, draft_form, post

pytestmark = pytest.mark.django_db

SECRET = "words that nobody else may read"


@pytest.fixture
def refused(caplog: pytest.LogCaptureFixture) -> Any:
    """Give a function that returns the lines since it was last asked."""

    def lines() -> list[dict[str, Any]]:
        found = [r.msg for r in caplog.records if r.name == "factcheck.refusals" and isinstance(r.msg, dict)]
        caplog.clear()
        return found

    return lines


def the_only(lines: list[dict[str, Any]], answer: Any) -> tuple[Any, ...]:
    """Who, code, method and path of the one line; no word of what was sent is in it."""
    [line] = lines
    assert line["event"] == "refused"
    assert line["gesture"] == answer.headers["X-Request-ID"]
    assert SECRET not in str(line)
    return line["person"], line["code"], line["method"], line["path"]


def test_a_right_that_is_missing_is_one_line_at_both_doors(ben: User, refused: Any) -> None:
    review = make.approved()
    before = Event.objects.exclude(action="token.created").count()
    answer = post(ben, "publish", review, note=SECRET)
    assert answer.status_code == 403
    assert the_only(refused(), answer) == (ben.pk, "forbidden", "POST", at("publish", review))
    path = f"/api/v1/reviews/{review.pk}/publish/"
    answer = program(ben, "read", "publish").post(path, {"note": SECRET}, format="json")
    assert the_only(refused(), answer) == (ben.pk, "forbidden", "POST", path)
    assert Event.objects.exclude(action="token.created").count() == before


def test_four_eyes_is_one_line_at_both_doors(cleo: User, refused: Any) -> None:
    review = make.submitted(by=person("Uma", "reporter", "editor"))
    uma = person("Uma")
    answer = post(uma, "sign_off", review, verdict=1, note=SECRET)
    assert the_only(refused(), answer) == (uma.pk, "four_eyes", "POST", at("sign_off", review))
    path = f"/api/v1/reviews/{review.pk}/sign-off/"
    answer = program(uma, "read", "signoff").post(path, {"note": SECRET}, format="json")
    assert the_only(refused(), answer) == (uma.pk, "four_eyes", "POST", path)


def test_a_token_without_the_scope_and_one_that_is_over(ada: User, refused: Any) -> None:
    caller = program(ada, "read")
    answer = caller.post("/api/v1/claims/", {"statement": SECRET}, format="json")
    assert the_only(refused(), answer) == (ada.pk, "forbidden", "POST", "/api/v1/claims/")
    revoke_token(ApiToken.objects.get(), actor=ada)
    answer = caller.get("/api/v1/me/")
    assert the_only(refused(), answer) == (ada.pk, "unauthenticated", "GET", "/api/v1/me/")


def test_a_form_from_another_site(ada: User, refused: Any) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.login(username="ada", password=PASSWORD)
    review = make.drafted()
    answer = browser.post(at("draft", review), {"summary": SECRET})
    assert the_only(refused(), answer) == (ada.pk, "forbidden", "POST", at("draft", review))


def test_whoever_has_no_part_in_the_desk(eve: User, refused: Any) -> None:
    answer = signed_in(eve).get("/desk/queue/", {"q": SECRET})
    assert the_only(refused(), answer) == (eve.pk, "forbidden", "GET", "/desk/queue/")


def test_the_nameless_and_what_is_only_not_now_or_not_there_leave_no_line(ada: User, refused: Any) -> None:
    review = make.drafted()
    assert Client().get("/api/v1/reviews/").status_code == 401
    assert Client().get("/api/v1/me/", headers={"Authorization": "Bearer fc_guess"}).status_code == 401
    assert Client().get("/desk/").status_code == 302
    assert signed_in(ada).get("/desk/claims/999/").status_code == 404
    old = draft_form(review)
    post(ada, "draft", review, **{**old, "summary": "First."})
    assert post(ada, "draft", review, **{**old, "summary": "Second."}).status_code == 409
    assert refused() == []
