"""From what was handed in to the text of an article; nothing is written here."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from articles import cage
from articles.extraction import Block, Extracted, ExtractionError, Known
from articles.extraction.repair import Choices, Name
from articles.fetching import FetchError, normalise_url
from articles.models import Extraction, Revision
from factcheck.errors import Busy, DomainError, Malformed

# For each process. Gunicorn's have four threads: two texts are read, one waits, and a page has the fourth.
_AT_ONCE = threading.BoundedSemaphore(2)
_WAITING = threading.BoundedSemaphore(1)
_MOMENT, _PATIENCE = 0.2, 1.0  # seconds: a text of usual length takes a tenth of one


class Unimportable(DomainError):
    """The article could not be had; `code` and sentence come from fetching or extraction."""

    code, status = "unimportable", 400
    template = _("The article could not be had.")

    def __init__(self, error: FetchError | ExtractionError) -> None:
        self.code = error.code  # type: ignore[misc]
        super().__init__(detail=error.detail)


@contextmanager
def refusing() -> Iterator[None]:
    """Turn what extraction refuses into what whoever waits for it is told.

    Raises:
        Unimportable: there is no text in it, or too much.
        Busy: it could not be read now.
    """
    try:
        yield
    except ExtractionError as error:
        if error.transient:
            raise Busy from error
        raise Unimportable(error) from error


def read_text(text: str, given: dict[str, str]) -> Extracted:
    """Return the text that somebody pasted or sent, with what they know of it.

    Raises:
        ExtractionError: there is no text in it, or too much; `busy` where too many are being read.
    """
    with _turn():
        return cage.from_text(text, known=known_in(given), url=given.get("canonical_url") or None)


@contextmanager
def _turn() -> Iterator[None]:
    """Hold one of the few turns at reading.

    Who waits for one holds a thread that a page could have: one waits for it, any others for a moment.

    Raises:
        ExtractionError: `busy`.
    """
    if not _AT_ONCE.acquire(timeout=_MOMENT):
        if not _WAITING.acquire(blocking=False):
            raise cage.busy()
        try:
            if not _AT_ONCE.acquire(timeout=_PATIENCE):
                raise cage.busy()
        finally:
            _WAITING.release()
    try:
        yield
    finally:
        _AT_ONCE.release()


def require_bytes(file: bytes) -> None:
    """Refuse a file in which there is not one byte.

    Raises:
        Malformed: there is none.
    """
    if not file:
        words = _(
            "There is nothing in this file (0 bytes). It may not have arrived whole where you took it from:"
            " open it there, save it again, and choose the new one."
        )
        raise Malformed.at("/file", words, code="empty")


def comparable(given: Mapping[str, str] | None) -> dict[str, str]:
    """Return what somebody knows of an article, its address in the form in which the desk compares addresses.

    Raises:
        Malformed: it is not an address on the web.
    """
    known = dict(given or {})
    if address := known.pop("canonical_url", "").strip():
        try:
            known["canonical_url"] = normalise_url(address)
        except FetchError as error:
            raise Malformed.at("/canonical_url", error.detail, code=error.code) from error
    return known


def known_in(given: dict[str, str]) -> Known:
    """Return what the person typed about the article, dates from ISO 8601."""
    return Known(
        title=given.get("title", ""),
        byline=given.get("byline", ""),
        published_at=parse_datetime(given.get("published_at", "")),
        outlet_name=given.get("outlet_name", ""),
        language=given.get("language", ""),
    )


def digest_of(text: str) -> str:
    """Return the SHA-256 by which a text is recognised."""
    return hashlib.sha256(text.encode()).hexdigest()


def extraction_of(extracted: Extracted, before: Revision | None = None) -> Extraction:
    """Return what is kept of how a text was found, after that of `before`; it has no revision yet."""
    was = before.extraction.found if before is not None else {}
    choices = choices_in(before) if before is not None else {}
    found = {
        name.removesuffix("_name"): {"value": _plain(getattr(extracted, name)), "how": how}
        for name, how in extracted.found.items()
    }
    for name, now in found.items():
        if name in was and (before_that := _said_before(was[name], now)) is not None:
            now["was"] = before_that
    return Extraction(
        found=found,
        left_out=[asdict(line) for line in extracted.left_out],
        choices=as_json(choices),
    )


def _said_before(was: Mapping[str, str], now: Mapping[str, str]) -> str | None:
    """Return what the outlet said before it said this, if it ever said another."""
    if was["value"] == now["value"]:
        return was.get("was")
    found = {was["how"], now["how"]}.isdisjoint({"typed", "guessed"})
    return was["value"] if found else None


def as_json(choices: Choices) -> list[list[Any]]:
    """Return choices as `Extraction` keeps them."""
    return [[words, which, is_text] for (words, which), is_text in choices.items()]


def choices_in(revision: Revision) -> dict[Name, bool]:
    """Return what people chose of the lines of the article up to this revision. One query at most."""
    return {(words, which): is_text for words, which, is_text in revision.extraction.choices}


def _plain(value: str | datetime) -> str:
    return value if isinstance(value, str) else value.isoformat()


def columns_of(extracted: Extracted) -> dict[str, Any]:
    """Return what a revision keeps of an extracted text."""
    return {
        **columns_of_text(extracted.text, extracted.blocks),
        "warnings": [asdict(caution) for caution in extracted.warnings],
    }


def columns_of_text(text: str, blocks: Iterable[Block]) -> dict[str, Any]:
    """Return what a revision keeps of its text alone."""
    return {"text": text, "blocks": [asdict(block) for block in blocks], "digest": digest_of(text)}
