"""Many articles in one file or request: a row that is wrong is its own error (SECURITY, P1, P3, P21)."""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from datetime import timedelta
from html import unescape
from typing import Any
from xml.sax.saxutils import escape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import encode_multipart
from django.utils import timezone

from articles.actions import batches, carry_out_batch, request_batch
from articles.batches.models import Batch
from articles.batches.reading import MOST_ROWS
from articles.batches.workbook import COMPOUND
from articles.models import Article, Import, Revision
from articles.tasks import run_batch, run_import
from factcheck.accounts.models import User
from factcheck.api.models import Answer
from factcheck.audit.models import Event
from factcheck.jobs.sweep import sweep
from tests import factories as make
from tests.api.callers import calling
from tests.api.client import check_problem
from tests.cast import person, signed_in
from tests.factories import TEXT

pytestmark = pytest.mark.django_db


def taken(file: bytes | str, filename: str = "articles.csv") -> Batch:
    """A file as a worker has read it."""
    data = file.encode() if isinstance(file, str) else file
    batch = request_batch(actor=person("Ada"), file=data, filename=filename)
    run_batch(batch.pk)
    return Batch.objects.with_counts().get(pk=batch.pk)


def import_all() -> None:
    for job in Import.objects.filter(status="queued"):
        run_import(job.pk)


def errors(batch: Batch) -> dict[int, str]:
    return {row.number: row.error_code for row in batch.rows.filter(job=None)}


def cells(*rows: list[str]) -> str:
    return "".join("<row>" + "".join(map(_cell, row)) + "</row>" for row in rows)


