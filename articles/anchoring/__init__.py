"""Where passages stand in the next revision of their article, and when only a person can say.

Pure functions on two texts: `reanchor` says for each passage whether it is kept, moved, changed or lost.
Only what stands beyond doubt at its own words is decided here; everything else waits for a person, with
the place that we would propose. What is done with the answer belongs to `articles.actions`.
"""

from articles.anchoring.outcomes import ACCEPTED_FROM, Anchored, Outcome, reanchor
from articles.anchoring.tokens import are_same_words, go_on_alike

__all__ = ["ACCEPTED_FROM", "Anchored", "Outcome", "are_same_words", "go_on_alike", "reanchor"]
