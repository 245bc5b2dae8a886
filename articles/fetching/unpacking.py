"""Unpack what a server sent packed, in small steps, and notice when it ends too early.

urllib3 would unpack too, but takes half a gzip stream for a whole page.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import brotli  # type: ignore[import-untyped]

ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate", "br"})
ANNOUNCED = "gzip, deflate, br"
_STEP = 256 * 1024


class Broken(ValueError):
    """The packed stream is no such stream, or ends before it is over."""


def unpacked(parts: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Return the bytes in pieces of bounded size, whatever the ratio.

    Args:
        parts: The body as it came.
        encoding: One of `ENCODINGS`.

    Raises:
        Broken: When it cannot be unpacked to its end.
    """
    if encoding in {"", "identity"}:
        yield from parts
    elif encoding == "br":
        yield from _brotli(parts)
    else:
        yield from _zlib(parts, may_be_bare=encoding == "deflate")


def _zlib(parts: Iterable[bytes], *, may_be_bare: bool) -> Iterator[bytes]:
    """Unpack gzip (of several members, too) and deflate, which some send without its wrapper."""
    stream = zlib.decompressobj(zlib.MAX_WBITS | 32)  # tells gzip from zlib by the header
    came = done = False
    for part in parts:
        data = part
        while data:
            if done:
                stream, done = zlib.decompressobj(zlib.MAX_WBITS | 32), False
            try:
                piece = stream.decompress(data, _STEP)
            except zlib.error as problem:
                if came or not may_be_bare:
                    raise Broken(str(problem)) from problem
                stream, may_be_bare = zlib.decompressobj(-zlib.MAX_WBITS), False
                continue
            came = True
            yield piece
            done = stream.eof
            data = stream.unused_data if done else stream.unconsumed_tail
            if done and not data.strip(b"\x00"):
                break  # some pad their streams
    if came and not done:
        raise Broken("the stream ends too early")


def _brotli(parts: Iterable[bytes]) -> Iterator[bytes]:
    stream: Any = brotli.Decompressor()
    came = False
    for part in parts:
        came = True
        data = part
        try:
            while piece := stream.process(data, output_buffer_limit=_STEP):
                yield piece
                data = b""  # what is left of this part's output comes when asked again
                if stream.is_finished():
                    break
        except brotli.error as problem:
            raise Broken(str(problem)) from problem
    if came and not stream.is_finished():
        raise Broken("the stream ends too early")
