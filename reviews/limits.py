"""How much may be typed about a claim, its sources and its verdict, and done at once; for both doors."""

from articles.models import Claim, Claimant, Topic
from factcheck.lengths import longest
from reviews.models import Evidence, Review, Source

STATEMENT = longest(Claim, "statement")
CLAIMANT = longest(Claimant, "name")
SAID_WHERE = longest(Claim, "said_where")
LANGUAGE = longest(Claim, "language")
TOPIC = longest(Topic, "name")
MOST_TOPICS = 20
MOST_AT_ONCE = 200

SUMMARY = longest(Review, "summary")
EXPLANATION = 50_000
REASON = longest(Review, "decline_reason")
NOTE_TO_DESK = 5_000

ADDRESS = longest(Source, "url")
TITLE = longest(Source, "title")
PUBLISHER = longest(Source, "publisher")
AUTHOR = longest(Source, "author")
LOCATOR = longest(Evidence, "locator")
PUBLIC_DESCRIPTION = longest(Evidence, "public_description")
QUOTE = 50_000
NOTE = 20_000
