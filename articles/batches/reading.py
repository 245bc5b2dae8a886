"""Read a file with many articles into rows. For the cage: what parsers are given may hang or break them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from articles.batches.wordpress import read_wordpress
from articles.batches.workbook import COMPOUND, read_workbook, unreadable
from articles.extraction import ExtractionError
from articles.extraction.sniff import decode

MOST_ROWS = 10_000
LONGEST_CELL = 6_000_000

# Column heads as people write them, without case, dashes and underscores.
HEADS = {
    "url": "url|link|address|web address|article url|article link|href",
    "text": "text|body|content|full text|fulltext|article|article text",
    "title": "title|headline|heading",
    "byline": "byline|author|authors|by|writer",
    "outlet": "outlet|publisher|publication|source|site|newspaper|medium",
    "published_at": "published at|published|date|published on|publication date|pub date|pubdate",
    "language": "language|lang",
    "canonical_url": "canonical url|canonical|original url|canonical link",
}
_FIELD = {head: name for name, heads in HEADS.items() for head in heads.split("|")}

Row = tuple[int, dict[str, str] | str]


def read_rows(data: bytes, *, content_type: str) -> dict[str, Any]:
    """Return the rows of a file, each as its number and either its fields or what is wrong with it.

    Raises:
        ExtractionError: `no_rows`, `too_many_rows`, or what the parser says.
    """
    rows: list[Row] = []
    for row in _rows(data, content_type):
        if len(rows) >= MOST_ROWS:
            raise ExtractionError(
                "too_many_rows", f"The file has more than {MOST_ROWS:,} rows. Split it. Nothing was imported."
            )
        rows.append(row)
    if not rows:
        raise ExtractionError("no_rows", "There is no article in this file.")
    return {"rows": rows}


def checked(sent: Any) -> list[Row]:
    """Return what came out of the cage.

    Raises:
        ValueError, TypeError, KeyError: these are no rows.
    """
    rows: list[Row] = []
    for number, row in sent["rows"]:
        fine = isinstance(row, str) or (
            isinstance(row, dict) and all(isinstance(each, str) for pair in row.items() for each in pair)
        )
        if type(number) is not int or not fine or (rows and number <= rows[-1][0]):
            raise TypeError("no row")
        rows.append((number, row))
    return rows


def _rows(data: bytes, content_type: str) -> Iterator[Row]:
    if data.startswith(COMPOUND):
        raise unreadable("encrypted")
    if data.startswith(b"PK"):
        return _table(read_workbook(data, most=MOST_ROWS + 2))
    if data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return enumerate(read_wordpress(data), start=1)
    text = decode(data, content_type or None).text.removeprefix("\ufeff")
    if text[:4096].lstrip().startswith("{"):
        return _lines(text)
    return _table(_comma_separated(text))


def _lines(text: str) -> Iterator[Row]:
    for number, line in enumerate(io.StringIO(text, newline=None), start=1):
        if line.strip():
            yield number, _object(line)


def _object(line: str) -> dict[str, str] | str:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return "This line is not JSON."
    if not isinstance(said, dict):
        return "This line is no JSON object."
    row = {}
    for name, value in said.items():
        found = _FIELD.get(_plain(name))
        if found and value is not None and not isinstance(value, str):
            return f"“{name[:40]}” is not text."
        if found and value:
            row[found] = _whole(value)
    return _with_its_address(row)


def _with_its_address(row: dict[str, str]) -> dict[str, str]:
    """Of a row with both: the text is what is imported, and the address is where it is from."""
    if "text" in row and "url" in row:
        url = row.pop("url")
        row.setdefault("canonical_url", url)
    return row


def _table(cells: Iterable[list[str] | str]) -> Iterator[Row]:
    """Yield the rows of a table by the heads of its columns; empty ones are left out."""
    columns: list[str] | None = None
    for number, line in enumerate(cells, start=1):
        if isinstance(line, str):
            yield number, line
        elif not any(cell.strip() for cell in line):
            continue
        elif columns is None:
            columns = _columns(line)
        elif any(cell.strip() for cell in line[len(columns) :]):
            yield number, "This row has more cells than the table has columns."
        else:
            pairs = zip(columns, line, strict=False)
            row = {name: _whole(cell) for name, cell in pairs if name and cell.strip()}
            yield number, _with_its_address(row)


def _columns(heads: list[str]) -> list[str]:
    """Return the field that each column holds, empty for one that is none of ours.

    Raises:
        ExtractionError: `no_columns`.
    """
    columns: list[str] = []
    for head in heads:
        name = _FIELD.get(_plain(head), "")
        columns.append(name if name not in columns else "")
    if not {"url", "text"} & set(columns):
        raise ExtractionError(
            "no_columns",
            "The first row has to name the columns, and one of them has to be “url” or “text”. Others that"
            " are read are title, byline, outlet, published_at, language and canonical_url.",
        )
    return columns


def _comma_separated(text: str) -> Iterator[list[str] | str]:
    csv.field_size_limit(LONGEST_CELL)
    told = re.match(r"sep=(.)[\r\n]+", text)  # as Excel writes it for itself
    text = text[told.end() :] if told else text
    head = re.split("[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0]
    separator = told[1] if told else max(",;\t|", key=head.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    while True:
        try:
            yield next(lines)
        except StopIteration:
            return
        except csv.Error:
            yield "A cell is too long here: perhaps its quotation mark is never closed."


def _plain(head: str) -> str:
    return " ".join(re.sub(r"[\s_\-]+", " ", head.lstrip("\ufeff")).casefold().split())


def _whole(text: str) -> str:
    return re.sub("[\x00\ud800-\udfff]", "", text)
