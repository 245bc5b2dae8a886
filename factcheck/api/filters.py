"""Filters of lists: each list names what may be asked of it, and relations are asked for by id.

A value that cannot be understood is refused with a pointer to it, never passed over: a filter that
is dropped shows more than was asked for (SECURITY, A5 and A6).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema_field

from factcheck.accounts.models import User
from factcheck.api.fields import ID_SCHEMA, LARGEST_ID

LONGEST_SEARCH = 200
ME, NOBODY = "me", "none"
PERSON_SCHEMA = {
    "type": "string",
    "pattern": f"^([1-9][0-9]{{0,18}}|{ME}|{NOBODY})$",
    "description": f"An id, `{ME}`, or `{NOBODY}`.",
}


class DeskFilterSet(FilterSet):
    """The filters of one list."""

    @property
    def person(self) -> User:
        """Whoever asks."""
        return cast(User, cast(Any, self.request).user)

    def get_form_class(self) -> type[forms.Form]:
        """Return the form that reads the parameters; of one that takes certain words only it names those."""
        form = cast(type[forms.Form], super().get_form_class())
        for field in form.base_fields.values():
            if words := ", ".join(str(value) for value, _label in getattr(field, "choices", ()) if value):
                said = _("“{value}” is none of these: {words}.").format(value="%(value)s", words=words)
                field.error_messages["invalid_choice"] = said
        return form


class _IdField(forms.RegexField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            r"^[1-9][0-9]{0,18}\Z",
            error_messages={"invalid": _("An id is a string of digits.")},
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        digits = super().clean(value)
        if digits and int(digits) > LARGEST_ID:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return int(digits) if digits else None


class _PersonField(_IdField):
    def clean(self, value: Any) -> Any:
        return value if value in {ME, NOBODY} else super().clean(value)


class _TimeField(django_filters.fields.IsoDateTimeField):
    def clean(self, value: Any) -> Any:
        point = super().clean(value)
        if not isinstance(point, datetime):
            return point
        try:
            return point.astimezone(UTC)
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


@extend_schema_field(ID_SCHEMA)
class IdFilter(django_filters.Filter):
    """Rows that refer to the object with this id."""

    field_class = _IdField


@extend_schema_field(PERSON_SCHEMA)
class PersonFilter(django_filters.Filter):
    """Rows that refer to a person: an id, `me`, or `none`."""

    field_class = _PersonField

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Return the rows."""
        if value == NOBODY:
            return qs.filter(**{f"{self.field_name}__isnull": True})
        if value == ME:
            value = cast(DeskFilterSet, self.parent).person.pk
        return cast(QuerySet[Any], super().filter(qs, value))


@extend_schema_field({"type": "string", "format": "date-time"})
class TimeFilter(django_filters.Filter):
    """Rows before or after a point in time; `lookup_expr` says which."""

    field_class = _TimeField


class OneOfFilter(django_filters.MultipleChoiceFilter):
    """Rows that have one of several values; name it several times to ask for several."""

    def __init__(self, **kwargs: Any) -> None:
        # A column of the row itself: nothing comes twice, and DISTINCT would compare whole rows.
        super().__init__(distinct=False, **kwargs)


@extend_schema_field({"type": "string", "enum": ["true"]})
class FlagFilter(django_filters.ChoiceFilter):
    """Rows of a certain kind, if asked for: `true` is the one value. Takes a `method`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[("true", "true")], **kwargs)


@extend_schema_field({"type": "string", "maxLength": LONGEST_SEARCH})
class SearchFilter(django_filters.CharFilter):
    """Rows with these words in one of the columns."""

    def __init__(self, *columns: str, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_SEARCH, **kwargs)
        self.columns = columns

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Return the rows."""
        if not value:
            return qs
        found = Q()
        for column in self.columns:
            found |= Q(**{f"{column}__icontains": value})
        return qs.filter(found)
