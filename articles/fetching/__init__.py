"""Fetch pages of the public internet, and nothing else: the only module that opens an address from outside.

`fetch` checks every address at the moment of connecting and connects to the address it checked;
`normalise_url` gives an article's address the one form by which it is recognised.
"""

from articles.fetching.client import (
    FEED_TYPES,
    Fetched,
    Policy,
    address_to_fetch,
    fetch,
    fetch_if_changed,
)
from articles.fetching.failures import FetchError
from articles.fetching.urls import normalise_url

__all__ = [
    "FEED_TYPES",
    "FetchError",
    "Fetched",
    "Policy",
    "address_to_fetch",
    "fetch",
    "fetch_if_changed",
    "normalise_url",
]
