"""Who gets in, and what the addresses of the desk have in common."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from factcheck.accounts.models import User
from reviews.models import Review
from tests import factories as make
from tests.cast import person, signed_in, take_role
from tests.database import nothing_changes
from tests.desk.hand import desk_paths, desk_patterns

# Every address, and what a person with all rights gets there by GET. Nothing here takes a change by GET.
BY_GET = {
    "home": 200,
    "articles": 200,
    "article": 200,
    "original": 200,
    "changes": 200,
    "compare": 200,
    "annotated": 200,
    "annotated_document": 200,
    "queue": 200,
    "claim": 200,
    "import": 303,
    "batch": 200,
    "feeds": 200,
    "feed": 200,
    "webhooks": 200,
    "webhook": 200,
    "webhook_delivery": 200,
    **dict.fromkeys(
        (
            "flag",
            "link",
            "decline_offer",
            "recheck",
            "new_text",
            "mend",
            "decide_place",
            "undo_place",
            "mark",
            "imports",
            "import_retry",
            "import_dismiss",
            "batch_dismiss",
            "feed_poll",
            "feed_pause",
            "feed_remove",
            "webhook_test",
            "webhook_secret",
            "webhook_off",
            "webhook_on",
            "webhook_remove",
            "webhook_again",
            "queue_bulk",
            "draft",
            "submit",
            "preview",
            "facts",
            "evidence_add",
            "evidence_change",
            "evidence_remove",
            "place_remove",
            "assign",
            "triage",
            "withdraw",
            "sign_off",
            "return",
            "decline",
            "reopen",
            "publish",
            "reschedule",
            "call_off",
        ),
        303,
    ),
}
FORMS = [name for name, status in BY_GET.items() if status == 303 and name != "import"]


@pytest.fixture
def everybody(db: None) -> User:
    return person("Uma", "reporter", "editor", "publisher", "administrator")


@pytest.fixture
def review(db: None) -> Review:
    return make.submitted()


def test_the_list_of_addresses_is_complete() -> None:
    assert set(desk_patterns()) == set(BY_GET)


def test_every_view_of_the_desk_asks_who_is_there() -> None:
    open_to_all = [n for n, p in desk_patterns().items() if not getattr(p.callback, "is_desk_view", False)]
    assert open_to_all == []


def test_each_address_answers(review: Review, everybody: User) -> None:
    paths, browser = desk_paths(review), signed_in(everybody)
    assert {name: browser.get(paths[name]).status_code for name in BY_GET} == BY_GET


@pytest.mark.case("C6")
@pytest.mark.parametrize("method", ["get", "head", "post", "put", "delete", "patch", "options"])
def test_who_is_not_signed_in_is_sent_to_the_sign_in_page(method: str, review: Review) -> None:
    paths = desk_paths(review)
    with nothing_changes():
        for name, path in paths.items():
            answer = getattr(Client(), method)(path)
            assert answer.status_code == 302, (name, answer.status_code)
            assert answer["Location"].startswith("/accounts/login/?next="), name
            assert answer["Cache-Control"] == "no-store"


@pytest.mark.case("A8")
@pytest.mark.parametrize("method", ["get", "post"])
def test_eve_without_a_role_gets_403_everywhere(method: str, review: Review, eve: User) -> None:
    paths, browser = desk_paths(review), signed_in(eve)
    with nothing_changes():
        for name, path in paths.items():
            answer = getattr(browser, method)(path)
            assert answer.status_code == 403, name
            assert review.claim.statement not in answer.content.decode()


@pytest.mark.case("A10")
def test_a_role_that_is_taken_is_gone_with_the_next_click(review: Review, ada: User) -> None:
    browser = signed_in(ada)
    assert browser.get("/desk/").status_code == 200
    take_role(ada, "reporter")
    assert browser.get("/desk/").status_code == 403


@pytest.mark.case("A11")
def test_a_deactivated_person_is_signed_out_at_once(review: Review, ada: User) -> None:
    browser = signed_in(ada)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert browser.get("/desk/").status_code == 302


def test_a_script_that_wants_json_is_told_in_json_that_nobody_is_signed_in(review: Review) -> None:
    answer = Client().post(desk_paths(review)["draft"], headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"


def test_htmx_is_led_to_the_sign_in_page_as_a_whole(review: Review) -> None:
    answer = Client().get(desk_paths(review)["import"], headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/accounts/login/"


# --- CSRF, and nothing by GET --------------------------------------------------------------------


@pytest.mark.case("C1")
@pytest.mark.parametrize(
    "origin", [None, "https://evil.example", "null"], ids=["no token", "foreign origin", "null origin"]
)
def test_no_form_is_taken_without_its_token(origin: str | None, review: Review, everybody: User) -> None:
    paths = desk_paths(review)
    browser = signed_in(everybody, enforce_csrf_checks=True)
    token = browser.get("/desk/").context["csrf_token"]
    fields: dict[str, Any] = {"assignee": everybody.pk, "verdict": 1, "note": "No.", "reason": "No."}
    headers = {}
    if origin:
        fields["csrfmiddlewaretoken"] = str(token)
        headers["Origin"] = origin
    for name in FORMS:
        with nothing_changes():
            assert browser.post(paths[name], fields, headers=headers).status_code == 403, name


@pytest.mark.case("C2", "A9")
@pytest.mark.parametrize("method", ["get", "head"])
def test_reading_changes_nothing(method: str, review: Review, everybody: User) -> None:
    make.published()
    paths = desk_paths(review)
    browser = signed_in(everybody)
    with nothing_changes():
        for name, path in paths.items():
            for query in ("", "?q=ferry&open=source-dialog", "?_method=POST"):
                answer = getattr(browser, method)(path + query)
                assert answer.status_code in {200, 303}, (name, query)
            overridden = getattr(browser, method)(path, headers={"X-HTTP-Method-Override": "POST"})
            assert overridden.status_code in {200, 303}


@pytest.mark.case("C6")
def test_after_signing_out_no_page_of_the_desk_is_kept_or_given(review: Review, ada: User) -> None:
    browser, path = signed_in(ada), desk_paths(review)["claim"]
    assert browser.get(path)["Cache-Control"] == "no-store"
    browser.post("/accounts/logout/")
    assert browser.get(path).status_code == 302


# --- Signing in ----------------------------------------------------------------------------------

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "https://evil.example",
    "HTTPS://evil.example/desk/",
    "http:evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "http://testserver@evil.example",
    "http://testserver.evil.example",
    "http://evil.example#testserver",
    "http://evil.example?testserver",
    "//testserver@evil.example/",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,hello",
    "vbscript:x",
    "ftp://evil.example",
    "\t//evil.example",
    " //evil.example",
    "\n//evil.example",
    "\x00//evil.example",
    "//evil%2eexample",
    "/\t/evil.example",
    "//[::1]/",
    "http://[evil",
    "%2f%2fevil.example",
]


@pytest.mark.case("C7")
@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_signing_in_never_leads_off_the_desk(wanted: str, ada: User) -> None:
    from urllib.parse import urljoin, urlsplit

    from tests.cast import PASSWORD

    fields = {"username": ada.username, "password": PASSWORD, "next": wanted}
    answer = Client().post("/accounts/login/", fields)
    assert answer.status_code == 302
    where = urljoin("http://testserver/accounts/login/", answer["Location"].replace("\\", "/").strip())
    assert urlsplit(where)[:2] == ("http", "testserver"), answer["Location"]


@pytest.mark.case("C7")
def test_no_form_leads_off_the_desk(review: Review, cleo: User) -> None:
    browser = signed_in(cleo)
    for wanted in ELSEWHERE:
        fields = {"review": review.pk, "priority": "high", "next": wanted}
        assert browser.post("/desk/queue/bulk/", fields)["Location"] == "/desk/queue/", wanted


def test_signing_in_leads_to_the_page_that_was_wanted(review: Review, ada: User) -> None:
    from tests.cast import PASSWORD

    path = desk_paths(review)["claim"]
    browser = Client()
    sign_in = browser.get(path)["Location"]
    answer = browser.post(sign_in, {"username": "ada", "password": PASSWORD, "next": path})
    assert answer["Location"] == path
