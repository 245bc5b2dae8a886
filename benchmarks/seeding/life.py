"""What one claim goes through, and the rows that each step leaves behind."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from articles.models import Claim, Revision
from benchmarks.seeding.rows import History
from factcheck.accounts.models import User
from publishing.models import Edition, Publication, Release, Summary
from reviews.models import DraftWriter, Evidence, Review, Signature, Source, Verdict

if TYPE_CHECKING:
    from benchmarks.seeding.desk import Desk

HOUR = timedelta(hours=1)


class Life:
    """The check of one claim, from its review to its publication."""

    def __init__(
        self,
        desk: Desk,
        claim: Claim,
        revision: Revision,
        place: tuple[int, int],
        reporter: User,
        flagged_at: datetime,
    ) -> None:
        self.desk, self.rows, self.chance, self.pattern = desk, desk.rows, desk.chance, desk.pattern
        self.claim, self.revision, self.place = claim, revision, place
        self.reporter, self.editor = reporter, desk.chance.choice(desk.pattern.editors)
        self.at = flagged_at
        self.review = desk.rows.add(
            Review(
                claim_id=claim.pk,
                signoffs_required=1,
                stage_entered_at=flagged_at,
                touched_at=flagged_at,
                priority=self.chance.choice((1, 2, 2, 2, 3)),
                due_at=flagged_at + self.chance.randrange(2, 25) * 24 * HOUR
                if self.chance.random() < 0.6
                else None,
            )
        )
        self.history = History(desk.rows, self.review, claim.statement)
        self.pieces: list[dict[str, Any]] = []

    def lead(self, stage: str) -> None:
        """Take the claim as far as its stage says."""
        if stage == "flagged":
            return
        if stage == "declined":
            self._move(Review.Status.DECLINED, self.editor, why="An opinion, not a claim.")
            self.review.decline_reason = "An opinion, not a claim."
            return
        self._take()
        if stage == "research":
            self._attach(1)
            return
        self._attach(self.chance.randrange(2, 4))
        self._write()
        if stage not in {"ready", "published"}:
            self.rows.add(DraftWriter(review_id=self.review.pk, person_id=self.reporter.pk))
        if stage == "drafted":
            return
        verdict = self._submit()
        if stage == "submitted":
            return
        if stage == "returned":
            self._sign(verdict, self.editor, Signature.Part.RETURNED, "Name the year.")
            self._move(Review.Status.RESEARCHING, self.editor, why="Name the year.")
            return
        self._approve(verdict)
        if stage == "published":
            self._publish(verdict)

    def _later(self) -> datetime:
        self.at += HOUR * self.chance.randrange(1, 9)
        self.review.touched_at = self.at
        return self.at

    def _move(self, to: Review.Status, actor: User, why: str = "") -> None:
        was, self.review.status = self.review.status, to
        self.review.stage_entered_at = self._later()
        self.history.tell("review.moved", actor=actor.pk, at=self.at, was=str(was), now=str(to), why=why)

    def _take(self) -> None:
        self._move(Review.Status.RESEARCHING, self.reporter)
        self.review.assignee_id = self.reporter.pk
        self.history.tell(
            "review.assigned", actor=self.reporter.pk, at=self.at, was=None, now=self.reporter.pk
        )

    def _attach(self, count: int) -> None:
        for number in range(1, count + 1):
            source = self._source()
            quote = f"Passengers in all: {self.chance.randrange(1000, 90_000):,}"
            stance = self.chance.choice(Evidence.Stance.values)
            self.rows.add(
                Evidence(
                    review_id=self.review.pk,
                    source_id=source.pk,
                    number=number,
                    stance=stance,
                    quote=quote,
                    created_by_id=self.reporter.pk,
                    created_at=self.at,
                )
            )
            shown = {"title": source.title, "url": source.url, "publisher": source.publisher}
            self.pieces.append(
                self.pattern.evidence
                | {"number": number, "stance": stance, "quote": quote}
                | {"source": self.pattern.evidence["source"] | shown}
            )
            self.history.tell(
                "review.evidence_added",
                actor=self.reporter.pk,
                at=self._later(),
                number=number,
                stance=stance,
                confidential=False,
            )

    def _source(self) -> Source:
        """A new source, or one that an earlier claim used too."""
        if self.desk.sources and self.chance.random() < 0.6:
            return self.chance.choice(self.desk.sources)
        number = self.claim.pk * 10 + len(self.pieces)
        source = self.rows.add(
            Source(
                title=f"Passenger table, sheet {number}",
                url=f"https://harbour.example/tables/{number}",
                publisher="Harbour board",
                created_by_id=self.reporter.pk,
                created_at=self.at,
            )
        )
        self.desk.sources.append(source)
        return source

    def _write(self) -> None:
        review = self.review
        rating = self.chance.choice(self.pattern.ratings)
        review.rating_id, review.summary = rating.pk, f"The table of {self.claim.pk} says something else."
        review.explanation, review.version = self.pattern.explanation, 2
        review.saved_by_id, review.saved_at = self.reporter.pk, self._later()
        self.rating = rating
        self.history.tell(
            "review.draft_saved",
            actor=self.reporter.pk,
            at=self.at,
            version=review.version,
            was={"summary": "", "rating": None},
            now={"summary": review.summary, "rating": rating.slug},
        )

    def _submit(self) -> Verdict:
        review = self.review
        verdict = Verdict(
            review_id=review.pk,
            number=1,
            statement=self.claim.statement,
            rating_id=review.rating_id,
            summary=review.summary,
            explanation=review.explanation,
            evidence=self.pieces,
            context=self._context(),
            submitted_by_id=self.reporter.pk,
            submitted_at=self._later(),
        )
        verdict.digest = verdict.compute_digest()
        self.rows.add(verdict)
        review.verdict_id = verdict.pk
        self._sign(verdict, self.reporter, Signature.Part.WROTE)
        self._move(Review.Status.SUBMITTED, self.reporter)
        self.history.tell(
            "review.submitted", actor=self.reporter.pk, at=self.at, verdict=1, digest=verdict.digest
        )
        return verdict

    def _context(self) -> dict[str, Any]:
        article = self.revision.article
        start, end = self.place
        return self.pattern.context | {
            "said_on": self.claim.said_on.isoformat() if self.claim.said_on else None,
            "said_where": self.claim.said_where,
            "appearances": [
                self.pattern.context["appearances"][0]
                | {
                    "article": article.pk,
                    "title": article.title,
                    "url": article.canonical_url,
                    "outlet": article.outlet.name if article.outlet else "",
                    "start": start,
                    "quote": self.revision.text[start:end],
                }
            ],
        }

    def _sign(self, verdict: Verdict, person: User, part: Signature.Part, note: str = "") -> None:
        self.rows.add(
            Signature(verdict_id=verdict.pk, person_id=person.pk, part=part, note=note, at=self._later())
        )

    def _approve(self, verdict: Verdict) -> None:
        self._sign(verdict, self.editor, Signature.Part.APPROVED)
        self.history.tell(
            "review.signed_off", actor=self.editor.pk, at=self.at, verdict=1, digest=verdict.digest
        )
        self._move(Review.Status.APPROVED, self.editor)

    def _publish(self, verdict: Verdict) -> None:
        at, publisher = self._later(), self.pattern.publisher
        slug = f"check-{self.claim.pk}"
        publication = self.rows.add(
            Publication(
                review_id=self.review.pk,
                slug=slug,
                state=Publication.State.LIVE,
                created_at=at,
                touched_at=at,
            )
        )
        payload = self.pattern.payload | verdict.context
        edition = Edition(
            publication_id=publication.pk,
            number=1,
            kind=Edition.Kind.FIRST,
            verdict_id=verdict.pk,
            payload=payload
            | {
                "slug": slug,
                "url": payload["url"].replace(self.pattern.payload["slug"], slug),
                "statement": verdict.statement,
                "summary": verdict.summary,
                "evidence": verdict.evidence,
                "rating": payload["rating"]
                | {
                    "slug": self.rating.slug,
                    "word": self.rating.word,
                    "value": self.rating.value,
                    "on_scale": self.rating.on_scale,
                },
                "written_by": [str(self.reporter)],
                "signed_off_by": [str(self.editor)],
                "published_at": at.isoformat(),
                "first_published_at": at.isoformat(),
                "verdict": {"number": 1, "digest": verdict.digest},
            },
            published_by_id=publisher.pk,
            published_at=at,
        )
        edition.digest = edition.compute_digest()
        self.rows.add(edition)
        publication.edition_id = edition.pk
        self.rows.add(
            Release(
                publication_id=publication.pk,
                verdict_id=verdict.pk,
                requested_by_id=publisher.pk,
                status="done",
                attempts=1,
                run_after=at,
                created_at=at,
                finished_at=at,
            )
        )
        self._summarise(publication)
        history = History(self.rows, publication, slug)
        history.tell(
            "publication.requested",
            actor=publisher.pk,
            at=at,
            verdict=1,
            digest=verdict.digest,
            publish_at=None,
        )
        history.tell(
            "publication.published", actor=publisher.pk, at=at, edition=1, kind="first", digest=edition.digest
        )

    def _summarise(self, publication: Publication) -> None:
        article, known = self.revision.article, self.desk.summaries
        if article.pk not in known:
            page = Summary(article_id=article.pk, slug=f"article-{article.pk}", created_at=self.at)
            known[article.pk] = self.rows.add(page).pk
        through = Summary.publications.through
        self.rows.add(through(publication_id=publication.pk, summary_id=known[article.pk]))
