"""REST: the near copies of an article, other outlets' versions of its text."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from articles.api.names import OutletSerializer
from articles.models import Article
from articles.twins.models import Twin
from factcheck.api.fields import DeskModelSerializer, IdField

LISTED = 50


class TwinSerializer(DeskModelSerializer):
    """An article that has most of the text of this one, or the other way round."""

    article = IdField(source="other_id")
    title = serializers.CharField(source="other.title")
    outlet = OutletSerializer(source="other.outlet", allow_null=True)
    canonical_url = serializers.CharField(source="other.canonical_url")
    published_at = serializers.DateTimeField(source="other.published_at", allow_null=True)
    likeness = serializers.FloatField(
        help_text="The share of the shorter text that the other has word for word, in [0, 1]."
    )

    class Meta:
        model = Twin
        fields: ClassVar[list[str]] = [
            "article",
            "title",
            "outlet",
            "canonical_url",
            "published_at",
            "likeness",
        ]
        read_only_fields = fields


class TwinsSerializer(serializers.Serializer[Any]):
    """The near copies, the most alike first, at most 50."""

    is_compared = serializers.BooleanField(
        help_text="Whether they were looked for since the newest text came; if not, ask again."
    )
    twins = TwinSerializer(many=True)


def twins_as_json(article: Article) -> Any:
    """Return the near copies of an article. One query."""
    twins = Twin.objects.filter(article=article).select_related("other__outlet")[:LISTED]
    return TwinsSerializer({"is_compared": article.is_compared, "twins": twins}).data
