"""Tell the article from the page around it, by rules that know no site.

Text copied from the web brings the page along: the headline again, the author's box, dates, buttons,
comments. Three rules take it out, and what they take is handed back so that a person can look at it:

1. A line that is nothing but a label ("Advertisement", "Share this article") is no text, wherever it is.
2. In the head, above and just below the headline, lines that say who and when are metadata.
3. From a heading that closes articles ("About the author", "Related articles") on, everything goes, if
   what stands above it is clearly the article. Where that is not clear everything stays, with a caution.

The words themselves are data in `phrases`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from articles.extraction.bylines import (
    byline_of,
    is_bare_date,
    looks_like_a_name,
    published_in,
    updated_in,
)
from articles.extraction.canonical import has_words, is_sentence, size
from articles.extraction.document import Caution, Draft
from articles.extraction.phrases import CREDITS, DOUBTFUL_TAILS, LABELS, LEADS_AWAY, TAILS, plain_key
from articles.extraction.walls import is_notice

LONG = 140  # what nobody writes on a button or in a headline list
SENTENCE = 80
SCRAP = 40
_HEAD_AT_MOST = 25
_AFTER_FIRST_PARAGRAPH = 4
_TAIL_PARAGRAPHS = 2
_CREDIT_AT_MOST = 400

_LEADS_AWAY = re.compile("|".join(LEADS_AWAY), re.IGNORECASE)
_CREDITS = re.compile("|".join(CREDITS), re.IGNORECASE)
_MORE_FROM = re.compile(
    r"(?:more (?:from|by|on|in|stories from)|mehr von|plus de|más de|altro da) \S.{0,60}", re.IGNORECASE
)


_BEFORE_SITE = re.compile(r"\s+[|–—·•»-]\s+")


@dataclass(slots=True)
class Cleaned:
    """The article's own blocks, what the head of the page said about it, and what was dropped."""

    body: list[Draft] = field(default_factory=list)
    title: str = ""
    byline: str = ""
    published: str = ""
    updated: str = ""
    left_out: list[Draft] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)


def without_furniture(
    drafts: Sequence[Draft], *, title: str = "", headline: str = "", marked_up: bool = False
) -> Cleaned:
    """Return the article among the drafts of a page.

    Args:
        drafts: The blocks of the page in order.
        title: What the article is to be called, where a person or the page said so; else the first
            line of a plain text is taken if it looks like a headline.
        headline: What the page itself calls it, where that differs.
        marked_up: Whether the text marks its headings, so that no paragraph is one.
    """
    page = [draft for draft in drafts if has_words(draft.text)]
    cleaned = Cleaned(title=title or ("" if marked_up else _headline(page)))
    end = _tail(page, marked_up=marked_up)
    page, tail = page[:end], page[end:]
    boxes = _boxes(page, cleaned, marked_up=marked_up)
    head = _head(page, cleaned.title)
    for index, draft in enumerate(page):
        again = is_headline(draft.text, cleaned.title) or is_headline(draft.text, headline)
        if (
            again
            or (not cleaned.body and _is_window_title(draft.text, cleaned.title, headline))
            or index in boxes
            or (index <= head and _is_about(page, index, cleaned))
            or _is_label(page, index)
            or _leads_away(draft)
        ):
            cleaned.left_out.append(draft)
        else:
            cleaned.body.append(draft)
    end = _credits(cleaned.body) if marked_up else len(cleaned.body)
    cleaned.left_out += [*cleaned.body[end:], *tail]
    del cleaned.body[end:]
    return cleaned


def _headline(page: Sequence[Draft]) -> str:
    """Return the first line that is no furniture, if it reads like a headline, else nothing."""
    for index, draft in enumerate(page[:10]):
        if _is_label(page, index) or _leads_away(draft):
            continue
        if draft.kind not in {"paragraph", "heading"} or index == len(page) - 1:
            return ""
        ends_like_prose = re.search("[.,;。，।۔][\"'”’»)]*$", draft.text) and not draft.text.endswith("...")
        return "" if ends_like_prose or size(draft.text) > 250 else draft.text
    return ""


def _head(page: Sequence[Draft], title: str) -> int:
    """Return the index of the last line where the page may still speak about the article.

    That is the last repetition of the headline near the top, or a few lines past the first long
    paragraph (which is often the standfirst, with the byline below it).
    """
    near = page[:_HEAD_AT_MOST]
    repeated = max((index for index, draft in enumerate(near) if is_headline(draft.text, title)), default=0)
    long = next((index for index, draft in enumerate(near) if size(draft.text) >= LONG), len(near))
    return max(repeated, long + _AFTER_FIRST_PARAGRAPH)


