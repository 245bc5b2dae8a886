"""What a message says: which thing, where to read on, and of what is public the plain facts.

Ids and addresses, and nothing that was written: whoever gets a message asks the API for the rest, with the
rights of a token. Never the statement, the claimant, a quote, a rating or evidence of anything.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.urls import reverse

from factcheck.api.links import absolute, link
from factcheck.audit.models import Event
from publishing.models import Publication
from publishing.webhooks.kinds import TEST, Kind, kind_of
from publishing.webhooks.models import Endpoint
from reviews.models import Review

logger = logging.getLogger(__name__)

Data = dict[str, Any]


class Known(NamedTuple):
    """What the log does not say of its objects."""

    claims: dict[int, int]
    """The claim of each review."""
    publications: dict[int, Publication]


def messages_of(events: Collection[Event]) -> list[tuple[Event, Kind, str]]:
    """Return each event that is told of with its kind and the text to be sent. Two queries at most.

    One of which no message can be made is logged and left out: it would hold up all that come after it.
    """
    kinds = [(event, kind_of(event)) for event in events]
    known = _known(kinds)
    messages = []
    for event, kind in kinds:
        if kind is None:
            continue
        try:
            messages.append((event, kind, _text(kind, event.at, _DATA[kind](event, known))))
        except (KeyError, TypeError, ValueError):
            logger.exception("No message can be made of event %s (%s); nobody is told of it", event.pk, kind)
    return messages


def message_for_test(endpoint: Endpoint, at: datetime) -> str:
    """Return the text of a test."""
    return _text(TEST, at, {"endpoint_id": str(endpoint.pk)})


def _known(kinds: Collection[tuple[Event, Kind | None]]) -> Known:
    ids: dict[str, set[int]] = {"review": set(), "publication": set()}
    for event, kind in kinds:
        about = kind.partition(".")[0] if kind else ""
        if about in ids:
            ids[about].add(int(event.object_id))
    reviews, publications = ids["review"], ids["publication"]
    return Known(
        dict(Review.objects.filter(pk__in=reviews).values_list("pk", "claim")) if reviews else {},
        Publication.objects.in_bulk(publications) if publications else {},
    )


def _text(kind: str, at: datetime, data: Data) -> str:
    message = {"type": str(kind), "timestamp": at.isoformat().replace("+00:00", "Z"), "data": data}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def _article(event: Event, _known: Known) -> Data:
    return _article_links(event.object_id)


def _changed(event: Event, _known: Known) -> Data:
    return _article_links(event.object_id) | {"revision": event.data["revision"]}


def _article_links(pk: str) -> Data:
    return {
        "article_id": pk,
        "api_url": link("article-detail", pk=pk),
        "desk_url": absolute(reverse("desk:article", args=[pk])),
    }


def _claim(event: Event, _known: Known) -> Data:
    return {
        "claim_id": event.object_id,
        "article_id": str(event.data["article"]),
        "api_url": link("claim-detail", pk=event.object_id),
        "desk_url": absolute(reverse("desk:claim", args=[event.object_id])),
    }


def _review(event: Event, known: Known) -> Data:
    claim = str(known.claims[int(event.object_id)])
    return {
        "review_id": event.object_id,
        "claim_id": claim,
        "api_url": link("review-detail", pk=event.object_id),
        "desk_url": absolute(reverse("desk:claim", args=[claim])),
    }


def _assigned(event: Event, known: Known) -> Data:
    to = event.data["now"]
    return _review(event, known) | {"assignee_id": None if to is None else str(to)}


def _submitted(event: Event, known: Known) -> Data:
    return _review(event, known) | {"verdict": event.data["verdict"]}


def _publication(event: Event, known: Known) -> Data:
    """What everybody can read: the address, and which edition stands there."""
    publication = known.publications[int(event.object_id)]
    return {
        "publication_id": event.object_id,
        "slug": publication.slug,
        "url": absolute(publication.path),
        "edition": event.data["edition"],
        "edition_kind": event.data["kind"],
        "api_url": link("publication-detail", pk=event.object_id),
    }


_DATA: Final[dict[Kind, Callable[[Event, Known], Data]]] = {
    Kind.ARTICLE_IMPORTED: _article,
    Kind.ARTICLE_CHANGED: _changed,
    Kind.CLAIM_FLAGGED: _claim,
    Kind.REVIEW_ASSIGNED: _assigned,
    Kind.REVIEW_SUBMITTED: _submitted,
    Kind.REVIEW_RETURNED: _review,
    Kind.REVIEW_APPROVED: _review,
    Kind.PUBLICATION_PUBLISHED: _publication,
    Kind.PUBLICATION_UPDATED: _publication,
    Kind.PUBLICATION_CORRECTED: _publication,
}
