"""How long and how much may be of what is typed about a publication and who is told of it, for both doors."""

from factcheck.lengths import longest
from publishing.webhooks.models import Endpoint

NOTE_TO_READERS = 2_000
ENDPOINT_URL = longest(Endpoint, "url")
ENDPOINTS = 20
"""How many endpoints the desk tells at once."""
