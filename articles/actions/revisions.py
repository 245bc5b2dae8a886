"""Newer texts of an article, and what becomes of the passages in them.

Every live passage is looked for in the new text (`articles.anchoring`). One that stands there beyond doubt
follows at once; any other waits as an undecided placement until a person says what became of it, or until
the next text, in which it is looked for anew from where a person last saw it. Reading marks come along with
the sentences that the outlet left alone (`articles.unchanged`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy as _lazy

from articles.actions.comparing import compare_soon
from articles.actions.texts import choices_in, columns_of, digest_of, extraction_of, read_text, refusing
from articles.anchoring import Anchored, reanchor
from articles.extraction import Extracted
from articles.extraction.repair import repaired
from articles.models import Article, Claim, Import, Passage, Placement, ReadingMark, Revision
from articles.passages import selector_for
from articles.unchanged import marks_that_stay
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, require
from factcheck.audit.actions import record
from factcheck.errors import Conflict
from factcheck.jobs.runner import finish

FIRST_RECHECK = timedelta(hours=1)
TRIES = 5

Found = list[tuple[Passage, Anchored]]


class SameTextElsewhere(Conflict):
    """The new text is, letter by letter, that of another article."""

    code = "same_text_elsewhere"
    template = _lazy("This is the text of another article at the desk: “{title}”. Nothing was changed.")
    shown = ("article",)


class Overtaken(Exception):
    """Somebody changed the article, or flagged or marked words in it, while those were looked for."""


def revise(article: Article, *, actor: User, text: str) -> tuple[Revision, bool]:
    """Take a text that the caller has as the newest of the article; as `add_revision`.

    Raises:
        Unimportable: there is no text in it, or too much.
        Busy: it could not be read now. Otherwise as `add_revision`.
    """
    require(actor, Right.IMPORT)
    with refusing():
        extracted = read_text(text, {"title": article.title})
    return add_revision(article, actor=actor, extracted=extracted, is_fetched=False)


def add_revision(
    article: Article,
    *,
    actor: User | None,
    extracted: Extracted,
    original: str = "",
    content_type: str = "",
    http: dict[str, Any] | None = None,
    job: Import | None = None,
    is_fetched: bool = True,
) -> tuple[Revision, bool]:
    """Make the next revision and look for every live passage in it; say whether one was made.

    The newest one comes back where it has this very text. `actor` is None where the desk found the text
    by itself; `job` is marked done in the same transaction. Of a page or file that `is_fetched` the lines are
    those that people chose when they saw an earlier one; a text that somebody gives is taken as it is.

    Raises:
        Forbidden: their roles do not let them import.
        ExtractionError: no line is left of those that people chose.
        SameTextElsewhere: another article has this text.
        Conflict: the article kept changing meanwhile.
    """
    if actor is not None:
        require(actor, Right.IMPORT)
    for _attempt in range(TRIES):
        newest = article.revisions.select_related("extraction").order_by("-number").defer("text", "blocks")[0]
        now = repaired(extracted, choices_in(newest)) if is_fetched else extracted
        if newest.digest == digest_of(now.text):
            if job is not None:
                finish(job, article=article, was_known=True, stage=Import.Stage.DONE)
            return newest, False
        revision = Revision(
            article=article,
            number=newest.number + 1,
            original=original,
            content_type=content_type,
            http=http or {},
            created_by=actor,
            **columns_of(now),
        )
        revision.extraction = extraction_of(now, newest)
        # Outside the transaction: it takes a second where thousands of passages stand in a long text.
        found = _look_for(Passage.objects.live().filter(revision__article=article), revision.text)
        try:
            store_revision(revision, newest, found, actor=actor, job=job)
            return revision, True
        except (Overtaken, IntegrityError):
            # Another's text or event came first: look again, and say so where it cannot be.
            continue
    raise Conflict(detail=_("The article kept changing while its passages were looked for. Try again."))


def hold(article_id: int) -> Article:
    """Take the article's row: whoever adds a text, passage or mark, or decides on a place, does so first."""
    return Article.objects.select_for_update().with_newest_revision().get(pk=article_id)


def hold_claims(ids: Iterable[int]) -> QuerySet[Claim]:
    """Take the rows of claims: whoever tells the log of a claim that was there before does so first.

    The order of locks is article, review, claim, and of several the lowest id first. Holding the review is
    not enough: a newer text tells the log of claims without it. Foreign keys stay usable (`no_key`), for
    another text may refer to the same claim.
    """
    return Claim.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")


def settle(passage: Passage, held: Article) -> list[Passage]:
    """Look for a passage that was just flagged in an old text also in the newest; return what it made.

    From the first flag on the desk looks for changes of the article by itself.
    """
    if held.canonical_url and held.recheck_at is None:
        Article.objects.filter(pk=held.pk).update(recheck_at=timezone.now() + FIRST_RECHECK)
    if held.newest_revision == passage.revision.number:  # type: ignore[attr-defined]  # `hold` adds it
        return []
    newest = held.revisions.order_by("-number")[0]
    placed = _place(newest, _look_for([passage], newest.text))
    return [each.result for each in placed if each.result]


