"""A urlconf with one small resource, to show what every resource inherits: one's own tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db import OperationalError
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from factcheck.accounts import actions
from factcheck.accounts.models import ApiToken
from factcheck.accounts.tokens import Scope
from factcheck.api.fields import DeskModelSerializer, Nothing, SafeTextField, StrictFields, UtcDateTimeField
from factcheck.api.routers import DeskRouter
from factcheck.api.urls import api_urls
from factcheck.api.viewsets import DeskViewSet, ReadMixin
from factcheck.errors import (
    FourEyes,
    IllegalTransition,
    NotReady,
    NotThere,
    StaleVersion,
)

handler400 = "factcheck.api.problems.bad_request"
handler403 = "factcheck.api.problems.permission_denied"
handler404 = "factcheck.api.problems.not_found"
handler500 = "factcheck.middleware.server_error"


class KeySerializer(DeskModelSerializer):
    class Meta:
        model = ApiToken
        fields: ClassVar[list[str]] = ["id", "user", "name", "scopes", "created_at", "last_used_at"]
        read_only_fields: ClassVar[list[str]] = ["id", "user", "created_at", "last_used_at"]


class Wish(StrictFields):
    name = SafeTextField(max_length=50)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    until = UtcDateTimeField(required=False)
    extra = serializers.JSONField(required=False)


class KeyFilter(filters.FilterSet):
    class Meta:
        model = ApiToken
        fields: ClassVar[list[str]] = ["name"]


REFUSALS = {
    "four_eyes": FourEyes(),
    "illegal_transition": IllegalTransition(was="submitted", to="declined"),
    "stale_version": StaleVersion(current={"version": 4, "summary": "theirs"}, yours={"summary": "mine"}),
    "not_ready": NotReady([{"code": "no_evidence", "detail": "There is no evidence."}]),
    "not_found": NotThere(),
    "unavailable": OperationalError("could not connect to server: 10.0.0.5"),
    "bug": RuntimeError("secret inner state"),
}


class KeyViewSet(ReadMixin, DeskViewSet[ApiToken]):
    queryset = ApiToken.objects.all()
    serializer_class = KeySerializer
    filterset_class = KeyFilter
    orderings: ClassVar[dict[str, str]] = {
        "created": "created_at",
        "used": "last_used_at",
        "name": "name",
    }
    scopes: ClassVar[dict[str, str]] = {
        "create": Scope.ADMIN,
        "partial_update": Scope.ADMIN,
        "refuse": Scope.FLAG,
        "revoke": Scope.ADMIN,
    }
    secret_answers: ClassVar[frozenset[str]] = frozenset({"reveal"})
    revealed: ClassVar[list[str]] = []

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows.filter(user=self.actor.pk)

    def create(self, request: Request) -> Response:
        wish = self.read(Wish)
        token, _ = actions.create_token(
            self.actor,
            name=wish["name"],
            scopes=wish["scopes"],
            lifetime=timedelta(days=1),
            actor=self.actor,
        )
        return self.answer(token)

    def partial_update(self, request: Request, pk: str) -> Response:
        token = self.get_object()
        self.require_match(token)
        change = self.read(KeySerializer, partial=True)
        ApiToken.objects.filter(pk=token.pk).update(**change)
        token.refresh_from_db()
        return self.answer(token)

    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        self.read(Nothing)
        token = self.get_object()
        actions.revoke_token(token, actor=self.actor)
        return self.answer(token)

    @action(detail=False, methods=["post"], url_path="refuse/(?P<code>[a-z_]+)")
    def refuse(self, request: Request, code: str) -> Response:
        raise REFUSALS[code]

    @action(detail=False, methods=["post"], scopes={"reveal": Scope.ADMIN})
    def reveal(self, request: Request) -> Response:
        self.revealed.append("fc_secret")
        return Response({"secret": "fc_secret"})

    @action(detail=False, methods=["post"])
    def undeclared(self, request: Request) -> Response:
        return Response({})


router = DeskRouter()
router.register("keys", KeyViewSet, basename="key")
urlpatterns = api_urls(router)
