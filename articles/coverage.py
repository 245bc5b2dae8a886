"""How much of a text has been read: its sentences, and what was decided about each.

A sentence is read if a claim was flagged in it or it bears a reading mark, be it only in a part of it:
whoever flagged some of its words has read them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from articles.models import Passage, ReadingMark, Revision
from assist.sentences import Span, spans

LISTED = 20


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: where it is (code points), whether a claim stands in it, and its mark's kind or ""."""

    start: int
    end: int
    has_claim: bool = False
    mark: str = ""

    @property
    def is_read(self) -> bool:
        return self.has_claim or bool(self.mark)


@dataclass(frozen=True)
class Coverage:
    """The sentences of one revision in text order."""

    sentences: Sequence[Sentence]

    @property
    def total(self) -> int:
        return len(self.sentences)

    @cached_property
    def unread(self) -> list[Sentence]:
        """Those that nobody has decided about, in text order."""
        return [sentence for sentence in self.sentences if not sentence.is_read]

    @property
    def left(self) -> int:
        return len(self.unread)

    @property
    def read(self) -> int:
        return self.total - self.left


@dataclass(frozen=True, slots=True)
class Unread:
    """A sentence that waits, with its words."""

    start: int
    end: int
    text: str


def unread_in(revision: Revision, coverage: Coverage) -> list[Unread]:
    """Return the first sentences that wait, as many as a page lists."""
    return [Unread(s.start, s.end, revision.text[s.start : s.end]) for s in coverage.unread[:LISTED]]


def coverage_of(revision: Revision) -> Coverage:
    """Return the coverage of a revision that comes with its article. Two queries."""
    places = Passage.objects.filter(revision=revision).order_by("start").values_list("start", "end")
    return cover(revision, list(places))


def cover(revision: Revision, passages: Iterable[Span]) -> Coverage:
    """Return the coverage where the passages are known, whatever their order. One query."""
    marks = (
        ReadingMark.objects.filter(revision=revision).order_by("start").values_list("start", "end", "kind")
    )
    return Coverage(decided(spans(revision.text, revision.article.language), sorted(passages), list(marks)))


def decided(
    sentences: Iterable[Span], passages: Sequence[Span], marks: Sequence[tuple[int, int, str]]
) -> list[Sentence]:
    """Return each sentence with what stands in it. All three come in order of their start.

    Passages may overlap each other; marks do not.
    """
    found, reach, passage, mark = [], 0, 0, 0
    for start, end in sentences:
        while passage < len(passages) and passages[passage][0] < end:
            reach = max(reach, passages[passage][1])
            passage += 1
        while mark < len(marks) and marks[mark][1] <= start:
            mark += 1
        is_marked = mark < len(marks) and marks[mark][0] < end
        found.append(Sentence(start, end, reach > start, marks[mark][2] if is_marked else ""))
    return found
