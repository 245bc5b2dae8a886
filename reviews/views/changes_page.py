"""The page on which people decide where passages stand in a changed article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _, gettext_lazy as _lazy, ngettext

from articles.anchoring import Outcome, go_on_alike
from articles.comparison import Piece, where_they_stood, word_diff
from articles.excerpts import Excerpt, around, at_point
from articles.extraction import Block
from articles.models import Claim, Passage, Placement, Revision
from articles.passages import Span, block_at, segments
from assist.sentences import spans
from factcheck.accounts.decorators import DeskRequest
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, require
from factcheck.errors import Forbidden
from factcheck.templatetags.desk import bar
from reviews.lifecycle import Status
from reviews.models import Review
from reviews.numbering import in_text_order
from reviews.views.likeness import Score, group_of, score_of

Decision = Placement.Decision

_RETURNED_BY_OTHER_WORDS = {Status.SUBMITTED, Status.APPROVED}
GROUPS = {
    "changed": ("diff", _lazy("Changed words")),
    "several": ("swap", _lazy("Fits more than one place")),
    "elsewhere": ("swap", _lazy("Same words, unclear place")),
    "lost": ("x", _lazy("Lost")),
}


@dataclass(frozen=True)
class Text:
    """A revision with its blocks, read once for all its passages."""

    revision: Revision
    blocks: Sequence[Block]

    @classmethod
    def of(cls, revision: Revision) -> Text:
        """Return the text of a revision."""
        return cls(revision, revision.read_blocks())

    def where(self, place: int) -> str:
        """Name the block that a place is in, as people count them."""
        index = block_at(self.blocks, place)
        match self.blocks[index].kind:
            case "heading":
                return _("heading")
            case "caption":
                return _("caption")
        counted = sum(block.kind not in {"heading", "caption"} for block in self.blocks[: index + 1])
        return _("paragraph {n}").format(n=counted)


@dataclass(frozen=True)
class Place:
    """A place in the new text where a passage may stand now."""

    start: int
    end: int
    label: str
    excerpts: list[Excerpt]
    is_first: bool

    @property
    def value(self) -> str:
        """What the form sends."""
        return f"{self.start}-{self.end}"


@dataclass(frozen=True)
class Panel:
    """One passage that was, or is, for a person to decide on; `near` is where in the new text to look."""

    placement: Placement
    number: int
    review: Review
    group: str
    score: Score
    old: Text
    old_where: str
    old_excerpts: list[Excerpt]
    near: int
    new_where: str
    places: list[Place]
    gone: list[Excerpt]
    decided: str
    reopens: bool

    @property
    def pk(self) -> int:
        return self.placement.pk

    @property
    def icon(self) -> str:
        return GROUPS[self.group][0]

    @property
    def label(self) -> Any:
        return GROUPS[self.group][1]


@dataclass(frozen=True)
class Followed:
    """One passage that followed by itself; `was` and `now` where it has other words around it, or moved."""

    number: int
    claim: Claim
    what: str
    was: Passage | None = None
    now: Passage | None = None


def changes_page(request: DeskRequest, pk: int, *, opened: int = 0, status: int = 200) -> HttpResponse:
    """Return the page with one passage open: that of this placement, or the first that waits.

    Six queries of its own, however many passages there are.
    """
    revision = _newest(pk)
    placements = list(
        Placement.objects.filter(revision=revision)
        .select_related("passage", "result", "decided_by")
        .order_by("passage__start", "pk")
    )
    seen = Review.objects.visible_to(request.user).with_state().select_related("claim").defer("explanation")
    numbered = in_text_order(revision, seen)
    reviews = {each.review.claim_id: each.review for each in numbered}
    numbers = {each.review.claim_id: each.number for each in numbered}
    placements = [each for each in placements if each.passage.claim_id in reviews]
    new = Text.of(revision)
    uncertain = [each for each in placements if not each.is_certain]
    panels = _panels(uncertain, new, reviews, numbers)
    waiting = [panel for panel in panels if not panel.decided]
    why_not = _why_not(request.user)
    certain = [
        _followed(each, numbers[each.passage.claim_id], reviews[each.passage.claim_id], new)
        for each in placements
        if each.is_certain and each.result
    ]
    picks = bool(waiting) and not why_not
    context = {
        "article": revision.article,
        "revision": revision,
        "new": new,
        "panels": panels,
        "groups": _groups(panels),
        "certain": certain,
        "certain_elsewhere": any(each.was for each in certain),
        "opened": _opened(panels, waiting, opened),
        "decided": len(panels) - len(waiting),
        "bar": bar(len(panels) - len(waiting), 0, len(waiting)),
        "blocked": sorted({panel.number for panel in waiting}),
        "can": {"flag": not why_not},
        "why_not": why_not,
        # The whole new text, from which another place is chosen.
        "blocks": segments(revision.text, new.blocks, list[Span]()) if picks else [],
        "spans": spans(revision.text, revision.article.language) if picks else [],
    }
    return render(request, "desk/changes.html", context, status=status)


def _newest(article_id: int) -> Revision:
    found = Revision.objects.filter(article=article_id).select_related("article__outlet", "extraction")
    revision = found.order_by("-number").first()
    if revision is None:
        raise Http404
    return revision


def _panels(
    placements: Sequence[Placement], new: Text, reviews: Mapping[int, Review], numbers: Mapping[int, int]
) -> list[Panel]:
    """Make the panels in the order of their groups. One query for the old texts."""
    olds = Revision.objects.in_bulk({each.passage.revision_id for each in placements})
    texts = {pk: Text.of(revision) for pk, revision in olds.items()}
    stood = _where_they_stood(placements, texts, new)
    panels = [
        _panel(
            each,
            texts[each.passage.revision_id],
            new,
            review=reviews[each.passage.claim_id],
            number=numbers[each.passage.claim_id],
            stood=stood.get(each.pk, 0),
        )
        for each in placements
    ]
    order = list(GROUPS)
    return sorted(panels, key=lambda panel: (order.index(panel.group), panel.number))


def _where_they_stood(
    placements: Iterable[Placement], texts: Mapping[int, Text], new: Text
) -> dict[int, int]:
    """Where in the new text the lost passages would be, by their placements."""
    lost: dict[int, list[Placement]] = {}
    for each in placements:
        if each.start is None and each.result is None:
            lost.setdefault(each.passage.revision_id, []).append(each)
    points: dict[int, int] = {}
    for pk, here in lost.items():
        passages = [(each.passage.start, each.passage.end) for each in here]
        found = where_they_stood(texts[pk].revision.text, new.revision.text, passages)
        points |= dict(zip((each.pk for each in here), found, strict=True))
    return points


def _panel(placement: Placement, old: Text, new: Text, *, review: Review, number: int, stood: int) -> Panel:
    passage, text = placement.passage, new.revision.text
    shown = _shown_places(placement)
    gone_words = [(passage.start, passage.end)]
    places = []
    for index, (start, end) in enumerate(shown):
        before, after = word_diff(passage.exact, text[start:end])
        if index == 0:
            gone_words = _changed(before, passage.start)
        excerpts = around(text, new.blocks, (start, end), _changed(after, start))
        places.append(Place(start, end, new.where(start), excerpts, is_first=index == 0))
    near = shown[0][0] if shown else min(stood, len(text) - 1)
    where = new.where(near)
    if len(shown) > 1:
        where = ngettext("%d place", "%d places", len(shown)) % len(shown)
    return Panel(
        placement=placement,
        number=number,
        review=review,
        group=group_of(placement),
        score=score_of(placement, old.revision.text, new.revision.text),
        old=old,
        old_where=old.where(passage.start),
        old_excerpts=around(old.revision.text, old.blocks, (passage.start, passage.end), gone_words),
        near=near,
        new_where=where,
        places=places,
        gone=[] if shown else at_point(text, new.blocks, stood),
        decided=_decided(placement, old),
        reopens=Status(review.status) in _RETURNED_BY_OTHER_WORDS and placement.outcome != Outcome.MOVED,
    )


def _shown_places(placement: Placement) -> list[tuple[int, int]]:
    """What a person chose; before that what is proposed, and where else the words stand."""
    if placement.result is not None:
        return [(placement.result.start, placement.result.end)]
    if placement.start is None or placement.end is None:
        return []
    return [(placement.start, placement.end), *((start, end) for start, end in placement.others)]


def _changed(pieces: Iterable[Piece], offset: int) -> list[tuple[int, int]]:
    return [(offset + piece.start, offset + piece.end) for piece in pieces if not piece.is_same]


def _followed(placement: Placement, number: int, review: Review, new: Text) -> Followed:
    was, now = placement.passage, placement.result
    if placement.outcome != Outcome.KEPT:
        what = _("same words, moved to {where}").format(where=new.where(placement.start or 0))
    elif now and _stands_among_the_same_words(was, now):
        return Followed(number, review.claim, _("same words, same place"))
    else:
        what = _("same words, same place, other words around them")
    return Followed(number, review.claim, what, was, now)


def _stands_among_the_same_words(was: Passage, now: Passage) -> bool:
    return go_on_alike(was.prefix, now.prefix, backwards=True) and go_on_alike(was.suffix, now.suffix)


def _decided(placement: Placement, old: Text) -> str:
    match placement.decision:
        case Decision.ACCEPTED:
            return _("Place accepted")
        case Decision.CHOSEN:
            return _("Another place chosen")
        case Decision.REMOVED:
            return _("Removed by the outlet")
        case Decision.KEPT:
            return _("Kept on revision {number}").format(number=old.revision.number)
    return ""


def _groups(panels: Sequence[Panel]) -> list[dict[str, Any]]:
    return [
        {"name": name, "icon": icon, "label": label, "panels": inside}
        for name, (icon, label) in GROUPS.items()
        if (inside := [panel for panel in panels if panel.group == name])
    ]


def _opened(panels: Sequence[Panel], waiting: Sequence[Panel], wanted: int) -> int:
    """Which panel is shown where the address names none."""
    if any(panel.pk == wanted for panel in panels):
        return wanted
    return next((panel.pk for panel in (*waiting, *panels)), 0)


def _why_not(user: User) -> str:
    try:
        require(user, Right.FLAG)
    except Forbidden as refusal:
        return refusal.detail
    return ""
