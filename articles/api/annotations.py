"""An article's claims as a W3C Web Annotation collection, for readers that are no part of the desk.

Offsets are code points, as the model demands of a TextPositionSelector. A passage of a PDF or a transcript
also names the page or the time of the original at which its block begins. Source:
https://www.w3.org/TR/annotation-model/
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from articles.extraction import Block
from articles.models import Article, Passage
from articles.passages import block_at
from factcheck.api.links import link

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
MEDIA_TYPE = "application/ld+json"
FRAGMENTS = {
    "page": "http://tools.ietf.org/rfc/rfc8118",
    "t": "http://www.w3.org/TR/media-frags/",
}
"""By the name in a block's locator, the standard that says what the fragment means."""


def collection(article: Article, passages: Iterable[Passage]) -> dict[str, Any]:
    """Return the collection with all of its items on one page, in text order. One query.

    Each passage comes with its claim.
    """
    passages = list(passages)  # thousands may stand in one text, which is not read for each
    revisions = article.revisions.only("number", "blocks").in_bulk({each.revision_id for each in passages})
    blocks = {pk: each.read_blocks() for pk, each in revisions.items()}
    items = [
        _annotation(article, passage, revisions[passage.revision_id].number, blocks[passage.revision_id])
        for passage in passages
    ]
    address = link("article-annotations", pk=article.pk)
    return {
        "@context": CONTEXT,
        "id": address,
        "type": "AnnotationCollection",
        "label": article.title,
        "total": len(items),
        "first": {
            "id": f"{address}#page",
            "type": "AnnotationPage",
            "startIndex": 0,
            "items": items,
        },
    }


def _annotation(article: Article, passage: Passage, number: int, blocks: Sequence[Block]) -> dict[str, Any]:
    claim = link("claim-detail", pk=passage.claim_id)
    return {
        "id": f"{claim}#passage-{passage.pk}",
        "type": "Annotation",
        "motivation": "assessing",
        "created": passage.created_at.isoformat().replace("+00:00", "Z"),
        "body": [
            {"type": "TextualBody", "purpose": "describing", "value": passage.claim.statement},
            {"id": claim, "purpose": "linking"},
        ],
        "target": {
            "source": link("revision-detail", article_id=article.pk, number=number),
            "selector": [
                {"type": "TextPositionSelector", "start": passage.start, "end": passage.end},
                {
                    "type": "TextQuoteSelector",
                    "exact": passage.exact,
                    "prefix": passage.prefix,
                    "suffix": passage.suffix,
                },
                *_fragments(passage, blocks),
            ],
        },
    }


def _fragments(passage: Passage, blocks: Sequence[Block]) -> list[dict[str, str]]:
    """Return where in the original the passage's block begins, if that is known."""
    value = blocks[block_at(blocks, passage.start)].locator
    standard = FRAGMENTS.get(value.partition("=")[0])
    return [{"type": "FragmentSelector", "value": value, "conformsTo": standard}] if standard else []
