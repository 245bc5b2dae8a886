"""Find the article among the blocks of a page.

Others name candidates (see `html_candidates`); which words stand in them is read from the page itself
(`html_tree`). A block is kept when it is a candidate and not in a box of the page, or when it stands among
those and reads like text; what is left out of the region is counted, so that a short result is never
passed off as whole.
"""

from __future__ import annotations

from collections.abc import Sequence, Set as AbstractSet
from dataclasses import dataclass, field, replace
from itertools import compress

from lxml import html as lxml_html

from articles.extraction.canonical import is_sentence, size
from articles.extraction.document import Caution, Draft
from articles.extraction.furniture import LONG, SENTENCE
from articles.extraction.html_boxes import Boxes, captions, pointers, repeated
from articles.extraction.html_candidates import guessed, standfirst, told
from articles.extraction.html_tree import Piece


@dataclass(slots=True)
class Found:
    """The lines of the page in order, those around the article marked as left out, and how sure we are."""

    drafts: list[Draft] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)


def find_article(
    tree: lxml_html.HtmlElement, page: Sequence[Piece], *, told_body: str = "", description: str = ""
) -> Found:
    """Tell the article's blocks; all that reads like text where no region can be told.

    Args:
        tree: The page, pruned.
        page: Its blocks.
        told_body: The article's text as the page tells it to machines; only a signal.
        description: What the page says that the article is about.
    """
    guess = guessed(tree, page)
    body = told(page, told_body, guess)
    away = pointers(page)
    known = _known(page, guess, body, away)
    if sum(size(piece.words) for piece in compress(page, known)) < SENTENCE:
        known = [_reads_like_text(piece) for piece in page]
    if not any(known):
        return Found([piece.draft for piece in page])
    around = _Surroundings(page, known, away, is_told=body is not None)
    opening = standfirst(page, description, around.first)
    found = Found()
    missed = 0
    ended = False
    for index, piece in enumerate(page):
        inside = around.first < index < around.last
        if known[index] or index == opening or (not ended and around.admits(index, inside=inside)):
            found.drafts.append(piece.draft)
            continue
        found.drafts.append(replace(piece.draft, is_left_out=True))
        ended = index > around.last  # after the article's first foreign block the page goes on
        if around.misses(piece):
            missed += size(piece.draft.text)
    kept = sum(size(draft.text) for draft in found.drafts if not draft.is_left_out)
    found.cautions = _cautions(kept, missed)
    return found


def _known(
    page: Sequence[Piece], guess: Sequence[bool], body: Sequence[bool] | None, away: AbstractSet[int]
) -> list[bool]:
    """Say which blocks are surely the article's."""
    guess = _continued(page, guess) if body is None else _voted(page, guess, body)
    body = body or [False] * len(page)
    boxes = Boxes(page, guess)
    no_text = away | captions(page, guess)
    no_text |= {index for index in repeated(page) if not boxes.hold_much_beside(page[index])}
    return [
        is_guessed and index not in no_text and (body[index] or not boxes.hold(piece))
        for index, (piece, is_guessed) in enumerate(zip(page, guess, strict=True))
    ]


def _continued(page: Sequence[Piece], guess: Sequence[bool]) -> list[bool]:
    """Add what reads like text in the other containers of the article, where it is laid out in several."""
    boxes = Boxes(page, guess)
    return [
        is_guessed or (boxes.go_on_with(piece) and _reads_like_text(piece))
        for piece, is_guessed in zip(page, guess, strict=True)
    ]


def _voted(page: Sequence[Piece], guess: Sequence[bool], body: Sequence[bool]) -> list[bool]:
    """Take what the page tells as its body, and between its ends what the guess and the place speak for.

    Many sites leave headings, lists and quotes out of what they tell. A paragraph that is not in it needs
    to stand among those that are.
    """
    first, last = _ends(body)
    boxes = Boxes(page, body)
    return [
        is_body
        or (
            is_guessed
            and first < index < last
            and (
                piece.draft.kind != "paragraph"
                or size(piece.words) < SENTENCE
                or boxes.hold_much_beside(piece)
            )
        )
        for index, (piece, is_guessed, is_body) in enumerate(zip(page, guess, body, strict=True))
    ]


class _Surroundings:
    """Where on the page the blocks of the article stand, to judge the blocks beside them."""

    def __init__(
        self, page: Sequence[Piece], known: Sequence[bool], away: AbstractSet[int], *, is_told: bool
    ) -> None:
        self._page = page
        self.first, self.last = _ends(known)
        self._is_told = is_told
        self._boxes = Boxes(page, known)
        self._no_text = away | repeated(page)
        self._region = _innermost_common([piece.path for piece in compress(page, known)])

    def admits(self, index: int, *, inside: bool) -> bool:
        """Say whether a block that is no candidate is the article's all the same."""
        piece = self._page[index]
        if piece.draft.kind == "caption" or piece.linked >= 0.5 or index in self._no_text:
            return False
        if not (inside or self._holds(piece)) or not self._boxes.stand_beside(piece):
            return False
        if self._boxes.hold(piece) or (self._is_told and size(piece.words) >= SENTENCE):
            return False
        if inside and (piece.draft.kind == "heading" or is_sentence(piece.words)):
            return True
        return _reads_like_text(piece)

    def misses(self, piece: Piece) -> bool:
        """Say whether a block that was not taken might have been text."""
        return piece.linked < 0.5 and self._holds(piece) and not self._boxes.hold(piece)

    def _holds(self, piece: Piece) -> bool:
        return self._region in piece.path


def _ends(known: Sequence[bool]) -> tuple[int, int]:
    """Return the indexes of the first and the last block that is known; there is one."""
    return known.index(True), len(known) - 1 - known[::-1].index(True)


def _innermost_common(paths: Sequence[Sequence[lxml_html.HtmlElement]]) -> lxml_html.HtmlElement | None:
    """Return the innermost element that holds every block, and is not itself the only one."""
    common = None
    for level in zip(*(path[:0:-1] for path in paths), strict=False):
        if any(element is not level[0] for element in level):
            break
        common = level[0]
    return common


def _reads_like_text(piece: Piece) -> bool:
    text = piece.words
    length = size(text)
    return piece.linked < 0.5 and length >= 25 and (is_sentence(text) or length >= SENTENCE)


def _cautions(kept: int, missed: int) -> list[Caution]:
    if missed < LONG or missed < 0.3 * (kept + missed):
        return []
    share = round(100 * kept / (kept + missed))
    return [
        Caution(
            "maybe_partial",
            f"We took about {share}% of the text in the page's article part. Compare it with the page, and"
            " paste the text if something is missing.",
        )
    ]
