"""How much text an article has: at most a million characters (decision 0017), and one that can be seen."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from articles import limits
from articles.actions import add_article, request_import
from articles.actions.texts import columns_of_text
from articles.batches.models import BatchRow
from articles.extraction import Block, Known, extract
from articles.extraction.document import MAX_BYTES, MAX_TEXT, TOO_LONG
from articles.models import Article, Extraction, Import, Revision
from articles.tasks import run_import
from factcheck.accounts.models import User
from tests import factories as make
from tests.api.conftest import program_of
from tests.articles.canary import Server
from tests.articles.originals import CAPTION
from tests.articles.test_batches import WXR, import_all, post, taken
from tests.cast import person, signed_in
from tests.database import nothing_changes
from tests.desk.hand import text_of

pytestmark = pytest.mark.django_db

UNSEEN = "\u200b\u2060 \ufeff\n\u200b\u00ad\u202e"


def prose(characters: int) -> str:
    """Return a text of this very length in canonical form, a line for each paragraph."""
    lines, length = [], 0
    while length < characters:
        n = len(lines)
        lines.append(f"Line {n} says that the ferry carried {n * 7} people to the island on that day. " * 5)
        length += len(lines[-1])  # and no more: a break takes the place of the blank at the end
    return "\n".join(line.strip() for line in lines)[: characters - 1] + "."


LONG = prose(MAX_TEXT + 1)


def refusal_of(text: str) -> str:
    return (
        f"This text has {len(text):,} characters; the desk takes up to 1,000,000 (some 600 pages of a book)"
    )


# --- The length ----------------------------------------------------------------------------------


def test_a_text_of_the_longest_kind_is_stored_whole_and_opens(ada: User) -> None:
    text = prose(MAX_TEXT)
    article, _known = add_article(actor=ada, text=text, given={"title": "A book"})
    assert make.newest_revision(article).text == text
    assert "A book" in text_of(signed_in(ada).get(f"/desk/articles/{article.pk}/"))


def test_a_hundred_thousand_words_are_no_problem(ada: User) -> None:
    text = " ".join(prose(MAX_TEXT).split(" ")[:100_000])
    article, _known = add_article(actor=ada, text=text, given={"title": "A book"})
    assert len(make.newest_revision(article).text.split()) >= 100_000


def paste(text: str, article: Article) -> Any:
    return signed_in(person("Ada")).post("/desk/imports/", {"source": "text", "text": text, "title": "T"})


def paste_newer(text: str, article: Article) -> Any:
    return signed_in(person("Ada")).post(f"/desk/articles/{article.pk}/text/", {"text": text})


def send(text: str, article: Article) -> Any:
    return program_of(person("Ada")).post("/api/v1/articles/", {"text": text, "title": "T"})


def send_to_be_imported(text: str, article: Article) -> Any:
    return program_of(person("Ada")).post("/api/v1/imports/", {"text": text, "title": "T"})


def send_newer(text: str, article: Article) -> Any:
    return program_of(person("Ada")).post(f"/api/v1/articles/{article.pk}/revisions/", {"text": text})


AT_ONCE = [paste, paste_newer, send, send_to_be_imported, send_newer]


@pytest.mark.parametrize("door", AT_ONCE)
def test_a_text_that_is_too_long_is_refused_where_it_is_typed_or_sent(
    door: Callable[[str, Article], Any], ada: User
) -> None:
    article = make.imported_article()
    program_of(ada)
    with nothing_changes(leave_out={"accounts_apitoken"}):
        answer = door(LONG, article)
    assert answer.status_code == 400
    said = answer.content.decode()
    assert refusal_of(LONG) in said
    assert "Import it in parts, each chapter by itself" in said
    if door in {send, send_to_be_imported, send_newer}:
        assert answer.json()["errors"] == [
            {"pointer": "/text", "code": "too_large", "detail": answer.json()["errors"][0]["detail"]}
        ]


@pytest.mark.parametrize("door", AT_ONCE)
def test_the_refusal_is_in_the_words_of_whoever_reads_it(
    door: Callable[[str, Article], Any], ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "gettext", {TOO_LONG: "%(characters)s > %(most)s"}.__getitem__)
    answer = door(LONG, make.imported_article())
    assert f"{len(LONG):,} > 1,000,000" in html.unescape(answer.content.decode())


def as_html(text: str) -> str:
    """Put a text into a page, in few paragraphs: many take seconds to look through."""
    lines = text.split("\n")
    return "".join(f"<p>{' '.join(lines[n : n + 400])}</p>" for n in range(0, len(lines), 400))


FILES: dict[str, Callable[[], tuple[str, str]]] = {
    "plain": lambda: ("a.txt", LONG),
    "page": lambda: ("a.html", f"<html><body><article>{as_html(LONG)}</article></body></html>"),
    "transcript": lambda: (
        "a.vtt",
        "WEBVTT\n\n"
        + "\n\n".join(
            f"{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}.000 --> 99:00:00.000\n{line}"
            for n, line in enumerate(LONG.split("\n"))
        ),
    ),
}


@pytest.mark.case("P9", "P14")
@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("is_newer", [False, True])
def test_a_file_with_too_long_a_text_fails_with_the_limit(kind: str, is_newer: bool, ada: User) -> None:
    filename, text = FILES[kind]()
    revises = make.imported_article() if is_newer else None
    before = Revision.objects.count()
    job = request_import(actor=ada, file=text.encode(), filename=filename, revises=revises)
    run_import(job.pk)
    assert_refused(job)
    assert Revision.objects.count() == before


def test_a_page_with_too_long_a_text_fails_with_the_limit(server: Server, settings: Any, ada: User) -> None:
    settings.FETCH_ALLOW = [server.place]
    page = f"<html><body><article>{as_html(LONG)}</article></body></html>".encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
    url = server.says("/long", head + b"Content-Length: %d\r\n\r\n" % len(page) + page)
    job = request_import(actor=ada, url=url)
    run_import(job.pk)
    assert_refused(job)


def test_a_row_with_too_long_a_text_sinks_no_other() -> None:
    batch = taken(table(["text", "title"], [LONG, "Long"], [make.TEXT, "Short"]))
    (row,) = batch.rows.exclude(error_code="")
    assert (row.error_code, refusal_of(LONG) in row.error_detail) == ("too_large", True)
    import_all()
    assert [article.title for article in Article.objects.all()] == ["Short"]


def test_a_post_with_too_long_a_text_sinks_no_other() -> None:
    items = post(1, as_html(LONG)) + post(2, as_html(make.TEXT))
    taken(WXR.format(dtd="", items=items), "export.xml")
    import_all()
    assert_refused(Import.objects.get(status="failed"))
    assert Article.objects.count() == 1


def test_a_post_with_more_markup_than_a_page_may_have_is_refused_in_its_row() -> None:
    """Refused by its bytes, as a page or a file is, before it is kept."""
    items = post(1, f"<p>{'å' * (MAX_BYTES // 2)}</p>") + post(2, as_html(make.TEXT))
    batch = taken(WXR.format(dtd="", items=items), "export.xml")
    (row,) = batch.rows.exclude(error_code="")
    assert (row.error_code, row.job) == ("too_large", None)
    assert "larger than 5 MB" in row.error_detail
    import_all()
    assert Import.objects.get().status == "done"


def test_a_line_with_too_long_a_text_sinks_no_other(ada: User) -> None:
    lines = b"\n".join(json.dumps({"text": each, "title": "T"}).encode() for each in (LONG, make.TEXT))
    answer = program_of(ada).raw("POST", "/api/v1/imports/", lines, "application/x-ndjson")
    first, second = map(json.loads, answer.content.splitlines())
    assert refusal_of(LONG) in first["error"]["detail"]
    assert "id" in second
    assert BatchRow.objects.exclude(error_code="").count() == 1


def table(*rows: list[str]) -> str:
    csv.writer(written := io.StringIO()).writerows(rows)
    return written.getvalue()


def assert_refused(job: Import) -> None:
    job.refresh_from_db()
    assert (job.status, job.error_code, job.article) == ("failed", "too_large", None)
    assert "the desk takes up to 1,000,000" in job.error_detail
    assert "Import it in parts" in job.error_detail


# --- Texts that came before there was a limit ----------------------------------------------------


def long_ago(ada: User) -> Article:
    """Store an article that is too long, with a line that was left out, as it was possible once."""
    article = make.imported_article()
    text = prose(MAX_TEXT + 10_000)
    blocks, at = [], 0
    for line in text.split("\n"):
        blocks.append(Block("paragraph", 0, at, at + len(line)))
        at += len(line) + 1
    newest = Revision(article=article, number=2, created_by=ada, **columns_of_text(text, blocks))
    newest.save()
    Article.objects.filter(pk=article.pk).update(text_digest=newest.digest)
    line = {"text": "By the way.", "kind": "paragraph", "level": 0, "before": 0, "locator": ""}
    Extraction.objects.create(revision=newest, found={}, left_out=[line], choices=[])
    return article


def test_a_text_that_is_longer_still_opens_at_every_door(ada: User) -> None:
    article = long_ago(ada)
    browser, program = signed_in(ada), program_of(ada)
    for path in ("", "original/", "annotated-copy/"):
        assert browser.get(f"/desk/articles/{article.pk}/{path}").status_code == 200, path
    for path in ("", "revisions/2/", "coverage/", "annotations/"):
        assert program.get(f"/api/v1/articles/{article.pk}/{path}").status_code == 200, path
    place = make.place_of("Line 2000 says", make.newest_revision(article))
    claim = {"article": str(article.pk), "statement": "S", **place}
    assert program.post("/api/v1/claims/", claim).status_code == 201


def test_a_text_that_is_longer_may_shrink_and_not_grow(ada: User) -> None:
    article = long_ago(ada)
    repair = f"/api/v1/articles/{article.pk}/revisions/2/repair/"
    program = program_of(ada)
    with nothing_changes():
        answer = program.post(repair, {"take_in": [0]})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "too_large")
    assert program.post(repair, {"leave_out": [1]}).status_code == 201


def test_lines_that_people_took_in_do_not_make_a_text_longer_than_any(ada: User) -> None:
    """What was chosen of an earlier text is done to the next; only then is it too long."""
    figure = f"<figure><img src=x.jpg><figcaption>{CAPTION}</figcaption></figure>"
    lines = as_html(prose(MAX_TEXT - len(CAPTION) - 5)).replace("</p>", f"</p>{figure}", 1)
    page = f"<html><body><article>{lines}</article></body></html>"
    article = imported(page, ada)
    assert [line["text"] for line in make.newest_revision(article).extraction.left_out] == [CAPTION]
    repair = f"/api/v1/articles/{article.pk}/revisions/1/repair/"
    assert program_of(ada).post(repair, {"take_in": [0]}).status_code == 201
    changed = page.replace("Line 7 says that", "Line 7 says also that")
    job = request_import(actor=ada, file=changed.encode(), filename="a.html", revises=article)
    run_import(job.pk)
    assert_refused(job)
    assert article.revisions.count() == 2


def imported(page: str, ada: User) -> Article:
    job = request_import(actor=ada, file=page.encode(), filename="a.html", given={"title": "A book"})
    run_import(job.pk)
    job.refresh_from_db()
    assert job.article is not None, job.error_detail
    return job.article


# --- Nothing that can be seen --------------------------------------------------------------------


@pytest.mark.case("P17")
@pytest.mark.parametrize("text", [UNSEEN, "\u200b" * 1000, "— * —"])
@pytest.mark.parametrize("door", AT_ONCE)
def test_a_text_in_which_nothing_can_be_seen_is_none(
    door: Callable[[str, Article], Any], text: str, ada: User
) -> None:
    article = make.imported_article()
    with nothing_changes(leave_out={"accounts_apitoken"}):
        answer = door(text, article)
    assert answer.status_code == 400
    if door in {paste, paste_newer}:
        assert "Paste the text" in answer.content.decode()
    else:
        (fault,) = answer.json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("/text", "blank")


@pytest.mark.case("P17")
@pytest.mark.parametrize("filename", ["a.txt", "a.md", "a.html", "a.vtt"])
@pytest.mark.parametrize("is_newer", [False, True])
def test_a_file_in_which_nothing_can_be_seen_fails(filename: str, is_newer: bool, ada: User) -> None:
    revises = make.imported_article() if is_newer else None
    before = Revision.objects.count()
    given = {} if is_newer else {"title": "Only this"}
    file = SimpleUploadedFile(filename, UNSEEN.encode()).read()
    job = request_import(actor=ada, file=file, filename=filename, given=given, revises=revises)
    run_import(job.pk)
    job.refresh_from_db()
    assert (job.status, job.error_code) == ("failed", "empty")
    assert Revision.objects.count() == before


@pytest.mark.case("P17")
def test_a_row_in_which_nothing_can_be_seen_is_no_article() -> None:
    batch = taken(table(["text", "title"], [UNSEEN, "Nothing"]))
    assert [row.error_code for row in batch.rows.all()] == ["no_article"]


@pytest.mark.case("P17")
def test_furniture_alone_does_not_make_an_article_of_its_headline() -> None:
    with pytest.raises(Exception, match="no article text"):
        extract(b"Share this article\n", known=Known(title="Ferry record"))
    assert extract(b"Ferry record\n", known=Known(title="Ferry record")).text == "Ferry record"
