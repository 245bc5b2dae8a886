"""The seeded desk: articles, claims in every stage of their life, and what each stage leaves behind."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum
from itertools import cycle
from random import Random

from django.db import connection
from django.utils import timezone

from articles.models import Article, Claim, Claimant, Extraction, Import, Outlet, Passage, Revision, Topic
from benchmarks.seeding import pattern, words
from benchmarks.seeding.life import Life
from benchmarks.seeding.rows import History, Rows
from publishing.models import Summary
from reviews.models import Review, Source

CLAIMS_AN_ARTICLE = 8
CLAIMS_AT_ONCE = 1_000
OUTLETS, CLAIMANTS, TOPICS, STOCK = 40, 400, 60, 400
DAY = timedelta(days=1)


class Stage(Enum):
    """How far a claim has come; the value is its share of a desk of some years, in percent."""

    FLAGGED = 6.0
    RESEARCH = 5.0
    DRAFTED = 4.1
    RETURNED = 0.9
    SUBMITTED = 3.0
    READY = 2.0
    PUBLISHED = 71.0
    DECLINED = 8.0


class Desk:
    """Grows the desk in the database to any number of claims."""

    def __init__(self) -> None:
        self.pattern = pattern.make()
        self.rows = Rows()
        self.chance = Random(2026)
        self.now = timezone.now()
        self.stock = words.paragraphs(self.chance, STOCK)
        add = self.rows.add
        self.outlets = [add(Outlet(name=f"Paper {n}", domain=f"paper{n}.example")) for n in range(OUTLETS)]
        self.claimants = [add(Claimant(name=f"Speaker {n}")) for n in range(CLAIMANTS)]
        self.topics = [add(Topic(name=f"Topic {n}", slug=f"topic-{n}")) for n in range(TOPICS)]
        self.rows.write(checked=True)
        self.rows.close()
        self._places: Iterator[tuple[Revision, tuple[int, int]]] = iter(())
        self._articles = Article.objects.count()
        self.sources: list[Source] = []
        self.summaries: dict[int, int] = {}
        self._reporters = cycle(self.pattern.reporters)

    def grow(self, to: int) -> None:
        """Add claims until there are `to`, in the shares of `Stage`."""
        missing = to - Claim.objects.count()
        stages = self.chance.choices(list(Stage), [stage.value for stage in Stage], k=max(missing, 0))
        self._add(stages)
        self._tidy()

    def add(self, stage: Stage, count: int) -> list[int]:
        """Add so many claims of one stage; return the ids of their reviews."""
        before = Review.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self._add([stage] * count)
        return list(Review.objects.filter(pk__gt=before).order_by("pk").values_list("pk", flat=True))

    def _add(self, stages: list[Stage]) -> None:
        # Measuring publishes, and so makes summaries of seeded articles.
        self.summaries = dict(Summary.objects.values_list("article", "pk"))
        gc.disable()  # millions of rows, no cycles: looking for them would take a fifth of the time
        for first in range(0, len(stages), CLAIMS_AT_ONCE):
            for stage in stages[first : first + CLAIMS_AT_ONCE]:
                self._add_claim(stage)
            # The first thousand are looked at closely; the rest is made the same way.
            self.rows.write(checked=Claim.objects.count() < CLAIMS_AT_ONCE)
        gc.enable()
        self.rows.close()

    def _add_claim(self, stage: Stage) -> None:
        revision, (start, end) = self._place()
        reporter, flagged_at = next(self._reporters), self._flagged_at(stage)
        claim = self.rows.add(
            Claim(
                statement=words.sentence(self.chance),
                claimant_id=self.chance.choice(self.claimants).pk,
                said_on=(self.now - self.chance.randrange(1, 900) * DAY).date(),
                said_where="Council meeting",
                language="en",
                flagged_by_id=reporter.pk,
                created_at=flagged_at,
            )
        )
        for topic in self.chance.sample(self.topics, self.chance.randrange(1, 3)):
            self.rows.add(Claim.topics.through(claim_id=claim.pk, topic_id=topic.pk))
        self.rows.add(
            Passage(
                claim_id=claim.pk,
                revision_id=revision.pk,
                start=start,
                end=end,
                exact=revision.text[start:end],
                prefix=revision.text[max(0, start - 32) : start],
                suffix=revision.text[end : end + 32],
                created_at=flagged_at,
            )
        )
        history = History(self.rows, claim, claim.statement)
        history.tell(
            "claim.flagged",
            actor=reporter.pk,
            at=flagged_at,
            statement=claim.statement,
            article=revision.article_id,
        )
        Life(self, claim, revision, (start, end), reporter, flagged_at).lead(stage.name.lower())

    def _flagged_at(self, stage: Stage) -> datetime:
        over = stage in {Stage.PUBLISHED, Stage.DECLINED}
        hours = self.chance.randrange(24 * 20, 24 * 900) if over else self.chance.randrange(120, 24 * 20)
        return self.now - timedelta(hours=hours, seconds=self.chance.randrange(3600))

    def _place(self) -> tuple[Revision, tuple[int, int]]:
        """The next place for a claim; a new article where the last one has enough of them."""
        found = next(self._places, None)
        if found is None:
            revision, places = self._add_article()
            self._places = iter([(revision, place) for place in places[:CLAIMS_AN_ARTICLE]])
            found = next(self._places)
        return found

    def _add_article(self) -> tuple[Revision, list[tuple[int, int]]]:
        self._articles += 1
        number = self._articles
        text = words.article(self.chance, self.stock, number)
        digest = hashlib.sha256(text.text.encode()).hexdigest()
        reporter = next(self._reporters)
        outlet = self.chance.choice(self.outlets)
        written_at = self.now - self.chance.randrange(1, 900) * DAY
        article = self.rows.add(
            Article(
                outlet_id=outlet.pk,
                title=f"{words.sentence(self.chance)[:90]} ({number})",
                byline="A Staff Writer",
                canonical_url=f"https://{outlet.domain}/articles/{number}",
                published_at=written_at,
                language="en",
                text_digest=digest,
                origin=Article.Origin.TEXT,
                imported_by_id=reporter.pk,
                created_at=written_at,
            )
        )
        revision = self.rows.add(
            Revision(
                article_id=article.pk,
                number=1,
                text=text.text,
                blocks=text.blocks,
                digest=digest,
                created_by_id=reporter.pk,
                created_at=written_at,
            )
        )
        # Set without a query: `Life` reads the article and its outlet through it.
        article.outlet = outlet
        revision.article = article
        self.rows.add(Extraction(revision_id=revision.pk))
        job = Import(kind=Import.Kind.TEXT, status="done", stage=Import.Stage.DONE, article_id=article.pk)
        job.requested_by_id, job.given = reporter.pk, {"title": article.title}
        job.created_at = job.finished_at = written_at
        self.rows.add(job)
        history = History(self.rows, article, article.title)
        history.tell("article.imported", actor=reporter.pk, at=written_at, origin="text", digest=digest)
        return revision, text.places

    def _tidy(self) -> None:
        """Do what PostgreSQL's autovacuum does in the night after so many rows; SQLite's likewise."""
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
