"""Looking whether an article was changed at its address: when, how, and what comes of it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from articles.actions import request_import, request_recheck, retry_import
from articles.fetching import fetch_if_changed
from articles.models import Article, Import, Placement
from articles.tasks import run_import
from factcheck.accounts.models import User
from factcheck.errors import Conflict, Forbidden
from factcheck.jobs.runner import fail
from reviews import actions
from reviews.models import Review
from reviews.rechecks import MOST_AT_ONCE
from reviews.tasks import ask_for_rechecks
from tests import factories as make
from tests.articles.canary import Server, allowing, page, redirect
from tests.cast import person, signed_in
from tests.database import nothing_changes
from tests.desk.hand import text_of

pytestmark = pytest.mark.django_db

HTML = "<html><head><title>Night ferry</title></head><body><article><h1>Night ferry</h1>{}</article></body></html>"
NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"
PATH = "/ferry"


@pytest.fixture(autouse=True)
def allowed(server: Server, settings: Any) -> None:
    settings.FETCH_ALLOW = [server.place]


def _page(*edits: tuple[str, str], headers: tuple[str, ...] = ()) -> bytes:
    text = make.TEXT
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return page(HTML.format("".join(f"<p>{line}</p>" for line in text.splitlines())), *headers)


@pytest.fixture
def article(server: Server, ada: User) -> Article:
    """An article as it was fetched from its address, with a claim in it."""
    headers = ('ETag: "one"', "Last-Modified: Mon, 04 May 2026 10:00:00 GMT")
    job = request_import(actor=ada, url=server.says(PATH, _page(headers=headers)))
    article = _run(job).article
    assert article is not None
    make.flagged_claim(article=article)
    return Article.objects.get(pk=article.pk)


def _run(job: Import) -> Import:
    run_import(job.pk)
    job.refresh_from_db()
    assert job.status == "done", job.error_detail
    return job


# --- Asking the site -----------------------------------------------------------------------------


def test_the_site_is_asked_whether_anything_changed(server: Server, article: Article, ada: User) -> None:
    server.says(PATH, NOT_MODIFIED)
    job = _run(request_recheck(article, actor=ada))
    asked = server.requests[-1].decode()
    assert 'If-None-Match: "one"' in asked
    assert "If-Modified-Since: Mon, 04 May 2026 10:00:00 GMT" in asked
    assert (job.was_known, job.article) == (True, article)
    assert article.revisions.count() == 1


def test_the_same_page_again_is_no_revision(server: Server, article: Article, ada: User) -> None:
    job = _run(request_recheck(article, actor=ada))
    assert job.was_known
    assert article.revisions.count() == 1


def test_the_same_words_in_another_page_are_no_revision(server: Server, article: Article, ada: User) -> None:
    body = HTML.format("".join(f"<p class='x'>{line}</p>" for line in make.TEXT.splitlines()))
    server.says(PATH, page(body))
    assert _run(request_recheck(article, actor=ada)).was_known
    assert article.revisions.count() == 1


@pytest.mark.case("P16")
def test_an_article_that_was_edited_silently_gets_a_revision_and_its_claim_waits(
    server: Server, article: Article, ada: User
) -> None:
    review = Review.objects.get()
    actions.assign(make.review_of(review), actor=ada, assignee=ada)
    server.says(PATH, _page(make.OTHER_FIGURE, headers=('ETag: "two"',)))
    job = _run(request_recheck(article, actor=None))
    assert not job.was_known
    newest = make.newest_revision(article)
    assert (newest.number, newest.created_by, newest.http["headers"]["etag"]) == (2, None, '"two"')
    assert Placement.objects.undecided().get().passage.claim == review.claim
    html = text_of(signed_in(ada).get("/desk/queue/?passage=changed&assignee=me"))
    assert "Passage changed by the outlet" in html


def test_the_check_after_a_change_names_the_newest_page(server: Server, article: Article, ada: User) -> None:
    server.says(PATH, _page(make.OTHER_FIGURE, headers=('ETag: "two"',)))
    _run(request_recheck(article, actor=ada))
    server.says(PATH, NOT_MODIFIED)
    assert _run(request_recheck(article, actor=ada)).was_known
    assert 'If-None-Match: "two"' in server.requests[-1].decode()
    assert "If-Modified-Since" not in server.requests[-1].decode()


def test_a_page_that_is_gone_is_said_so_and_changes_nothing(
    server: Server, article: Article, ada: User
) -> None:
    server.says(PATH, page("", status="410 Gone"))
    job = request_recheck(article, actor=ada)
    run_import(job.pk)
    job.refresh_from_db()
    assert (job.status, job.error_code) == ("failed", "not_found")
    assert article.revisions.count() == 1
    assert "No newer text could be had" in text_of(signed_in(ada).get(f"/desk/articles/{article.pk}/"))


def test_nobody_who_did_not_ask_is_told_not_modified(server: Server) -> None:
    policy = allowing(server)
    url = server.says("/a", NOT_MODIFIED)
    assert fetch_if_changed(url, {"If-None-Match": '"one"'}, policy=policy) is None
    with pytest.raises(ValueError, match="304"):
        fetch_if_changed(url, {}, policy=policy)
    moved = server.says("/b", redirect(url))
    assert fetch_if_changed(moved, {"If-None-Match": '"one"'}, policy=policy) is None


# --- Who asks, and how often ---------------------------------------------------------------------


def test_one_look_at_a_time(article: Article, ada: User, ben: User) -> None:
    first = request_recheck(article, actor=ada)
    assert request_recheck(article, actor=ben) == first
    assert request_recheck(article, actor=None) == first
    assert Import.objects.filter(revises=article).count() == 1
    _run(first)
    assert request_recheck(article, actor=ben) != first


def test_a_failed_look_is_not_tried_again_beside_another(article: Article, ada: User) -> None:
    failed = request_recheck(article, actor=ada)
    Import.objects.filter(pk=failed.pk).update(status="running")
    failed.refresh_from_db()
    fail(failed, code="unreachable", detail="Away.")
    failed.refresh_from_db()
    request_recheck(article, actor=ada)
    with nothing_changes(), pytest.raises(Conflict):
        retry_import(failed, actor=ada)


def test_an_article_without_an_address_is_not_looked_at(ada: User) -> None:
    article = make.imported_article()
    with nothing_changes(), pytest.raises(Conflict, match="no address"):
        request_recheck(article, actor=ada)


def test_whoever_only_reads_does_not_ask(article: Article, vera: User) -> None:
    with nothing_changes(), pytest.raises(Forbidden):
        request_recheck(article, actor=vera)


def _asked(moment: datetime) -> int:
    with time_machine.travel(moment, tick=False):
        return ask_for_rechecks()


def test_the_desk_looks_by_itself_less_and_less_until_something_changes(
    server: Server, article: Article
) -> None:
    server.says(PATH, NOT_MODIFIED)
    begin, waits = timezone.now(), []
    now = begin
    for _ in range(10):
        article.refresh_from_db()
        assert article.recheck_at is not None
        waits.append(round((article.recheck_at - now) / timedelta(hours=1)))
        assert _asked(article.recheck_at - timedelta(minutes=1)) == 0
        now = article.recheck_at + timedelta(seconds=1)
        assert _asked(now) == 1
        with time_machine.travel(now, tick=False):
            _run(Import.objects.latest("pk"))
    assert waits == [1, 1, 2, 4, 8, 16, 32, 64, 128, 168]

    server.says(PATH, _page(make.OTHER_FIGURE))
    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        _run(request_recheck(article, actor=person("Ada")))
        article.refresh_from_db()
        assert article.recheck_at == timezone.now() + timedelta(hours=1)


def test_it_looks_where_a_claim_is_open_or_decided_and_not_where_all_were_set_aside(
    article: Article, cleo: User
) -> None:
    later = timezone.now() + timedelta(hours=2)
    review = make.review_of(Review.objects.get())
    actions.decline(review, actor=cleo, reason="Not ours.")
    assert _asked(later) == 0
    actions.reopen(make.review_of(review), actor=cleo, reason="Ours after all.")
    assert _asked(later) == 1


def test_it_does_not_look_where_nothing_was_flagged(server: Server, ada: User) -> None:
    make.imported_article(canonical_url="https://herald.example/unread")
    assert _asked(timezone.now() + timedelta(days=30)) == 0


def test_it_asks_for_few_at_a_time_the_longest_overdue_first() -> None:
    for number in range(MOST_AT_ONCE + 2):
        article = make.imported_article(canonical_url=f"https://herald.example/{number}")
        make.flagged_claim(article=article)
    later = timezone.now() + timedelta(hours=2)
    assert (_asked(later), _asked(later), _asked(later)) == (MOST_AT_ONCE, 2, 0)
    asked = list(
        Import.objects.filter(revises__isnull=False).order_by("pk").values_list("revises", flat=True)
    )
    assert asked == sorted(asked)
    assert set(Import.objects.filter(revises__isnull=False).values_list("requested_by", flat=True)) == {None}


# --- At the desk ---------------------------------------------------------------------------------


@pytest.fixture
def browser(ada: User) -> Client:
    return signed_in(ada)


def _page_of(browser: Client, article: Article, query: str = "") -> str:
    return text_of(browser.get(f"/desk/articles/{article.pk}/{query}"))


def test_the_button_asks_and_the_page_says_so(browser: Client, article: Article) -> None:
    assert "Check for changes" in _page_of(browser, article)
    answer = browser.post(f"/desk/articles/{article.pk}/recheck/")
    assert (answer.status_code, answer["Location"]) == (303, f"/desk/articles/{article.pk}/")
    assert "Looking for a newer text" in _page_of(browser, article)
    _run(Import.objects.latest("pk"))
    assert "No change" in _page_of(browser, article)


def _watched(browser: Client, html: str) -> Any:
    """The answer to what the page asks for every second."""
    [address] = re.findall(r'hx-get="([^"]+on=article[^"]*)"', html)
    return browser.get(unescape(address), headers={"HX-Request": "true"})


def test_while_a_pasted_text_is_read_the_page_says_that_and_renews_what_it_says(
    browser: Client, article: Article
) -> None:
    text = make.TEXT.replace(*make.OTHER_FIGURE).replace("\n", "\n\n")
    browser.post(f"/desk/articles/{article.pk}/text/", {"text": text})
    html = _page_of(browser, article)
    assert "The pasted text is being read" in html
    assert "Looking for" not in html
    assert _watched(browser, html).status_code == 204
    _run(Import.objects.latest("pk"))
    renewed = text_of(_watched(browser, html))
    assert "The newer text is here." in renewed
    assert f'href="/desk/articles/{article.pk}/"' in renewed
    assert "hx-get" not in renewed
    assert "on=article" not in _page_of(browser, article)


@pytest.mark.parametrize(
    ("is_its_own", "said"),
    [(True, "The text is the same as before"), (False, "could not be taken as the newer one:")],
)
def test_a_pasted_text_that_brings_nothing_is_answered_with_what_is_true(
    browser: Client, article: Article, is_its_own: bool, said: str
) -> None:
    text = make.newest_revision(article if is_its_own else make.imported_article()).text
    browser.post(f"/desk/articles/{article.pk}/text/", {"text": text.replace("\n", "\n\n")})
    html = _page_of(browser, article)
    run_import(Import.objects.latest("pk").pk)
    renewed = text_of(_watched(browser, html))
    assert said in renewed
    assert "hx-get" not in renewed


def test_a_pasted_text_becomes_the_newest_and_the_page_says_what_waits(
    browser: Client, article: Article
) -> None:
    text = make.TEXT.replace(*make.OTHER_FIGURE).replace("\n", "\n\n")
    answer = browser.post(f"/desk/articles/{article.pk}/text/", {"text": text})
    assert answer.status_code == 303
    _run(Import.objects.latest("pk"))
    html = _page_of(browser, article)
    assert "1 passage waits" in html
    assert f"/desk/articles/{article.pk}/changes/" in html
    assert "38,900" in html
    old = _page_of(browser, article, "?revision=1")
    assert "You are reading revision 1" in old
    assert "41,000" in old


def test_a_file_becomes_the_newest_text(browser: Client, article: Article) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    text = make.TEXT.replace(*make.OTHER_FIGURE).replace("\n", "\n\n")
    file = SimpleUploadedFile("ferry.txt", text.encode(), "text/plain")
    assert browser.post(f"/desk/articles/{article.pk}/text/", {"file": file}).status_code == 303
    assert "“ferry.txt” is being read" in _page_of(browser, article)
    _run(Import.objects.latest("pk"))
    assert article.revisions.count() == 2
    assert "A newer text was found" in text_of(browser.get("/desk/articles/"))


@pytest.mark.parametrize("sent", [{}, {"text": "   "}])
def test_nothing_given_comes_back_with_a_reason(
    browser: Client, article: Article, sent: dict[str, str]
) -> None:
    with nothing_changes():
        answer = browser.post(f"/desk/articles/{article.pk}/text/", sent)
    assert "Paste the text, or choose a file." in text_of(answer, 400)


def test_an_article_that_is_not_there_is_404(browser: Client) -> None:
    for part in ("recheck", "text"):
        assert browser.post(f"/desk/articles/999999/{part}/", {"text": "Words."}).status_code == 404


# --- For programs --------------------------------------------------------------------------------


def test_a_new_text_is_answered_with_what_became_of_each_passage(browser: Client, article: Article) -> None:
    text = make.TEXT.replace(*make.OTHER_FIGURE).replace("\n", "\n\n")
    path = f"/api/v1/articles/{article.pk}/revisions"
    answer = browser.post(path, {"text": text}, content_type="application/json")
    assert answer.status_code == 201
    report = answer.json()
    assert report["anchoring"] == {"kept": 0, "moved": 0, "changed": 1, "lost": 0, "undecided": 1}
    [placement] = report["placements"]
    assert placement["quote"] == make.QUOTE
    assert report["text"][placement["start"] : placement["end"]] == make.QUOTE.replace(*make.OTHER_FIGURE)
    assert browser.get(answer["Location"]).json() == report
    again = browser.post(path, {"text": text}, content_type="application/json")
    assert (again.status_code, again.json()["number"]) == (200, 2)


def test_a_program_decides_and_takes_it_back(browser: Client, article: Article) -> None:
    make.revised(article, make.OTHER_FIGURE)
    [placement] = browser.get(f"/api/v1/placements?article={article.pk}&undecided=true").json()["results"]
    path = f"/api/v1/placements/{placement['id']}"
    decided = browser.post(f"{path}/decide", {"decision": "kept"}, content_type="application/json")
    assert (decided.status_code, decided.json()["decision"]) == (200, "kept")
    assert browser.get("/api/v1/placements?undecided=true").json()["results"] == []
    undone = browser.post(f"{path}/undo", content_type="application/json")
    assert (undone.status_code, undone.json()) == (200, placement)


@pytest.mark.parametrize(
    "wish",
    [{}, {"decision": "superseded"}, {"decision": "chosen"}, {"decision": "kept", "start": 1, "end": 2}],
)
def test_a_program_is_told_what_is_wrong_with_its_wish(
    browser: Client, article: Article, wish: dict[str, Any]
) -> None:
    make.revised(article, make.OTHER_FIGURE)
    path = f"/api/v1/placements/{Placement.objects.get().pk}/decide"
    with nothing_changes():
        assert browser.post(path, wish, content_type="application/json").status_code == 400


def test_a_newer_text_by_upload_names_its_article(browser: Client, article: Article) -> None:
    text = make.TEXT.replace(*make.OTHER_FIGURE).replace("\n", "\n\n")
    wish = {"text": text, "revises": str(article.pk)}
    answer = browser.post("/api/v1/imports", wish, content_type="application/json")
    assert (answer.status_code, answer.json()["revises"]) == (202, str(article.pk))
    _run(Import.objects.latest("pk"))
    assert article.revisions.count() == 2
    wish = {"url": "https://herald.example/other", "revises": str(article.pk)}
    assert browser.post("/api/v1/imports", wish, content_type="application/json").status_code == 400


def test_a_program_asks_for_a_look(browser: Client, article: Article) -> None:
    answer = browser.post(f"/api/v1/articles/{article.pk}/recheck", content_type="application/json")
    assert answer.status_code == 202
    assert browser.get(answer["Location"]).json()["revises"] == str(article.pk)