def _is_about(page: Sequence[Draft], index: int, cleaned: Cleaned) -> bool:
    """Take note of who and when, if that is all that a line of the head says."""
    draft = page[index]
    if draft.kind in {"list_item", "quote"}:
        return False
    byline = byline_of(draft.text)
    if byline is None and _beside_a_label(page, index) and looks_like_a_name(draft.text):
        byline = draft.text
    if byline is not None:
        cleaned.byline = cleaned.byline or byline
        return True
    published, updated = published_in(draft.text), updated_in(draft.text)
    if published is None and updated is None and not is_bare_date(draft.text):
        return False
    cleaned.updated = cleaned.updated or updated or ""
    if updated is None:
        cleaned.published = cleaned.published or published or draft.text
    return True


def _beside_a_label(page: Sequence[Draft], index: int) -> bool:
    """Say whether the line next to this one belongs to a byline: a portrait, a date, a bare "By"."""
    return any(
        _is_label(page, at) or published_in(page[at].text) or updated_in(page[at].text)
        for at in (index - 1, index + 1)
        if 0 <= at < len(page)
    )


def _is_label(page: Sequence[Draft], index: int) -> bool:
    """Say whether a block is a label of the page.

    In a list it might as well be an item ("Facebook"), and above a paragraph a marked-up heading.
    """
    draft = page[index]
    if plain_key(draft.text) not in LABELS:
        return False
    if draft.kind == "list_item":
        return index > 0 and _is_label(page, index - 1)
    following = page[index + 1] if index + 1 < len(page) else None
    return not (draft.kind == "heading" and following and size(following.text) >= SENTENCE)


def _leads_away(draft: Draft) -> bool:
    return size(draft.text) < LONG and bool(_LEADS_AWAY.match(draft.text))


def _closes(draft: Draft) -> bool:
    return draft.kind in {"paragraph", "heading"} and (
        plain_key(draft.text) in TAILS or bool(_MORE_FROM.fullmatch(draft.text))
    )


def _may_close(draft: Draft) -> bool:
    return draft.kind in {"paragraph", "heading"} and plain_key(draft.text) in DOUBTFUL_TAILS


def _tail(page: Sequence[Draft], *, marked_up: bool) -> int:
    """Return where the article ends: at the first closing heading that has the article above it.

    Of a web page the region is known already: where it goes on for some paragraphs, that was a box.
    """
    sizes = [size(draft.text) for draft in page]
    whole = sum(sizes)
    above = 0
    long_below = sum(length >= LONG for length in sizes)
    has_text_above = False
    for index, draft in enumerate(page):
        doubtful = _may_close(draft)
        if (
            has_text_above
            and (doubtful or _closes(draft))
            and not (marked_up and long_below > _TAIL_PARAGRAPHS)
        ):
            share = (whole - above) / whole
            if share <= (0.3 if doubtful else 0.5) or all(map(_is_scrap, page[index:])):
                return index
        if marked_up and has_text_above and not long_below and is_notice(draft.text):
            return index
        above += sizes[index]
        long_below -= sizes[index] >= LONG
        has_text_above = has_text_above or (index > 0 and sizes[index] >= SENTENCE)
    return len(page)


def _credits(body: Sequence[Draft]) -> int:
    """Return where the text ends and lines begin that say who helped, whose it is, where to go on.

    A heading with nothing below it belongs to what was taken out there.
    """
    end = len(body)
    while end > 1 and (
        body[end - 1].kind == "heading"
        or (size(body[end - 1].text) <= _CREDIT_AT_MOST and _CREDITS.match(body[end - 1].text))
    ):
        end -= 1
    return end


def _boxes(page: Sequence[Draft], cleaned: Cleaned, *, marked_up: bool) -> set[int]:
    """Return the blocks of boxes in the middle of the text: a closing heading and the teasers below it.

    Of a web page the teasers may be gone already, because they are links.
    """
    boxes: set[int] = set()
    for index, draft in enumerate(page):
        if index in boxes or not (_closes(draft) or _may_close(draft)):
            continue
        end = index + 1
        while end < len(page) and end <= index + 8 and _is_teaser(page[end]):
            end += 1
        if _closes(draft) and (marked_up or end > index + 1):
            boxes.update(range(index, end))
        else:
            cleaned.cautions.append(
                Caution(
                    "furniture_doubtful",
                    f"“{draft.text}” stands in the middle of the text. Check whether what follows it is"
                    " the article's.",
                )
            )
    return boxes


def _is_teaser(draft: Draft) -> bool:
    return size(draft.text) < LONG and not is_sentence(draft.text)


def _is_scrap(draft: Draft) -> bool:
    return _is_teaser(draft) or size(draft.text) < SCRAP


def is_headline(line: str, title: str) -> bool:
    """Say whether a line is the headline again, give or take punctuation and case."""
    if not title or len(line) > 2 * len(title) + 20:
        return False
    key = _letters(line)
    return bool(key) and key == _letters(title)


def _is_window_title(line: str, *titles: str) -> bool:
    """Say whether a line is a headline with a site's name after it, as windows are called."""
    return any(
        size(line[sign.end() :]) <= SCRAP
        and any(is_headline(line[: sign.start()], title) for title in titles)
        for sign in _BEFORE_SITE.finditer(line)
    )


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
