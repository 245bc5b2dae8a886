"""Documents that are out for harm cost whoever takes them in next to nothing: the desk goes on answering.

What is measured is the processor's time of the request itself, which no busy machine changes;
`python -m benchmarks.bombs` asks a served desk by the clock.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from articles import cage
from articles.actions import texts
from articles.fetching import Policy
from articles.models import Article, Import
from articles.tasks import run_import
from factcheck.accounts.models import User
from tests import factories as make
from tests.api.client import check_problem
from tests.api.conftest import program_of
from tests.articles import documents
from tests.articles.canary import Server
from tests.cast import signed_in
from tests.database import nothing_changes
from tests.desk.hand import text_of

MOST_S = 0.2
PAGES = [documents.drawn(documents.lines(50, 760, [documents.PROSE] * 50))] * 2_000
NESTED = documents.nested_zip(2)
BOMBS: dict[str, tuple[str, bytes, str]] = {
    "10 MB on one line": ("a.txt", b"word " * (2 << 20), "larger than 5 MB"),
    "PDF of 2,000 pages": ("a.pdf", documents.pdf(PAGES), "pages"),
    "DOCX of archives": ("a.docx", documents.docx(**{"word/document.xml": NESTED}), "built in a way"),
    "DOCX with archives": ("a.docx", documents.docx(**{"word/embeddings/a.zip": NESTED}), "built in a way"),
}


@pytest.fixture
def browser(ada: User) -> Client:
    return signed_in(ada)


def cost(act: Any) -> Any:
    """Return the answer of a request that takes hardly any time of a processor."""
    began = time.thread_time()
    answer = act()
    assert time.thread_time() - began < MOST_S
    return answer


@pytest.mark.django_db
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_taken_in_at_once_and_ends_in_a_sentence(name: str, browser: Client) -> None:
    filename, data, words = BOMBS[name]
    browser.get("/desk/articles/")
    form = encode_multipart(BOUNDARY, {"source": "file", "file": SimpleUploadedFile(filename, data)})
    answer = cost(lambda: browser.generic("POST", "/desk/imports/", form, MULTIPART_CONTENT))
    assert answer.status_code == 303
    job = Import.objects.get()
    began = time.thread_time()
    run_import(job.pk)  # the child's time is not the worker's
    assert time.thread_time() - began < 1
    job.refresh_from_db()
    assert (job.status, job.article) == ("failed", None)
    assert words in text_of(cost(lambda: browser.get("/desk/articles/")))


@pytest.mark.django_db
def test_a_server_that_drips_ends_in_a_sentence(
    browser: Client, server: Server, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FETCH_ALLOW = [server.place]

    def drip(client: Any) -> None:
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        for _ in range(300):
            client.sendall(b"<")
            time.sleep(0.2)

    url = server.says("/slow", drip)
    browser.get("/desk/articles/")
    assert cost(lambda: browser.post("/desk/imports/", {"source": "url", "url": url})).status_code == 303
    job = Import.objects.get()
    usual = Policy.from_settings()
    monkeypatch.setattr(Policy, "from_settings", lambda: replace(usual, seconds=2))
    run_import(job.pk)
    job.refresh_from_db()
    assert (job.status, job.error_code) == ("queued", "timeout"), job.error_detail
    assert job.error_detail.partition(" (")[0] in text_of(cost(lambda: browser.get("/desk/articles/")))


@pytest.mark.django_db(transaction=True)
def test_texts_that_are_read_in_the_request_leave_threads_for_pages(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two at once in each process, and one waits; the next is asked to come again, with nothing half done."""
    over, begun = threading.Event(), threading.Semaphore(0)
    read = cage.from_text

    def slowly(*args: Any, **more: Any) -> Any:
        begun.release()
        over.wait(60)
        return read(*args, **more)

    programs = [program_of(ada) for _ in range(4)]

    def ask(number: int) -> Any:
        return programs[number].post("/api/v1/articles/", {"text": f"{make.TEXT} {number}", "title": "T"})

    monkeypatch.setattr(cage, "from_text", slowly)
    monkeypatch.setattr(texts, "_PATIENCE", 60)
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(ask, number) for number in range(2)]
        for _ in asked:
            assert begun.acquire(timeout=60)
        asked.append(pool.submit(ask, 2))
        until = time.monotonic() + 60
        # A semaphore says by this alone that somebody holds it: to try it would take the place away.
        while texts._WAITING._value:  # type: ignore[attr-defined]
            assert time.monotonic() < until, "the third text does not wait"
            time.sleep(0.01)
        with nothing_changes():
            answer = ask(3)
        check_problem(answer, 503, "unavailable")
        assert int(answer["Retry-After"]) > 0
        assert not any(each.done() for each in asked)
        over.set()
        assert [each.result().status_code for each in asked] == [201] * 3
    assert ask(3).status_code == 201
    assert Article.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_who_waits_too_long_for_their_turn_is_asked_to_come_again(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "_PATIENCE", 0.1)
    program = program_of(ada)
    with texts._turn(), texts._turn(), nothing_changes():
        answer = program.post("/api/v1/articles/", {"text": make.TEXT, "title": "T"})
    check_problem(answer, 503, "unavailable")
    assert program.post("/api/v1/articles/", {"text": make.TEXT, "title": "T"}).status_code == 201
