"""Refuse HTML that would hang or silently shorten what parses it, before anything parses it.

Measured: one tag with 200,000 attributes holds lxml, nh3 and trafilatura over 20 seconds; beyond 255
levels or a 10 MB text lxml drops the rest of the page without a word. The scan is one pass that costs
the same for any input; it also counts the letters of the page, so that a parser's loss is noticed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from articles.extraction.canonical import vocabulary
from articles.extraction.document import too_complex

MAX_DEPTH = 200
MAX_ATTRIBUTES = 500  # of one tag
MAX_ATTRIBUTE = 1024 * 1024  # characters in one tag: pictures and data are sometimes written into the page
MAX_TAGS = 100_000

_NAME = re.compile(r"/?([A-Za-z][^\s/>]{0,63})")
# Possessive, so that no input makes it go back. A value may hold ">", and only "=" begins one: of a stray
# quote (`class="a"">`) browsers and lxml make nothing, so it must not swallow the tags that follow.
_REST_OF_TAG = re.compile(r"""(?:[^"'>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+|["'])*+""")
_ATTRIBUTE = re.compile(r"""[^\s"'>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>]++))?+""")
_ENTITY = re.compile(r"&(?:#\w{1,8}|\w{1,32});?")

_EMPTY = vocabulary("area base br col embed hr img input link meta param source track wbr")
# Tags that browsers and lxml close by themselves: left open a thousand times they nest no deeper.
_CLOSE_THEMSELVES = vocabulary("p li dt dd tr td th thead tbody tfoot option optgroup rt rp")
_RAW = vocabulary("script style xmp iframe noembed noframes textarea title")
_UNREAD = vocabulary("script style")


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over the page saw: letters and digits outside tags, and how deep it goes.

    `breaks_off` says that it ends inside a comment or a script: a browser shows nothing of the rest.
    """

    letters: int
    depth: int
    tags: int
    breaks_off: bool


def scan(html: str) -> Scan:
    """Count what is in a page.

    Raises:
        ExtractionError: `too_complex`, when a limit is passed.
    """
    letters = tags = deepest = at = 0
    breaks_off = False
    open_tags: list[str] = []
    while (start := html.find("<", at)) != -1:
        letters += _letters(html, at, start)
        if html.startswith("<!", start) or html.startswith("<?", start):
            at = _after_declaration(html, start)
            breaks_off = at == -1
            at = len(html) if breaks_off else at
            continue
        name = _NAME.match(html, start + 1)
        if not name:
            at = start + 1  # a lone "<" is text
            continue
        tags += 1
        rest = _REST_OF_TAG.match(html, name.end())
        at = (rest.end() if rest else name.end()) + 1
        _check_tag(html, name.end(), at, tags)
        tag = name[1].lower()
        if name[0].startswith("/"):
            _close(open_tags, tag)
        elif tag in _RAW:
            end = _end_of_raw(html, at, tag)
            breaks_off = end == -1
            end = len(html) if breaks_off else end
            letters += 0 if tag in _UNREAD else _letters(html, at, end)
            at = end
        elif tag not in _EMPTY and tag not in _CLOSE_THEMSELVES and not html.startswith("/>", at - 2):
            open_tags.append(tag)
            deepest = max(deepest, len(open_tags))
            _check_depth(deepest)
    letters += _letters(html, at, len(html))
    return Scan(letters, deepest, tags, breaks_off)


def count_letters(text: str) -> int:
    """Count letters and digits, which no parser adds or removes by its own rules."""
    return sum(map(str.isalnum, text))


def _check_tag(html: str, start: int, end: int, tags: int) -> None:
    if end - start > MAX_ATTRIBUTE:
        raise too_complex(f"one tag has more than {MAX_ATTRIBUTE:,} characters")
    if end - start > 2 * MAX_ATTRIBUTES:
        attributes = sum(1 for _ in _ATTRIBUTE.finditer(html, start, end))
        if attributes > MAX_ATTRIBUTES:
            raise too_complex(f"one tag has more than {MAX_ATTRIBUTES} attributes")
    if tags > MAX_TAGS:
        raise too_complex(f"it has more than {MAX_TAGS:,} tags")


def _check_depth(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise too_complex(f"its tags are nested more than {MAX_DEPTH} deep")


def _close(open_tags: list[str], tag: str) -> None:
    """Close the innermost open tag of that name and all inside it; a stray end tag closes nothing."""
    for index in range(len(open_tags) - 1, -1, -1):
        if open_tags[index] == tag:
            del open_tags[index:]
            return


def _after_declaration(html: str, start: int) -> int:
    """Return where a comment, doctype or processing instruction is over, -1 if it never is."""
    comment = html.startswith("<!--", start)
    end = html.find("-->" if comment else ">", start + (2 if comment else 1))
    return -1 if end == -1 else end + (3 if comment else 1)


def _end_of_raw(html: str, at: int, tag: str) -> int:
    """Return where the end tag of an element begins that holds no tags, -1 if it has none."""
    end = re.compile(rf"</{tag}(?=[\s/>])", re.IGNORECASE).search(html, at)
    return end.start() if end else -1


def _letters(html: str, start: int, end: int) -> int:
    return count_letters(_ENTITY.sub("", html[start:end])) if end > start else 0
