"""REST: publishing, what is public, and what still stands in the way.

Both steps that end a review's way are here, because what blocks the last one is known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from factcheck.accounts.api import PersonSerializer
from factcheck.accounts.tokens import Scope
from factcheck.api.etag import etag_of
from factcheck.api.fields import (
    ID_SCHEMA,
    DeskModelSerializer,
    IdField,
    Nothing,
    SafeTextField,
    StrictFields,
    UtcDateTimeField,
)
from factcheck.api.filters import DeskFilterSet, IdFilter, SearchFilter
from factcheck.api.jobs import JobSerializer
from factcheck.api.links import absolute, link
from factcheck.api.viewsets import DeskViewSet, ReadMixin, RetrieveMixin
from factcheck.audit.models import Event
from factcheck.errors import AlreadyDone
from publishing.actions import call_off, publish, reschedule
from publishing.limits import NOTE_TO_READERS
from publishing.models import Edition, Publication, Release
from publishing.readiness import next_step
from reviews.api.reviews import ReviewSerializer, whole
from reviews.models import Review

PUBLICATION_ID = OpenApiParameter("publication_id", ID_SCHEMA, OpenApiParameter.PATH)
PUBLIC_URL = {"type": "string", "format": "uri"}


class EditionBriefSerializer(DeskModelSerializer):
    """The public version that stands at the address now."""

    class Meta:
        model = Edition
        fields: ClassVar[list[str]] = ["number", "kind", "published_at"]
        read_only_fields = fields


class PublicationSerializer(DeskModelSerializer):
    """The public side of one review: an address that never changes, and what stands there now."""

    url = serializers.SerializerMethodField()
    review = IdField(source="review_id")
    statement = serializers.CharField(source="review.claim.statement")
    edition = EditionBriefSerializer(allow_null=True)

    class Meta:
        model = Publication
        fields: ClassVar[list[str]] = [
            "id",
            "slug",
            "url",
            "state",
            "review",
            "statement",
            "publish_at",
            "edition",
            "created_at",
            "touched_at",
        ]
        read_only_fields = fields

    @extend_schema_field(PUBLIC_URL)
    def get_url(self, publication: Publication) -> str:
        """Where readers find it."""
        return absolute(publication.path)


class EditionSerializer(DeskModelSerializer):
    """One numbered public version, without what its page shows."""

    url = serializers.SerializerMethodField()
    verdict = serializers.IntegerField(source="verdict.number")
    published_by = PersonSerializer()

    class Meta:
        model = Edition
        fields: ClassVar[list[str]] = [
            "number",
            "kind",
            "note",
            "url",
            "verdict",
            "digest",
            "published_by",
            "published_at",
        ]
        read_only_fields = fields

    @extend_schema_field(PUBLIC_URL)
    def get_url(self, edition: Edition) -> str:
        """Where it stays readable for ever."""
        return absolute(f"{edition.publication.path}v/{edition.number}/")


class WholeEditionSerializer(EditionSerializer):
    """One numbered public version, with everything that its page, feeds and data show."""

    payload = serializers.DictField()

    class Meta(EditionSerializer.Meta):
        fields: ClassVar[list[str]] = [*EditionSerializer.Meta.fields, "payload"]
        read_only_fields = fields


class ReleasedSerializer(DeskModelSerializer):
    """The publication that a release is for."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = Publication
        fields: ClassVar[list[str]] = ["id", "slug", "url", "state"]
        read_only_fields = fields

    @extend_schema_field(PUBLIC_URL)
    def get_url(self, publication: Publication) -> str:
        """Where readers will find it."""
        return absolute(publication.path)


class ReleaseSerializer(JobSerializer):
    """The wish to publish one verdict, carried out at `run_after`."""

    publication = ReleasedSerializer()
    verdict = serializers.IntegerField(source="verdict.number")
    requested_by = PersonSerializer()

    class Meta(JobSerializer.Meta):
        model = Release
        fields: ClassVar[list[str]] = [
            *JobSerializer.Meta.fields,
            "publication",
            "verdict",
            "kind",
            "note",
            "run_after",
            "requested_by",
        ]
        read_only_fields = fields


class PublicationFilter(DeskFilterSet):
    q = SearchFilter("review__claim__statement", "slug")
    state = django_filters.ChoiceFilter(choices=Publication.State.choices)
    review = IdFilter()


class RescheduleWish(StrictFields):
    """Another time for what is scheduled."""

    publish_at = UtcDateTimeField(allow_null=True)


