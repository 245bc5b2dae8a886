"""Which places may be reached, for how long, and how much of them is taken."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from django.conf import settings

from articles.fetching import failures
from articles.fetching.urls import Target

TEXT_TYPES = frozenset(
    {
        "text/html",
        "application/xhtml+xml",
        "text/plain",
        "text/markdown",
        "text/x-markdown",
        "application/octet-stream",
    }
)
FEED_TYPES = TEXT_TYPES | {
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/xml",
    "text/xml",
    "application/feed+json",
    "application/json",
}
SENDING_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Policy:
    """The limits of a fetch, and the hosts that are ours.

    `allow` names "host:port" pairs that are reached wherever they are: for tests, and for an archive or a
    receiver on the newsroom's own network.
    """

    origin: str = ""
    own_hosts: frozenset[str] = frozenset()
    allow: frozenset[str] = frozenset()
    ports: frozenset[int] = frozenset({80, 443})
    redirects: int = 5
    seconds: float = 30.0
    connect_seconds: float = 5.0
    max_bytes: int = 20 * 1024 * 1024
    max_ratio: int = 100
    types: frozenset[str] = field(default=TEXT_TYPES)

    @classmethod
    def from_settings(cls) -> Policy:
        """Return what the settings say: `PUBLIC_ORIGIN`, `ALLOWED_HOSTS`, `FETCH_ALLOW`."""
        origin = getattr(settings, "PUBLIC_ORIGIN", "")
        hosts = [urlsplit(origin).hostname or "", *settings.ALLOWED_HOSTS]
        return cls(
            origin=origin,
            own_hosts=frozenset(host.lower().strip("[]") for host in hosts if host and host != "*"),
            allow=frozenset(getattr(settings, "FETCH_ALLOW", ())),
        )

    @classmethod
    def to_send(cls) -> Policy:
        """Return the limits of a message. What may be sent to is named by `SEND_ALLOW`, and by it alone.

        A receiver inside is for administrators; what is fetched may be read by everybody who imports.
        """
        allow = frozenset(getattr(settings, "SEND_ALLOW", ()))
        return replace(cls.from_settings(), allow=allow, ports=frozenset({443}), seconds=SENDING_SECONDS)

    def allows(self, place: Target) -> bool:
        """Say whether the settings name this very host and port."""
        host = f"[{place.host}]" if ":" in place.host else place.host
        return f"{host}:{place.port}" in self.allow

    def owns(self, host: str) -> bool:
        """Say whether a host is the desk itself; a name that begins with a dot stands for all below it."""
        return any(
            host == own.lstrip(".") or (own.startswith(".") and host.endswith(own)) for own in self.own_hosts
        )


def check_place(place: Target, limits: Policy) -> None:
    """Refuse a place by its name and port, before anything is looked up."""
    if limits.allows(place):
        return
    if limits.owns(place.host):
        raise failures.own_host(place.host)
    if place.port not in limits.ports:
        raise failures.url_refused("pages are fetched from ports 80 and 443 only")
