"""REST: how much of an article has been read, and marking sentences that are no claims."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from articles.api.places import SpotSerializer
from articles.coverage import coverage_of
from articles.models import Article, ReadingMark, Revision
from factcheck.api.fields import IdField
from factcheck.errors import Malformed

REVISION = OpenApiParameter("revision", OpenApiTypes.INT, description="Number of the text; else the newest.")


class SentenceSerializer(serializers.Serializer[Any]):
    """A sentence; offsets are code points, half-open. It is read if it has a claim or a mark."""

    start = serializers.IntegerField()
    end = serializers.IntegerField()
    has_claim = serializers.BooleanField()
    mark = serializers.ChoiceField(choices=ReadingMark.Kind.choices, allow_null=True)


class CoverageSerializer(serializers.Serializer[Any]):
    """The sentences of one text, counted and one by one in text order."""

    article = IdField()
    revision = serializers.IntegerField()
    total = serializers.IntegerField()
    read = serializers.IntegerField()
    left = serializers.IntegerField()
    sentences = SentenceSerializer(many=True)


class MarkSerializer(SpotSerializer):
    """Words whose sentences are to be marked; null takes their marks away."""

    kind = serializers.ChoiceField(choices=ReadingMark.Kind.choices, allow_null=True)


def revision_asked_for(article: Article, number: str | None) -> Revision:
    """Return the text of this number, or the newest; with its article. One query.

    Raises:
        Malformed: there is none.
    """
    revisions = Revision.objects.select_related("article__outlet").filter(article=article)
    if number is not None:
        plain = number.isascii() and number.isdigit() and len(number) < 10
        revisions = revisions.filter(number=int(number)) if plain else revisions.none()
    if (revision := revisions.order_by("-number").first()) is None:
        raise Malformed.at("/revision", _("The article has no such revision."), code="does_not_exist")
    return revision


def coverage_as_json(revision: Revision) -> dict[str, Any]:
    """Return what `CoverageSerializer` says, which would take a second over ten thousand sentences."""
    coverage = coverage_of(revision)
    return {
        "article": str(revision.article_id),
        "revision": revision.number,
        "total": coverage.total,
        "read": coverage.read,
        "left": coverage.left,
        "sentences": [
            {"start": s.start, "end": s.end, "has_claim": s.has_claim, "mark": s.mark or None}
            for s in coverage.sentences
        ],
    }
