"""Which address an article is known by: the page's own word for it, if it speaks for its own site."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from articles.fetching.failures import FetchError
from articles.fetching.urls import normalise_url

_SAME_SITE = re.compile(r"\A(?:www|m|mobile|amp|edition|print)\.")
# Copies of pages that their sites let others serve; the path names the site: `/c/s/quay.example/a`.
_AMP_CACHE = re.compile(
    r"\Ahttps?://(?:[\w-]+\.cdn\.ampproject\.org/(?:[a-z]/)?|www\.google\.[a-z.]+/amp/)(?:s/)?"
    r"(?P<host>[\w.-]+\.\w+)(?=/|\Z)",
    re.IGNORECASE,
)


def canonical_address(claimed: str, url: str | None) -> str | None:
    """Return the article's address.

    A page that calls itself another site's would otherwise be taken for an article of theirs. AMP and
    print variants name the article they are variants of.
    """
    fetched = normalised(url)
    own = normalised(claimed)
    if own and (fetched is None or _site(_host(own)) in _sites(fetched)):
        return own
    return fetched


def normalised(url: str | None) -> str | None:
    """Return an address in the form that the desk compares, None if it is none."""
    try:
        return normalise_url(url) if url else None
    except FetchError:
        return None


def domain_of(url: str | None) -> str:
    """Return the domain of an address without `www`, empty if it has none."""
    return _host(url).removeprefix("www.") if url else ""


def _sites(url: str) -> set[str]:
    cached = _AMP_CACHE.match(url)
    return {_site(_host(url)), *([_site(cached["host"].lower())] if cached else [])}


def _site(host: str) -> str:
    return _SAME_SITE.sub("", host)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
