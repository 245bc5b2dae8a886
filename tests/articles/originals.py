"""A page with lines that an importer may misjudge, brought in as a file. Nobody said any of this."""

from __future__ import annotations

from articles.actions import request_import
from articles.models import Article, Revision
from articles.tasks import run_import
from tests import factories as make
from tests.cast import person
from tests.kept import kept

PAGE = """<html lang="en"><head><title>Night ferry breaks its record</title>
<meta property="og:title" content="Night ferry breaks its record">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Night ferry breaks its record",
"author": {"name": "Ilse Maar"}, "datePublished": "2025-05-03T06:00:00Z"}</script></head><body>
<div><ul><li><a href="/a">World</a></li><li><a href="/b">Sport</a></li></ul></div>
<article><h1>Night ferry breaks its record</h1>
<p>The night ferry to Vell Island carried 41,000 passengers last year, the harbour board said on Monday.</p>
<figure><img src="x.jpg"><figcaption>The ferry at dawn, seen from the pier.</figcaption></figure>
<p>That is twice as many as in 2019, when the old boat still sailed between the island and the town.</p>
<p>A single ticket costs 9 crowns. The board wants to add a second boat in spring, it said.</p>
<p>The crane on the north quay is being painted green this month, and the quay is closed to cars.</p>
</article></body></html>"""
PASSENGERS = "The night ferry to Vell Island carried 41,000 passengers last year"
TWICE = "That is twice as many as in 2019"
CAPTION = "The ferry at dawn, seen from the pier."
CRANE = "The crane on the north quay"


@kept
def imported(page: str = PAGE) -> Article:
    job = request_import(actor=person("Ada"), file=page.encode(), filename="ferry.html")
    run_import(job.pk)
    job.refresh_from_db()
    assert job.article is not None
    return job.article


def given_anew(article: Article, page: str) -> Revision:
    job = request_import(actor=person("Ada"), file=page.encode(), filename="ferry.html", revises=article)
    run_import(job.pk)
    return make.newest_revision(article)


def block_with(revision: Revision, words: str) -> int:
    (number,) = [n for n, b in enumerate(revision.blocks) if words in revision.text[b["start"] : b["end"]]]
    return number


def left_out_with(revision: Revision, words: str, *, before: int | None = None) -> int:
    (number,) = [
        n
        for n, line in enumerate(revision.extraction.left_out)
        if words in line["text"] and before in {None, line["before"]}
    ]
    return number
