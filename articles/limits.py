"""How long what is typed or sent about an article may be, for both doors."""

from articles.extraction.document import MAX_TEXT
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
