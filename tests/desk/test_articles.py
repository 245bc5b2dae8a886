"""Articles: the list with how far their checks are, and bringing one in."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from itertools import combinations
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from articles.actions import compare_waiting, request_batch, request_import
from articles.batches.models import Batch
from articles.models import Article, Import
from articles.tasks import run_import
from factcheck.accounts.models import User
from factcheck.audit.models import Event
from factcheck.jobs.models import JobStatus
from factcheck.jobs.runner import fail, retry as put_back
from reviews.progress import in_state, progress_of
from tests import factories as make
from tests.articles.documents import FILES
from tests.cast import person, signed_in
from tests.database import nothing_changes
from tests.desk.hand import text_of


@pytest.fixture
def browser(ada: User) -> Client:
    return signed_in(ada)


def _send(browser: Client, **fields: Any) -> Any:
    return browser.post("/desk/imports/", {"source": "text", **fields})


# --- Bringing one in -----------------------------------------------------------------------------


def test_a_pasted_text_becomes_an_article(browser: Client) -> None:
    answer = _send(
        browser,
        text=make.TEXT,
        title="Night ferry",
        byline="Jo Field",
        outlet="Example Herald",
        published_at="2026-05-03",
        language="en",
    )
    assert (answer.status_code, answer["Location"]) == (303, "/desk/articles/")
    job = Import.objects.get()
    run_import(job.pk)
    article = Article.objects.get()
    assert (article.title, article.byline, str(article.outlet)) == (
        "Night ferry",
        "Jo Field",
        "Example Herald",
    )
    assert article.published_at is not None
    assert article.published_at.date().isoformat() == "2026-05-03"
    assert f"/desk/articles/{article.pk}/" in text_of(browser.get("/desk/articles/"))


def test_a_file_becomes_an_article(browser: Client) -> None:
    file = SimpleUploadedFile("ferry.md", f"# Night ferry\n\n{make.TEXT}".encode(), "text/markdown")
    assert _send(browser, source="file", file=file).status_code == 303
    run_import(Import.objects.get().pk)
    assert Article.objects.get().title == "Night ferry"


def test_a_pdf_becomes_an_article_that_names_its_pages(browser: Client) -> None:
    file = SimpleUploadedFile("columns.pdf", (FILES / "columns.pdf").read_bytes(), "application/pdf")
    assert _send(browser, source="file", file=file).status_code == 303
    run_import(Import.objects.get().pk)
    article = Article.objects.get()
    html = text_of(browser.get(f"/desk/articles/{article.pk}/"))
    assert "internationally recognised transportation" in html
    assert 'data-place="p. 1"' in html
    assert 'data-place="p. 2"' in html


def test_an_address_is_asked_for_once(browser: Client) -> None:
    assert _send(browser, source="url", url="https://herald.example/ferry?utm_source=x").status_code == 303
    assert Import.objects.get().kind == "url"


def test_the_same_text_twice_is_recognised_and_led_to(browser: Client) -> None:
    for _ in range(2):
        _send(browser, text=make.TEXT, title="Night ferry")
    for job in Import.objects.order_by("pk"):
        run_import(job.pk)
    article = Article.objects.get()
    html = text_of(browser.get("/desk/articles/"))
    assert "was on the desk already" in html
    assert html.count(f'href="/desk/articles/{article.pk}/"') == 3  # the list, and both imports


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({"source": "text"}, "Paste the text"),
    "white space": ({"source": "text", "text": " \n\t "}, "Paste the text"),
    "no address": ({"source": "url"}, "Give the address"),
    "no file": ({"source": "file"}, "Choose a file"),
    "no source": ({"source": ""}, "Say where"),
    "another source": ({"source": "carrier pigeon"}, "not one of the available"),
    "javascript": ({"source": "url", "url": "javascript:alert(1)"}, "https"),
    "a bad day": ({"text": make.TEXT, "published_at": "2026-02-31"}, "valid date"),
    "the year 26": ({"text": make.TEXT, "published_at": "0026-02-03"}, "year in full"),
    "a broken text": ({"text": "The ferry\x00 sails."}, "broken"),
    "half a language": ({"text": make.TEXT, "language": "e<"}, "languages"),
    "a long title": ({"text": make.TEXT, "title": "x" * 501}, "500"),
}


@pytest.mark.parametrize(("fields", "sentence"), REFUSED.values(), ids=REFUSED)
def test_a_refused_import_keeps_what_was_typed(
    fields: dict[str, Any], sentence: str, browser: Client
) -> None:
    fields = {"byline": "Jo Field, kept", **fields}
    with nothing_changes():
        html = text_of(_send(browser, **fields), 400)
    assert sentence in html
    assert 'value="Jo Field, kept"' in html
    assert 'id="import-dialog" aria-labelledby="import-title" open' in html
    if fields.get("text", "").strip():
        assert "The ferry" in html or "The night ferry" in html


def test_a_file_that_is_too_large_is_refused(browser: Client, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1000
    file = SimpleUploadedFile("ferry.txt", b"x" * 1001, "text/plain")
    with nothing_changes():
        assert "larger than" in text_of(_send(browser, source="file", file=file), 400)


def test_a_body_over_the_limit_is_not_read(browser: Client) -> None:
    body = b"x" * (settings.MAX_UPLOAD_BYTES + 100_000)
    answer = browser.generic("POST", "/desk/imports/", body, "multipart/form-data; boundary=x")
    assert answer.status_code == 413


def test_vera_who_only_reads_has_no_button_and_no_way(vera: User) -> None:
    browser = signed_in(vera)
    assert "import-dialog" not in text_of(browser.get("/desk/articles/"))
    with nothing_changes():
        html = text_of(_send(browser, text=make.TEXT), 403)
    assert "do not let you import articles" in html or "Article" in html


# --- How far one is ------------------------------------------------------------------------------


def _poll(browser: Client, job: Import, seen: str = "") -> Any:
    return browser.get(f"/desk/imports/{job.pk}/?seen={seen}", headers={"HX-Request": "true"})


def test_progress_is_told_when_there_is_some(browser: Client, ada: User) -> None:
    job = request_import(actor=ada, text=make.TEXT, given={"title": "Night ferry"})
    assert _poll(browser, job, "queued-queued-0").status_code == 204
    assert "Waiting for its turn" in text_of(_poll(browser, job))
    run_import(job.pk)
    compare_waiting()
    html = text_of(_poll(browser, job, "queued-queued-0"))
    assert "Imported" in html
    assert "hx-get" not in html
    assert "Open the article" in html


def test_a_failed_import_says_what_happened_and_can_be_tried_again(browser: Client, ada: User) -> None:
    job = request_import(actor=ada, url="https://herald.example/ferry")
    Import.objects.filter(pk=job.pk).update(status=JobStatus.RUNNING)
    job.refresh_from_db()
    fail(job, code="http_error", detail="herald.example answered “gone” (HTTP 410).")
    html = text_of(_poll(browser, job))
    assert "HTTP 410" in html
    assert "[http_error]" in html
    assert "Try again" in html
    assert browser.post(f"/desk/imports/{job.pk}/retry/")["Location"] == "/desk/articles/"
    job.refresh_from_db()
    assert job.status == JobStatus.QUEUED


@pytest.mark.parametrize(("tag", "name"), [("zh", "Chinese"), ("ps", "Pashto"), ("de-AT", "Austrian German")])
def test_languages_are_named_in_the_language_of_whoever_reads(
    tag: str, name: str, browser: Client, ada: User
) -> None:
    article = make.imported_article(by=ada, language=tag)
    claim = make.flagged_claim(article=article, by=ada)
    for path in (
        "/desk/articles/",
        f"/desk/articles/{article.pk}/",
        f"/desk/articles/{article.pk}/original/",
        f"/desk/claims/{claim.pk}/",
    ):
        html = text_of(browser.get(path))
        assert name in html, path
        assert f">{tag.capitalize()}<" not in html
    assert "Ukrainian" in text_of(browser.get("/desk/articles/"))


def _waiting(by: User, **facts: Any) -> Import:
    job = Import.objects.create(
        requested_by=by,
        kind="url",
        url="https://herald.example/ferry",
        status=JobStatus.RUNNING,
        attempts=2,
        **facts,
    )
    put_back(job, code="unreachable", detail="herald.example does not answer.", after=timedelta(minutes=50))
    return job


def test_what_waits_to_be_tried_again_is_tried_at_once(browser: Client, ada: User) -> None:
    job = _waiting(ada)
    way = f"/desk/imports/{job.pk}/retry/"
    assert way in text_of(browser.get("/desk/articles/"))
    assert not Import.objects.claimable(timezone.now()).exists()
    html = text_of(browser.post(way, follow=True))
    assert "Waiting for its turn" in html
    assert way not in html
    job.refresh_from_db()
    # An attempt as any other: a site that stays away is given up in the end.
    assert (job.status, job.attempts, job.sent_at) == (JobStatus.QUEUED, 2, None)
    assert Import.objects.claimable(timezone.now()).get() == job
    assert Event.objects.filter(action="import.retried").count() == 1
    with nothing_changes():
        browser.post(way)


def test_a_newer_text_that_waits_is_looked_for_at_once_from_its_article(browser: Client, ada: User) -> None:
    article = make.imported_article(by=ada)
    job = _waiting(ada, revises=article)
    here = f"/desk/articles/{article.pk}/"
    assert "Try now" in text_of(browser.get(here))
    answer = browser.post(f"/desk/imports/{job.pk}/retry/", {"next": here})
    assert answer["Location"] == here
    assert "Try now" not in text_of(browser.get(here))


def test_whoever_only_reads_cannot_hurry_an_import(ada: User, vera: User) -> None:
    job = _waiting(ada)
    assert "Try now" not in text_of(_poll(signed_in(vera), job))
    with nothing_changes():
        text_of(signed_in(vera).post(f"/desk/imports/{job.pk}/retry/"), 403)


def test_what_did_not_fail_is_not_tried_again(browser: Client, ada: User) -> None:
    job = request_import(actor=ada, text=make.TEXT)
    with nothing_changes():
        answer = browser.post(f"/desk/imports/{job.pk}/retry/", follow=True)
    assert "cannot go from" in text_of(answer)


def _failed(by: User, code: str = "unreachable", **facts: Any) -> Import:
    job = Import.objects.create(
        requested_by=by, kind="url" if "url" in facts else "file", status=JobStatus.RUNNING, **facts
    )
    fail(job, code=code, detail="It failed.")
    return job


def test_a_failed_import_stays_until_somebody_dismisses_it(browser: Client, ada: User) -> None:
    job = _failed(ada, url="https://herald.example/ferry")
    long_ago = timezone.now() - timedelta(days=40)
    Import.objects.filter(pk=job.pk).update(created_at=long_ago, finished_at=long_ago)
    for number in range(8):
        run_import(request_import(actor=ada, text=f"{make.TEXT}Number {number}.").pk)
    assert "https://herald.example/ferry" in text_of(browser.get("/desk/articles/"))
    answer = browser.post(f"/desk/imports/{job.pk}/dismiss/")
    assert (answer.status_code, answer["Location"]) == (303, "/desk/articles/")
    assert "https://herald.example/ferry" not in text_of(browser.get("/desk/articles/"))
    assert Event.objects.filter(action="import.dismissed").count() == 1
    browser.post(f"/desk/imports/{job.pk}/dismiss/")
    assert Event.objects.filter(action="import.dismissed").count() == 1


def test_a_failed_batch_stays_until_somebody_dismisses_it(browser: Client, ada: User) -> None:
    batch = Batch.objects.create(
        requested_by=ada, filename="notes.csv", status=JobStatus.FAILED, error_code="no_columns"
    )
    Batch.objects.filter(pk=batch.pk).update(created_at=timezone.now() - timedelta(days=40))
    assert "notes.csv" in text_of(browser.get("/desk/articles/"))
    assert browser.post(f"/desk/batches/{batch.pk}/dismiss/").status_code == 303
    assert "notes.csv" not in text_of(browser.get("/desk/articles/"))
    assert browser.get(f"/desk/batches/{batch.pk}/").status_code == 200
    going = request_batch(actor=ada, file=b"text\nOne.", filename="going.csv")
    with nothing_changes():
        browser.post(f"/desk/batches/{going.pk}/dismiss/")


def test_whoever_dismisses_or_tries_again_stays_on_their_page_of_the_list(browser: Client, ada: User) -> None:
    for number in range(22):
        _failed(ada, url=f"https://herald.example/no-{number}.html")
    Batch.objects.create(requested_by=ada, filename="notes.csv", status=JobStatus.FAILED)
    page = _next_page(text_of(browser.get("/desk/articles/?origin=text")), "Pages of failed imports")
    assert page
    assert "origin=text" in page
    for way in (r"imports/\d+/retry", r"imports/\d+/dismiss", r"batches/\d+/dismiss"):
        form = re.search(rf'action="(/desk/{way}/)".*?</form>', text_of(browser.get(page)), re.DOTALL)
        assert form
        told = re.search('name="next" value="([^"]+)"', form[0])
        assert told
        answer = browser.post(form[1], {"next": unescape(told[1])})
        assert (answer.status_code, answer["Location"]) == (303, page)


def test_all_that_failed_is_listed_a_page_at_a_time(browser: Client, ada: User) -> None:
    jobs = [_failed(ada, url=f"https://herald.example/no-{number}.html") for number in range(45)]
    for number in range(21):
        Batch.objects.create(requested_by=ada, filename=f"no-{number}.csv", status=JobStatus.FAILED)
    going = request_import(actor=ada, url="https://herald.example/going")
    seen: list[list[int]] = []
    where: str | None = "/desk/articles/"
    while where:
        html = text_of(browser.get(where))
        assert going.url in html
        assert "no-20.csv" in html
        assert "no-0.csv" not in html
        seen.append(
            [int(number) for number in re.findall(r"“<bdi>https://herald.example/no-(\d+).html", html)]
        )
        where = _next_page(html, "Pages of failed imports")
    assert [len(page) for page in seen] == [20, 20, 5]
    assert [number for page in seen for number in page] == list(reversed(range(len(jobs))))
    older = _next_page(text_of(browser.get("/desk/articles/")), "Pages of failed batches")
    assert older
    html = text_of(browser.get(older))
    assert "no-0.csv" in html
    assert "no-20.csv" not in html
    assert browser.get("/desk/articles/?failed_imports=x").status_code == 400


def _next_page(html: str, label: str) -> str | None:
    nav = re.search(rf'<nav class="pager" aria-label="{label}">.*?</nav>', html, re.DOTALL)
    link = re.search('href="([^"]+)" rel="next"', nav[0]) if nav else None
    return "/desk/articles/" + unescape(link[1]) if link else None


def test_ben_cannot_dismiss_what_ada_tried_to_import_and_is_told_who_can(ada: User, ben: User) -> None:
    job = _failed(ada, url="https://herald.example/ferry")
    batch = Batch.objects.create(
        requested_by=ada, filename="notes.csv", status=JobStatus.FAILED, error_code="no_columns"
    )
    ways = (f"/desk/imports/{job.pk}/dismiss/", f"/desk/batches/{batch.pk}/dismiss/")
    pages = (_poll(signed_in(ben), job), signed_in(ben).get(f"/desk/batches/{batch.pk}/"))
    for way, page in zip(ways, pages, strict=True):
        assert way not in text_of(page)
        with nothing_changes():
            refusal = text_of(signed_in(ben).post(way), 403)
        assert "Whoever asked for this import can dismiss it, or an editor." in refusal
    dan = signed_in(person("Dan"))
    pages = (_poll(dan, job), dan.get(f"/desk/batches/{batch.pk}/"))
    for way, page in zip(ways, pages, strict=True):
        assert way in text_of(page)
        assert dan.post(way).status_code == 303
    events = Event.objects.filter(action__endswith=".dismissed").values_list("action", "actor__username")
    assert set(events) == {("import.dismissed", "dan"), ("batch.dismissed", "dan")}
    assert way not in text_of(dan.get(f"/desk/batches/{batch.pk}/"))


def test_what_fails_again_is_there_again(browser: Client, ada: User) -> None:
    job = _failed(ada, url="https://herald.example/ferry")
    browser.post(f"/desk/imports/{job.pk}/dismiss/")
    browser.post(f"/desk/imports/{job.pk}/retry/")
    Import.objects.filter(pk=job.pk).update(status=JobStatus.RUNNING)
    job.refresh_from_db()
    fail(job, code="unreachable", detail="It failed.")
    assert "https://herald.example/ferry" in text_of(browser.get("/desk/articles/"))


def test_only_what_failed_is_dismissed(browser: Client, ada: User) -> None:
    job = request_import(actor=ada, text=make.TEXT)
    with nothing_changes():
        answer = browser.post(f"/desk/imports/{job.pk}/dismiss/", follow=True)
    assert "cannot go from" in text_of(answer)


@pytest.mark.parametrize(
    ("facts", "code", "offered"),
    [
        ({"url": "https://herald.example/a"}, "unreachable", True),
        ({"url": "https://herald.example/a"}, "wall", True),
        ({"url": "https://herald.example/a"}, "gave_up", True),
        ({"url": "https://herald.example/a"}, "no_text", False),
        ({"url": "https://herald.example/a"}, "too_large", False),
        ({"url": "https://herald.example/a"}, "unsupported_type", False),
        ({"filename": "scan.pdf"}, "no_text", False),
        ({"filename": "table.numbers"}, "unsupported_type", False),
        ({"filename": "book.pdf"}, "too_large", False),
        ({"filename": "ferry.docx"}, "damaged", False),
        ({"filename": "ferry.docx"}, "gave_up", True),
    ],
)
def test_trying_again_is_offered_where_it_may_end_otherwise(
    facts: dict[str, str], code: str, offered: bool, browser: Client, ada: User
) -> None:
    job = _failed(ada, code, **facts)
    html = browser.get("/desk/articles/").content.decode()
    assert (f"/desk/imports/{job.pk}/retry/" in html) is offered
    assert "Paste the text" in html


def test_a_file_of_no_bytes_is_refused_in_plain_words(browser: Client) -> None:
    for name in ("ferry.pdf", "ferries.csv"):
        with nothing_changes():
            answer = _send(browser, source="file", file=SimpleUploadedFile(name, b""))
        assert answer.status_code == 400
        assert "There is nothing in this file (0 bytes)." in answer.content.decode()


# --- The list ------------------------------------------------------------------------------------


def test_the_state_of_an_article_follows_from_its_reviews(ada: User) -> None:
    fresh, busy, ready, out, aside = (make.imported_article() for _ in range(5))
    make.flagged_claim(article=busy)
    make.approved(article=busy, quote=make.QUOTES[1])
    make.approved(article=ready)
    make.published(make.approved(article=ready, quote=make.QUOTES[1]))
    make.published(make.approved(article=out))
    make.declined(article=aside)
    wanted = {fresh: "flagged", busy: "research", ready: "ready", out: "published", aside: "declined"}
    found = progress_of(wanted)
    assert {article: found[article.pk].state for article in wanted} == wanted
    for article, state in wanted.items():
        assert list(Article.objects.filter(in_state([state]))) == [article]
    for article, other in combinations(wanted, 2):
        found_both = Article.objects.filter(in_state([wanted[article], wanted[other]]))
        assert set(found_both) == {article, other}
    assert (found[busy.pk].total, found[busy.pk].decided, found[busy.pk].waiting) == (2, 1, 1)


def test_a_verdict_that_replaces_a_published_one_makes_the_article_ready_again(ada: User) -> None:
    article = make.imported_article()
    publication = make.published(make.approved(article=article))
    make.second_verdict(publication.review)
    assert progress_of([article])[article.pk].state == "ready"
    assert Article.objects.filter(in_state(["ready"])).get() == article


def test_filters_and_words_narrow_the_list(browser: Client) -> None:
    make.imported_article(title="Ferries to Vell", outlet_name="Example Herald")
    make.imported_article(title="Trams in Orr", outlet_name="North Sea Review", language="de")
    for query, seen in {
        "?q=vell": {"Ferries to Vell"},
        "?q=north+sea": {"Trams in Orr"},
        "?language=de": {"Trams in Orr"},
        "?origin=url": set(),
        "?state=flagged&state=ready": {"Ferries to Vell", "Trams in Orr"},
        "?q=%25": set(),
    }.items():
        html = text_of(browser.get(f"/desk/articles/{query}"))
        assert {title for title in ("Ferries to Vell", "Trams in Orr") if title in html} == seen, query
    assert "No article fits" in html


def test_pages_follow_each_other_without_gap_or_double(browser: Client) -> None:
    for number in range(120):
        make.imported_article(title=f"Article no. {number:03}.")
    seen: list[str] = []
    url = "/desk/articles/?sort=oldest"
    while url:
        page = browser.get(url).context
        seen += [article.title for article in page["articles"]]
        url = (page["pager"] or {}).get("next_url") and "/desk/articles/" + page["pager"]["next_url"]
    assert seen == [f"Article no. {number:03}." for number in range(120)]


@pytest.mark.case("Z3")
@pytest.mark.parametrize(
    "query", ["?cursor=x", "?cursor=1:2:3", "?sort=-password", "?state=x", "?q=%00", "?q=" + "x" * 300]
)
def test_a_query_that_makes_no_sense_is_400(query: str, browser: Client) -> None:
    assert browser.get(f"/desk/articles/{query}").status_code == 400


@pytest.mark.parametrize("count", [3, 30])
def test_the_list_costs_the_same_however_long(
    count: int, ada: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(count):
        make.flagged_claim(article=make.imported_article(outlet_name="Example Herald"))
    browser = signed_in(person("Uma", "reporter", "editor", "publisher"))
    with django_assert_max_num_queries(10) as queries:
        text_of(browser.get("/desk/articles/"))
    assert len(queries) == 10
