"""What the bytes are, by their content: neither a file's name nor a server's word decides.

The name only settles what content cannot: whether a text is Markdown or plain. What we cannot read is
refused with a sentence that says what it is and what to do instead. What is no text is `binary`'s.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from articles.extraction.binary import PASTE
from articles.extraction.document import Caution, ExtractionError

TextKind = Literal["html", "markdown", "plain", "subtitles"]

_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?>.*?-->)\s*+)*+<(?:!doctype\s+html|html|head|body|article|main)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_TAG = re.compile(
    r"</?(?:html|head|body|article|main|section|header|p|div|span|h[1-6]|ul|ol|li|blockquote|table|tr|td"
    r"|a|br|img|strong|em|b|i|script|style|meta|link|title|figure|iframe|svg|form)(?=[\s>/])[^<>]*>",
    re.IGNORECASE,
)
_FEED = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?>.*?-->)\s*+)*+<(rss|feed|rdf:RDF)\b", re.IGNORECASE | re.DOTALL
)
_XML = re.compile(r"\s*(?:<\?xml\b|<svg\b|<!DOCTYPE\s+svg\b)", re.IGNORECASE)
_SUBTITLES = re.compile(
    r"WEBVTT(?=\s|\Z)"
    r"|\s*(?:\d+[ \t]*\r?\n)?\d{1,3}:\d\d:\d\d[,.]\d{1,3}[ \t]*-->[ \t]*\d{1,3}:\d\d:\d\d[,.]\d"
)
_MARKDOWN_SIGNS = (
    re.compile(r"^#{1,6} \S", re.MULTILINE),
    re.compile(r"\[[^\[\]\n]{1,300}\]\((?:https?://|/|#)[^)\s]*\)"),
    re.compile(r"(?<![\w*])\*\*[^\s*][^*\n]*\*\*(?![\w*])"),
    re.compile(r"^(?:```|~~~)", re.MULTILINE),
)

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(?:[\w-]+:[^\n]*\n)+---[ \t]*\r?\n")

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_PARAMETER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Names that pages use for a superset of what they name (WHATWG Encoding Standard).
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030"}
# Measured on 14 encodings: at most 0.03 when read rightly, mostly above 0.11 when not.
_NOISE = 0.1
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffd]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text as it was meant, and whether we are sure of its encoding."""

    text: str
    encoding: str
    cautions: tuple[Caution, ...] = ()


def decode(data: bytes, content_type: str | None) -> Decoded:
    """Decode by byte-order mark, then UTF-8 where it fits, then what was declared, then a guess.

    UTF-8 comes before the declaration, for it hardly ever fits by accident, while a page that
    declares Latin-1 and is UTF-8 is common.

    Raises:
        ExtractionError: `not_text` for bytes that are no writing in any encoding.
    """
    decoded = (
        _by_mark(data)
        or _as_utf8(data)
        or _as_damaged_utf8(data)
        or _as_declared(data, content_type)
        or _guessed(data)
    )
    sample = decoded.text[:100_000]
    strange = len(_CONTROLS.findall(sample))
    if strange > 8 and strange > len(sample) / 100:
        raise ExtractionError(
            "not_text", f"This holds no text that we can read: it looks like binary data. {PASTE}"
        )
    return decoded


def text_kind(text: str, *, content_type: str | None, filename: str | None) -> TextKind:
    """Say how a text is marked up.

    Raises:
        ExtractionError: `unsupported_type` for feeds, data and other XML.
    """
    head = text[:100_000].removeprefix("\ufeff")
    if _SUBTITLES.match(head):
        return "subtitles"
    _refuse_other_text(head)
    tags = len(_HTML_TAG.findall(head))
    media = (content_type or "").partition(";")[0].strip().lower()
    suffix = (filename or "").lower().rpartition(".")[2]
    says_html = media in {"text/html", "application/xhtml+xml"} or suffix in {"html", "htm", "xhtml"}
    if _HTML_START.match(head) or (tags and says_html) or _is_mostly_tags(head, tags):
        return "html"
    signs = sum(1 for sign in _MARKDOWN_SIGNS if sign.search(head))
    says_markdown = media in {"text/markdown", "text/x-markdown"} or suffix in {"md", "markdown", "mkd"}
    return "markdown" if says_markdown or signs > 1 or _FRONT_MATTER.match(head) else "plain"


