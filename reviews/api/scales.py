"""REST: the ratings that a verdict chooses from."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from factcheck.api.fields import DeskModelSerializer
from factcheck.api.viewsets import DeskViewSet, ReadMixin
from reviews.models import Rating, Scale


class RatingSerializer(DeskModelSerializer):
    """One word of a scale; those off the scale have no value."""

    class Meta:
        model = Rating
        fields: ClassVar[list[str]] = ["slug", "word", "value", "description"]


class ScaleSerializer(DeskModelSerializer):
    """A version of the newsroom's scale, with its ratings in order."""

    ratings = RatingSerializer(many=True)

    class Meta:
        model = Scale
        fields: ClassVar[list[str]] = ["id", "version", "name", "created_at", "ratings"]


class ScaleViewSet(ReadMixin, DeskViewSet[Scale]):
    """Versions of the scale, the newest first: new verdicts use that one."""

    queryset = Scale.objects.prefetch_related("ratings")
    serializer_class = ScaleSerializer
    orderings = {"version": "version"}
    ordering = "-version"


class RatingField(serializers.SlugRelatedField[Rating]):
    """A rating of the newest scale, by its slug."""

    default_error_messages = {"does_not_exist": _("The scale has no rating “{value}”.")}

    def __init__(self, **kwargs: Any) -> None:
        newest = Scale.objects.order_by("-version").values("pk")[:1]
        super().__init__(slug_field="slug", queryset=Rating.objects.filter(scale__in=newest), **kwargs)
