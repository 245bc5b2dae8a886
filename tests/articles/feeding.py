"""Feeds for the tests, written as sites write them."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from tests.articles.canary import page
from tests.factories import TEXT

RSS = "Content-Type: application/rss+xml; charset=utf-8"


def item(number: int, **parts: str) -> str:
    """One item; `parts` replace or drop (empty) what it usually says."""
    usual = {
        "title": f"Night ferry breaks its record ({number})",
        "link": f"/articles/{number}",
        "guid": f"tag:herald.example,2026:{number}",
        "pubDate": "Tue, 03 Mar 2026 10:00:00 +0100",
        "description": "The ferry carried more people than ever.",
    }
    said = {name: value for name, value in {**usual, **parts}.items() if value}
    return "<item>" + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in said.items()) + "</item>"


def rss(*items: str, title: str = "Example Herald", head: str = "") -> str:
    spaces = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" {spaces}><channel>'
        f"<title>{escape(title)}</title><link>https://herald.example/</link>{head}{''.join(items)}</channel></rss>"
    )


def feed_page(body: str | bytes, *headers: str, **more: Any) -> bytes:
    return page(body, RSS, *headers, **more)


def atom(*entries: str) -> bytes:
    body = f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Herald</title>{"".join(entries)}</feed>'
    return page(body, "Content-Type: application/atom+xml")


def json_feed(*items: dict[str, Any]) -> bytes:
    said = {"version": "https://jsonfeed.org/version/1.1", "title": "Herald", "items": items}
    return page(json.dumps(said), "Content-Type: application/feed+json")


def article(number: int) -> bytes:
    """The page of an item."""
    paragraphs = "".join(f"<p>{line}</p>" for line in TEXT.splitlines())
    head = f"<title>Night ferry ({number})</title>"
    body = f"<h1>Night ferry ({number})</h1>{paragraphs}<p>Notice number {number} of the harbour board.</p>"
    return page(f"<html><head>{head}</head><body><article>{body}</article></body></html>")
