"""Read plain text: find paragraphs, lists, quotes and headings where nothing marks them up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from articles.extraction.canonical import is_sentence, lines, size
from articles.extraction.document import Draft, check_count

_WRAP_AT_MOST = 120
_WRAP_AT_LEAST = 40
_HEADING_AT_MOST = 90
_SECTION_AT_LEAST = 100

_SURE_BULLET = re.compile(r"[•‣▪◦●○■□►▸➤➢✓✔⁃]\s*(?=\S)")
_BULLET = re.compile(r"[-–*+·]\s+(?=\S)")
_NUMBER = re.compile(r"\(?(\d{1,3})(?:[.)]\s+|、\s*)(?=\S)")
_QUOTED = re.compile(r">+\s*")
_CAPTION = re.compile(
    r"[(\[]?(?:photo|photograph|picture|image|illustration|graphic|file photo|foto|bild|grafik|crédit|crédits"
    r"|imagen|imagem|immagine|afbeelding|zdjęcie|фото|изображение|صورة|الصورة|תמונה|צילום|عکس|fotoğraf|फोटो"
    r"|图|图片|圖|圖片|写真|사진)(?:\s+(?:credit|by|courtesy|source))?"
    r"\s*[:：/／]\s*\S",
    re.IGNORECASE,
)


def read_plain(text: str) -> list[Draft]:
    """Return the blocks of a plain text; headings are found later, once the furniture is gone.

    Raises:
        ExtractionError: `too_complex` for more lines than any article has.
    """
    groups = _unwrapped(_groups(lines(text)))
    check_count(sum(map(len, groups)))
    return with_lists([Draft(line) for group in groups for line in group])


def with_headings(body: Sequence[Draft]) -> list[Draft]:
    """Return the blocks of a text with its section headings recognised.

    A heading is short, ends like no sentence (a colon is allowed), and stands above a long paragraph or
    a list. A lead-in of some length that ends in a colon ("The measures include:") stays a paragraph.
    """
    return [
        replace(draft, kind="heading", level=2) if _is_heading(draft, following) else draft
        for draft, following in pairwise([*body, None])
        if draft
    ]


def _is_heading(draft: Draft, following: Draft | None) -> bool:
    text = draft.text
    if draft.kind != "paragraph" or following is None or size(text) > _HEADING_AT_MOST:
        return False
    if len(text.split()) > 14 or text[0] in "\"“„«‹「『'‘-–—(":
        return False
    listed = following.kind == "list_item"
    if text.endswith((":", "：")):
        return not listed or len(text.split()) <= 5
    if is_sentence(text) and not text.endswith(("?", "？", "؟")):
        return False
    return listed or following.kind == "quote" or size(following.text) >= _SECTION_AT_LEAST


def _groups(all_lines: Sequence[str]) -> list[list[str]]:
    """Return runs of lines between blank ones."""
    groups: list[list[str]] = [[]]
    for line in all_lines:
        if line:
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


def _unwrapped(groups: Sequence[list[str]]) -> list[list[str]]:
    """Join lines that were broken for their width only (mail, old text files).

    A break is for width when the next word would not have fitted. The text counts as wrapped when most
    breaks inside its groups are of that kind and cut a sentence; a real end of line stays one.
    """
    width = max((len(line) for group in groups for line in group), default=0)
    breaks = [
        _for_width(one, two, width) and not is_sentence(one)
        for group in groups
        for one, two in pairwise(group)
    ]
    if not _WRAP_AT_LEAST <= width <= _WRAP_AT_MOST or sum(breaks) < max(3, 0.6 * len(breaks)):
        return list(groups)
    return [_joined(group, width) for group in groups]


def _joined(group: Sequence[str], width: int) -> list[str]:
    joined = [group[0]]
    for one, two in pairwise(group):
        if not _for_width(one, two, width) or _is_marked(two):
            joined.append(two)
        else:
            joined[-1] += " " + two
    return joined


def _for_width(line: str, following: str, width: int) -> bool:
    """Say whether the next word would hardly have fitted; one tenth is left to ragged margins."""
    return len(line) + 1 + len(following.split(" ", 1)[0]) > 0.9 * width


def _is_marked(line: str) -> bool:
    return any(mark.match(line) for mark in (_SURE_BULLET, _BULLET, _NUMBER, _QUOTED))


def with_lists(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the blocks of a text with its list items, quotes and captions recognised by their marks.

    Dashes and numbers need company: one alone may be a dash or a date. A number stays in the text, for
    people refer to it.
    """
    marked = [_block(draft) if draft.kind == "paragraph" else draft for draft in drafts]
    found: list[Draft] = []
    for index, draft in enumerate(marked):
        before = marked[index - 1].text if index else ""
        after = marked[index + 1].text if index + 1 < len(marked) else ""
        bullet, number = _BULLET.match(draft.text), _NUMBER.match(draft.text)
        if draft.kind != "paragraph" or not (bullet or number):
            found.append(draft)
        elif bullet and any(_BULLET.match(other) and other[0] == draft.text[0] for other in (before, after)):
            found.append(_item(draft, bullet.end()))
        elif number and (_numbered(before) == int(number[1]) - 1 or _numbered(after) == int(number[1]) + 1):
            found.append(_item(draft, 0))
        else:
            found.append(draft)
    return found


def _block(draft: Draft) -> Draft:
    if _QUOTED.match(draft.text):
        return replace(draft, text=_QUOTED.sub("", draft.text, count=1), kind="quote")
    if bullet := _SURE_BULLET.match(draft.text):
        return _item(draft, bullet.end())
    if _CAPTION.match(draft.text) and size(draft.text) <= 300:
        return replace(draft, kind="caption")
    return draft


def _item(draft: Draft, start: int) -> Draft:
    return replace(draft, text=draft.text[start:], kind="list_item", level=1)


def _numbered(line: str) -> int | None:
    match = _NUMBER.match(line)
    return int(match[1]) if match else None
