"""`python -m benchmarks.bombs`: does the desk answer while documents that are out for harm are read?

The desk as it is served (gunicorn, a worker, an importer) on PostgreSQL; each bomb goes in by the API, and
meanwhile the queue and an article are asked for every 50 ms. Prints what became of each, and how long the
pages took.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.ground import HOST, ground

CLAIMS, EVERY, MOST = 500, 0.05, 90.0
QUEUE = "/desk/queue/?state=signoff"
Throw = Callable[[], list[int]]


def main() -> None:
    with ground(sqlite="--sqlite" in sys.argv):
        run()


def run() -> None:
    from articles.models import Article
    from benchmarks import serving
    from benchmarks.seeding import Desk
    from factcheck.accounts.tokens import Scope
    from tests.articles.canary import serving as site
    from tests.cast import person, token

    Desk().grow(CLAIMS)
    article = f"/desk/articles/{Article.objects.order_by('pk').values_list('pk', flat=True)[0]}/"
    caller = {"Authorization": f"Bearer {token(person('Ada'), *Scope.values)}"}
    with site() as loris, contextlib.ExitStack() as stack:
        os.environ["CHECKDESK_FETCH_ALLOW"] = loris.place
        port = stack.enter_context(serving._gunicorn())
        for queue, slots in (("celery", "1"), ("imports", "2")):
            command = ["celery", "-A", "factcheck", "worker", "--queues", queue, "--concurrency", slots]
            command += ["--hostname", queue, "--loglevel", "ERROR", "--without-gossip", "--without-mingle"]
            stack.enter_context(serving._running(*command))
        throws = bombs(port, caller, loris.says("/slow", drip))
        finish(throws["10 MB on one line"]())  # the importer is up, its parsers loaded
        print(f"{'':34}{'p50':>8}{'p95':>8}{'max':>8}   ms; load {os.getloadavg()[0]:.1f}", flush=True)
        report("nothing", port, article, lambda: time.sleep(5) or "")
        only = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else ""
        for name, throw in throws.items():
            if only not in name:
                continue
            report(name, port, article, lambda throw=throw: finish(throw()))
        report(
            "all at once, twice",
            port,
            article,
            lambda: finish([pk for _ in "12" for throw in throws.values() for pk in throw()]),
        )


def bombs(port: int, caller: dict[str, str], slow: str) -> dict[str, Throw]:
    """Each returns the ids of the imports that it asked for."""
    from tests.articles import documents as make

    prose = " ".join([make.PROSE] * 20)
    pages = [make.drawn(make.lines(50, 760, [make.PROSE] * 50))] * 2_000
    docx = make.docx(
        **{"word/embeddings/inner.zip": make.nested_zip(2), "word/document.xml": make.nested_zip(2)}
    )
    hard = b"# Slow\n\n" + b"*a* " * 900_000

    def file(name: str, data: bytes) -> Throw:
        return lambda: [sent(port, caller, *multipart(name, data))]

    def texts() -> list[int]:
        """What is read in the request itself, by as many callers as the desk has threads."""
        body = json.dumps({"text": f"# Slow\n\n{'*a* ' * 249_000}", "title": "T"}).encode()
        threads = [
            threading.Thread(target=sent, args=(port, caller, body, "application/json", "/api/v1/articles/"))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return []

    return {
        "10 MB on one line": file("a.txt", b"word " * (2 << 20)),
        "4.9 MB on one line": file("a.txt", (prose.encode() + b" ") * (4_900_000 // len(prose))),
        "the longest text, on one line": file("a.txt", (prose.encode() + b" ") * (980_000 // len(prose))),
        "PDF of 2,000 pages": file("a.pdf", make.pdf(pages)),
        "DOCX of archives in archives": file("a.docx", docx),
        "Markdown that takes all its time": file("a.md", hard),
        "a server that drips": lambda: [sent(port, caller, json.dumps({"url": f"{slow}"}).encode())],
        "8 hard texts in the request": texts,
    }


def drip(client: Any) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    for _ in range(120):
        client.sendall(b"<")
        time.sleep(1)


def multipart(name: str, data: bytes) -> tuple[bytes, str]:
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return head + data + b"\r\n--b--\r\n", "multipart/form-data; boundary=b"


def sent(
    port: int,
    caller: dict[str, str],
    body: bytes,
    kind: str = "application/json",
    path: str = "/api/v1/imports/",
) -> int:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Host": HOST, "X-Forwarded-Proto": "https", "Content-Type": kind, **caller}
    client.request("POST", path, body, headers)
    answer = client.getresponse()
    said = json.loads(answer.read())
    client.close()
    if answer.status != 202 and "imports" in path:
        raise SystemExit(f"{path}: {answer.status} {said}")
    ANSWERS.append(f"{answer.status}")
    return int(said["id"]) if answer.status == 202 else 0


ANSWERS: list[str] = []


def finish(imports: list[int]) -> str:
    """Wait until each is done, or has failed or is put back with a reason; return what was said."""
    from django.db.models import Q

    from articles.models import Import

    said, until = "", time.monotonic() + MOST
    while imports and time.monotonic() < until:
        rows = Import.objects.filter(pk__in=imports).exclude(
            Q(status="running") | Q(status="queued", error_code="")
        )
        if rows.count() == len(imports):
            said = ", ".join(
                sorted(
                    {
                        row.error_code or f"article of {len(row.article.revisions.get().text):,}"
                        for row in rows
                    }
                )
            )
            break
        time.sleep(0.1)
    # What is to be tried again is not, here.
    Import.objects.filter(pk__in=imports, status="queued").update(status="failed")
    return said if said or not imports else "still open"


def report(name: str, port: int, article: str, act: Callable[[], str]) -> None:
    ANSWERS.clear()
    began = time.monotonic()
    with sampling(port, article) as took:
        said = act()
    p95 = statistics.quantiles(took, n=20, method="inclusive")[-1]
    figures = "".join(f"{seconds * 1e3:8.0f}" for seconds in (statistics.median(took), p95, max(took)))
    said = said or " ".join(sorted(set(ANSWERS)))
    print(f"{name:34}{figures}   {len(took)} pages in {time.monotonic() - began:.0f} s; {said}", flush=True)


@contextlib.contextmanager
def sampling(port: int, article: str) -> Iterator[list[float]]:
    """Ask for the two pages in turn, each over a connection of its own, as people do."""
    from benchmarks import serving

    took: list[float] = []
    over = threading.Event()
    browser = serving._browser()

    def ask(path: str) -> None:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while not over.is_set():
            began = time.monotonic()
            serving._ask(client, path, browser)
            took.append(time.monotonic() - began)
            time.sleep(max(0.0, 2 * EVERY - took[-1]))
        client.close()

    threads = [threading.Thread(target=ask, args=(path,)) for path in (QUEUE, article)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    yield took
    over.set()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
