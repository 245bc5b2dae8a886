"""What stands where on a page, as pdfium tells: pieces of lines with their boxes."""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from articles.extraction.canonical import one_line
from articles.extraction.document import Caution, too_complex

_MOST_ON_A_PAGE = 60_000
_GAP = 1.6  # letter heights: wider than any space between words
_TINY = 2.0  # points
_INVISIBLE = 3  # mode of rendering
_WHITE = 245
_LINE = re.compile("[^\r\n\u00ad]+\u00ad?")
_BOLD = re.compile(rb"bold|black|heavy|demi|cmbx", re.IGNORECASE)
_WORD = re.compile(r"\S+")
_NO_LETTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")
_HYPHENS = str.maketrans({"\x02": "\u00ad", "\ufffe": "\u00ad"})  # pdfium's signs for a line's end in a word

Box = tuple[float, float, float, float]


@dataclass(slots=True)
class Line:
    """A piece of a line: its words, its box in points from the lower left, the size of its letters.

    A word that goes on in the next line may end in a soft hyphen.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    page: int
    bold: bool = False

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2


@dataclass(slots=True)
class Page:
    """The lines of a page as they were written, and what is not shown or stands across it.

    `recognised` says that all of them lie unseen over a picture, as text recognition leaves them.
    """

    lines: list[Line] = field(default_factory=list)
    hidden: list[Line] = field(default_factory=list)
    across: list[Line] = field(default_factory=list)
    recognised: bool = False
    unreadable: int = 0  # characters that the font does not name


def read_page(document: pdfium.PdfDocument, index: int) -> Page:
    """Return what stands on a page; a page that pdfium cannot open is empty.

    Raises:
        ExtractionError: `too_complex` where there is more than fits on paper.
    """
    try:
        page = document[index]
        textpage = page.get_textpage()
    except pdfium.PdfiumError:
        return Page()
    if textpage.count_chars() > _MOST_ON_A_PAGE:
        raise too_complex(f"page {index + 1} has more than {_MOST_ON_A_PAGE:,} characters")
    text = _Text(textpage, index + 1)
    found = _sorted(page, text)
    found.unreadable = text.unreadable
    textpage.close()
    page.close()
    return found


def cautions(pages: Sequence[Page]) -> Iterator[Caution]:
    """Say what a person should know about text that is not shown."""
    hidden = [line.text for page in pages for line in page.hidden]
    if hidden:
        yield Caution(
            "hidden_text",
            f"The PDF holds text that its pages do not show; we left it out: “{' '.join(hidden)[:120]}”.",
        )
    if unreadable := sum(page.unreadable for page in pages):
        yield Caution(
            "unreadable_letters",
            f"The PDF does not say which letters {unreadable:,} of its signs are; they are missing. Compare"
            " the text with the pages.",
        )
    if any(page.recognised for page in pages):
        yield Caution(
            "recognised_text",
            "The pages are pictures whose text a program recognised. Compare names and figures with them.",
        )


class _Text:
    """The text of a page, and what pdfium knows of each of its characters."""

    def __init__(self, textpage: pdfium.PdfTextPage, number: int) -> None:
        self._raw = textpage.raw
        self._number = number
        self.text = textpage.get_text_range().translate(_HYPHENS)
        units = len(self.text.encode("utf-16-le", "surrogatepass")) // 2
        self.unreadable = len(_NO_LETTER.findall(self.text))
        self._index: Callable[[int], int] = lambda at: at
        if units != len(self.text) or units != textpage.count_chars():
            # Characters beyond the first 65,536 count twice, and some have no place in the text.
            place, places = 0, []
            for character in self.text:
                places.append(raw.FPDFText_GetCharIndexFromTextIndex(self._raw, place))
                place += 2 if character > "\uffff" else 1
            self._index = places.__getitem__

    def pieces(self) -> Iterator[tuple[Line, float, bool]]:
        """Yield each run of words with its angle, and whether its letters are drawn."""
        for match in _LINE.finditer(self.text):
            words = [
                (match.start() + word.start(), match.start() + word.end())
                for word in _WORD.finditer(match[0])
            ]
            if words and _quarter(self._angle(words[0][0])) % 2:
                yield from self._piece(words)
                continue
            run: list[tuple[int, int]] = []
            last: Box | None = None
            for start, end in words:
                first = self._box(start)
                if run and last and first and self._is_apart(last, first):
                    yield from self._piece(run)
                    run = []
                run.append((start, end))
                last = self._box(end - 1) or last
            if run:
                yield from self._piece(run)

    @staticmethod
    def _is_apart(one: Box, two: Box) -> bool:
        height = max(one[3] - one[1], two[3] - two[1])
        if abs(one[1] + one[3] - two[1] - two[3]) > 1.4 * height:
            return True  # pdfium sometimes puts a short line's first word at the end of the one above
        return two[0] - one[2] > _GAP * height or one[0] - two[2] > _GAP * height

    def _piece(self, words: Sequence[tuple[int, int]]) -> Iterator[tuple[Line, float, bool]]:
        start, end = words[0][0], words[-1][1]
        boxes = [box for word in words for at in (word[0], word[1] - 1) if (box := self._box(at))]
        if not boxes:
            return
        text = self.text[start:end]
        index = self._index(start)
        left, bottom, right, top = zip(*boxes, strict=True)
        line = Line(
            one_line(text) + ("\u00ad" if text.endswith("\u00ad") else ""),
            min(left),
            min(bottom),
            max(right),
            max(top),
            self._size(index),
            self._number,
            self._is_bold(index),
        )
        owner = raw.FPDFText_GetTextObject(self._raw, index)
        drawn = not owner or raw.FPDFTextObj_GetTextRenderMode(owner) != _INVISIBLE
        yield line, self._angle(start), drawn

    def _angle(self, at: int) -> float:
        return float(raw.FPDFText_GetCharAngle(self._raw, self._index(at)))

    def _size(self, index: int) -> float:
        matrix = raw.FS_MATRIX()
        size = float(raw.FPDFText_GetFontSize(self._raw, index))
        if raw.FPDFText_GetMatrix(self._raw, index, ctypes.byref(matrix)):
            size *= math.hypot(matrix.c, matrix.d)
        return size

    def _is_bold(self, index: int) -> bool:
        name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
        raw.FPDFText_GetFontInfo(self._raw, index, name, len(name), ctypes.byref(flags))
        return bool(_BOLD.search(name.raw)) or raw.FPDFText_GetFontWeight(self._raw, index) >= 700

    def _box(self, at: int) -> Box | None:
        box = raw.FS_RECTF()
        if not raw.FPDFText_GetLooseCharBox(self._raw, self._index(at), ctypes.byref(box)):
            return None
        return (box.left, box.bottom, box.right, box.top) if box.right > box.left else None

    def is_white(self, line: Line) -> bool:
        """Say whether a line is drawn in white, by its first letter."""
        index = raw.FPDFText_GetCharIndexAtPos(self._raw, line.left + 1, line.middle, 4, 4)
        colours = [ctypes.c_uint() for _ in range(4)]
        if index < 0 or not raw.FPDFText_GetFillColor(self._raw, index, *map(ctypes.byref, colours)):
            return False
        red, green, blue, alpha = (colour.value for colour in colours)
        return min(red, green, blue) >= _WHITE or alpha < 10


def _sorted(page: pdfium.PdfPage, text: _Text) -> Page:
    """Part the pieces of a page into what is read, what is not shown, and what stands across."""
    found = Page()
    left, bottom, right, top = page.get_bbox()
    pieces = list(text.pieces())
    upright = _main_angle([angle for _, angle, _ in pieces])
    undrawn: list[Line] = []
    for line, angle, drawn in pieces:
        inside = line.right > left and line.left < right and bottom < line.middle < top
        if not inside or line.size < _TINY:
            found.hidden.append(line)
        elif _quarter(angle) != upright:
            found.across.append(line)
        else:
            (found.lines if drawn else undrawn).append(line)
    white = [line for line in found.lines if text.is_white(line)]
    if white:
        blank = _blank_among(page, white)
        found.hidden += blank
        found.lines = [line for line in found.lines if line not in blank]
    if undrawn and sum(len(line.text) for line in undrawn) > sum(len(line.text) for line in found.lines):
        found.recognised = True
        found.lines = [*found.lines, *undrawn] if found.lines else undrawn
    else:
        found.hidden += undrawn
    found.lines = [_turned(line, upright) for line in found.lines]
    return found


def _blank_among(page: pdfium.PdfPage, lines: Sequence[Line]) -> list[Line]:
    """Return those of the lines where the page, drawn small, is white all over."""
    bitmap = page.render(scale=1, grayscale=True, draw_annots=False)
    pixels, stride = bytes(bitmap.buffer), bitmap.stride
    left, _, _, top = page.get_bbox()
    blank = []
    for line in lines:
        rows = range(max(0, int(top - line.top)), min(bitmap.height, int(top - line.bottom) + 1))
        columns = slice(max(0, int(line.left - left)), max(0, int(line.right - left) + 1))
        seen = b"".join(pixels[row * stride : row * stride + bitmap.width][columns] for row in rows)
        if not seen or min(seen) >= _WHITE:
            blank.append(line)
    bitmap.close()
    return blank


def _quarter(angle: float) -> int:
    return round(angle / (math.pi / 2)) % 4


def _main_angle(angles: Sequence[float]) -> int:
    return Counter(map(_quarter, angles)).most_common(1)[0][0] if angles else 0


def _turned(line: Line, quarter: int) -> Line:
    """Turn a line upright with its page; pdfium measures angles clockwise."""
    left, bottom, right, top = line.left, line.bottom, line.right, line.top
    if quarter == 3:
        left, bottom, right, top = bottom, -right, top, -left
    elif quarter == 2:
        left, bottom, right, top = -right, -top, -left, -bottom
    elif quarter == 1:
        left, bottom, right, top = -top, left, -bottom, right
    line.left, line.bottom, line.right, line.top = left, bottom, right, top
    return line
