"""What was found in the original of a text: lines, and fields beside what the desk has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, gettext_lazy as _

from articles.extraction.bylines import byline_of, is_bare_date, published_in
from articles.extraction.document import Draft, LeftOut, drafts_of
from articles.extraction.furniture import is_headline
from articles.models import Article, Revision
from factcheck.languages import language_name

LABELS = {
    "title": _("Headline"),
    "byline": _("Author"),
    "outlet": _("Outlet"),
    "published_at": _("Published"),
    "modified_at": _("Last changed by the outlet"),
    "language": _("Language"),
    "canonical_url": _("Address"),
    "image_credit": _("Credit of the lead image"),
}
HOW = {
    "typed": _("as typed at the desk"),
    "json-ld": _("from what the page tells search engines"),
    "meta": _("from what the page or file says of itself"),
    "text": _("from a line of the text"),
    "words": _("told by the words of the text"),
    "address": _("from the address"),
    "file": _("the day on which the file was made"),
    "guessed": _("a guess"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: what the original says, how that was found, and what it said before if that changed."""

    name: str
    value: str | datetime
    how: str
    was: str | datetime | None

    @property
    def label(self) -> str:
        return str(LABELS[self.name])

    @property
    def how_words(self) -> str:
        return str(HOW[self.how])

    @property
    def as_typed(self) -> str:
        """The value as a form has it."""
        return timezone.localdate(self.value).isoformat() if isinstance(self.value, datetime) else self.value

    @property
    def is_doubtful(self) -> bool:
        """Whether a person should look at it before trusting it."""
        return self.how in {"guessed", "file"}


def found_in(revision: Revision) -> dict[str, Field]:
    """Return by name what was found in the original of a revision. One query at most."""
    found: Mapping[str, Any] = revision.extraction.found
    return {
        name: Field(name, _read(name, found[name]["value"]), found[name]["how"], _was(name, found[name]))
        for name in LABELS
        if name in found
    }


def to_check(article: Article, revision: Revision) -> list[str]:
    """Name the details that somebody should look at, and has not yet mended. One query at most."""
    found = found_in(revision)
    doubtful = {name: field for name, field in found.items() if field.is_doubtful}
    return [
        f"{LABELS[name]} ({doubtful[name].how_words if name in doubtful else gettext('not found')})"
        for name, value in details_of(article).items()
        if not value or (name in doubtful and value == doubtful[name].as_typed)
    ]


def details_of(article: Article) -> dict[str, str]:
    """Return what the desk says of an article, as a form has it."""
    published = article.published_at and timezone.localdate(article.published_at).isoformat()
    return {
        "title": article.title,
        "byline": article.byline,
        "outlet": article.outlet.name if article.outlet else "",
        "published_at": published or "",
        "language": article.language,
    }


def hints(now: Mapping[str, str], found: Mapping[str, Field]) -> dict[str, str]:
    """Return for each detail how it was found, and what the original says where the desk says another."""
    return {name: _hint(value, found.get(name)) for name, value in now.items()}


def saved_meanwhile(now: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """Return for each detail that was typed, and reads otherwise at the desk, how it reads there."""
    said = gettext("The desk now says “%s”. What you typed will replace it.")
    return {name: said % _in_words(name, now[name]) for name, value in typed.items() if now[name] != value}


def _hint(value: str, field: Field | None) -> str:
    if field is None:
        return (
            gettext("As the desk has it; the original does not say.")
            if value
            else gettext("Not found in the original.")
        )
    if field.as_typed == value:
        how = gettext("Found: %(how)s.") if not field.is_doubtful else gettext("Check this: %(how)s.")
        return how % {"how": field.how_words}
    return gettext("The original says “%(said)s” (%(how)s).") % {
        "said": _in_words(field.name, field.as_typed),
        "how": field.how_words,
    }


def _in_words(name: str, value: str) -> str:
    return language_name(value) if name == "language" and value else value


def lines_of(revision: Revision) -> list[Draft]:
    """Return every line of the original that is known, in order. One query at most."""
    return drafts_of(
        revision.text,
        revision.read_blocks(),
        [LeftOut(**line) for line in revision.extraction.left_out],
    )


def taken_as(line: str, found: Mapping[str, Field]) -> str:
    """Name the field that a line outside the text says; empty for one that was left out of the article."""
    return next(
        (str(LABELS[name]) for name, says in _SAYS.items() if name in found and says(line, found[name])), ""
    )


def count_left_out(revision: Revision) -> int:
    """Return how many lines of the original are in no part of the article. One query at most."""
    found = found_in(revision)
    return sum(not taken_as(line["text"], found) for line in revision.extraction.left_out)


def newer_headline(article: Article, revision: Revision) -> Field | None:
    """Return the headline that the outlet gave the text meanwhile, where the desk still has another."""
    headline = found_in(revision).get("title")
    return headline if headline and headline.was is not None and headline.value != article.title else None


def _is_byline(line: str, field: Field) -> bool:
    return field.value in {line, byline_of(line)}


def _is_date(line: str, field: Field) -> bool:
    return field.how == "text" and (published_in(line) is not None or is_bare_date(line))


_SAYS: Mapping[str, Callable[[str, Field], bool]] = {
    "title": lambda line, field: is_headline(line, str(field.value)),
    "byline": _is_byline,
    "published_at": _is_date,
}


def _was(name: str, found: Mapping[str, Any]) -> str | datetime | None:
    return _read(name, found["was"]) if "was" in found else None


def _read(name: str, value: str) -> str | datetime:
    return (parse_datetime(value) or value) if name.endswith("_at") else value
