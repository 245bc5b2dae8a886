"""Form fields of the desk, and the way from a form's faults to the one family of errors.

A form checks form: types, lengths, characters. Rules that need the database or a person are in actions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from factcheck.errors import FieldError, Malformed

LARGEST_ID = 2**63 - 1
LARGEST_NUMBER = 2**31 - 1

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Controls but tab and line feed, and what no XML document may hold: nothing that anybody sees.
_INVISIBLE = re.compile("[\x01-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_BROKEN = re.compile("[\x00\ud800-\udfff]")


class PlainTextField(forms.CharField):
    """Text as it can be stored, searched, shown and fed: NFC, line feeds, no control characters.

    Every kind of line break becomes a line feed, and controls that have no glyph go; no word is lost
    by that. NUL and half a surrogate pair mean that the text arrived broken: it is refused.
    """

    def to_python(self, value: Any) -> str:
        """Return the clean text.

        Raises:
            ValidationError: it arrived broken.
        """
        text = "" if value is None else str(value)
        if _BROKEN.search(text):
            raise ValidationError(_("This text arrived broken. Type it again."), code="broken")
        text = _INVISIBLE.sub("", _BREAKS.sub("\n", text))
        return super().to_python(unicodedata.normalize("NFC", text)) or ""


class LineField(PlainTextField):
    """Text on one line: any white space is one space."""

    def to_python(self, value: Any) -> str:
        """Return the line."""
        return " ".join(super().to_python(value).split())


class IdField(forms.IntegerField):
    """The id of a row, which has to fit into one."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 1)
        super().__init__(max_value=LARGEST_ID, **kwargs)


class DayField(forms.DateField):
    """A day as `<input type=date>` sends it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%Y-%m-%d"])
        super().__init__(**kwargs)


class DeadlineField(forms.DateTimeField):
    """A time to come, as `<input type=datetime-local>` sends it, in the desk's time zone."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
        super().__init__(**kwargs)
        # Times near the ends of the calendar cannot be brought into another zone.
        self.validators += [
            MinValueValidator(datetime(2000, 1, 1, tzinfo=UTC)),
            MaxValueValidator(datetime(2200, 1, 1, tzinfo=UTC)),
        ]


def not_ancient(day: date) -> None:
    """Refuse days that are surely slips of the key: year 20 for 2020."""
    if day.year < 1000:
        raise ValidationError(_("Write the year in full."), code="year")


def errors_of(form: forms.BaseForm) -> dict[str, str]:
    """Return one sentence for each field that has a fault; "all" holds those of the whole form."""
    return {
        "all" if name == "__all__" else name: " ".join(str(fault) for fault in faults)
        for name, faults in form.errors.items()
    }


def where_it_shows(faults: Mapping[str, str], room: Collection[str]) -> dict[str, str]:
    """Move what is wrong with a field that has no room to say so to the head of the form, "all"."""
    shown = {name: words for name, words in faults.items() if name in room}
    others = [words for name, words in faults.items() if name not in room]
    return shown | ({"all": " ".join(others)} if others else {})


def malformed(form: forms.BaseForm) -> Malformed:
    """Return the error that an invalid form amounts to."""
    return Malformed(
        [
            FieldError(
                pointer="" if name == "__all__" else f"/{name}",
                code=fault.code or "invalid",
                detail=" ".join(fault.messages),
            )
            for name, faults in form.errors.as_data().items()
            for fault in faults
        ]
    )
