"""Every write to an article that matters. Both doors, HTML and REST, call these and decide nothing.

What becomes of claims when an article changes is seen from above: `reviews` asks for the placements that
wait, and is not called.
"""

from articles.actions.articles import add_article, change_article
from articles.actions.batches import carry_out_batch, request_batch, request_lines
from articles.actions.comparing import compare_one, compare_waiting
from articles.actions.dismissing import dismiss_batch, dismiss_import
from articles.actions.feeds import add_feed, change_feed, pause_feed, poll_feed_now, remove_feed
from articles.actions.importing import (
    carry_out_import,
    request_import,
    request_recheck,
    retry_import,
)
from articles.actions.marks import mark_sentences
from articles.actions.polling import carry_out_poll
from articles.actions.repairs import repair_text
from articles.actions.revisions import add_revision, revise
from articles.actions.texts import Unimportable

__all__ = [
    "Unimportable",
    "add_article",
    "add_feed",
    "add_revision",
    "carry_out_batch",
    "carry_out_import",
    "carry_out_poll",
    "change_article",
    "change_feed",
    "compare_one",
    "compare_waiting",
    "dismiss_batch",
    "dismiss_import",
    "mark_sentences",
    "pause_feed",
    "poll_feed_now",
    "remove_feed",
    "repair_text",
    "request_batch",
    "request_import",
    "request_lines",
    "request_recheck",
    "retry_import",
    "revise",
]