def _cell(text: str) -> str:
    if text.startswith("="):  # a day, as the program counts them
        return f'<c s="1"><v>{text[1:]}</v></c>'
    return f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def workbook(*rows: list[str], **parts: bytes) -> bytes:
    """A workbook with one sheet."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    said = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{sheet}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{sheet}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="{sheet}.styles+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{kinds}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{kinds}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{kinds}/styles" Target="styles.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{kinds}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells(*rows)}</sheetData></worksheet>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {**said, **parts}.items():
            archive.writestr(name, part)
    return packed.getvalue()


def test_each_row_of_a_table_becomes_an_article() -> None:
    batch = taken(
        "Headline;Author;Published on;Body;Lang;Publisher;Remark\n"
        f'"Night ferry";Jo Field;2026-03-04;"{TEXT}";en;Example Herald;ours\n'
        f"Second;;;{TEXT.splitlines()[0]} Twice.;;;\n"
    )
    import_all()
    assert (batch.status, batch.total, batch.refused) == ("done", 2, 0)
    article = Article.objects.get(title="Night ferry")
    assert (article.byline, article.language, str(article.outlet)) == ("Jo Field", "en", "Example Herald")
    assert article.published_at is not None
    assert (article.published_at.date().isoformat(), article.origin) == ("2026-03-04", "batch_line")
    assert Article.objects.count() == 2
    assert Event.objects.filter(action="batch.requested").count() == 1


def test_a_bad_row_sinks_no_other() -> None:
    batch = taken(
        "url,title,published_at,text\n"
        "https://herald.example/1,Fine,,\n"
        "file:///etc/passwd,No web address,,\n"
        f'https://herald.example/2,Both,,"{TEXT}"\n'
        ",Neither,,\n"
        "https://herald.example/3,No date,04/03/2026,\n"
        f"https://herald.example/4,{'long ' * 200},,\n"
        "https://herald.example/5,Too many cells,,,,,more\n"
        "\n"
        "https://herald.example/6,Fine too,0001-01-01,\n"
    )
    assert errors(batch) == {
        3: "url_refused",
        5: "no_article",
        6: "no_date",
        7: "too_long",
        8: "unreadable",
    }
    wanted = Import.objects.order_by("pk")
    assert [job.url[-1:] for job in wanted] == ["1", "", "6"]
    # Of a row with both, the text is what is imported, and the address is where it is from.
    assert wanted[1].given["canonical_url"] == "https://herald.example/2"
    html = signed_in(person("Ada")).get(f"/desk/batches/{batch.pk}/").content.decode()
    assert "“04/03/2026” is no date that we can read." in html
    assert "0 of 8 imported" in html
    assert "5 rows refused" in html


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_may_be_in_any_encoding(encoding: str) -> None:
    words = "Die Fähre fährt für neun Kronen über die Förde, sagte der Käpt’n. " * 4
    batch = taken(f"Title\tText\nFähre\t{words}\n".encode(encoding), "a.tsv")
    import_all()
    assert batch.refused == 0
    assert Article.objects.get().title == "Fähre"


def test_a_workbook_is_a_table_with_real_dates() -> None:
    batch = taken(workbook(["Titel", "Text", "Date"], ["ignored", TEXT, "=46085"], ["", "", ""]), "a.xlsx")
    import_all()
    assert (batch.total, batch.refused, errors(batch)) == (1, 0, {})
    assert Article.objects.get().published_at.date().isoformat() == "2026-03-04"  # type: ignore[union-attr]


@pytest.mark.case("P1")
def test_a_workbook_that_is_a_bomb_costs_its_own_job() -> None:
    bomb = workbook(["url"], **{"xl/media/big.bin": b"\0" * (110 * 1024 * 1024)})
    batch = taken(bomb, "bomb.xlsx")
    assert (batch.status, batch.error_code) == ("failed", "too_large_unpacked")
    lying = bytearray(workbook(["url"], **{"xl/worksheets/sheet1.xml": b"<row/>" * 1_000_000}))
    entry = bytes(lying).rindex(b"xl/worksheets/sheet1.xml") - 46
    lying[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")
    for file, code in (
        (workbook(*([["url"]] + [["https://a.example/"]] * 200_000)), "too_large_unpacked"),
        (workbook(["url"], *([f"https://a.example/{n}"] for n in range(50_000))), "too_many_rows"),
        (bytes(lying), "damaged"),
        (COMPOUND + b"\0" * 2000, "encrypted"),
    ):
        batch = taken(file, "bomb.xlsx")
        assert (batch.status, batch.error_code) == ("failed", code)
        assert "Nothing was imported" in batch.error_detail
    assert Import.objects.count() == 0


def test_lines_of_json_are_taken_one_by_one() -> None:
    lines = [
        json.dumps({"url": "https://herald.example/1", "title": "One"}),
        "{broken",
        "[1]",
        json.dumps({"url": 3}),
        json.dumps({"text": f"{TEXT} \ud800", "headline": "Two"}),
    ]
    batch = taken("\n".join(lines), "a.ndjson")
    assert errors(batch) == {2: "unreadable", 3: "unreadable", 4: "unreadable"}
    import_all()
    assert Article.objects.get().title == "Two"


WXR = """<?xml version="1.0" encoding="UTF-8"?>{dtd}
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Harbour blog</title><language>en-GB</language>{items}</channel></rss>"""


def post(number: int, content: str, kind: str = "post", status: str = "publish") -> str:
    return (
        f"<item><title>Post {number}</title><link>https://blog.example/{number}</link><dc:creator>jo</dc:creator>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded><wp:post_date_gmt>2026-03-0{number} 10:00:00"
        f"</wp:post_date_gmt><wp:post_type>{kind}</wp:post_type><wp:status>{status}</wp:status></item>"
    )


def test_the_published_posts_of_a_wordpress_export_become_articles() -> None:
    old = TEXT.replace("\n", "\n\n") + '[gallery ids="1,2"]'
    new = f"<!-- wp:heading --><h2>Tickets</h2><!-- /wp:heading --><p>{TEXT.splitlines()[3]}</p><script>x</script>"
    items = post(1, old) + post(2, new, "page") + post(3, old, status="draft") + post(4, "", "attachment")
    batch = taken(WXR.format(dtd="", items=items), "export.xml")
    import_all()
    assert (batch.status, batch.total, errors(batch)) == ("done", 3, {3: "not_published"})
    first = Article.objects.get(title="Post 1")
    assert (first.byline, first.canonical_url, first.language) == ("jo", "https://blog.example/1", "en-GB")
    assert str(first.outlet) == "Harbour blog" or first.outlet is not None
    assert first.published_at.isoformat() == "2026-03-01T10:00:00+00:00"  # type: ignore[union-attr]
    text = Revision.objects.get(article=first).text
    assert "gallery" not in text
    assert len(text.split("\n")) == len(TEXT.splitlines())
    assert Revision.objects.get(article__title="Post 2").text == TEXT.splitlines()[3]


@pytest.mark.case("P3")
@pytest.mark.parametrize(
    "dtd",
    [
        "<!DOCTYPE rss [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>",
        "<!DOCTYPE rss SYSTEM 'http://a.example/x'>",
    ],
)
def test_an_export_with_entities_of_its_own_is_refused(dtd: str) -> None:
    batch = taken(WXR.format(dtd=dtd, items=post(1, "&a;")), "export.xml")
    assert (batch.status, batch.error_code, Import.objects.count()) == ("failed", "too_complex", 0)


def test_an_export_that_breaks_off_gives_what_is_whole() -> None:
    whole = WXR.format(dtd="", items=post(1, TEXT) + post(2, TEXT))
    batch = taken(whole[: whole.index("Post 2") + 50], "export.xml")
    assert (batch.total, errors(batch)) == (2, {2: "unreadable"})


@pytest.mark.parametrize(
    ("file", "code"),
    [("a,b\n1,2\n", "no_columns"), ("url\n", "no_rows"), ("PK\x03\x04", "damaged")],
)
def test_a_file_without_articles_says_what_it_lacks(file: str, code: str) -> None:
    batch = taken(file)
    assert (batch.status, batch.error_code) == ("failed", code)
    assert batch.error_detail in unescape(signed_in(person("Ada")).get("/desk/articles/").content.decode())


@pytest.mark.case("P21")
def test_10_000_rows_are_taken_and_leave_room_for_others(ada: User) -> None:
    lines = "".join(f"https://herald.example/{number},Ferry {number}\n" for number in range(MOST_ROWS))
    began = time.monotonic()
    batch = taken(f"url,title\n{lines}")
    assert time.monotonic() - began < 60
    assert (batch.status, batch.total, Import.objects.count()) == ("done", MOST_ROWS, MOST_ROWS)
    # Nobody was told of them yet; the sweep tells the workers of some at a time.
    assert not Import.objects.filter(sent_at__isnull=False).exists()
    assert sweep() == 500
    assert "0 of 10000 imported" in signed_in(ada).get("/desk/articles/").content.decode()
    assert taken(f"url,title\n{lines}https://herald.example/more,One more\n").error_code == "too_many_rows"


def test_the_lease_of_a_batch_is_renewed_with_each_lot_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = request_batch(actor=person("Ada"), file=b"text\nOne.\nTwo.\nThree.\n")
    Batch.objects.take(batch.pk, timezone.now())
    batch.refresh_from_db()
    left = []

    def look(_place: str) -> None:
        now = timezone.now()
        left.append((Batch.objects.get().leased_until - now).total_seconds())
        Batch.objects.update(leased_until=now + timedelta(seconds=1))

    monkeypatch.setattr(batches, "AT_ONCE", 1)
    monkeypatch.setattr(batches.faults, "point", look)
    carry_out_batch(batch)
    assert len(left) == 3
    assert min(left) > Batch.lease.total_seconds() - 10


def test_a_failed_row_is_tried_again_from_the_report(ada: User) -> None:
    batch = taken("text\nShort.\n")
    Import.objects.update(
        status="failed", error_code="empty", error_detail="No text.", finished_at=timezone.now()
    )
    browser, where = signed_in(ada), f"/desk/batches/{batch.pk}/"
    assert "No text." in browser.get(where).content.decode()
    answer = browser.post(f"/desk/imports/{Import.objects.get().pk}/retry/", {"next": where})
    assert answer["Location"] == where
    assert Import.objects.get().status == "queued"
    assert "/retry/" not in signed_in(person("Vera")).get(where).content.decode()


def test_the_report_leads_to_each_article_by_its_headline(ada: User) -> None:
    known = make.imported_article(title="On the desk already")
    first = {"title": "The ferry, a record", "text": TEXT}
    again = {"title": "Another headline", "text": make.newest_revision(known).text}
    failed = {"title": "The one that failed", "url": "https://herald.example/ferry"}
    batch = taken("\n".join(json.dumps(row) for row in (first, again, failed)), "a.ndjson")
    report = signed_in(ada).get(f"/desk/batches/{batch.pk}/").content.decode()
    assert "The ferry, a record" not in report
    for job in Import.objects.exclude(url__gt=""):
        run_import(job.pk)
    Import.objects.filter(url__gt="").update(
        status="failed", error_code="empty", error_detail="No text.", finished_at=timezone.now()
    )
    report = unescape(signed_in(ada).get(f"/desk/batches/{batch.pk}/").content.decode())
    links = re.findall(r'id="row-(\d+)" href="/desk/articles/(\d+)/"[^>]*>([^<]*)</a>', report)
    new = Article.objects.exclude(pk=known.pk).get()
    assert links == [("1", str(new.pk), "The ferry, a record"), ("2", str(known.pk), "On the desk already")]
    assert report.count("It was on the desk already") == 1
    assert "The one that failed" in report
    assert "https://herald.example/ferry" in report


def test_words_that_are_no_address_are_named_and_told_what_one_is(ada: User) -> None:
    batch = taken("url\nnot a url\nhttps://herald.example/a b\nhttps://ada:secret@herald.example/\n")
    report = unescape(signed_in(ada).get(f"/desk/batches/{batch.pk}/").content.decode())
    said = "This is not the address of a web page: it"
    assert f"“not a url” cannot be used. {said} has to begin with http:// or https://." in report
    assert (
        f"“https://herald.example/a b” cannot be used. {said} holds a space, a backslash or an invisible character."
        in report
    )
    assert f"{said} carries a user name." in report
    assert "secret" not in report


def test_a_file_with_many_comes_in_through_the_import_dialog(ada: User) -> None:
    browser = signed_in(ada)
    file = SimpleUploadedFile("ferries.csv", f'text\n"{TEXT.splitlines()[0]}"\n'.encode(), "text/csv")
    assert browser.post("/desk/imports/", {"source": "file", "file": file}).status_code == 303
    batch = Batch.objects.get()
    assert (batch.filename, Import.objects.count()) == ("ferries.csv", 0)
    assert "Reading the file" in browser.get("/desk/articles/").content.decode()
    run_batch(batch.pk)
    import_all()
    part = browser.get(
        f"/desk/batches/{batch.pk}/", headers={"HX-Target": f"batch-{batch.pk}"}
    ).content.decode()
    assert "1 of 1 imported" in part
    assert "hx-get" not in part


# --- By API --------------------------------------------------------------------------------------


def _send(caller: Any, *lines: Any, **headers: str) -> Any:
    body = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return caller.raw("POST", "/api/v1/imports/", body.encode(), "application/x-ndjson", **headers)


def test_a_program_gets_a_result_for_each_line(ada: User) -> None:
    answer = _send(
        calling("Ada"),
        {"url": "https://herald.example/1"},
        "{broken",
        {"url": "https://herald.example/2", "status": "done"},
        "",
        {"url": "file:///etc/passwd"},
        {"text": TEXT, "title": "Night ferry", "published_at": "2026-03-04T10:00:00Z", "outlet": "Herald"},
        {"text": TEXT, "published_at": "2026-03-04"},
        "\x00",
    )
    assert (answer.status_code, answer["Content-Type"]) == (202, "application/x-ndjson")
    results = [json.loads(line) for line in answer.content.splitlines()]
    assert [each["line"] for each in results] == [1, 2, 3, 5, 6, 7, 8]
    assert [each.get("error", {}).get("code", "") for each in results] == [
        "",
        "malformed",
        "invalid",
        "url_refused",
        "",
        "invalid",
        "malformed",
    ]
    import_all()
    article = Article.objects.get(title="Night ferry")
    assert str(Import.objects.get(article=article).pk) == results[4]["id"]
    assert str(article.outlet) == "Herald"


def test_whoever_may_not_import_imports_no_line() -> None:
    check_problem(_send(calling("Vera"), {"text": TEXT}), 403, "forbidden")
    check_problem(_send(calling("Ada", "read"), {"text": TEXT}), 403, "forbidden")
    assert Import.objects.count() == Batch.objects.count() == 0


@pytest.mark.case("P21")
@pytest.mark.parametrize("number", [0, 1001])
def test_too_many_lines_are_refused_as_a_whole(number: int) -> None:
    check_problem(_send(calling("Ada"), *[{"text": TEXT}] * number, " "), 400, "invalid")
    assert Import.objects.count() == 0


def hand_in(caller: Any, file: bytes | str, name: str = "articles.csv", **headers: str) -> Any:
    data = file.encode() if isinstance(file, str) else file
    upload = SimpleUploadedFile(name, data, "text/csv")
    body = encode_multipart("x", {"file": upload})
    return caller.raw("POST", "/api/v1/batches/", body, "multipart/form-data; boundary=x", **headers)


def test_a_program_hands_in_a_file_and_reads_what_became_of_each_row() -> None:
    caller = calling("Ada")
    file = (
        f'url,text\nfile:///etc/passwd,\n,"{TEXT.splitlines()[0]}"\n,short\n' + ",\n,\n" + "not a url,\n" * 60
    )
    answer = hand_in(caller, file, Idempotency_Key="one")
    assert (answer.status_code, answer.json()["total"], answer.json()["progress"]) == (202, None, 0.0)
    again = hand_in(caller, file, Idempotency_Key="one")
    assert (again["Idempotency-Replayed"], again.json()) == ("true", answer.json())
    assert hand_in(caller, file + ",x\n", Idempotency_Key="one").status_code == 409
    run_batch(Batch.objects.get().pk)
    where = answer["Location"]
    shown = caller.get(where).json()
    assert (shown["status"], shown["total"], shown["refused"], shown["waiting"]) == ("done", 63, 61, 2)
    import_all()
    shown = caller.get(where).json()
    counts = [shown[name] for name in ("waiting", "imported", "failed", "refused", "progress")]
    assert counts == [0, 2, 0, 61, 1.0]
    rows, address = [], f"{where}/rows?page_size=25"
    while address:
        page = caller.get(address).json()
        rows += page["results"]
        address = page["next"] or ""
    assert [row["number"] for row in rows] == [2, 3, 4, *range(7, 67)]
    assert rows[0]["error"]["code"] == "url_refused"
    assert [rows[0]["job"], rows[0]["article"], rows[0]["outcome"]] == [None, None, "refused"]
    made = Import.objects.get(pk=rows[1]["job"])
    assert (rows[1]["article"], rows[1]["outcome"], rows[1]["error"]) == (
        str(made.article_id),
        "imported",
        None,
    )
    only = caller.get(f"{where}/rows?outcome=imported").json()["results"]
    assert [row["number"] for row in only] == [3, 4]


def test_a_row_whose_import_failed_says_why_in_the_report_of_a_program() -> None:
    caller = calling("Ada")
    hand_in(caller, "text\n<p></p>\n")
    batch = Batch.objects.get()
    run_batch(batch.pk)
    Import.objects.update(status="failed", error_code="empty", error_detail="There is nothing in it.")
    [row] = caller.get(f"/api/v1/batches/{batch.pk}/rows/?outcome=failed").json()["results"]
    assert row["error"] == {"code": "empty", "detail": "There is nothing in it."}
    assert caller.get(f"/api/v1/batches/{batch.pk}/").json()["failed"] == 1


def test_whoever_may_not_import_hands_in_no_file() -> None:
    check_problem(hand_in(calling("Vera"), "url\n"), 403, "forbidden")
    check_problem(hand_in(calling("Ada", "read"), "url\n"), 403, "forbidden")
    assert Batch.objects.count() == 0


def test_a_file_with_many_is_not_taken_for_one_article() -> None:
    body = encode_multipart("x", {"file": SimpleUploadedFile("a.csv", b"url\nhttps://a.example/")})
    answer = calling("Ada").raw("POST", "/api/v1/imports/", body, "multipart/form-data; boundary=x")
    assert "batches" in check_problem(answer, 400, "invalid")["errors"][0]["detail"]
    assert Import.objects.count() == 0


def test_lines_that_were_taken_are_not_taken_again_though_the_answer_was_lost() -> None:
    caller = calling("Ada")
    lines = [{"text": TEXT}, {"url": "file:///etc/passwd"}]
    first = _send(caller, *lines, Idempotency_Key="one")
    # The worker died between the two: what it did is in the log, what it said is nowhere.
    Answer.objects.update(status=None, body=None, leased_until=timezone.now())
    again = _send(caller, *lines, Idempotency_Key="one")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Location"].endswith(f"/api/v1/batches/{Batch.objects.get().pk}")
    assert Import.objects.count() == 1
