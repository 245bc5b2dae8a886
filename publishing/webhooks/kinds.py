"""What an endpoint can be told of, and which lines of the audit log each of it is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from factcheck.audit.models import Event

TEST: Final = "endpoint.test"
"""What a test delivery says it is; nobody subscribes to it."""


class Kind(models.TextChoices):
    """The `type` of a message. The label completes “Tell it when …”."""

    ARTICLE_IMPORTED = "article.imported", _("An article is imported")
    ARTICLE_CHANGED = "article.changed", _("An article changes at the outlet")
    CLAIM_FLAGGED = "claim.flagged", _("A claim is flagged")
    REVIEW_ASSIGNED = "review.assigned", _("A review is given to somebody, or to nobody")
    REVIEW_SUBMITTED = "review.submitted", _("A verdict is sent for sign-off")
    REVIEW_RETURNED = "review.returned", _("An editor returns a verdict")
    REVIEW_APPROVED = "review.approved", _("A verdict has its last sign-off")
    PUBLICATION_PUBLISHED = "publication.published", _("A check is published")
    PUBLICATION_UPDATED = "publication.updated", _("A check is updated")
    PUBLICATION_CORRECTED = "publication.corrected", _("A check is corrected")


WITH_TEST: Final = [*Kind.choices, (TEST, _("A test"))]
"""What a delivery can be."""

_ACTIONS: Final[dict[Kind, str]] = {
    Kind.ARTICLE_IMPORTED: "article.imported",
    # What the desk mends in its own reading is “article.repaired”.
    Kind.ARTICLE_CHANGED: "article.revised",
    Kind.CLAIM_FLAGGED: "claim.flagged",
    Kind.REVIEW_ASSIGNED: "review.assigned",
    Kind.REVIEW_SUBMITTED: "review.submitted",
    Kind.REVIEW_RETURNED: "review.returned",
    Kind.REVIEW_APPROVED: "review.moved",
    # Not “publication.published”, which is the edition: its pages are made after it.
    Kind.PUBLICATION_PUBLISHED: "publication.shown",
    Kind.PUBLICATION_UPDATED: "publication.shown",
    Kind.PUBLICATION_CORRECTED: "publication.shown",
}
_FACTS: Final[dict[Kind, dict[str, str]]] = {
    Kind.REVIEW_APPROVED: {"now": "approved"},
    Kind.PUBLICATION_PUBLISHED: {"kind": "first"},
    Kind.PUBLICATION_UPDATED: {"kind": "update"},
    Kind.PUBLICATION_CORRECTED: {"kind": "correction"},
}


def wanted(kinds: Collection[str]) -> Q:
    """Return the condition under which an event is of one of these kinds."""
    chosen = [kind for kind in Kind if kind in kinds]
    found = Q(pk__in=[])
    for kind in chosen:
        found |= _condition(kind)
    # Said once for all of them as well, so that the index by action serves.
    return Q(action__in=sorted({_ACTIONS[kind] for kind in chosen})) & found


def kind_of(event: Event) -> Kind | None:
    """Say of which kind an event is; None where nobody is told of it."""
    return next((kind for kind in Kind if _is(event, kind)), None)


def _condition(kind: Kind) -> Q:
    facts = {f"data__{name}": value for name, value in _FACTS.get(kind, {}).items()}
    return Q(action=_ACTIONS[kind], **facts)


def _is(event: Event, kind: Kind) -> bool:
    facts = _FACTS.get(kind, {})
    return event.action == _ACTIONS[kind] and all(event.data.get(name) == facts[name] for name in facts)
