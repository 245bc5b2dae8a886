"""Repairing what was taken for an article's text: leaving lines out, taking others in (decision 0016).

Passages do not have to be looked for: each stands in lines that stay, and moves with them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from itertools import count

from django.db import IntegrityError
from django.utils.text import Truncator
from django.utils.translation import gettext as _, gettext_lazy as _lazy

from articles import limits
from articles.actions.revisions import TRIES, Found, Overtaken, store_revision
from articles.actions.texts import as_json, choices_in, columns_of_text
from articles.anchoring import Anchored, Outcome
from articles.extraction.document import Draft, lay_out
from articles.extraction.repair import names
from articles.found import lines_of
from articles.models import Extraction, Passage, Placement, Revision
from articles.passages import block_at
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, require
from factcheck.errors import Conflict, Malformed

ANSWERED = frozenset({"furniture_doubtful", "maybe_partial"})
"""Cautions that ask somebody to compare a text with its original, as whoever repairs it does."""


class NewerTextCame(Conflict):
    """The lines were chosen in a text that is no longer the newest."""

    code = "newer_text"
    template = _lazy("A newer text of this article came in meanwhile. Nothing was changed; look at that one.")


class PassagesWait(Conflict):
    """Somebody has to say first where claims stand in the newest text."""

    code = "passages_wait"
    template = _lazy("Some passages wait for somebody to say where they stand now. Decide on them first.")


class ClaimsStandThere(Conflict):
    """A line with a claim in it cannot go, and none can come between two lines of a passage."""

    code = "claims_stand_there"
    template = _lazy(
        "A claim quotes “{words}”: these lines have to stay together. Nothing was changed. Choose again."
    )
    shown = ("claim",)


def repair_text(
    revision: Revision, *, actor: User, leave_out: Collection[int] = (), take_in: Collection[int] = ()
) -> Revision:
    """Make the next revision from the lines of the newest one, and return it; itself where nothing changes.

    Args:
        revision: The newest text of the article.
        actor: Who says so.
        leave_out: Numbers of blocks, from 0, that are not the article's.
        take_in: Numbers of lines among those left out, from 0, that are.

    Raises:
        Forbidden: their roles do not let them import.
        Malformed: there is no such line; no text would be left, or one that is longer than the desk takes.
        NewerTextCame, PassagesWait, ClaimsStandThere: see there.
        SameTextElsewhere: another article has this text.
        Conflict: the article kept changing meanwhile.
    """
    require(actor, Right.IMPORT)
    if not (leave_out or take_in):
        return revision
    lines = lines_of(revision)
    turned = _turned(lines, leave_out, take_in)
    for _attempt in range(TRIES):
        newest = revision.article.revisions.order_by("-number").only("pk")[0]
        if newest.pk != revision.pk:
            raise NewerTextCame
        if Placement.objects.undecided().filter(passage__revision__article=revision.article_id).exists():
            raise PassagesWait
        repaired = _next(revision, lines, turned, actor=actor)
        passages = Passage.objects.live().filter(revision=revision)
        found = _follow(passages, revision, repaired, lines, turned)
        try:
            store_revision(repaired, revision, found, actor=actor)
            return repaired
        except (Overtaken, IntegrityError):
            continue
    raise Conflict(detail=_("The article kept changing while its lines were put together. Try again."))


def _turned(lines: Sequence[Draft], leave_out: Collection[int], take_in: Collection[int]) -> list[Draft]:
    """Return the lines with those turned whose numbers are given.

    Raises:
        Malformed: there is no such line; or none would stay.
    """
    known = sum(not line.is_left_out for line in lines), sum(line.is_left_out for line in lines)
    for field, numbers, there_are in (("leave_out", leave_out, known[0]), ("take_in", take_in, known[1])):
        if any(not 0 <= number < there_are for number in numbers):
            raise Malformed.at(f"/{field}", _("This text has no such line."))
    wanted = {False: set(leave_out), True: set(take_in)}
    number = {False: count(), True: count()}
    turned = [
        replace(line, is_left_out=not line.is_left_out)
        if next(number[line.is_left_out]) in wanted[line.is_left_out]
        else line
        for line in lines
    ]
    if all(line.is_left_out for line in turned):
        raise Malformed.at("/leave_out", _("A text needs one line at least."))
    return turned


def _next(revision: Revision, lines: Sequence[Draft], turned: Sequence[Draft], *, actor: User) -> Revision:
    """Return the next revision, of the same original, with its extraction; nothing is saved."""
    text, blocks, left_out = lay_out(turned)
    try:  # one that came before there was a limit may shrink
        limits.text_in(text, most=max(limits.TEXT, len(revision.text)))
    except limits.TextTooLong as fault:
        raise Malformed.at("/take_in", str(fault), code=fault.code) from fault
    said = {
        name: not now.is_left_out
        for name, was, now in zip(names(lines), lines, turned, strict=True)
        if was.is_left_out != now.is_left_out
    }
    repaired = Revision(
        article=revision.article,
        number=revision.number + 1,
        original=revision.original,
        content_type=revision.content_type,
        http=revision.http,
        created_by=actor,
        warnings=[each for each in revision.warnings if each["code"] not in ANSWERED],
        **columns_of_text(text, blocks),
    )
    repaired.extraction = Extraction(
        found=revision.extraction.found,
        left_out=[asdict(line) for line in left_out],
        choices=as_json(choices_in(revision) | said),
        is_repair=True,
    )
    return repaired


def _follow(
    passages: Iterable[Passage],
    revision: Revision,
    repaired: Revision,
    lines: Sequence[Draft],
    turned: Sequence[Draft],
) -> Found:
    """Return each passage with its place in the new text, for certain.

    Raises:
        ClaimsStandThere: its words would not be the same.
    """
    blocks, now = revision.read_blocks(), repaired.read_blocks()
    becomes = _becomes(lines, turned)
    found = []
    for passage in passages:
        first, last = (block_at(blocks, at) for at in (passage.start, passage.end - 1))
        begins = becomes.get(first)
        if begins is None or any(becomes.get(at) != begins + at - first for at in range(first, last + 1)):
            raise ClaimsStandThere(words=Truncator(passage.exact).chars(80), claim=str(passage.claim_id))
        shift = now[begins].start - blocks[first].start
        place = (passage.start + shift, passage.end + shift)
        found.append((passage, Anchored(Outcome.KEPT, 1.0, place, is_certain=True)))
    return found


def _becomes(lines: Sequence[Draft], turned: Sequence[Draft]) -> dict[int, int]:
    """Return by the number of a block that stays its number in the new text."""
    was, now = count(), count()
    numbers = (
        (None if line.is_left_out else next(was), None if new.is_left_out else next(now))
        for line, new in zip(lines, turned, strict=True)
    )
    return {old: new for old, new in numbers if old is not None and new is not None}