def _is_mostly_tags(head: str, tags: int) -> bool:
    """Say whether a fragment without an HTML beginning is HTML all the same: it starts with a tag."""
    return tags > 3 and bool(_HTML_TAG.match(head.lstrip()))


def _refuse_other_text(head: str) -> None:
    """Refuse text that is no article: a feed, a drawing, data."""
    if _FEED.match(head):
        raise ExtractionError(
            "unsupported_type",
            "This is a web feed, not an article. Import the address of one of its articles.",
        )
    if _XML.match(head) and not _HTML_START.match(head):
        raise ExtractionError("unsupported_type", f"This is XML data, not an article. {PASTE}")
    if _is_json(head):
        raise ExtractionError("unsupported_type", f"This is JSON data, not an article. {PASTE}")


def _is_json(head: str) -> bool:
    if not re.match(r'\s*(?:\{\s*"|\[\s*[\{\["\d])', head):
        return False
    try:
        json.JSONDecoder().raw_decode(head.lstrip())
    except (ValueError, RecursionError) as problem:
        # A sample may stop in the middle of a long document; what fails early is no JSON.
        return isinstance(problem, json.JSONDecodeError) and problem.pos > 50_000
    return True


def _by_mark(data: bytes) -> Decoded | None:
    """Decode by the byte-order mark, or by the pattern of NULs that UTF-16 without one shows."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strictly(data, encoding) or Decoded(
                data.decode(encoding, "replace"), encoding, (_uncertain(encoding),)
            )
    sample = data[:4000]
    if len(sample) < 8:
        return None
    even, odd = sample[::2].count(0) / len(sample[::2]), sample[1::2].count(0) / len(sample[1::2])
    if odd > 0.3 and even < 0.05:
        return _strictly(data, "utf-16-le")
    if even > 0.3 and odd < 0.05:
        return _strictly(data, "utf-16-be")
    return None


def _as_utf8(data: bytes) -> Decoded | None:
    # ISO-2022 (Japanese, Korean mail) is plain ASCII to a decoder; its escapes give it away.
    return None if b"\x1b$" in data or b"\x1b(" in data else _strictly(data, "utf-8")


def _as_damaged_utf8(data: bytes) -> Decoded | None:
    """Decode UTF-8 with a few broken characters, for it is cut or pasted together; they are shown as �."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = sum(character > "\x7f" for character in text) - broken
    if not broken or sound < 20 * broken:
        return None
    caution = Caution(
        "encoding_broken",
        f"{broken} characters of the text are damaged and shown as �. Compare them with the original.",
    )
    return Decoded(text, "utf-8", (caution,))


def _as_declared(data: bytes, content_type: str | None) -> Decoded | None:
    """Decode as the server or the page says, if that gives writing and not noise."""
    named = _PARAMETER.search(content_type or "")
    in_page = _XML_CHARSET.match(data[:1024]) or _META_CHARSET.search(data[:4096])
    names = [named[1]] if named else []
    names += [in_page[1].decode("ascii", "ignore")] if in_page else []
    for name in names:
        try:
            found = codecs.lookup(name).name
        except LookupError:
            continue
        decoded = _strictly(data, _MEANT.get(found, found))
        if decoded and not _is_noise(decoded.text):
            return decoded
    return None


def _guessed(data: bytes) -> Decoded:
    """Decode by the statistics of the bytes, and say that it is a guess."""
    import charset_normalizer  # slow to load, and rarely needed

    best = charset_normalizer.from_bytes(data[:200_000]).best()
    for encoding in (best.encoding if best else "", "cp1252"):
        decoded = _strictly(data, encoding) if encoding else None
        if decoded:
            return Decoded(decoded.text, encoding, (_uncertain(encoding),))
    return Decoded(data.decode("utf-8", "replace"), "utf-8", (_uncertain("utf-8"),))


def _strictly(data: bytes, encoding: str) -> Decoded | None:
    try:
        return Decoded(data.decode(encoding), encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _is_noise(text: str) -> bool:
    import charset_normalizer.md

    measure: Callable[..., float] = charset_normalizer.md.mess_ratio
    return bool(_CONTROLS.search(text[:20_000])) or measure(text[:20_000], 0.3) > _NOISE


def _uncertain(encoding: str) -> Caution:
    return Caution(
        "encoding_guessed",
        f"The text did not say its encoding truthfully; we read it as {encoding}. Check accents and quotes.",
    )
