"""Articles as they were written, and where in them claims stand.

Offsets are Unicode code points, half-open, into a revision's canonical text. A claim has no state
here: who checks it and what came of it is the layer above (`reviews`). Batches, feeds and near copies
have their tables beside the code that reads them.
"""

# Django looks for models here, and nothing else of theirs is wanted (F401).
import articles.batches.models
import articles.feeds.models
import articles.twins.models  # noqa: F401
from articles.models.articles import Article, Outlet
from articles.models.claims import Claim, Claimant, Topic
from articles.models.imports import Import
from articles.models.marks import ReadingMark
from articles.models.passages import Passage, Placement
from articles.models.revisions import Extraction, Revision

__all__ = [
    "Article",
    "Claim",
    "Claimant",
    "Extraction",
    "Import",
    "Outlet",
    "Passage",
    "Placement",
    "ReadingMark",
    "Revision",
    "Topic",
]
