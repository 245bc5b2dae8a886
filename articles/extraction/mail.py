"""Read a saved mail (EML) or a saved page (MHTML): the best part of its body. Attachments stay shut."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from typing import cast

from articles.extraction.canonical import one_line, size
from articles.extraction.dates import from_stamp
from articles.extraction.document import MAX_BYTES, Caution, Draft, ExtractionError, Metadata, too_complex
from articles.extraction.html_reader import read_html
from articles.extraction.plain import read_plain, with_headings
from articles.extraction.sniff import decode

_MOST_PARTS = 500
_DEEPEST = 20
_SIGNATURE = "\n-- \n"

Read = tuple[list[Draft], Metadata]


def read_mail(data: bytes, url: str | None) -> Read:
    """Return the blocks of a mail's text, or of a saved page's article, and what its headers say.

    Raises:
        ExtractionError: `empty` where no part is text; `too_complex`.
    """
    message = message_from_bytes(data.lstrip(), policy=policy.default)
    parts = list(_parts(message))
    pages = [part for part in parts if part.get_content_type() in {"text/html", "application/xhtml+xml"}]
    root = next((part for part in pages if _header(part, "Content-Location")), None)
    if root is not None and message.get_content_type() == "multipart/related":
        return _saved_page(message, root, url)
    texts = [part for part in parts if part.get_content_type() == "text/plain"]
    return _mail(message, pages, texts)


def _saved_page(message: EmailMessage, root: Message, url: str | None) -> Read:
    location = _header(root, "Content-Location")
    location = location if location.startswith(("http://", "https://")) else ""
    drafts, metadata = read_html(_text(root), url or location or None)
    metadata.title = metadata.title or _header(message, "Subject")
    metadata.canonical_url = metadata.canonical_url or location
    return drafts, metadata


def _mail(message: EmailMessage, pages: list[Message], texts: list[Message]) -> Read:
    plain = _plain(_text(texts[0])) if texts else []
    drafts, metadata = plain, Metadata()
    if pages:
        page = _page(_text(pages[0]))
        # Where one is the other without its marks the page has more; where it is much shorter, less.
        if page and _size(page[0]) > 0.6 * _size(drafts):
            drafts, metadata = page
    if not drafts:
        raise ExtractionError("empty", "There is no text in this mail. Paste the article's text instead.")
    metadata.title = _header(message, "Subject")
    metadata.byline = _senders(message)
    metadata.published_at = from_stamp(_header(message, "Date"))
    metadata.canonical_url = ""
    if attached := _attached(message):
        metadata.cautions.append(
            Caution(
                "attachments", f"Attachments were not read: {', '.join(attached)[:400]}. Import them apart."
            )
        )
    return drafts, metadata


def _parts(message: Message, depth: int = 0, seen: list[int] | None = None) -> list[Message]:
    """Return the parts of a body that are shown in place, in order; those of a mail inside are not."""
    seen = seen if seen is not None else [0]
    seen[0] += 1
    if depth > _DEEPEST or seen[0] > _MOST_PARTS:
        raise too_complex("it has too many parts inside each other")
    if message.get_content_maintype() != "multipart":
        shown = (
            message.get_content_disposition() != "attachment"
            and message.get_content_type() != "message/rfc822"
        )
        return [message] if shown else []
    inside = message.get_payload()
    return [
        found
        for part in (inside if isinstance(inside, list) else [])
        for found in _parts(cast(Message, part), depth + 1, seen)
    ]


def _attached(message: EmailMessage) -> list[str]:
    """Return the names of the attachments."""
    found = []
    for part in message.walk():
        name = ""
        if not part.is_multipart() or part.get_content_type() == "message/rfc822":
            try:
                name = one_line(part.get_filename() or "")
            except (ValueError, LookupError, TypeError, AttributeError):
                name = "…"
            if part.get_content_disposition() == "attachment" or part.get_content_type() == "message/rfc822":
                found.append(name or part.get_content_type())
    return list(dict.fromkeys(found))


def _text(part: Message) -> str:
    data = part.get_payload(decode=True)
    data = data if isinstance(data, bytes) else b""
    if len(data) > MAX_BYTES:
        raise ExtractionError(
            "too_large", "The text of this mail is larger than 5 MB. Paste the article's text."
        )
    return decode(data, str(part.get("Content-Type", ""))).text if data.strip() else ""


def _plain(text: str) -> list[Draft]:
    """Return the blocks of a plain body, and the lines of its signature as left out."""
    body, _, signature = text.replace("\r\n", "\n").partition(_SIGNATURE)
    signed = [Draft(line, is_left_out=True) for line in map(one_line, signature.split("\n")) if line]
    return [*with_headings(read_plain(body)), *signed]


def _page(html: str) -> Read | None:
    try:
        return read_html(html, None) if html else None
    except ExtractionError as problem:
        if problem.code == "empty":
            return None
        raise


def _size(drafts: list[Draft]) -> int:
    return sum(size(draft.text) for draft in drafts if not draft.is_left_out)


def _senders(message: EmailMessage) -> str:
    """Return the names of whoever sent it; an address where there is no name."""
    try:
        addresses = message["From"].addresses if message["From"] is not None else ()
        return ", ".join(one_line(one.display_name or one.addr_spec) for one in addresses[:5])
    except (ValueError, LookupError, TypeError, AttributeError):  # headers that no mail program writes
        return ""


def _header(message: Message, name: str) -> str:
    try:
        return one_line(str(message.get(name) or ""))
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
