"""REST: the feeds that the desk reads."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from articles import limits
from articles.actions import add_feed, change_feed, pause_feed, poll_feed_now, remove_feed
from articles.api.names import LanguageTagField
from articles.feeds.models import LONGEST_MINUTES, SHORTEST_MINUTES, Feed
from factcheck.accounts.api import PersonSerializer
from factcheck.accounts.tokens import Scope
from factcheck.api.fields import DeskModelSerializer, Nothing, SafeTextField, StrictFields, UtcDateTimeField
from factcheck.api.filters import DeskFilterSet, SearchFilter
from factcheck.api.jobs import JobErrorSerializer
from factcheck.api.viewsets import DeskViewSet, ReadMixin
from factcheck.jobs.models import JobStatus


class FeedFields(StrictFields):
    """What can be changed of a feed."""

    title = SafeTextField(max_length=limits.FEED_TITLE, required=False, allow_blank=True)
    outlet = SafeTextField(max_length=limits.OUTLET, required=False, allow_blank=True)
    language = LanguageTagField(required=False, allow_blank=True)
    interval_minutes = serializers.IntegerField(
        min_value=SHORTEST_MINUTES, max_value=LONGEST_MINUTES, required=False
    )


class NewFeed(FeedFields):
    """A feed that the desk shall read."""

    url = SafeTextField(max_length=limits.ADDRESS)


class FeedSerializer(DeskModelSerializer):
    """A feed, and how reading it goes. `error` is of the last poll."""

    outlet = serializers.StringRelatedField[Any](allow_null=True)
    is_active = serializers.BooleanField(
        help_text="False where it was paused or removed; a poll starts it again."
    )
    next_poll_at = UtcDateTimeField(allow_null=True)
    error = serializers.SerializerMethodField()
    added_by = PersonSerializer()

    class Meta:
        model = Feed
        fields: ClassVar[list[str]] = [
            "id",
            "url",
            "title",
            "outlet",
            "language",
            "interval_minutes",
            "is_active",
            "removed_at",
            "polled_at",
            "next_poll_at",
            "failures",
            "error",
            "added_by",
            "created_at",
        ]
        read_only_fields = fields

    @extend_schema_field(JobErrorSerializer(allow_null=True))
    def get_error(self, feed: Feed) -> Any:
        """Why the last poll had nothing."""
        return JobErrorSerializer(feed).data if feed.error_code else None


class FeedFilter(DeskFilterSet):
    q = SearchFilter("title", "url")
    status = django_filters.ChoiceFilter(choices=JobStatus.choices)


class FeedViewSet(ReadMixin, DeskViewSet[Feed]):
    """Feeds that the desk reads. Administrators change them; their entries become imports.

    One that was removed is in no list; whoever has its id, as of an article, can read it.
    """

    queryset = Feed.objects.select_related("outlet", "added_by")
    serializer_class = FeedSerializer
    filterset_class = FeedFilter
    orderings = {"created": "created_at", "title": "title"}
    scopes = dict.fromkeys(("create", "partial_update", "destroy", "poll", "pause"), Scope.ADMIN)
    success = {"create": 201, "poll": 202}

    def get_queryset(self) -> QuerySet[Feed]:
        """Lists have those that are followed."""
        found = super().get_queryset()
        return found.filter(removed_at=None) if self.action == "list" else found

    @extend_schema(request=NewFeed, responses={201: FeedSerializer})
    def create(self, request: Request) -> Response:
        """Begin to read a feed."""
        return self.answer(add_feed(actor=self.actor, **_as_taken(self.read(NewFeed))))

    @extend_schema(request=FeedFields)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what the desk knows of a feed, or how often it reads it."""
        feed = self.get_object()
        self.match_if_given(feed)
        changes = _as_taken(self.read(FeedFields, partial=True))
        return self.answer(change_feed(feed, actor=self.actor, **changes))

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Follow a feed no more. What it brought stays; an address of it or `poll` takes it up again."""
        remove_feed(self.get_object(), actor=self.actor)
        return Response(status=204)

    @extend_schema(request=None, responses=FeedSerializer)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        """Stop reading a feed until the next `poll`."""
        self.read(Nothing)
        return self.answer(pause_feed(self.get_object(), actor=self.actor))

    @extend_schema(request=None, responses={202: FeedSerializer})
    @action(detail=True, methods=["post"])
    def poll(self, request: Request, pk: str) -> Response:
        """Read a feed now, also one that was paused or removed."""
        self.read(Nothing)
        return self.answer(poll_feed_now(self.get_object(), actor=self.actor))


def _as_taken(asked: dict[str, Any]) -> dict[str, Any]:
    """Return fields as the actions take them."""
    if "outlet" in asked:
        asked["outlet_name"] = asked.pop("outlet")
    return asked
