"""Fetch pages of the public internet and send to it: the only module that opens an address from outside.

`fetch` and `send` check every address at the moment of connecting and connect to the address they checked;
`normalise_url` gives an article's address the one form by which it is recognised.
"""

from articles.fetching.client import Fetched, address_to_fetch, fetch, fetch_if_changed
from articles.fetching.failures import FetchError
from articles.fetching.policy import FEED_TYPES, Policy
from articles.fetching.sending import Answered, address_to_send, send
from articles.fetching.urls import normalise_url

__all__ = [
    "FEED_TYPES",
    "Answered",
    "FetchError",
    "Fetched",
    "Policy",
    "address_to_fetch",
    "address_to_send",
    "fetch",
    "fetch_if_changed",
    "normalise_url",
    "send",
]
