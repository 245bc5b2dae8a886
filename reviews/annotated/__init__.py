"""The annotated copy: an article with numbered claims beside it, for whoever has to answer for it.

What it says of a claim that was sent for sign-off is what was sent, letter by letter; of any other, the
draft as it is. Of evidence it holds what readers may see and no more, also for people who may see more at
the desk: the copy leaves the desk. How it looks, on a page and as a document, is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from django.db.models import Prefetch
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _, ngettext

from articles.anchoring import Outcome, are_same_words
from articles.coverage import cover
from articles.models import Article, Passage, Placement, Revision
from articles.passages import BlockSegments, Span, segments
from factcheck.accounts.models import User
from factcheck.templatetags.desk import SETTLED
from reviews.models import DraftWriter, Evidence, Rating, Review, Signature
from reviews.numbering import Numbered, in_text_order
from reviews.public_side import public_side
from reviews.querysets import OPEN, ReviewQuerySet
from reviews.states import WORDS


@dataclass(frozen=True)
class Piece:
    """One piece of evidence in words, numbered claim.source; of a confidential one, its description."""

    number: str
    stance: str
    what: str
    quote: str
    url: str
    is_confidential: bool


@dataclass(frozen=True)
class Name:
    """Somebody under a verdict, and when they put their name there."""

    name: str
    at: datetime | None = None


@dataclass(frozen=True)
class Note:
    """One claim: what it says, what was found, and who stands behind that.

    `judged` are the words that its newest verdict was given to, where the passage reads otherwise here.
    """

    number: int
    review: Review
    passages: Sequence[Passage]
    statement: str
    rating: Rating | None
    summary: str
    evidence: Sequence[Piece]
    version: int | None
    wrote: Sequence[Name]
    signed: Sequence[Name]
    returned: Sequence[Name]
    judged: Sequence[str]

    @property
    def state(self) -> str:
        return self.review.shown_state

    @property
    def state_word(self) -> str:
        return str(WORDS[self.state])

    @property
    def is_draft(self) -> bool:
        """Whether the rating is still anybody's draft."""
        return self.state not in SETTLED

    @property
    def rating_word(self) -> str:
        """The rating as it is written, or the state where there is none."""
        if self.rating is None:
            return self.state_word
        return f"{self.rating} · {_('draft')}" if self.is_draft else str(self.rating)

    @property
    def said(self) -> str:
        """Who said it, when and where."""
        claim = self.review.claim
        when = date_format(claim.said_on, "j F Y") if claim.said_on else ""
        return ", ".join(part for part in (str(claim.claimant or ""), when, claim.said_where) if part)

    @property
    def judged_line(self) -> str:
        """What there is to say of a verdict that was given to other words; nothing where there is none."""
        if not self.judged or self.review.verdict is None:
            return ""
        quotes = ", ".join(f"“{words}”" for words in self.judged)
        said = _("Verdict {number} was given to other words: {quotes}.")
        return said.format(number=self.review.verdict.number, quotes=quotes)

    @property
    def evidence_numbers(self) -> str:
        """The numbers of the evidence, in their order: "1.1, 1.3"."""
        return ", ".join(piece.number for piece in self.evidence)

    @property
    def wrote_line(self) -> str:
        return ", ".join(each.name for each in self.wrote)

    @property
    def signed_line(self) -> str:
        """Who signed off; else what the claim waits for."""
        if self.signed:
            return ", ".join(each.name for each in self.signed)
        if self.state == "signoff":
            return _("waits for sign-off")
        return _("returned by {name}").format(name=self.returned[-1].name) if self.returned else "–"

    @property
    def signed_at(self) -> str:
        return ", ".join(moment(each.at) for each in self.signed if each.at) or "–"


@dataclass(frozen=True)
class Row:
    """Blocks of the text, and the notes on claims that begin in them."""

    blocks: Sequence[BlockSegments]
    notes: Sequence[Note]


@dataclass(frozen=True)
class Copy:
    """All that an annotated copy shows."""

    article: Article
    revision: Revision
    rows: Sequence[Row]
    notes: Sequence[Note]
    facts: Sequence[tuple[str, str]]
    made_at: datetime

    @property
    def has_evidence(self) -> bool:
        return any(note.evidence for note in self.notes)

    @property
    def by_passage(self) -> dict[int, Note]:
        return {passage.pk: note for note in self.notes for passage in note.passages}


def annotated_copy(revision: Revision, *, reader: User) -> Copy:
    """Return the copy of a text that comes with its article and outlet. Six queries, seven if newer."""
    numbered = in_text_order(revision, _reviews(reader))
    notes = [
        _note(each.number, each.review, each.passages, revision.article) for each in numbered if each.passages
    ]
    elsewhere = [_absence(each) for each in numbered if not each.passages]
    places = [(passage, note) for note in notes for passage in note.passages]
    cuts = segments(
        revision.text,
        revision.read_blocks(),
        [Span(passage.pk, passage.start, passage.end) for passage, _note in places],
    )
    coverage = cover(revision, [(passage.start, passage.end) for passage, _note in places])
    made_at = now()
    facts = [
        *_about(revision),
        (_("Claims"), _counts(notes)),
        *([(_("Not in this text"), "; ".join(elsewhere))] if elsewhere else []),
        (
            _("Sentences"),
            _("{read} of {total} read").format(read=coverage.read, total=coverage.total),
        ),
        (_("Made"), _("{when}, by {name}").format(when=moment(made_at), name=reader)),
        (_("Digest of the text"), f"sha-256 {revision.digest}"),
    ]
    return Copy(revision.article, revision, _rows(cuts, notes), notes, facts, made_at)


def moment(at: datetime) -> str:
    """Write a time for the record: never relative, always with its zone."""
    return date_format(localtime(at), "j F Y, H:i e")


