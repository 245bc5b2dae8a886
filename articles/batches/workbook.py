"""Read the first sheet that a workbook (XLSX) shows. For the cage, as all of this."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from articles.extraction import ExtractionError
from articles.extraction.zipped import Archive

# Old workbooks, and those with a password: both are compound files of Microsoft's.
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_WHY = {
    "too_large_unpacked": "Unpacked, this workbook is too large, or packed as no program packs. Save the"
    " sheet as CSV, or split it. Nothing was imported.",
    "encrypted": "This workbook is protected by a password, or made by an old program (XLS). Save it as XLSX"
    " without a password. Nothing was imported.",
    "damaged": "This is no workbook, or a damaged one. Open it, and save it anew as XLSX or CSV. Nothing was"
    " imported.",
}


def unreadable(code: str) -> ExtractionError:
    """Make the refusal of a workbook: `too_large_unpacked`, `encrypted`, or `damaged` for all else."""
    code = code if code in _WHY else "damaged"
    return ExtractionError(code, _WHY[code])


def read_workbook(data: bytes, *, most: int) -> Iterator[list[str]]:
    """Yield the first rows of the first sheet that is not hidden, as text; a formula as what it came to.

    Raises:
        ExtractionError: as `unreadable`.
    """
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        Archive(data)  # refuses bombs, before anything is unpacked
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        seen = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        lines = book.get_sheet_by_name(seen[0]).to_python(skip_empty_area=False, nrows=most)
    except ExtractionError as refusal:
        raise unreadable(refusal.code) from refusal
    except (CalamineError, ValueError, IndexError) as problem:
        raise unreadable("damaged") from problem
    for line in lines:
        yield [_cell(value) for value in line]


def _cell(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