def _look_for(passages: Iterable[Passage], text: str) -> Found:
    """Find each passage in the new text, each from the text in which it stands. One query a text."""
    by_revision: dict[int, list[Passage]] = defaultdict(list)
    for passage in passages:
        by_revision[passage.revision_id].append(passage)
    found: Found = []
    for pk, here in sorted(by_revision.items()):
        old = Revision.objects.values_list("text", flat=True).get(pk=pk)
        found += zip(here, reanchor(old, text, [(each.start, each.end) for each in here]), strict=True)
    return found


def store_revision(
    revision: Revision, newest: Revision, found: Found, *, actor: User | None, job: Import | None = None
) -> None:
    """Store the next revision with its extraction, and what became of each live passage; look for copies.

    Raises:
        SameTextElsewhere: another article has this text.
        Overtaken: the article, its passages or its marks changed since `newest` and `found` were read.
    """
    other = Article.objects.filter(text_digest=revision.digest).exclude(pk=revision.article_id).first()
    if other is not None:
        raise SameTextElsewhere(title=other.title, article=str(other.pk))
    marks = list(newest.marks.all())
    stay = marks_that_stay(marks, newest, revision) if marks else []
    _store(revision, newest, found, marks, stay, actor=actor, job=job)
    compare_soon(revision.article)


@transaction.atomic(durable=True)
def _store(
    revision: Revision,
    newest: Revision,
    found: Found,
    marks: list[ReadingMark],
    stay: list[ReadingMark],
    *,
    actor: User | None,
    job: Import | None,
) -> None:
    article, extraction = revision.article, revision.extraction
    now, ids = timezone.now(), {passage.pk for passage, _anchored in found}
    taken = Article.objects.filter(pk=article.pk, text_digest=newest.digest).update(
        text_digest=revision.digest,
        recheck_at=now + FIRST_RECHECK if ids and article.canonical_url else None,
    )
    here = Passage.objects.live().filter(revision__article=article)
    if not taken or set(here.values_list("pk", flat=True)) != ids:
        raise Overtaken
    seen = {(mark.pk, mark.kind, mark.marked_by_id, mark.marked_at) for mark in marks}
    if set(newest.marks.values_list("pk", "kind", "marked_by", "marked_at")) != seen:
        raise Overtaken
    waiting = Placement.objects.undecided().filter(passage__revision__article=article)
    waiting.update(decision=Placement.Decision.SUPERSEDED, decided_at=now)
    revision.save(force_insert=True)
    extraction.revision = revision
    extraction.save(force_insert=True)
    ReadingMark.objects.bulk_create(stay)
    placed = _place(revision, found)
    outcomes = Counter(each.outcome for each in placed)
    uncertain = [each for each in placed if not each.is_certain]
    facts: dict[str, Any] = {"revision": revision.number, **outcomes, "undecided": len(uncertain)}
    record(
        "article.repaired" if extraction.is_repair else "article.revised",
        article,
        actor=actor,
        digest=revision.digest,
        by_itself=actor is None,
        **facts,
    )
    _tell_claims(revision, uncertain)
    if job is not None:
        finish(job, article=article, stage=Import.Stage.DONE)


def _place(revision: Revision, found: Found) -> list[Placement]:
    """Write down what became of each passage; those beyond doubt stand in the new text from here on."""
    certain = [(passage, here.place) for passage, here in found if here.is_certain and here.place]
    claims = {passage.claim_id for passage, _place in certain}
    made = {
        (each.claim_id, each.start, each.end): each
        for each in Passage.objects.filter(revision=revision, claim__in=claims)
    }
    new: dict[tuple[int, int, int], Passage] = {}
    for passage, (start, end) in certain:
        place = (passage.claim_id, start, end)
        if place not in made:
            made[place] = new[place] = _passage(passage.claim_id, revision, start, end)
    Passage.objects.bulk_create(new.values())
    return Placement.objects.bulk_create(
        Placement(
            passage=passage,
            revision=revision,
            outcome=here.outcome.value,
            score=here.score,
            start=here.place[0] if here.place else None,
            end=here.place[1] if here.place else None,
            others=[list(place) for place in here.others],
            is_certain=here.is_certain,
            result=made[passage.claim_id, *here.place] if here.is_certain and here.place else None,
        )
        for passage, here in found
    )


def _passage(claim_id: int, revision: Revision, start: int, end: int) -> Passage:
    place = selector_for(revision.text, start, end)
    return Passage(claim_id=claim_id, revision=revision, **asdict(place))


def _tell_claims(revision: Revision, uncertain: Iterable[Placement]) -> None:
    """Record on each claim that somebody has to look at its passage. Two queries a claim.

    It is the outlet's doing, not of whoever gave us the text: that is told of the article.
    """
    outcomes: dict[int, list[str]] = defaultdict(list)
    for placement in uncertain:
        outcomes[placement.passage.claim_id].append(placement.outcome)
    for claim in hold_claims(outcomes):
        record(
            "claim.passage_changed",
            claim,
            actor=None,
            article=revision.article_id,
            revision=revision.number,
            outcomes=sorted(outcomes[claim.pk]),
        )
