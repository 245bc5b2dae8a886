"""Every write to a review that matters. Both doors, HTML and REST, call these and decide nothing.

Each is one transaction: checks, change, audit. `actor` is whoever does it.
"""

from reviews.actions.claims import add_passage, change_claim, flag_claim
from reviews.actions.declining import decline_offer
from reviews.actions.drafts import save_draft
from reviews.actions.evidence import (
    add_evidence,
    add_source,
    change_evidence,
    change_source,
    remove_evidence,
)
from reviews.actions.placing import decide_placement, undo_placement
from reviews.actions.triage import assign, decline, prioritise, reopen
from reviews.actions.unlinking import remove_passage
from reviews.actions.verdicts import return_verdict, sign_off, submit, withdraw

__all__ = [
    "add_evidence",
    "add_passage",
    "add_source",
    "assign",
    "change_claim",
    "change_evidence",
    "change_source",
    "decide_placement",
    "decline",
    "decline_offer",
    "flag_claim",
    "prioritise",
    "remove_evidence",
    "remove_passage",
    "reopen",
    "return_verdict",
    "save_draft",
    "sign_off",
    "submit",
    "undo_placement",
    "withdraw",
]
