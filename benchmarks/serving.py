"""The desk as it is served: gunicorn with threads, and a worker that publishes.

Only on PostgreSQL, on the loopback interface, and for a few seconds.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from benchmarks.cases import Cases
from benchmarks.doors import cookies
from benchmarks.ground import HOST
from benchmarks.seeding import Stage
from factcheck.demo.processes import die_with_parent
from publishing.models import Publication
from tests.cast import person

ROOT = Path(__file__).resolve().parent.parent
WORKERS, THREADS, CLIENTS = 2, 4, 8
SECONDS = 10.0
PUBLISHED = 8
PATIENCE = 60.0
QUEUE = "/desk/queue/?state=signoff"


def show(cases: Cases) -> None:
    """Print requests per second, and how long a publication takes with a real worker."""
    if connection.vendor != "postgresql":
        print("\nServing is measured on PostgreSQL only.")
        return
    with _gunicorn() as port:
        print(f"\ngunicorn, {WORKERS} processes × {THREADS} threads, {CLIENTS} clients, {SECONDS:g} s each:")
        for path, headers in ((QUEUE, _browser()), ("/checks/the-first-check/", {})):
            print(f"- {path}: {_load(port, path, headers)}")
    with _worker():
        print(f"- from “publish” to the page, by a Celery worker: {_publish(cases)}")


def _browser() -> dict[str, str]:
    return {"Cookie": cookies(person("Cleo"))["HTTP_COOKIE"]}


@contextlib.contextmanager
def _running(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=ROOT, env=dict(os.environ), preexec_fn=die_with_parent()
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


@contextlib.contextmanager
def _gunicorn() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = ["gunicorn", "factcheck.wsgi", "--config", "deploy/gunicorn.conf.py"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS), "--threads", str(THREADS)]
    with _running(*command, "--log-level", "warning"):
        deadline = time.monotonic() + PATIENCE
        while True:
            # It listens before it has loaded the application.
            with contextlib.suppress(OSError, RuntimeError):
                _ask(http.client.HTTPConnection("127.0.0.1", port, timeout=5), "/healthz", {})
                break
            if time.monotonic() > deadline:
                raise SystemExit("gunicorn did not start.")
            time.sleep(0.1)
        yield port


def _load(port: int, path: str, headers: dict[str, str]) -> str:
    """Ask as fast as some clients can; say how many answers there were, and how long they took."""
    took: list[float] = []
    until = time.monotonic() + 1 + SECONDS

    def ask() -> None:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while (began := time.monotonic()) < until:
            _ask(client, path, headers)
            if began > until - SECONDS:
                took.append(time.monotonic() - began)
        client.close()

    threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(took) < 2:
        return "no answers"
    p95 = statistics.quantiles(took, n=20)[-1]
    middle = statistics.median(took)
    return f"{len(took) / SECONDS:.0f} requests/s, median {middle * 1e3:.0f} ms, p95 {p95 * 1e3:.0f} ms"


def _ask(client: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> None:
    client.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https", **headers})
    answer = client.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")


@contextlib.contextmanager
def _worker() -> Iterator[None]:
    command = ["celery", "-A", "factcheck", "worker", "--concurrency", "1", "--loglevel", "ERROR"]
    with _running(*command, "--without-gossip", "--without-mingle"):
        yield


def _publish(cases: Cases) -> str:
    door = cases.door("Dov")
    took = []
    for review in cases.desk.add(Stage.READY, PUBLISHED + 1):
        began = time.monotonic()
        door.post(f"/api/v1/reviews/{review}/publish/", {}, expect=202)()
        slug = Publication.objects.values_list("slug", flat=True).get(review=review)
        page = settings.SITE_DIR / f"checks/{slug}/index.html"
        while not page.exists():
            if time.monotonic() - began > PATIENCE:
                return "it did not come"
            time.sleep(0.002)
        took.append(time.monotonic() - began)
    # The first one waited for the worker to start.
    return f"median {statistics.median(took[1:]) * 1e3:.0f} ms"
