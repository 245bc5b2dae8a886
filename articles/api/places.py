"""A place in an article, as a client may say it: by offsets, or by the words themselves."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from articles.models import Article, Revision
from articles.passages import NotOne, find, from_utf16
from factcheck.api.fields import IdField, SafeTextField, StrictFields
from factcheck.errors import Malformed

LARGEST_OFFSET = 2**31 - 1
CODE_POINTS, UTF_16 = "code-point", "utf-16"


class OffsetField(serializers.IntegerField):
    """A place between two characters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=LARGEST_OFFSET, **kwargs)


class SelectorSerializer(StrictFields):
    """The words, and as much around them as it takes to tell one place (W3C TextQuoteSelector)."""

    exact = SafeTextField(trim_whitespace=False)
    prefix = SafeTextField(required=False, default="", allow_blank=True, trim_whitespace=False)
    suffix = SafeTextField(required=False, default="", allow_blank=True, trim_whitespace=False)


class SpotSerializer(StrictFields):
    """A passage of the article in the address: `start` and `end`, or a `selector`."""

    revision = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_OFFSET,
        required=False,
        help_text="Number of the text that the offsets count in; the newest where left out.",
    )
    start = OffsetField(required=False)
    end = OffsetField(required=False)
    offset_unit = serializers.ChoiceField(choices=[CODE_POINTS, UTF_16], required=False)
    selector = SelectorSerializer(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Let through one way of saying it, said completely.

        Raises:
            ValidationError: both ways, none, or half of one.
        """
        offsets = {"start", "end"} & set(attrs)
        if "selector" in attrs and (offsets or "offset_unit" in attrs):
            raise serializers.ValidationError(
                {"selector": _("Give offsets or a selector, not both.")}, code="ambiguous"
            )
        if "selector" not in attrs and len(offsets) < 2:
            missing = "end" if "start" in offsets else "start"
            raise serializers.ValidationError(
                {missing: _("Give start and end, or a selector.")}, code="required"
            )
        return attrs


class PlaceSerializer(SpotSerializer):
    """A passage of an article: `start` and `end`, or a `selector`."""

    article = IdField()


def take_place(asked: dict[str, Any]) -> dict[str, Any]:
    """Take what says where out of the fields; return `revision`, `start` and `end`. One query.

    Raises:
        Malformed: there is no such article, revision or place, or the words stand in several.
    """
    article = asked.pop("article")
    revisions = Revision.objects.filter(article=article).select_related("article")
    number = asked.pop("revision", None)
    if number is not None:
        revisions = revisions.filter(number=number)
    revision = revisions.order_by("-number").first()
    if revision is None and not Article.objects.filter(pk=article).exists():
        raise Malformed.at("/article", _("There is no such article."), code="does_not_exist")
    if revision is None:
        raise Malformed.at("/revision", _("The article has no such revision."), code="does_not_exist")
    if selector := asked.pop("selector", None):
        start, end = _by_words(revision, selector)
    else:
        start, end = asked.pop("start"), asked.pop("end")
        if asked.pop("offset_unit", CODE_POINTS) == UTF_16:
            start, end = _by_utf16(revision, start, end)
    return {"revision": revision, "start": start, "end": end}


def _by_words(revision: Revision, selector: dict[str, str]) -> tuple[int, int]:
    match find(revision.text, **selector):
        case NotOne.NOT_FOUND:
            raise Malformed.at(
                "/selector", _("These words do not stand in the article."), code="no_such_passage"
            )
        case NotOne.AMBIGUOUS:
            raise Malformed.at(
                "/selector",
                _("These words stand in several places. Give more of what is around them."),
                code="ambiguous",
            )
        case place:
            return place


def _by_utf16(revision: Revision, start: int, end: int) -> tuple[int, int]:
    try:
        return from_utf16(revision.text, start, end)
    except ValueError as error:
        raise Malformed.at("/start", str(error), code="no_such_passage") from error
