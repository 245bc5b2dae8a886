"""REST: which programs are told what happens, and each message to them. For administrators alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from factcheck.accounts.api import PersonSerializer
from factcheck.accounts.roles import Right, require
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
from factcheck.api.filters import DeskFilterSet, IdFilter
from factcheck.api.jobs import JobErrorSerializer
from factcheck.api.links import link
from factcheck.api.viewsets import DeskViewSet, M, ReadMixin
from factcheck.audit.models import Event
from factcheck.errors import AlreadyDone
from factcheck.jobs.models import JobStatus
from publishing.limits import ENDPOINT_URL
from publishing.webhooks.actions import (
    add_endpoint,
    change_endpoint,
    redeliver,
    remove_endpoint,
    renew_secret,
    send_test,
    switch_off_endpoint,
    switch_on_endpoint,
)
from publishing.webhooks.kinds import WITH_TEST, Kind
from publishing.webhooks.models import Delivery, Endpoint

_CHOICES = format_lazy(_("There is no such kind. Choose from: {kinds}."), kinds=", ".join(Kind.values))


class AdministratorsOnly(DeskViewSet[M]):
    """A resource that others do not even read: an address may be what lets one in."""

    def check_permissions(self, request: Request) -> None:
        """Refuse everybody else, whatever they ask for.

        Raises:
            Forbidden: they do not administer the desk.
        """
        super().check_permissions(request)
        require(self.actor, Right.ADMINISTER)


class EndpointFields(StrictFields):
    """What can be changed of an endpoint."""

    url = SafeTextField(max_length=ENDPOINT_URL, help_text="A public https address, port 443.")
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=Kind.choices, error_messages={"invalid_choice": _CHOICES}),
        allow_empty=False,
        max_length=len(Kind),
        help_text="What it is told: the `type` of the messages.",
    )


class EndpointSerializer(DeskModelSerializer):
    """A program that is told what happens, without its secret, and how telling it goes.

    `error` is there where the desk itself could not go on.
    """

    kinds = serializers.ListField(child=serializers.ChoiceField(choices=Kind.choices))
    is_on = serializers.BooleanField(help_text="False where it is switched off or was removed.")
    disabled_reason = serializers.ChoiceField(choices=Endpoint.Reason.choices, allow_blank=True)
    next_try_at = UtcDateTimeField(
        allow_null=True, help_text="When what the receiver did not take is tried again."
    )
    error = serializers.SerializerMethodField()
    added_by = PersonSerializer()

    class Meta:
        model = Endpoint
        fields: ClassVar[list[str]] = [
            "id",
            "url",
            "kinds",
            "is_on",
            "disabled_at",
            "disabled_reason",
            "removed_at",
            "failures",
            "failing_since",
            "next_try_at",
            "error",
            "secret_changed_at",
            "added_by",
            "created_at",
        ]
        read_only_fields = fields

    @extend_schema_field(JobErrorSerializer(allow_null=True))
    def get_error(self, endpoint: Endpoint) -> Any:
        """Why the desk gave up sending; switching it on tries again."""
        return JobErrorSerializer(endpoint).data if endpoint.status == JobStatus.FAILED else None


class ShownOnceSerializer(EndpointSerializer):
    """An endpoint with its secret, which is shown only now."""

    secret = serializers.CharField(read_only=True)

    class Meta(EndpointSerializer.Meta):
        fields: ClassVar[list[str]] = [*EndpointSerializer.Meta.fields, "secret"]


class DeliverySerializer(DeskModelSerializer):
    """One message to one endpoint, and what the last attempt came to."""

    webhook_id = serializers.UUIDField(source="key", help_text="The header of that name, in every attempt.")
    endpoint = IdField(source="endpoint_id")
    event = serializers.SerializerMethodField()
    kind = serializers.ChoiceField(choices=WITH_TEST)
    error = serializers.SerializerMethodField()

    class Meta:
        model = Delivery
        fields: ClassVar[list[str]] = [
            "id",
            "webhook_id",
            "endpoint",
            "event",
            "kind",
            "status",
            "attempts",
            "created_at",
            "asked_at",
            "sent_at",
            "taken_at",
            "took_ms",
            "answer_status",
            "error",
        ]
        read_only_fields = fields

    @extend_schema_field({**ID_SCHEMA, "type": ["string", "null"]})
    def get_event(self, delivery: Delivery) -> str | None:
        """The line of the log that it tells of; a test tells of none."""
        return None if delivery.event_id is None else str(delivery.event_id)

    @extend_schema_field(JobErrorSerializer(allow_null=True))
    def get_error(self, delivery: Delivery) -> Any:
        """Why the receiver did not take it at the last attempt."""
        return JobErrorSerializer(delivery).data if delivery.error_code else None


class WholeDeliverySerializer(DeliverySerializer):
    """One message with its words, and the first of what the receiver answered."""

    body = serializers.CharField(help_text="What is signed and sent, to the letter.")
    answer = serializers.CharField(help_text="At most a kilobyte of it.")

    class Meta(DeliverySerializer.Meta):
        fields: ClassVar[list[str]] = [*DeliverySerializer.Meta.fields, "body", "answer"]
        read_only_fields = fields


class DeliveryFilter(DeskFilterSet):
    endpoint = IdFilter()
    status = django_filters.ChoiceFilter(choices=Delivery.Status.choices)
    kind = django_filters.ChoiceFilter(choices=WITH_TEST)


class EndpointViewSet(ReadMixin, AdministratorsOnly[Endpoint]):
    """Programs that are told what happens.

    One that was removed is in no list; whoever has its id can read it.
    """

    queryset = Endpoint.objects.select_related("added_by")
    serializer_class = EndpointSerializer
    scopes = dict.fromkeys(
        (
            *("list", "retrieve", "create", "partial_update", "destroy"),
            *("test", "renew_secret", "switch_off", "switch_on"),
        ),
        Scope.ADMIN,
    )
    secret_answers = frozenset({"create", "renew_secret"})

    def get_queryset(self) -> QuerySet[Endpoint]:
        """Lists have those that nobody removed."""
        found = super().get_queryset()
        return found.filter(removed_at=None) if self.action == "list" else found

    @extend_schema(request=EndpointFields, responses={201: ShownOnceSerializer})
    def create(self, request: Request) -> Response:
        """Begin to tell a program of what happens from now on; its secret is shown this once."""
        return self._shown_once(*add_endpoint(actor=self.actor, **self.read(EndpointFields)))

    @extend_schema(request=EndpointFields)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change where it is, or what it is told."""
        endpoint = self.get_object()
        self.require_match(endpoint)
        changes = self.read(EndpointFields, partial=True)
        return self.answer(change_endpoint(endpoint, actor=self.actor, **changes))

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Tell it nothing more. What it was told stays under `deliveries`."""
        endpoint = self.get_object()
        self.require_match(endpoint)
        remove_endpoint(endpoint, actor=self.actor)
        return Response(status=204)

    @extend_schema(request=None, responses={202: WholeDeliverySerializer})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str) -> Response:
        """Have a message sent that tells of nothing; look at the delivery that comes back."""
        self.read(Nothing)
        return _accepted(send_test(self.get_object(), actor=self.actor))

    @extend_schema(request=None, responses=ShownOnceSerializer)
    @action(detail=True, methods=["post"], url_path="renew-secret")
    def renew_secret(self, request: Request, pk: str) -> Response:
        """Give it another secret, which is shown this once. For a day messages are signed with both."""
        endpoint = self.get_object()
        self.match_if_given(endpoint)
        self.read(Nothing)
        return self._shown_once(endpoint, renew_secret(endpoint, actor=self.actor))

    @extend_schema(request=None, responses=EndpointSerializer)
    @action(detail=True, methods=["post"], url_path="switch-off")
    def switch_off(self, request: Request, pk: str) -> Response:
        """Send it nothing until it is switched on; nothing is lost."""
        self.read(Nothing)
        return self.answer(switch_off_endpoint(self.get_object(), actor=self.actor))

    @extend_schema(request=None, responses=EndpointSerializer)
    @action(detail=True, methods=["post"], url_path="switch-on")
    def switch_on(self, request: Request, pk: str) -> Response:
        """Go on with what waits, and with all that happened meanwhile."""
        self.read(Nothing)
        return self.answer(switch_on_endpoint(self.get_object(), actor=self.actor))

    def again(self, before: Sequence[Event]) -> Response:
        """Show what an earlier attempt did, but for a secret: nobody saw it, so it counts for nothing."""
        if self.action in self.secret_answers:
            raise AlreadyDone(
                detail=gettext("This was done before. A secret is shown only once; renew it to have one.")
            )
        if self.action == "test":
            key = next(event.data["delivery"] for event in before if "delivery" in event.data)
            return _accepted(Delivery.objects.get(key=key))
        return super().again(before)

    def _shown_once(self, endpoint: Endpoint, secret: str) -> Response:
        response = self.answer(endpoint)
        response.data = {**response.data, "secret": secret}
        return response


class DeliveryViewSet(ReadMixin, AdministratorsOnly[Delivery]):
    """Messages to endpoints, the newest first; those to removed ones too."""

    queryset = Delivery.objects.all()
    serializer_class = DeliverySerializer
    filterset_class = DeliveryFilter
    scopes = dict.fromkeys(("list", "retrieve", "redeliver"), Scope.ADMIN)
    success = {"redeliver": 202}

    def get_serializer_class(self) -> type[DeliverySerializer]:
        """What was said comes with one, not with the list."""
        return DeliverySerializer if self.action == "list" else WholeDeliverySerializer

    def get_queryset(self) -> QuerySet[Delivery]:
        """As much of each as is shown."""
        found = super().get_queryset()
        return found.defer("body", "answer") if self.action == "list" else found

    @extend_schema(responses=WholeDeliverySerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one, with what was said."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(request=None, responses={202: WholeDeliverySerializer})
    @action(detail=True, methods=["post"])
    def redeliver(self, request: Request, pk: str) -> Response:
        """Have it sent again, once, with the same id and words; one that waits for its turn keeps it."""
        self.read(Nothing)
        return self.answer(redeliver(self.get_object(), actor=self.actor))


def _accepted(delivery: Delivery) -> Response:
    shown = WholeDeliverySerializer(delivery).data
    headers = {"Location": link("delivery-detail", pk=delivery.pk), "ETag": etag_of(shown)}
    return Response(shown, status=202, headers=headers)
