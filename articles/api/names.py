"""REST: outlets, claimants and topics, which exist because an article or a claim named them."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from articles import limits
from articles.models import Claimant, Outlet, Topic
from factcheck.api.fields import DeskModelSerializer
from factcheck.api.filters import DeskFilterSet, SearchFilter
from factcheck.api.viewsets import DeskViewSet, ReadMixin


class LanguageTagField(serializers.RegexField):
    """The tag of a language (BCP 47)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(limits.LANGUAGE_TAG, max_length=limits.LANGUAGE, **kwargs)


class OutletSerializer(DeskModelSerializer):
    """Who publishes articles."""

    home_page = serializers.CharField(read_only=True)

    class Meta:
        model = Outlet
        fields: ClassVar[list[str]] = ["id", "name", "domain", "home_page", "country", "language"]


class ClaimantSerializer(DeskModelSerializer):
    """Whoever said it."""

    same_as = serializers.CharField(read_only=True)

    class Meta:
        model = Claimant
        fields: ClassVar[list[str]] = ["id", "name", "job_title", "same_as"]


class TopicSerializer(DeskModelSerializer):
    """What claims are about."""

    class Meta:
        model = Topic
        fields: ClassVar[list[str]] = ["id", "slug", "name"]


class OutletFilter(DeskFilterSet):
    q = SearchFilter("name", "domain")


class NameFilter(DeskFilterSet):
    q = SearchFilter("name")


class OutletViewSet(ReadMixin, DeskViewSet[Outlet]):
    """Newspapers, broadcasters, sites."""

    queryset = Outlet.objects.all()
    serializer_class = OutletSerializer
    filterset_class = OutletFilter
    orderings = {"name": "name"}
    ordering = "name"


class ClaimantViewSet(ReadMixin, DeskViewSet[Claimant]):
    """People and organisations whose statements were flagged."""

    queryset = Claimant.objects.all()
    serializer_class = ClaimantSerializer
    filterset_class = NameFilter
    orderings = {"name": "name"}
    ordering = "name"


class TopicViewSet(ReadMixin, DeskViewSet[Topic]):
    """What claims are about."""

    queryset = Topic.objects.all()
    serializer_class = TopicSerializer
    filterset_class = NameFilter
    orderings = {"name": "name"}
    ordering = "name"
