"""Reading JSON bodies, strictly: what the database or a reader would choke on is refused here.

REST framework's own parser lets through NUL and lone surrogates in strings, integers without bound
and nesting without end, and each of them ends in a 500 (SECURITY, "What was measured", 6).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.http import parse_header_parameters
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from factcheck.errors import TooLarge, Unreadable, UnsupportedType

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 64
MAX_INTEGER = 2**63
FORBIDDEN_CHARACTERS = re.compile("[\x00\ud800-\udfff]")
"""What no text may contain: PostgreSQL takes no NUL, and half a surrogate pair is no character."""


class StrictJSONParser(BaseParser):
    """`application/json` in UTF-8, of at most 2 MB, with one meaning only."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the value.

        Raises:
            UnsupportedType: a charset other than UTF-8.
            TooLarge: more than 2 MB.
            Unreadable: anything that is not plain JSON.
        """
        charset = parse_header_parameters(media_type or "")[1].get("charset", "utf-8")
        if charset.lower().replace("-", "") not in {"utf8", "usascii"}:
            raise UnsupportedType(detail=_("JSON is read in UTF-8 only."))
        raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise TooLarge(limit=MAX_BYTES)
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            raise Unreadable(detail=_("The body is not UTF-8.")) from None
        return strict_json(text)


def strict_json(text: str) -> Any:
    """Return the value of a JSON text.

    Raises:
        Unreadable: not JSON, nested too deeply, a name twice in one object, a number that is not
            finite or does not fit 64 bits, NUL or half a surrogate pair in a string.
    """
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_real,
            parse_constant=_not_a_number,
        )
    except json.JSONDecodeError as fault:
        words = _("The body is not JSON (line %(line)d, column %(column)d).")
        raise Unreadable(detail=words % {"line": fault.lineno, "column": fault.colno}) from None
    except RecursionError:
        raise _too_deep() from None
    _look_through(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise Unreadable(detail=_("A name occurs twice in one object."))
    return value


def _integer(digits: str) -> int:
    if len(digits) > 20 or not -MAX_INTEGER <= (number := int(digits)) < MAX_INTEGER:
        raise Unreadable(detail=_("A whole number is too large."))
    return number


def _real(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise Unreadable(detail=_("A number is too large."))
    return number


def _not_a_number(word: str) -> NoReturn:
    raise Unreadable(detail=_("%s is not a number in JSON.") % word)


def _too_deep() -> Unreadable:
    return Unreadable(detail=_("The body is nested more than %d levels deep.") % MAX_DEPTH)


def _look_through(value: Any) -> None:
    """Check depth and characters without recursion."""
    left = [(value, 1)]
    while left:
        item, depth = left.pop()
        if isinstance(item, str):
            if FORBIDDEN_CHARACTERS.search(item):
                raise Unreadable(detail=_("A text contains NUL or half a surrogate pair."))
        elif isinstance(item, (dict, list)):
            if depth > MAX_DEPTH:
                raise _too_deep()
            if isinstance(item, dict):
                left.extend((name, depth) for name in item)
                left.extend((inner, depth + 1) for inner in item.values())
            else:
                left.extend((inner, depth + 1) for inner in item)
