"""Read Rich Text Format: its words, its paragraphs, and which of them are headings or items of a list.

One pass over the tokens (RTF specification 1.9.1). Kept libraries put the addresses of links among the
words and know no headings, so this is our own.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from articles.extraction.canonical import one_line, vocabulary
from articles.extraction.dates import plausible
from articles.extraction.document import Draft, Kind, Metadata, check_count, too_complex
from articles.extraction.plain import with_lists
from articles.extraction.properties import file_author, file_title, without_head

_DEEPEST = 500
_TOKEN = re.compile(
    r"\\([a-z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)",
    re.IGNORECASE | re.DOTALL,
)
# Groups that hold no text of the document, or text that is not read in place.
_UNREAD = vocabulary(
    "annotation atnauthor atndate atnicn atnid atnparent atnref atntime atrfend atrfstart author background"
    " bkmkend bkmkstart buptim category colortbl comment company datafield doccomm docvar falt fchars"
    " ffname ffl ffdeftext ffformat ffhelptext ffstattext filetbl fldinst fontemb fontfile footer footerf"
    " footerl footerr ftncn ftnsep ftnsepc generator header headerf headerl headerr hlinkbase keycode"
    " keywords latentstyles lchars listlevel listoverridetable listtable manager nesttableprops nextfile"
    " nonesttables objalias objclass objdata objname objsect objtime operator picprop pict pn pnseclvl"
    " printim private revtbl rsidtbl rxe shpinst sn sp subject sv tc template themedata txe userprops"
    " xe xmlnstbl"
)
_CHARACTERS = {
    "tab": " ", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ", "qmspace": " ",
    "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "line": "\x1f",
    "cell": " | ", "nestcell": " | ", "softline": "\x1f", "zwj": "\u200d", "zwnj": "\u200c",
    "ltrmark": "\u200e", "rtlmark": "\u200f",
}  # fmt: skip
_SYMBOLS = {"~": "\u00a0", "_": "\u2011", "{": "{", "}": "}", "\\": "\\", "\n": "\n", "\r": "\n"}
_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250", 254: "cp437",
}  # fmt: skip
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)


@dataclass(slots=True)
class _State:
    """What a group can change and its end undoes."""

    into: str = "body"
    unread: bool = False
    hidden: bool = False
    encoding: str = ""
    skip: int = 1  # characters to skip after one in Unicode


@dataclass(slots=True)
class _Style:
    name: str = ""
    outline: int | None = None


@dataclass(slots=True)
class _Paragraph:
    style: int = 0
    outline: int | None = None
    level: int = 0
    listed: bool = False
    cells: bool = False


@dataclass(slots=True)
class _Words:
    """Words of one kind; `bytes` are characters of an encoding, until one of them is whole."""

    said: list[str] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)


def read_rtf(data: bytes) -> tuple[list[Draft], Metadata]:
    """Return the blocks of a document and its properties; footnotes come last.

    Raises:
        ExtractionError: `too_complex`.
    """
    reader = _Reader()
    reader.read(data.decode("latin-1"))
    metadata = reader.metadata()
    drafts = without_head(with_lists(reader.drafts), metadata) + reader.notes
    check_count(len(drafts))
    return drafts, metadata


class _Reader:
    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.notes: list[Draft] = []
        self._state = _State()
        self._stack: list[_State] = []
        self._words: dict[str, _Words] = {}
        self._paragraph = _Paragraph()
        self._codepage = "cp1252"
        self._fonts: dict[int, str] = {}
        self._styles: dict[int, _Style] = {}
        self._defined = 0  # the font or style that is being defined
        self._skip = 0
        self._star = False
        self._times: dict[str, dict[str, int]] = {}

    def read(self, text: str) -> None:
        at = 0
        while match := _TOKEN.match(text, at):
            at = match.end()
            word, number, code, symbol, brace, plain = match.groups()
            if word == "bin":
                at += max(0, int(number or 0))
            elif word:
                self._control(word, int(number) if number else None)
            elif code:
                self._byte(int(code, 16))
            elif symbol:
                self._symbol(symbol)
            elif brace:
                self._group(brace)
            elif plain:
                skipped = min(self._skip, len(plain))
                self._skip -= skipped
                self._say(plain[skipped:])
        self._end_paragraph()

    def metadata(self) -> Metadata:
        made = self._times.get("revtim") or self._times.get("creatim") or {}
        try:
            made_at = plausible(datetime(made["yr"], made["mo"], made["dy"], tzinfo=UTC))
        except (KeyError, ValueError):
            made_at = None
        return Metadata(
            title=file_title(self._taken("title")), byline=file_author(self._taken("author")), made_at=made_at
        )

    def _group(self, brace: str) -> None:
        self._star = False
        self._skip = 0
        self._settle_all()
        if brace == "{":
            if len(self._stack) >= _DEEPEST:
                raise too_complex(f"its groups are nested more than {_DEEPEST} deep")
            self._stack.append(replace(self._state))
        elif self._stack:
            ended, self._state = self._state, self._stack.pop()
            if ended.into == "footnote" != self._state.into:
                self.notes.append(Draft(self._taken("footnote")))
            if ended.into == "stylesheet":
                self._styles.setdefault(self._defined, _Style()).name = self._taken("stylesheet").strip(" ;")
                self._defined = 0

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._star = True
        elif symbol in "\n\r":
            self._end_paragraph()
        else:
            self._say(_SYMBOLS.get(symbol, ""))

    def _control(self, word: str, number: int | None) -> None:
        star, self._star = self._star, False
        if self._state.into == "stylesheet" and word in {"s", "cs", "ds", "ts", "outlinelevel"}:
            self._define_style(word, number or 0)
        elif self._destination(word, star) or self._times_of(word, number):
            pass
        elif word == "u" and number is not None:
            self._say(chr(number % 65536))
            self._skip = self._state.skip
        elif word in _CHARACTERS:
            self._say(_CHARACTERS[word])
        elif word in {"par", "sect", "page", "row", "nestrow", "column"}:
            if word == "par" and self._paragraph.cells:
                self._say(" ")
            else:
                self._end_paragraph()
        else:
            self._format(word, number)

    def _destination(self, word: str, star: bool) -> bool:
        """Say whether a word names where the rest of its group belongs."""
        if word in {"title", "author", "footnote", "fonttbl", "stylesheet", "listtext", "pntext"}:
            said = word in {"title", "author"} and word in self._words  # the first counts
            self._state.into, self._state.unread = word, said
        elif word in {"creatim", "revtim"}:
            self._state.into = word
        elif word == "shptxt":  # words in a box, inside what is not read
            self._state.into, self._state.unread = "body", False
        elif word in _UNREAD or (star and word != "listtext"):
            self._state.unread = True
        else:
            return False
        if word in {"listtext", "pntext"}:
            self._paragraph.listed = True
        return True

    def _times_of(self, word: str, number: int | None) -> bool:
        if self._state.into not in {"creatim", "revtim"}:
            return False
        self._times.setdefault(self._state.into, {})[word] = number or 0
        return True

    def _define_style(self, word: str, number: int) -> None:
        if word == "outlinelevel":
            self._styles.setdefault(self._defined, _Style()).outline = number
        else:
            self._defined = number if word == "s" else -1

    def _format(self, word: str, number: int | None) -> None:
        state = self._state
        match word:
            case "ansicpg":
                self._codepage = _known(f"cp{number}") or self._codepage
            case "f" if state.into == "fonttbl":
                self._defined = number or 0
            case "fcharset":
                self._fonts[self._defined] = _CHARSETS.get(number or 0, "")
            case "f":
                self._settle_all()
                state.encoding = self._fonts.get(number or 0, "")
            case "plain":
                self._settle_all()
                state.encoding, state.hidden = "", False
            case "uc":
                state.skip = min(max(number if number is not None else 1, 0), 10)
            case "v" | "deleted":
                state.hidden = number != 0
            case _:
                self._format_paragraph(word, number or 0)

    def _format_paragraph(self, word: str, number: int) -> None:
        paragraph = self._paragraph
        match word:
            case "pard" if self._state.into not in {"listtext", "pntext"}:
                self._paragraph = _Paragraph(cells=paragraph.cells, listed=paragraph.listed)
            case "s":
                paragraph.style = number
            case "outlinelevel":
                paragraph.outline = number
            case "intbl":
                paragraph.cells = True
            case "ilvl":
                paragraph.level = min(max(number, 0), 8)
            case "ls":
                paragraph.listed = paragraph.listed or number > 0

    def _byte(self, code: int) -> None:
        if self._skip:
            self._skip -= 1
        elif words := self._here():
            words.raw.append(code)

    def _say(self, text: str) -> None:
        words = self._here()
        if words is not None and text:
            self._settle(words)
            words.said.append(text)

    def _here(self) -> _Words | None:
        """Return what the words here belong to; nothing where they are not read."""
        if self._state.unread or self._state.hidden or self._state.into in {"fonttbl", "creatim", "revtim"}:
            return None
        return self._words.setdefault(self._state.into, _Words())

    def _settle_all(self) -> None:
        """Decode what waits, before the encoding changes."""
        for words in self._words.values():
            self._settle(words)

    def _settle(self, words: _Words) -> None:
        if words.raw:
            encoding = self._state.encoding or self._codepage
            words.said.append(words.raw.decode(encoding, "replace"))
            words.raw.clear()

    def _taken(self, name: str) -> str:
        words = self._words.pop(name, _Words())
        self._settle(words)
        # Characters beyond the first 65,536 come as two halves.
        return "".join(words.said).encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _end_paragraph(self) -> None:
        if self._state.into == "footnote":
            self._say(" ")
            return
        words, mark = self._taken("body"), one_line(self._taken("listtext") or self._taken("pntext"))
        kind, level = self._kind()
        if kind == "list_item" and any(map(str.isdigit, mark)):
            words = f"{mark} {words}"
        if self._paragraph.cells:
            words = " | ".join(filter(None, map(one_line, words.split(" | "))))
        for line in words.split("\x1f") if kind == "paragraph" else [words.replace("\x1f", " ")]:
            self.drafts.append(Draft(line, kind, level))
        self._paragraph.cells = False
        self._paragraph.listed = False

    def _kind(self) -> tuple[Kind, int]:
        style = self._styles.get(self._paragraph.style, _Style())
        outline = self._paragraph.outline if self._paragraph.outline is not None else style.outline
        named = _HEADING.match(style.name)
        if outline is not None and outline < 9:
            return "heading", min(outline + 1, 6)
        if named or style.name == "Title":
            return "heading", int(named[1]) if named and "1" <= named[1] <= "6" else 1
        if style.name in {"Quote", "Quotations", "Intense Quote"}:
            return "quote", 0
        return ("list_item", self._paragraph.level + 1) if self._paragraph.listed else ("paragraph", 0)


def _known(encoding: str) -> str:
    try:
        return codecs.lookup({"cp10000": "mac_roman", "cp65001": "utf-8"}.get(encoding, encoding)).name
    except LookupError:
        return ""