def _reviews(reader: User) -> ReviewQuerySet:
    return (
        Review.objects.visible_to(reader)
        .with_state()
        .select_related("claim__claimant", "verdict__rating")
        .prefetch_related(
            Prefetch("verdict__signatures", Signature.objects.select_related("person")),
            Prefetch("draft_writers", DraftWriter.objects.select_related("person")),
            Prefetch("evidence", Evidence.objects.current().select_related("source")),
        )
    )


def _note(number: int, review: Review, passages: Sequence[Passage], article: Article) -> Note:
    verdict = review.verdict
    was_sent = verdict is not None and review.status in {Review.Status.SUBMITTED, Review.Status.APPROVED}
    names = list(verdict.signatures.all()) if verdict else []
    if verdict is not None and was_sent:
        wrote = _named(names, Signature.Part.WROTE)
        words: dict[str, Any] = {
            "statement": verdict.statement,
            "rating": verdict.rating,
            "summary": verdict.summary,
        }
        evidence = verdict.evidence
    else:
        rating = None if review.status == Review.Status.DECLINED else review.rating
        # Where there is no verdict, nobody has written one.
        wrote = [Name(str(each.person)) for each in review.draft_writers.all()] if rating else []
        words = {
            "statement": review.claim.statement,
            "rating": rating,
            "summary": review.summary or review.decline_reason,
        }
        evidence = [public_side(piece) for piece in review.evidence.all()]
    return Note(
        number=number,
        review=review,
        passages=passages,
        **words,
        evidence=[_piece(number, side) for side in evidence],
        version=verdict.number if verdict and was_sent else None,
        wrote=wrote,
        signed=_named(names, Signature.Part.APPROVED) if was_sent else [],
        returned=_named(names, Signature.Part.RETURNED) if review.was_returned else [],
        judged=_judged(review, passages, article),
    )


def _absence(numbered: Numbered) -> str:
    """Say why a claim that stood in the text before does not stand in this one."""
    gone = numbered.absent[0]
    match gone.decision:
        case "" if gone.outcome in {Outcome.CHANGED, Outcome.LOST}:
            why = _("its words changed, and nobody has decided yet")
        case "":
            why = _("nobody has decided yet where it stands")
        case Placement.Decision.KEPT:
            why = _("quotes revision {number}").format(number=gone.passage.revision.number)
        case Placement.Decision.REMOVED:
            why = _("removed by the outlet")
        case _:
            why = gone.get_decision_display()
    return _("claim {number}: {why}").format(number=numbered.number, why=why)


def _named(names: Sequence[Signature], part: Signature.Part) -> list[Name]:
    return [Name(str(each.person), each.at) for each in names if each.part == part]


def _judged(review: Review, passages: Sequence[Passage], article: Article) -> list[str]:
    """Return what the newest verdict quotes of this article, where a passage here has other words."""
    if review.verdict is None:
        return []
    places = review.verdict.context.get("appearances", ())
    quotes = [place["quote"] for place in places if place["article"] == article.pk and place["quote"]]
    same = all(any(are_same_words(quote, each.exact) for quote in quotes) for each in passages)
    return [] if same else quotes


def _piece(claim: int, side: dict[str, Any]) -> Piece:
    """Put what readers may see of a piece of evidence into words."""
    number = f"{claim}.{side['number']}"
    if side["confidential"]:
        return Piece(number, _("Confidential"), side["public_description"], "", "", is_confidential=True)
    source = side["source"]
    stance = str(Evidence.Stance(side["stance"]).label)
    published = parse_date(source["published_on"] or "")
    day = date_format(published, "j F Y") if published else ""
    named = [source["author"], source["publisher"], day, side["locator"]]
    beside = ", ".join(part for part in named if part)
    what = f"{source['title']}. {beside}" if beside else source["title"]
    return Piece(number, stance, what, side["quote"], source["url"], is_confidential=False)


def _rows(cuts: Sequence[BlockSegments], notes: Sequence[Note]) -> list[Row]:
    """Return a row for each block in which claims begin, and one for those between two of them.

    A heading stays with what it stands over.
    """
    rows: list[Row] = []
    between: list[BlockSegments] = []
    waiting = list(notes)
    for cut in cuts:
        here = [note for note in waiting if note.passages[0].start < cut.block.end]
        waiting = waiting[len(here) :]
        if not here:
            between.append(cut)
            continue
        over = list(takewhile(lambda each: each.block.kind == "heading", reversed(between)))[::-1]
        if before := between[: len(between) - len(over)]:
            rows.append(Row(before, []))
        rows.append(Row([*over, cut], here))
        between = []
    return [*rows, Row(between, [])] if between else rows


def _about(revision: Revision) -> list[tuple[str, str]]:
    article = revision.article
    facts = [(_("Outlet"), str(article.outlet or "")), (_("Author"), article.byline)]
    if article.published_at:
        facts.append((_("Published"), date_format(localtime(article.published_at), "j F Y")))
    if article.canonical_url:
        facts.append((_("Address"), article.canonical_url))
    text = _("Revision {number} of {when}").format(number=revision.number, when=moment(revision.created_at))
    return [*(fact for fact in facts if fact[1]), (_("Text"), text)]


def _counts(notes: Sequence[Note]) -> str:
    is_open = [note for note in notes if note.review.status in OPEN]
    decided = len(notes) - len(is_open)
    drafted = sum(note.rating is not None for note in is_open)
    marked = ngettext("{n} marked", "{n} marked", len(notes)).format(n=len(notes))
    return _("{marked}: {decided} decided, {drafted} drafted, {open} without a rating").format(
        marked=marked, decided=decided, drafted=drafted, open=len(is_open) - drafted
    )
