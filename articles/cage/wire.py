"""What goes over the line between the desk and a caged parser, and how it is read: with mistrust.

An order is a length, JSON, and the document. An answer is JSON, followed by a verdict that the guard of
the child adds. A child that a document has taken over can answer anything, so an answer is data of
known types or nothing.
"""

from __future__ import annotations

import json
import signal
import struct
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeVar, cast, get_args

from articles.extraction import Block, Caution, Extracted, ExtractionError, Kind, Known
from articles.extraction.addresses import normalised
from articles.extraction.document import MAX_TEXT, How, LeftOut

T = TypeVar("T")

_HEAD = struct.Struct("!I")
_VERDICT = struct.Struct("!4sid")
_MARK = b"end:"
_KINDS = frozenset(get_args(Kind))
_HOWS = frozenset(get_args(How))
OUT_OF_MEMORY = 77  # what a child exits with


class Garbage(Exception):
    """This is no answer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may take: seconds on the clock and of a processor, bytes of memory."""

    wall: float = 10
    cpu: int = 8
    memory: int = 512 << 20


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Order:
    """What to read, and how; `pasted` says that the bytes are a text in UTF-8.

    `work` is what is to be made of them: an article, or what one of the keeper's other readers makes.
    """

    pasted: bool
    content_type: str | None
    filename: str | None
    url: str | None
    known: Known
    now: datetime
    limits: Limits
    work: str = "article"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a child ended: its exit code, minus the signal if it was one, and its seconds of processor."""

    code: int
    cpu: float

    @property
    def late(self) -> bool:
        return self.code == -signal.SIGALRM

    @property
    def overworked(self) -> bool:
        return self.code == -signal.SIGXCPU

    @property
    def out_of_memory(self) -> bool:
        return self.code == OUT_OF_MEMORY


def packed_order(order: Order, data: bytes) -> bytes:
    """Return an order as it is sent."""
    head = json.dumps(asdict(order), default=datetime.isoformat).encode()
    return _HEAD.pack(len(head)) + head + data


def read_order(sent: bytes) -> tuple[Order, bytes]:
    """Return an order and the document."""
    (length,) = _HEAD.unpack_from(sent)
    at = _HEAD.size + length
    head = json.loads(sent[_HEAD.size : at])
    head["known"]["published_at"] = _moment(head["known"]["published_at"])
    head |= {
        "known": Known(**head["known"]),
        "now": datetime.fromisoformat(head["now"]),
        "limits": Limits(**head["limits"]),
    }
    return Order(**head), sent[at:]


def packed_answer(found: Extracted | ExtractionError | dict[str, Any] | str) -> bytes:
    """Return an answer as it is sent: an article or other data, a refusal, or how the parser broke."""
    if isinstance(found, Extracted):
        answer: dict[str, Any] = {"article": asdict(found)}
    elif isinstance(found, dict):
        answer = {"found": found}
    elif isinstance(found, ExtractionError):
        answer = {"refused": [found.code, found.detail]}
    else:
        answer = {"broken": found}
    return json.dumps(answer, default=datetime.isoformat).encode()


def packed_verdict(code: int, cpu: float) -> bytes:
    """Return a verdict as it is sent, after the answer."""
    return _VERDICT.pack(_MARK, code, cpu)


def opened(sent: bytes) -> tuple[bytes, Verdict]:
    """Part an answer from its verdict.

    Raises:
        Garbage: there is no verdict.
    """
    if len(sent) < _VERDICT.size:
        raise Garbage("cut off")
    mark, code, cpu = _VERDICT.unpack(sent[-_VERDICT.size :])
    if mark != _MARK:
        raise Garbage("no verdict")
    return sent[: -_VERDICT.size], Verdict(code, cpu)


def read_article(answer: dict[str, Any]) -> Extracted:
    """Return the article of an answer."""
    return _article(answer["article"])


def read_answer(body: bytes, read: Callable[[dict[str, Any]], T]) -> T:
    """Return what `read` makes of an answer; it need not trust the types in it.

    Raises:
        ExtractionError: the parser refused it.
        Garbage: it is no answer, or the parser broke.
    """
    try:
        answer = json.loads(body)
        if "broken" in answer:
            raise Garbage(str(answer["broken"]))
        if "refused" in answer:
            code, detail = answer["refused"]
            raise ExtractionError(str(code), str(detail))
        return read(answer)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as problem:
        raise Garbage(f"{type(problem).__name__}: {problem}") from problem


def _article(sent: dict[str, Any]) -> Extracted:
    text = _text(sent["text"])
    if len(text) > MAX_TEXT:
        raise ValueError("a text longer than any article's")
    blocks = tuple(_block(each, text) for each in sent["blocks"])
    if not blocks or text != "\n".join(text[block.start : block.end] for block in blocks):
        raise ValueError("blocks that do not make the text")
    return Extracted(
        title=_text(sent["title"]),
        byline=_text(sent["byline"]),
        outlet_name=_text(sent["outlet_name"]),
        outlet_domain=_text(sent["outlet_domain"]),
        language=_text(sent["language"]),
        image_credit=_text(sent["image_credit"]),
        canonical_url=_address(sent["canonical_url"]),
        published_at=_moment(sent["published_at"]),
        modified_at=_moment(sent["modified_at"]),
        found={_text(name): _how(how) for name, how in sent["found"].items()},
        text=text,
        blocks=blocks,
        warnings=tuple(Caution(_text(each["code"]), _text(each["detail"])) for each in sent["warnings"]),
        left_out=tuple(_left_out(each, len(blocks)) for each in sent["left_out"]),
    )


def _block(sent: dict[str, Any], text: str) -> Block:
    kind, level, start, end = sent["kind"], sent["level"], sent["start"], sent["end"]
    if kind not in _KINDS or not all(type(number) is int for number in (level, start, end)):
        raise ValueError("no block")
    if not (0 <= level <= 1000 and 0 <= start < end <= len(text)):
        raise ValueError("a block outside the text")
    return Block(kind, level, start, end, _text(sent["locator"])[:40])


def _address(sent: Any) -> str | None:
    if sent is None:
        return None
    if len(_text(sent)) > 2000 or normalised(sent) != sent:
        raise ValueError("no address")
    return str(sent)


def _left_out(sent: dict[str, Any], blocks: int) -> LeftOut:
    kind, level, before = sent["kind"], sent["level"], sent["before"]
    if kind not in _KINDS or not all(type(number) is int for number in (level, before)):
        raise ValueError("no line")
    if not (0 <= level <= 1000 and 0 <= before <= blocks):
        raise ValueError("a line outside the text")
    return LeftOut(_text(sent["text"]), kind, level, before, _text(sent["locator"])[:40])


def _how(sent: Any) -> How:
    if sent not in _HOWS:
        raise ValueError("found in no known way")
    return cast(How, sent)


def _text(sent: Any) -> str:
    if not isinstance(sent, str):
        raise TypeError("no text")
    sent.encode()  # a lone surrogate would fail later, where nobody expects it
    return sent


def _moment(sent: Any) -> datetime | None:
    return None if sent is None else datetime.fromisoformat(sent)
