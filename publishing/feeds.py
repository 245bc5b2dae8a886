"""The Atom feed of what was published."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

# What XML 1.0 calls a Char; one other character makes readers drop the whole feed (case X9).
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def atom(payloads: Sequence[dict[str, Any]]) -> str:
    """Return the feed document for these editions' payloads, newest first."""
    feed = Atom1Feed(
        title=_xml(_("{desk}: fact-checks").format(desk=settings.DESK_NAME)),
        link=f"{settings.PUBLIC_ORIGIN}/",
        description="",
        feed_url=f"{settings.PUBLIC_ORIGIN}/feed.atom",
        language=settings.LANGUAGE_CODE,
    )
    for payload in payloads:
        feed.add_item(
            title=_xml(f"{payload['rating']['word']}: {payload['statement']}"),
            link=payload["url"],
            description=_xml(payload["summary"]),
            unique_id=payload["url"],
            pubdate=datetime.fromisoformat(payload["first_published_at"]),
            updateddate=datetime.fromisoformat(payload["published_at"]),
            author_name=_xml(payload["desk_name"]),
            categories=[_xml(topic["name"]) for topic in payload["topics"]],
        )
    return str(feed.writeString("utf-8"))


def _xml(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
