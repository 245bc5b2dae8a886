"""Make paragraphs and headings of lines, by where they stand and how large they are."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from articles.extraction.canonical import is_sentence, size
from articles.extraction.document import Draft
from articles.extraction.pdf.layout import Run
from articles.extraction.pdf.lines import Line
from articles.extraction.plain import with_lists

_LARGER = 1.12
_SMALLER = 0.9
_HEADING_AT_LEAST = 2
_HEADING_AT_MOST = 300
_BOLD_AT_MOST = 120
_HEADING_SHARE = 0.3  # of all letters; more is no heading but another body
_LEVELS = 4
_SPREAD = 1.35  # of the usual distance between lines

_HYPHEN = re.compile("(?<=[^\\W_])[-\u00ad\u2010]\\Z")
_WORDS = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_LAST_WORD = re.compile(r"([^\W\d_]+(?:[-\u2010][^\W\d_]+)*)[-\u00ad\u2010]\Z")
_MARK = re.compile(r"[•‣▪◦●○■□►▸➤➢✓✔⁃∙·]\s*|[-–*]\s+(?=\S)|\(?\d{1,3}[.)]\s+(?=\S)|\(?[a-z]\)\s+(?=\S)")
_LEADER = re.compile(r"(?:[.·…]\s?){4,}\s*\w{0,6}\Z")  # of a table of contents
_RTL = re.compile("[\u0590-\u08ff]")
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(slots=True)
class _Paragraph:
    kind: str
    lines: list[Line] = field(default_factory=list)


def on_page(number: int) -> str:
    """Return the locator of a page (RFC 8118)."""
    return f"page={number}"


def page_of(draft: Draft) -> int:
    """Return the page on which a draft begins."""
    return int(draft.locator.removeprefix("page="))


def paragraphs(pages: Sequence[Sequence[Run]]) -> list[Draft]:
    """Return the blocks of the pages' runs, each with its page as locator.

    A paragraph goes on over columns and pages; small print that interrupts it (a footnote, a caption)
    comes after it.
    """
    runs = [run for page in pages for run in page]
    every = [line for run in runs for line in run]
    look = _Look(every)
    words = Counter(word.casefold() for line in every for word in _whole_words(line.text))
    found: list[_Paragraph] = []
    waiting: list[_Paragraph] = []  # small print, until the paragraph that it interrupts is over
    current: _Paragraph | None = None
    for run in runs:
        measure = _Measure(run)
        small: _Paragraph | None = None
        for before, line in pairwise([None, *run]):
            assert line is not None
            kind = look.kind(line)
            if kind == "small":
                if small is None or (before is not None and measure.parts(before, line)):
                    small = _Paragraph(kind)
                    waiting.append(small)
                small.lines.append(line)
                continue
            last = current.lines[-1] if current else None
            if current is None or current.kind != kind or _begins(measure, last, before, line, kind):
                found += [current] if current else []
                found += waiting
                waiting = []
                current = _Paragraph(kind)
            current.lines.append(line)
    found += [current] if current else []
    found += waiting
    return with_lists([_draft(each, look, words) for each in found])


def _begins(measure: _Measure, last: Line | None, before: Line | None, line: Line, kind: str) -> bool:
    """Say whether a line begins a paragraph after the last line of its kind."""
    if last is None:
        return True
    if kind != "body":  # headings are ragged, centred, and do not go on in the next column
        apart = last.page != line.page or not 0 < last.middle - line.middle < 1.7 * line.size
        return apart or bool(_LEADER.search(last.text))
    if last is before:
        return measure.parts(last, line)
    # The first line of a column or page, or after small print: it goes on unless a sentence was over.
    goes_on = bool(_HYPHEN.search(last.text)) or not is_sentence(last.text)
    return not goes_on or bool(_MARK.match(line.text))


class _Look:
    """How the text of the whole document looks, to tell what is a heading."""

    def __init__(self, lines: Sequence[Line]) -> None:
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[_rounded(line.size)] += size(line.text)
        whole = sum(sizes.values()) or 1
        self.body = max(sizes, key=lambda one: (sizes[one], one)) if sizes else 0.0
        larger = sorted((one for one in sizes if one >= _LARGER * self.body), reverse=True)
        self._larger = larger if sum(sizes[one] for one in larger) <= _HEADING_SHARE * whole else []
        bold = sum(size(line.text) for line in lines if line.bold)
        self._bold_means = bold <= _HEADING_SHARE * whole

    def kind(self, line: Line) -> str:
        """Return `small`, `body`, or what kind of heading it is: lines of one kind may belong together."""
        height = _rounded(line.size)
        if height in self._larger:
            return f"heading {height}"
        if self._bold_means and line.bold and height >= _SMALLER * self.body:
            return "bold"
        return "small" if height < _SMALLER * self.body else "body"

    def level(self, kind: str) -> int:
        if kind == "bold":
            return min(len(self._larger), _LEVELS) + 1
        return min(self._larger.index(float(kind.split()[1])) + 1, _LEVELS)


class _Measure:
    """The edges of a column and the distance of its lines."""

    def __init__(self, run: Run) -> None:
        # The outermost line may be a heading that sticks out; the next one is the column's.
        lefts, rights = sorted(line.left for line in run), sorted(line.right for line in run)
        self._rtl = bool(_RTL.search(" ".join(line.text for line in run[:20])))
        self.left, self.right = lefts[min(1, len(lefts) - 1)], rights[-1]
        distances = [one.middle - two.middle for one, two in pairwise(run) if one.middle > two.middle]
        self._distance = statistics.median(distances) if distances else 0.0

    def parts(self, one: Line, two: Line) -> bool:
        """Say whether the second of two neighbours begins a paragraph."""
        distance = one.middle - two.middle
        usual = min(self._distance or distance, 2.2 * max(one.size, two.size))
        if distance > _SPREAD * usual or _MARK.match(two.text) or _LEADER.search(one.text):
            return True
        if self._indent(two) > 0.7 * two.size and self._indent(one) < 0.4 * one.size:
            return not _MARK.match(one.text)  # the second line of an item hangs
        return self._would_have_fitted(one, two)

    def _indent(self, line: Line) -> float:
        return self.right - line.right if self._rtl else line.left - self.left

    def _would_have_fitted(self, one: Line, two: Line) -> bool:
        """Say whether a line was ended though the next word had room: its end was meant."""
        if _HYPHEN.search(one.text):
            return False
        word = len(two.text.split(" ", 1)[0]) / max(len(two.text), 1) * (two.right - two.left)
        room = one.left - self.left if self._rtl else self.right - one.right
        return room > word + 1.2 * one.size


def _draft(paragraph: _Paragraph, look: _Look, words: Counter[str]) -> Draft:
    text = ""
    for line in paragraph.lines:
        text = _continued(text, line.text, words) if text else line.text
    text = text.rstrip("\u00ad")
    locator = on_page(paragraph.lines[0].page)
    long = size(text) > (_BOLD_AT_MOST if paragraph.kind == "bold" else _HEADING_AT_MOST)
    short = sum(map(str.isalnum, text)) < _HEADING_AT_LEAST  # a sign, an initial
    if (
        paragraph.kind in {"body", "small"}
        or short
        or long
        or (paragraph.kind == "bold" and is_sentence(text))
    ):
        return Draft(text, locator=locator)
    return Draft(text, "heading", look.level(paragraph.kind), locator)


def _continued(text: str, following: str, words: Counter[str]) -> str:
    """Join a line to the text before it, and the halves of a word that was broken between them.

    The hyphen stays where the word goes on with a capital or a digit, and where the document writes the
    word with a hyphen elsewhere and never without.
    """
    if not _HYPHEN.search(text):
        meet = _IDEOGRAPH.match(text[-1]) and _IDEOGRAPH.match(following[0])
        return f"{text}{following}" if meet else f"{text} {following}"
    stem, mark = text[:-1], text[-1] if text[-1] != "\u00ad" else "-"
    if not following[0].islower():
        return f"{stem}{mark}{following}"
    head, tail = _LAST_WORD.search(text), _WORDS.match(following)
    if head and tail:
        joined, hyphenated = f"{head[1]}{tail[0]}".casefold(), f"{head[1]}-{tail[0]}".casefold()
        if words[hyphenated] and not words[joined]:
            return f"{stem}{mark}{following}"
    return f"{stem}{following}"


def _whole_words(text: str) -> Iterator[str]:
    """Yield the words of a line that do not go on in the next one."""
    for match in _WORDS.finditer(text):
        if not (match.end() >= len(text) - 1 and _HYPHEN.search(text)):
            yield match[0]


def _rounded(height: float) -> float:
    return round(height * 2) / 2
