"""Reading marks: saying of a sentence that it was read and is no claim."""

from __future__ import annotations

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from articles.actions.revisions import hold
from articles.models import ReadingMark, Revision
from articles.passages import trim
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
    of whoever set it.

    Raises:
        Forbidden: their roles do not let them flag claims, which is the other outcome of reading.
        Malformed: the offsets do not lie in the text, or hold nothing but white space.
    """
    require(actor, Right.FLAG)
    sentences = _touched(revision, start, end)
    # Of two who mark at once the second waits here: both write to the log of this revision.
    hold(revision.article_id)
    here = ReadingMark.objects.filter(revision=revision, start__lt=sentences[-1][1], end__gt=sentences[0][0])
    was = {(mark.start, mark.end): mark.kind for mark in here}
    wanted = sentences if kind else []
    if was == dict.fromkeys(wanted, kind):
        return sentences
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
    return sentences


def _touched(revision: Revision, start: int, end: int) -> list[Span]:
    try:
        start, end = trim(revision.text, start, end)
    except ValueError as error:
        raise Malformed.at("/start", str(error), code="no_such_passage") from error
    found = touching(revision.text, revision.article.language, start, end)
    if not found:
        raise Malformed.at("/start", _("There is no sentence there."), code="no_such_passage")
    return found
