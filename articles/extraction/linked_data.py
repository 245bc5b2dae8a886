"""JSON-LD, as pages tell machines about their article."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from lxml import html as lxml_html

from articles.extraction.canonical import one_line

_MAX_JSON = 1_000_000
_ARTICLE_TYPE = re.compile(r"(?:Article|Posting|Report)\Z")
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_COMMENT = re.compile(r"\A\s*(?:<!--|//\s*<!\[CDATA\[)|(?:-->|//\s*\]\]>)\s*\Z")


def article_nodes(tree: lxml_html.HtmlElement) -> list[dict[str, Any]]:
    """Return the nodes that are articles, in order; what does not parse is passed over."""
    found: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json":
            continue
        source = _COMMENT.sub("", script.text or "").strip()
        if not source or len(source) > _MAX_JSON:
            continue
        try:
            found.extend(node for node in _nodes(json.loads(source, strict=False)) if _is_article(node))
        except (ValueError, RecursionError):
            continue
    return found


def body_of(nodes: list[dict[str, Any]]) -> str:
    """Return the longest `articleBody`, without tags; some sites put their HTML there."""
    bodies = [body for node in nodes if isinstance(body := node.get("articleBody"), str)]
    return unescape(_TAG.sub(" ", unescape(max(bodies, key=len, default=""))))


def name_of(node: object) -> str:
    """Return the name in a value: a string, a node with a name, or the first of a list of such."""
    if isinstance(node, list):
        return name_of(node[0]) if node else ""
    if isinstance(node, dict):
        return name_of(node.get("name"))
    return one_line(unescape(node)) if isinstance(node, str) else ""


def _nodes(data: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    if isinstance(data, list):
        for item in data[:50]:
            yield from _nodes(item, depth + 1)
    elif isinstance(data, dict) and depth < 5:
        yield data
        yield from _nodes(data.get("@graph"), depth + 1)
        yield from _nodes(data.get("mainEntity"), depth + 1)


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    named = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and _ARTICLE_TYPE.search(kind) for kind in named)
