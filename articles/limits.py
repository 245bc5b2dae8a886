"""How long what is typed or sent about an article may be, for both doors."""

from django.utils.translation import gettext

from articles.extraction.canonical import has_words
from articles.extraction.document import MAX_TEXT, TOO_LONG, counted
from articles.feeds.models import Feed
from articles.models import Article, Import, Outlet
from factcheck.lengths import longest

ADDRESS = longest(Import, "url")
TEXT = MAX_TEXT
TITLE = longest(Article, "title")
BYLINE = longest(Article, "byline")
OUTLET = longest(Outlet, "name")
LANGUAGE = longest(Article, "language")
LANGUAGE_TAG = r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?\Z"
CANONICAL_URL = longest(Article, "canonical_url")
FEED_TITLE = longest(Feed, "title")


class TextTooLong(Exception):
    """A text has more characters than any article; the sentence says how many, and what to do."""

    code = "too_large"

    def __str__(self) -> str:
        return gettext(TOO_LONG) % counted(*self.args)


def text_in(given: str, *, most: int = TEXT) -> str:
    """Return a text for an article; empty where nothing in it can be seen.

    Raises:
        TextTooLong: it has more than `most` characters.
    """
    if len(given) > most:
        raise TextTooLong(len(given))
    return given if has_words(given) else ""
