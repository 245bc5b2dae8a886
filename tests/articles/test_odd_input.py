"""Characters, spellings and file names that are out of the ordinary, through the doors (P12, P13, P18)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from articles.extraction.canonical import one_line
from articles.models import Article, Import, Revision
from articles.tasks import run_import
from factcheck import blobs
from factcheck.accounts.models import User
from tests.api.client import Api
from tests.api.conftest import program_of
from tests.cast import signed_in
from tests.database import nothing_changes
from tests.desk.hand import text_of

pytestmark = pytest.mark.django_db

BEFORE, AFTER = "The ferry left the harbour", "and it came back at night, said the board."
NEVER = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)

# In the bytes of a file; in what a person pastes or a program sends, as a Python string.
ODD: dict[str, tuple[bytes, str]] = {
    "NUL": (b"\x00", "\x00"),
    "C0": (b"\x01\x08\x1b", "".join(map(chr, [*range(1, 9), *range(14, 32)]))),
    "C1": ("\x80\x85\x9f".encode(), "".join(map(chr, range(0x7F, 0xA0)))),
    "half a surrogate pair": (b"\xed\xa0\x80", "\ud800"),
    "noncharacters": ("\ufdd0\ufffe\uffff\U0010ffff".encode(), "\ufdd0\ufffe\uffff\U0010ffff"),
    "overlong UTF-8": (b"\xc0\x80\xc1\xbf\xe0\x80\xaf", "\xc0\x80"),
    "a byte-order mark inside": ("\ufeff".encode(), "\ufeff"),
    "overrides": ("\u202e\u2066".encode(), "\u202e\u2066"),
}


@pytest.fixture
def browser(ada: User) -> Client:
    return signed_in(ada)


@pytest.fixture
def program(ada: User) -> Api:
    return program_of(ada)


def imported() -> Import:
    job = Import.objects.latest("pk")
    run_import(job.pk)
    job.refresh_from_db()
    return job


def check_kept(browser: Client, job: Import) -> None:
    """All the words are there, nothing that nobody sees, and every page about it answers."""
    assert job.article is not None, (job.error_code, job.error_detail)
    article, revision = job.article, job.article.revisions.get()
    for words in (revision.text, article.title, article.byline, str(article.outlet or "")):
        assert not NEVER.search(words.replace("\n", "")), ascii(words)
        assert words.split("\n") == [one_line(line) for line in words.split("\n")]
    assert BEFORE in revision.text
    assert AFTER in revision.text
    assert AFTER in text_of(browser.get(f"/desk/articles/{article.pk}/"))
    assert browser.get(f"/desk/articles/?q={BEFORE}").status_code == 200


@pytest.mark.case("P12")
@pytest.mark.parametrize("what", ODD)
def test_odd_bytes_in_a_file_cost_no_word_and_break_nothing(what: str, browser: Client) -> None:
    sentence = f"{BEFORE}, {AFTER}\n\n".encode()
    data = sentence * 3 + BEFORE.encode() + b" " + ODD[what][0] + b" " + AFTER.encode()
    file = SimpleUploadedFile("ferry.txt", data, "text/plain")
    assert browser.post("/desk/imports/", {"source": "file", "file": file}).status_code == 303
    job = imported()
    assert blobs.get(job.original) == data
    check_kept(browser, job)
    assert job.article is not None
    cautions = [caution["code"] for caution in job.article.revisions.get().warnings]
    if what in {"overlong UTF-8", "half a surrogate pair"}:  # bytes that are no letters: somebody has to look
        assert set(cautions) & {"encoding_guessed", "encoding_uncertain", "undecodable"}, cautions


@pytest.mark.case("P12")
@pytest.mark.parametrize("what", ODD)
def test_odd_characters_in_a_form_cost_no_word_or_are_refused(what: str, browser: Client) -> None:
    odd = ODD[what][1]
    fields = {
        "text": f"{BEFORE} {odd} {AFTER}",
        "title": f"Ferry{odd} title",
        "byline": f"Jo{odd}",
        "outlet": f"Post{odd}",
    }
    if what == "NUL":
        for name, value in fields.items():
            broken = {"text": f"{BEFORE} {AFTER}", name: value}
            with nothing_changes():
                answer = browser.generic("POST", "/desk/imports/", _form({"source": "text", **broken}), FORM)
            assert answer.status_code == 400, name
            assert "arrived broken" in answer.content.decode("utf-8", "replace")
        return
    answer = browser.generic("POST", "/desk/imports/", _form({"source": "text", **fields}), FORM)
    assert answer.status_code == 303
    check_kept(browser, imported())
    if what == "half a surrogate pair":  # it comes as bytes that are no letter
        assert "\ufffd" in Revision.objects.get().text


FORM = "application/x-www-form-urlencoded"


def _form(fields: dict[str, str]) -> bytes:
    from urllib.parse import urlencode

    return urlencode(fields, encoding="utf-8", errors="surrogatepass").encode()


@pytest.mark.case("P12")
@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("path", ["imports", "articles"])
def test_odd_characters_from_a_program_cost_no_word_or_are_refused(
    path: str, what: str, browser: Client, program: Api
) -> None:
    odd = ODD[what][1]
    refused = False
    for name, words in {
        "text": f"{BEFORE} {odd} {AFTER}",
        "title": f"Ferry {odd}",
        "byline": f"Jo {odd}",
    }.items():
        given = {"text": f"{BEFORE} {AFTER} {name}", "title": "Ferry", name: words}
        answer = program.post(f"/api/v1/{path}/", given)
        if answer.status_code == 400:
            refused = True
            assert answer.json()["code"]
            continue
        assert answer.status_code in {200, 201, 202}, answer.content
        if path == "imports":
            check_kept(browser, imported())
        for article in Article.objects.all():
            assert not NEVER.search(article.title + article.byline)
    assert refused or what not in {"NUL", "C0", "half a surrogate pair"}
    assert not any(
        NEVER.search(text.replace("\n", "")) for text in Revision.objects.values_list("text", flat=True)
    )


# --- P13: the same words in other characters -----------------------------------------------------

SAME = {
    "composed and decomposed": ("Le café a fermé à l’été.", "Le cafe\u0301 a ferme\u0301 a\u0300 l’e\u0301te\u0301."),
    "Hangul": ("한국어 기사입니다.", "한국어 기사입니다."),
    "Ångström": ("Ten Ångström wide.", "Ten \u212bngström wide."),
    "order of marks": ("Le q\u0323\u0307 stands.", "Le q\u0307\u0323 stands."),
    "white space": ("The ferry runs daily.", "The\u00a0ferry \u2003runs\tdaily. "),
    "invisible": ("The ferry runs daily.", "The fer\u00adry\u200b runs\ufeff daily."),
}  # fmt: skip
OTHER = {
    "Turkish i": ("Işık ilk iş gününde.", "İşık ilk iş gününde."),
    "dotless and dotted": ("Diyarbakır is large.", "Diyarbakir is large."),
    "sharp s": ("Die Straße ist zu.", "Die Strasse ist zu."),
    "capital sharp s": ("Die STRAẞE ist zu.", "Die STRASSE ist zu."),
    "Arabic presentation forms": ("سلام عليكم يا اهل", "ﺳﻼﻡ عليكم يا اهل"),
    "ligature": ("The file is offline.", "The ﬁle is oﬄine."),
    "full width": ("The figure is 41.", "The figure is ４１."),
    "case": ("The Ferry runs.", "The ferry runs."),
    "joiner": ("می\u200cخواهم بروم خانه", "میخواهم بروم خانه"),
}


def two(program: Api, first: str, second: str) -> list[Any]:
    answers = []
    for text in (first, second):
        assert program.post("/api/v1/imports/", {"text": text, "title": "T"}).status_code == 202
        answers.append(imported())
        assert blobs.get(answers[-1].original).decode() == text.strip()
    return answers


@pytest.mark.case("P13")
@pytest.mark.parametrize("what", SAME)
def test_the_same_text_in_other_code_points_is_the_same_article(what: str, program: Api) -> None:
    first, second = two(program, *SAME[what])
    assert second.was_known
    assert first.article == second.article


@pytest.mark.case("P13")
@pytest.mark.parametrize("what", OTHER)
def test_letters_that_differ_make_another_article_and_stay_as_they_are(what: str, program: Api) -> None:
    jobs = two(program, *OTHER[what])
    assert not jobs[1].was_known
    texts = [job.article.revisions.get().text for job in jobs]
    assert texts == list(OTHER[what])


# --- P18: names of files -------------------------------------------------------------------------

NAMES = {
    "long": "f" * 900 + ".txt",
    "right to left": "ferry\u202etxt.exe",
    "Arabic": "عبارة.txt",
    "two endings": "ferry.pdf.html",
    "NUL": "ferry\x00.txt",
    "emoji": "⛴️🌊.txt",
    "upwards": "../../../../etc/passwd",
    "upwards, Windows": "..\\..\\boot.ini",
    "absolute": "/etc/cron.d/desk",
    "device": "CON",
    "markup": "<img src=x onerror=alert(1)>.txt",
    "quotes and lines": "a\"b'c\r\nX-Evil: 1.txt",
}


@pytest.mark.case("P18")
@pytest.mark.parametrize("what", NAMES)
@pytest.mark.parametrize("door", ["form", "API"])
def test_a_file_is_kept_under_its_digest_and_its_name_is_only_shown(
    door: str, what: str, browser: Client, program: Api, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    body = f"{BEFORE} {AFTER}\n\nTold by {what}.".encode()
    data = multipart(NAMES[what], body, {"source": "file"} if door == "form" else {})
    if door == "form":
        answer = browser.generic("POST", "/desk/imports/", data, MULTIPART)
        assert answer.status_code == 303
    else:
        assert program.raw("POST", "/api/v1/imports/", data, MULTIPART).status_code == 202
    job = imported()
    assert job.article is not None, (job.error_code, job.error_detail)
    kept = [place for place in tmp_path.rglob("*") if place.is_file()]
    assert [("".join(place.parts[-2:]), place.read_bytes()) for place in kept] == [(job.original, body)]
    assert re.fullmatch("[0-9a-f]{64}", job.original)
    assert len(job.filename) <= 255
    assert not NEVER.search(job.filename), ascii(job.filename)
    assert not {"/", "\\"} & set(job.filename) or what == "upwards, Windows"
    Import.objects.filter(pk=job.pk).update(
        status="failed", article=None, error_code="x", error_detail="Why."
    )
    page = text_of(browser.get("/desk/articles/"))
    assert "Why." in page
    assert "<img src=x" not in page
    assert program.get(f"/api/v1/imports/{job.pk}/").json()["what"] == job.what


@pytest.mark.case("P18")
def test_a_name_of_five_thousand_letters_is_refused(browser: Client, program: Api) -> None:
    data = multipart("f" * 5_000 + ".txt", b"The ferry.", {"source": "file"})
    with nothing_changes():
        assert browser.generic("POST", "/desk/imports/", data, MULTIPART).status_code == 400
        assert program.raw("POST", "/api/v1/imports/", data, MULTIPART).status_code == 400


MULTIPART = "multipart/form-data; boundary=border"


def multipart(name: str, body: bytes, fields: dict[str, str]) -> bytes:
    """Write a form as a hostile client would, with the name to the letter."""
    parts = [
        f'--border\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    quoted = name.replace('"', '\\"').replace("\r\n", "%0D%0A")
    head = f'--border\r\nContent-Disposition: form-data; name="file"; filename="{quoted}"\r\nContent-Type: text/plain\r\n\r\n'
    return b"".join([*parts, head.encode(), body, b"\r\n--border--\r\n"])
