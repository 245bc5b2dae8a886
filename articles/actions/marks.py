"""Reading marks: saying of a sentence that it was read and is no claim."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _

from articles.actions.revisions import hold
from articles.models import ReadingMark, Revision
from articles.passages import trim
from articles.unchanged import same_sentences
from assist.sentences import Span, touching
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, require
from factcheck.audit.actions import record
from factcheck.errors import Malformed


@transaction.atomic(durable=True)
def mark_sentences(
    revision: Revision, *, actor: User, start: int, end: int, kind: ReadingMark.Kind | None
) -> list[Span]:
    """Mark each sentence that the words from `start` to `end` (code points) touch; None clears the marks.

    Returns the sentences. A sentence has one mark: a second one takes the place of the first, with the name
    of whoever set it. Marks in an old text are also set in the newest, on the sentences that the outlet left
    alone and of which nobody said anything else there.

    Raises:
        Forbidden: their roles do not let them flag claims, which is the other outcome of reading.
        Malformed: the offsets do not lie in the text, or hold nothing but white space.
    """
    require(actor, Right.FLAG)
    sentences = _touched(revision, start, end)
    # Of two who mark at once the second waits here: both write to the log of this revision.
    held = hold(revision.article_id)
    here = ReadingMark.objects.filter(revision=revision, start__lt=sentences[-1][1], end__gt=sentences[0][0])
    was = _write(revision, sentences, kind, here=here, actor=actor)
    if held.newest_revision != revision.number:  # type: ignore[attr-defined]  # `hold` adds it
        newest = held.revisions.select_related("article").order_by("-number")[0]
        _follow(revision, newest, sentences, kind, was=was, actor=actor)
    return sentences


def _write(
    revision: Revision,
    sentences: list[Span],
    kind: ReadingMark.Kind | None,
    *,
    here: QuerySet[ReadingMark],
    actor: User,
) -> dict[Span, str]:
    """Put these marks in the place of those that are here; return what those were."""
    was = {(mark.start, mark.end): mark.kind for mark in here}
    wanted = sentences if kind else []
    if was == dict.fromkeys(wanted, kind):
        return was
    if gone := was.keys() - set(wanted):  # all of them, or what an older cut of the text has left
        (here.filter(start__in=[start for start, _end in gone]) if kind else here).delete()
    ReadingMark.objects.bulk_create(
        [
            ReadingMark(revision=revision, start=start, end=end, kind=kind, marked_by=actor, marked_at=now())
            for start, end in wanted
            if kind and was.get((start, end)) != kind
        ],
        update_conflicts=True,
        unique_fields=["revision", "start"],
        update_fields=["end", "kind", "marked_by", "marked_at"],
    )
    record(
        "revision.marked",
        revision,
        actor=actor,
        was=[[*span, kind] for span, kind in was.items()],
        now=[[*span, kind] for span in wanted],
    )
    return was


def _follow(
    old: Revision,
    newest: Revision,
    sentences: list[Span],
    kind: ReadingMark.Kind | None,
    *,
    was: dict[Span, str],
    actor: User,
) -> None:
    """Mark the same sentences in the newest text, as far as they are marked there as they were here."""
    places = dict(same_sentences(old, newest))
    there = {(mark.start, mark.end): mark.kind for mark in newest.marks.all()}
    same = [(places[each], was.get(each)) for each in sentences if each in places]
    spans = [place for place, before in same if there.get(place) == before]
    here = newest.marks.filter(start__in=[start for start, _end in spans])
    if spans:
        _write(newest, spans, kind, here=here, actor=actor)


def _touched(revision: Revision, start: int, end: int) -> list[Span]:
    try:
        start, end = trim(revision.text, start, end)
    except ValueError as error:
        raise Malformed.at("/start", str(error), code="no_such_passage") from error
    found = touching(revision.text, revision.article.language, start, end)
    if not found:
        raise Malformed.at("/start", _("There is no sentence there."), code="no_such_passage")
    return found
