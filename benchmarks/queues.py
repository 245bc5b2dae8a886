"""`python -m benchmarks.queues`: how long a publication waits while imports do (F17, L4).

The desk's two kinds of worker on PostgreSQL. Publications are asked for alone, with fifty sites that do not
answer, and behind thousands of imports; what is measured is from the wish in the database to "done".
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import threading
import time

from benchmarks.ground import ground


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.queues", description=__doc__)
    parser.add_argument("--imports", type=int, default=5_000)
    parser.add_argument("--publications", type=int, default=1_000)
    parser.add_argument("--stalled", type=int, default=50)
    options = parser.parse_args()
    with ground(sqlite=False):
        run(options)


def run(options: argparse.Namespace) -> None:

    from articles.actions import request_import
    from articles.models import Import
    from benchmarks import serving
    from benchmarks.seeding import Desk, Stage
    from tests.articles.canary import serving as site
    from tests.cast import person
    from tests.factories import TEXT

    desk, ada = Desk(), person("Ada")
    over = threading.Event()
    with site() as silent, contextlib.ExitStack() as stack:
        os.environ["CHECKDESK_FETCH_ALLOW"] = silent.place
        from django.conf import settings

        settings.FETCH_ALLOW = [silent.place]
        for queue, slots in (("celery", "2"), ("imports", "2")):
            command = ["celery", "-A", "factcheck", "worker", "--queues", queue, "--concurrency", slots]
            command += ["--hostname", queue, "--loglevel", "ERROR", "--without-gossip", "--without-mingle"]
            stack.enter_context(serving._running(*command))
        publish(desk.add(Stage.READY, 5))  # the workers are up
        few = max(options.publications // 10, 5)
        report("alone", publish(desk.add(Stage.READY, few)))
        reviews = desk.add(Stage.READY, few)
        for number in range(options.stalled):
            request_import(actor=ada, url=silent.says(f"/{number}", lambda _client: over.wait(90)))
        time.sleep(2)
        report(f"with {options.stalled} stalled fetches", publish(reviews))
        Import.objects.filter(status="queued").update(status="failed")
        over.set()
        reviews = desk.add(Stage.READY, options.publications)
        for number in range(options.imports):
            request_import(actor=ada, text=f"{TEXT}Text number {number}.\n")
        report(f"with {options.imports:,} imports waiting", publish(reviews))
        left = Import.objects.filter(status__in=["queued", "running"]).count()
        print(f"then {left:,} imports were still open; load {os.getloadavg()[0]:.1f}")


def publish(reviews: list[int]) -> list[float]:
    """Ask for all at once; return how long each took, in seconds."""
    from publishing.actions import publish as ask
    from publishing.models import Release
    from reviews.models import Review
    from tests.cast import person

    dov = person("Dov")
    asked = [ask(review, actor=dov).pk for review in Review.objects.filter(pk__in=reviews)]
    until = time.monotonic() + 600
    while Release.objects.filter(pk__in=asked, finished_at=None).exists():
        if time.monotonic() > until:
            raise SystemExit("They did not come.")
        time.sleep(0.2)
    times = Release.objects.filter(pk__in=asked, status="done").values_list("created_at", "finished_at")
    return [(end - begin).total_seconds() for begin, end in times]


def report(name: str, took: list[float]) -> None:
    p95 = statistics.quantiles(took, n=20)[-1]
    print(
        f"{len(took):5} publications {name:30} median {statistics.median(took):6.2f} s,"
        f" p95 {p95:6.2f} s, longest {max(took):6.2f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
