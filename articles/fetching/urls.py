"""Web addresses: taken apart strictly for fetching, and put into one form for recognising articles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import quote, urlsplit, urlunsplit

import idna
from url_normalize import url_normalize

from articles.fetching.failures import url_refused

MAX_LENGTH = 2000

_PORTS = {"http": 80, "https": 443}
# White space and controls of any script, and the backslash, which browsers read as "/".
_NEVER = re.compile("[\x00-\x20\x7f-\xa0\\\\\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]")
_SAFE = "!$%&'()*+,/:;=?@[]~"

# Parameters that say how a reader came, never what the page is.
_TRACKING = re.compile(
    r"utm_.*|mtm_.*|matomo_.*|pk_.*|piwik_.*|hsa_.*|_hs.*|at_.*|oly_.*|vero_.*|wt_.*|fb_.*|xtor|fbclid"
    r"|gclid|gclsrc|gbraid|wbraid|dclid|msclkid|yclid|ysclid|twclid|ttclid|igshid?|igsh|li_fat_id"
    r"|mc_[ce]id|mkt_tok|ml_subscriber.*|_ga|_gl|s_cid|cmpid|cmp|ito|ns_.*|smid|smtyp|sh_kit|ref_src"
    r"|ref_url|guccounter|guce_.*|__twitter_impression|__tn__|spm|scm"
    r"|share_(?:from|source|medium|token)|wprov|ncid|sr_share|taid|trk|trkcampaign|rb_clickid|wickedid"
    r"|epik|srsltid|partner_?id",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Target:
    """An address, taken apart once: whoever connects uses these parts and parses nothing again."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        """The address as it is fetched."""
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def authority(self) -> str:
        """Host and port, as the Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def target(url: str) -> Target:
    """Take a web address apart, in its normal form; the fragment is dropped.

    Raises:
        FetchError: `url_refused`, for anything but a plain http or https address.
    """
    url = url.strip()
    if not url or len(url) > MAX_LENGTH:
        raise url_refused("it is empty" if not url else f"it has more than {MAX_LENGTH:,} characters")
    if _NEVER.search(url):
        # Of words that are no address at all, the space between them is not what is wrong.
        if not url.lower().startswith(("http:", "https:")):
            raise url_refused("it has to begin with http:// or https://")
        raise url_refused("it holds a space, a backslash or an invisible character")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise url_refused("its host or port cannot be read") from None
    if parts.scheme not in _PORTS:
        raise url_refused("it has to begin with http:// or https://")
    if "@" in parts.netloc:
        raise url_refused("it carries a user name")
    if not parts.hostname or not url[len(parts.scheme) :].startswith("://"):
        raise url_refused("it names no host")
    if port == 0 or parts.netloc.endswith(":") or parts.netloc.count(":") > 1 > parts.netloc.count("["):
        raise url_refused("its port cannot be read")
    path = quote(parts.path or "/", safe=_SAFE) + (
        f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
    )
    return Target(parts.scheme, _host(parts.hostname), port or _PORTS[parts.scheme], path)


def normalise_url(url: str) -> str:
    """Return the form of an address by which an article is recognised.

    Scheme and host in lower case and ASCII, default port, dot segments and fragment gone, parameters
    that track readers dropped, the others as they stand, in their order. Doing it twice changes nothing.

    Raises:
        FetchError: `url_refused`, for anything but a plain http or https address.
    """
    parsed = target(url)
    try:
        normal = url_normalize(parsed.url) or ""
    except (ValueError, UnicodeError):
        raise url_refused("it cannot be read") from None
    parts = urlsplit(normal)
    kept = "&".join(filter(_tells_the_page, parts.query.split("&")))
    result = urlunsplit((parts.scheme, parts.netloc, parts.path or "/", kept, ""))
    if len(result) > MAX_LENGTH:
        raise url_refused(f"it has more than {MAX_LENGTH:,} characters")
    return result


def _tells_the_page(parameter: str) -> bool:
    name = parameter.partition("=")[0]
    return bool(name) and not _TRACKING.fullmatch(name)


def _host(host: str) -> str:
    """Return a host in its one form: ASCII, lower case, no final dot; numeric addresses as they are."""
    if ":" in host:
        try:
            return str(IPv6Address(host))
        except ValueError:
            raise url_refused("its host cannot be read") from None
    try:
        normal = idna.uts46_remap(host, std3_rules=False, transitional=False).rstrip(".")
        if not normal.isascii():
            normal = idna.encode(normal).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise url_refused("its host cannot be read") from None
    labels = normal.split(".")
    if len(normal) > 253 or not all(
        re.fullmatch(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", label) for label in labels
    ):
        raise url_refused("its host cannot be read")
    return normal