class PublicationViewSet(ReadMixin, DeskViewSet[Publication]):
    """What was published, or is going to be."""

    queryset = Publication.objects.select_related("review__claim", "edition").defer(
        "edition__payload", "review__explanation"
    )
    serializer_class = PublicationSerializer
    filterset_class = PublicationFilter
    orderings = {"touched": "touched_at", "publish_at": "publish_at"}
    scopes = {"reschedule": Scope.PUBLISH, "cancel": Scope.PUBLISH}

    @extend_schema(request=RescheduleWish, responses=PublicationSerializer)
    @action(detail=True, methods=["post"])
    def reschedule(self, request: Request, pk: str) -> Response:
        """Change when it goes out, as long as it has not started; null is now."""
        publication = self.get_object()
        self.match_if_given(publication)
        return self.answer(reschedule(publication, actor=self.actor, **self.read(RescheduleWish)))

    @extend_schema(request=None, responses=PublicationSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Call the release off that has not started; what is live stays."""
        publication = self.get_object()
        self.match_if_given(publication)
        self.read(Nothing)
        return self.answer(call_off(publication, actor=self.actor))


@extend_schema(parameters=[PUBLICATION_ID])
class EditionViewSet(ReadMixin, DeskViewSet[Edition]):
    """The public versions of one publication; none of them ever changes."""

    queryset = Edition.objects.select_related("publication", "verdict", "published_by")
    serializer_class = EditionSerializer
    orderings = {"number": "number"}
    ordering = "-number"
    lookup_field = "number"
    lookup_value_regex = "[0-9]{1,9}"

    def get_serializer_class(self) -> type[EditionSerializer]:
        """The payload comes with one edition, not with the list."""
        return WholeEditionSerializer if self.action == "retrieve" else EditionSerializer

    def get_queryset(self) -> QuerySet[Edition]:
        """Those of the publication in the address."""
        editions = super().get_queryset()
        if "publication_id" not in self.kwargs:  # the OpenAPI document is being made
            return editions
        found = get_object_or_404(Publication.objects.only("pk"), pk=self.kwargs["publication_id"])
        editions = editions.filter(publication=found)
        return editions if self.action == "retrieve" else editions.defer("payload")

    @extend_schema(parameters=[PUBLICATION_ID, OpenApiParameter("number", int, OpenApiParameter.PATH)])
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one, with all that its page shows."""
        return super().retrieve(request, *args, **kwargs)


class ReleaseFilter(DeskFilterSet):
    publication = IdFilter()


class ReleaseViewSet(RetrieveMixin, ListModelMixin, DeskViewSet[Release]):
    """Publishing in progress: poll one until it is done or failed."""

    queryset = Release.objects.select_related("publication", "verdict", "requested_by").defer(
        "verdict__explanation", "verdict__evidence", "verdict__context"
    )
    serializer_class = ReleaseSerializer
    filterset_class = ReleaseFilter


class PublishWish(StrictFields):
    """When, where, and what readers are told of a later edition."""

    publish_at = UtcDateTimeField(required=False, allow_null=True)
    slug = SafeTextField(max_length=100, required=False, allow_blank=True)
    kind = serializers.ChoiceField(
        choices=[Edition.Kind.UPDATE.value, Edition.Kind.CORRECTION.value],
        required=False,
        help_text="Of an edition after the first.",
    )
    note = SafeTextField(max_length=NOTE_TO_READERS, required=False, allow_blank=True)


class BlockerSerializer(serializers.Serializer[Any]):
    """One thing that is missing."""

    code = serializers.CharField()
    detail = serializers.CharField()


class NextStepSerializer(serializers.Serializer[Any]):
    """The next step of a review, and all that is missing for it."""

    step = serializers.ChoiceField(choices=["submit", "sign-off", "publish", "reopen"])
    blockers = BlockerSerializer(many=True)


class ReviewPublishingViewSet(DeskViewSet[Review]):
    """What publishing adds to a review."""

    queryset = Review.objects.all()
    serializer_class = ReviewSerializer
    lists = frozenset()
    scopes = {"publish": Scope.PUBLISH}

    def get_queryset(self) -> QuerySet[Review]:
        """As the review is shown: its ETag is the one that a caller may name."""
        return whole(super().get_queryset())

    @extend_schema(request=PublishWish, responses={202: ReleaseSerializer})
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Publish the signed-off verdict, now or at a time; poll the job that comes back."""
        review = self.get_object()
        self.match_if_given(review)
        return self._accepted(publish(review, actor=self.actor, **self.read(PublishWish)))

    @extend_schema(responses=NextStepSerializer)
    @action(detail=True, methods=["get"])
    def blockers(self, request: Request, pk: str) -> Response:
        """Say what is missing for the next step."""
        step, found = next_step(self.get_object(), reader=self.actor)
        return Response(NextStepSerializer({"step": step, "blockers": found}).data)

    def again(self, before: Sequence[Event]) -> Response:
        """Show the release that an earlier attempt asked for."""
        release = Release.objects.filter(publication__review=self.kwargs["pk"]).order_by("-pk").first()
        if release is None:
            raise AlreadyDone
        return self._accepted(release)

    def _accepted(self, release: Release) -> Response:
        shown = ReleaseSerializer(ReleaseViewSet.queryset.get(pk=release.pk)).data
        headers = {"Location": link("release-detail", pk=release.pk), "ETag": etag_of(shown)}
        return Response(shown, status=202, headers=headers)
