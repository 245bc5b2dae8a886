"""An import by address: what may pass is tried again, and one article has one address."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from django.utils import timezone

from articles.actions import add_article, request_import
from articles.models import Article, Import
from articles.tasks import run_import
from factcheck.accounts.models import User
from factcheck.errors import Malformed
from tests.articles.canary import Server, page, redirect
from tests.cast import signed_in
from tests.database import nothing_changes
from tests.factories import TEXT

pytestmark = pytest.mark.django_db

PAGE = "<html><head><title>Night ferry</title></head><body><article><h1>Night ferry</h1>{}</article></body></html>"


@pytest.fixture(autouse=True)
def allowed(server: Server, settings: Any) -> None:
    settings.FETCH_ALLOW = [server.place]


def article_page(*headers: str) -> bytes:
    return page(PAGE.format("".join(f"<p>{line}</p>" for line in TEXT.split("\n\n"))), *headers)


def tried(job: Import) -> Import:
    """The import after one more attempt, whatever pause it is in."""
    Import.objects.filter(pk=job.pk).update(run_after=timezone.now())
    run_import(job.pk)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("status", ["429 Too Many Requests", "500 Oh", "502 Bad Gateway", "503 Away"])
def test_what_may_pass_is_tried_again_and_says_so(status: str, server: Server, ada: User) -> None:
    job = request_import(actor=ada, url=server.says("/a", page("", status=status)))
    job = tried(job)
    assert (job.status, job.attempts) == ("queued", 1)
    assert job.run_after > timezone.now() + timedelta(seconds=2)
    html = signed_in(ada).get("/desk/articles/").content.decode()
    assert "Waiting to try again" in html
    assert job.error_detail.partition(" (")[0] in html

    server.says("/a", article_page())
    job = tried(job)
    assert (job.status, job.error_code, job.error_detail) == ("done", "", "")
    assert job.article is not None


def test_after_the_last_attempt_the_reason_is_the_sites(server: Server, ada: User) -> None:
    job = request_import(actor=ada, url=server.says("/a", page("", status="503 Away")))
    for _ in range(Import.max_attempts):
        assert job.is_open
        job = tried(job)
    assert (job.status, job.error_code) == ("failed", "site_error")
    assert "HTTP 503" in job.shown_error


@pytest.mark.parametrize("status", ["403 No", "404 Gone", "410 Gone", "451 No"])
def test_what_will_not_pass_fails_at_once(status: str, server: Server, ada: User) -> None:
    job = tried(request_import(actor=ada, url=server.says("/a", page("", status=status))))
    assert (job.status, job.attempts) == ("failed", 1)


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_site_that_names_a_time_is_not_asked_before(form: str, server: Server, ada: User) -> None:
    until = timezone.now() + timedelta(minutes=20)
    said = "1200" if form == "seconds" else format_datetime(until)
    answer = page("", f"Retry-After: {said}", status="429 Too Many Requests")
    job = tried(request_import(actor=ada, url=server.says("/a", answer)))
    assert job.status == "queued"
    assert abs(job.run_after - until) < timedelta(seconds=30)


@pytest.mark.parametrize("said", ["86400", "9" * 30, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_who_has_to_wait_too_long_is_told_at_once(said: str, server: Server, ada: User) -> None:
    answer = page("", f"Retry-After: {said}", status="503 Away")
    job = tried(request_import(actor=ada, url=server.says("/a", answer)))
    assert (job.status, job.error_code) == ("failed", "site_error")


@pytest.mark.parametrize("said", ["soon", "-5", "", "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 99 Foo 2026"])
def test_a_time_that_is_none_leaves_the_usual_pause(said: str, server: Server, ada: User) -> None:
    answer = page("", f"Retry-After: {said}", status="503 Away")
    job = tried(request_import(actor=ada, url=server.says("/a", answer)))
    assert job.status == "queued"
    assert job.run_after < timezone.now() + timedelta(seconds=10)


# --- The address that it ends up at --------------------------------------------------------------


def test_the_article_has_the_address_that_the_redirects_led_to(server: Server, ada: User) -> None:
    server.says("/full", article_page())
    job = tried(request_import(actor=ada, url=server.says("/short", redirect("/full"))))
    assert (job.status, job.was_known) == ("done", False), job.error_detail
    assert Article.objects.get().canonical_url == server.url("/full")


def test_an_article_known_under_the_final_address_is_recognised(server: Server, ada: User) -> None:
    server.says("/full", article_page())
    first = tried(request_import(actor=ada, url=server.url("/full")))
    # The text was changed meanwhile, so that only the address tells.
    server.says("/full", page(PAGE.format(f"<p>{TEXT}</p><p>One more paragraph of it, added later.</p>")))
    second = tried(request_import(actor=ada, url=server.says("/short", redirect("/full"))))
    assert (second.status, second.was_known, second.article) == ("done", True, first.article)
    assert Article.objects.count() == 1


def test_what_a_page_says_of_itself_is_read_from_where_it_was_in_the_end(server: Server, ada: User) -> None:
    relative = article_page().replace(b"<head>", b'<head><link rel="canonical" href="ferry">')
    server.says("/news/2026/full?amp=1", page(relative.partition(b"\r\n\r\n")[2]))
    asked = server.says("/short", redirect("/news/2026/full?amp=1"))
    job = tried(request_import(actor=ada, url=asked))
    assert (job.status, job.url) == ("done", asked), job.error_detail
    article = Article.objects.get()
    assert article.canonical_url == server.url("/news/2026/ferry")
    assert article.revisions.get().http["final_url"] == server.url("/news/2026/full?amp=1")


# --- The address that whoever asks knows of it ---------------------------------------------------


def _by_job(actor: User, given: dict[str, str]) -> None:
    assert tried(request_import(actor=actor, text=TEXT, given=given)).status == "done"


def _at_once(actor: User, given: dict[str, str]) -> None:
    add_article(actor=actor, text=TEXT, given=given)


ACTIONS = pytest.mark.parametrize("action", [_by_job, _at_once])


@ACTIONS
@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "herald.example/ferry", "https://u:p@herald.example/"]
)
def test_what_is_no_web_address_is_refused_by_the_action(action: Any, address: str, ada: User) -> None:
    with nothing_changes(), pytest.raises(Malformed) as refusal:
        action(ada, {"canonical_url": address})
    assert [error["pointer"] for error in refusal.value.facts["errors"]] == ["/canonical_url"]


@ACTIONS
def test_an_address_is_kept_in_the_form_in_which_addresses_are_compared(action: Any, ada: User) -> None:
    action(ada, {"canonical_url": " HTTPS://Herald.Example:443/ferry?utm_source=mail#top "})
    assert Article.objects.get().canonical_url == "https://herald.example/ferry"


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/desk/imports/", {"source": "text", "text": TEXT}, 400),
        ("/api/v1/imports/", {"text": TEXT}, 400),
        ("/api/v1/articles/", {"text": TEXT}, 400),
    ],
)
def test_both_doors_say_so_at_the_field(path: str, sent: dict[str, str], status: int, ada: User) -> None:
    kind = {"content_type": "application/json"} if path.startswith("/api/") else {}
    with nothing_changes():
        answer = signed_in(ada).post(path, sent | {"canonical_url": "javascript:alert(1)"}, **kind)
    assert answer.status_code == status
    if path.startswith("/api/"):
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/canonical_url"]
    else:
        assert 'aria-describedby="import-canonical-e' in answer.content.decode()
