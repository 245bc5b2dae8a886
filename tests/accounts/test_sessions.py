"""A session begins with the sign-in and ends with the sign-out (SECURITY, C5 and C6)."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from factcheck.accounts.models import User
from tests.cast import PASSWORD

LOGIN = "/accounts/login/"


def _session(browser: Client) -> str:
    cookie = browser.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie.value if cookie else ""


@pytest.mark.case("C5")
@pytest.mark.parametrize("planted", ["", "a" * 32])
def test_who_signs_in_gets_a_session_that_nobody_knew_before(planted: str, ada: User) -> None:
    browser, attacker = Client(), Client()
    session = browser.session
    session["planted"] = "by somebody else"
    session.save()
    known = planted or session.session_key
    for each in (browser, attacker):
        each.cookies[settings.SESSION_COOKIE_NAME] = known
    answer = browser.post(LOGIN, {"username": "ada", "password": PASSWORD})
    assert answer.status_code == 302
    assert _session(browser) not in {"", known}
    assert browser.get("/desk/").status_code == 200
    assert attacker.get("/desk/").status_code == 302
    assert not Session.objects.filter(session_key=known).exists()


@pytest.mark.case("C5")
def test_a_second_person_in_the_same_browser_gets_another_session(ada: User, cleo: User) -> None:
    browser = Client()
    browser.post(LOGIN, {"username": "ada", "password": PASSWORD})
    first = _session(browser)
    browser.post("/accounts/logout/")
    browser.post(LOGIN, {"username": "cleo@desk.example", "password": PASSWORD})
    assert _session(browser) not in {"", first}
    assert not Session.objects.filter(session_key=first).exists()


@pytest.mark.case("C6")
def test_after_signing_out_the_old_cookie_opens_nothing(ada: User) -> None:
    browser = Client()
    browser.post(LOGIN, {"username": "ada", "password": PASSWORD})
    kept = _session(browser)
    browser.post("/accounts/logout/")
    browser.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert browser.get("/desk/").status_code == 302
    assert browser.get("/api/v1/me/").status_code == 401


def test_a_changed_password_ends_the_sessions_that_there_are(ada: User) -> None:
    browser = Client()
    browser.post(LOGIN, {"username": "ada", "password": PASSWORD})
    ada.set_password("another nine herons")
    ada.save()
    assert browser.get("/desk/").status_code == 302
