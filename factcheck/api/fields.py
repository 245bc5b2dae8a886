"""Serializer fields and bases with the conventions of the API: form only, no rules.

Ids are strings, times are UTC with a `Z`, text carries no control characters, and a field that the
endpoint does not take is refused by name instead of being passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, ClassVar, cast

from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.validators import ProhibitSurrogateCharactersValidator

LARGEST_ID = 2**63 - 1
LONGEST_TEXT = 100_000
"""Characters that a text field takes where the model does not say less."""

# C0 and C1 controls but tab and line feed, half a surrogate pair, and what no XML document may hold.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

ID_SCHEMA = {"type": "string", "pattern": "^[1-9][0-9]{0,18}$", "examples": ["42"]}


@extend_schema_field(ID_SCHEMA)
class IdField(serializers.Field[int, str, str, Any]):
    """A database id: a string in JSON, because JavaScript cannot count that far."""

    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": _("An id is a string of digits.")}

    def to_representation(self, value: int) -> str:
        """Return the id as a string."""
        return str(value)

    def to_internal_value(self, data: Any) -> int:
        """Return the number; a JSON number is taken as well."""
        if isinstance(data, bool) or not isinstance(data, (int, str)):
            self.fail("invalid")
        digits = str(data)
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 19):
            self.fail("invalid")
        number = int(digits)
        if not 1 <= number <= LARGEST_ID:
            self.fail("invalid")
        return number


@extend_schema_field(ID_SCHEMA)
class IdRelatedField(serializers.PrimaryKeyRelatedField[Any]):
    """A reference by id, to nothing but what the caller may see.

    Where the referred model's queryset has `visible_to`, it decides: an id of something hidden reads
    like one that does not exist (SECURITY, A4).
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("pk_field", IdField())
        super().__init__(**kwargs)

    def get_queryset(self) -> models.QuerySet[Any]:
        """Return what may be referred to."""
        queryset = cast(models.QuerySet[Any], super().get_queryset())
        if hasattr(queryset, "visible_to"):
            visible: models.QuerySet[Any] = queryset.visible_to(self.context["request"].user)
            return visible
        return queryset


class SafeTextField(serializers.CharField):
    """Text that can be shown, searched and put into a feed: no controls but tab and line feed."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "control_characters": _("Control characters are not allowed.")
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST_TEXT)
        super().__init__(**kwargs)
        # It looks at each character by itself, 0.3 s for a million of them; `UNPRINTABLE` has it.
        self.validators.remove(ProhibitSurrogateCharactersValidator())

    def to_internal_value(self, data: Any) -> str:
        """Return the text with line feeds as the only line breaks; a number is no text."""
        if not isinstance(data, str):
            self.fail("invalid")
        text: str = super().to_internal_value(data).replace("\r\n", "\n").replace("\r", "\n")
        if UNPRINTABLE.search(text):
            self.fail("control_characters")
        return text


class UtcDateTimeField(serializers.DateTimeField):
    """A point in time (RFC 3339): shown in UTC, taken with any offset but not without one."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "naive": _("Say in which time zone: end it with Z or an offset such as +02:00."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("default_timezone", UTC)
        super().__init__(**kwargs)

    def to_internal_value(self, value: Any) -> datetime:
        """Return the time, aware."""
        with suppress(ValueError, TypeError):
            parsed = parse_datetime(value)
            if parsed is not None and parsed.tzinfo is None:
                self.fail("naive")
        return super().to_internal_value(value)


class StrictFields(serializers.Serializer[Any]):
    """A serializer that refuses what it would otherwise pass over, read-only fields included.

    A client that sends `status` to a draft means something by it. It is told that this does not work
    this way, instead of getting a 200 with nothing done (SECURITY, A7).
    """

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated fields.

        Raises:
            ValidationError: a field is wrong, or unknown (`unknown_field`).
        """
        if isinstance(data, Mapping):
            taken = {field.field_name for field in self._writable_fields}
            unknown = sorted(str(name) for name in data if name not in taken)
            if unknown:
                words = _("This field cannot be set here.")
                raise serializers.ValidationError(
                    {name: [ErrorDetail(str(words), code="unknown_field")] for name in unknown}
                )
        return super().to_internal_value(data)


class Nothing(StrictFields):
    """The body of a call that takes none."""


class DeskModelSerializer(StrictFields, serializers.ModelSerializer[Any]):
    """A model serializer with the API's fields."""

    serializer_field_mapping: ClassVar[dict[Any, Any]] = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.AutoField: IdField,
        models.BigAutoField: IdField,
        models.CharField: SafeTextField,
        models.TextField: SafeTextField,
        models.DateTimeField: UtcDateTimeField,
    }
    serializer_related_field = IdRelatedField
