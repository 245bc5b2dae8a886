"""The three endpoints that belong to no resource: the index, oneself, and the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from factcheck.accounts.models import ApiToken, User
from factcheck.accounts.roles import Role
from factcheck.accounts.tokens import Scope
from factcheck.api.fields import DeskModelSerializer
from factcheck.api.links import link
from factcheck.api.viewsets import DeskView

ADDRESSES = {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}
ROLES = {"type": "array", "items": {"type": "string", "enum": Role.values}}


class Index(DeskView):
    """The resources of this desk."""

    resources: Mapping[str, str] = {}

    @extend_schema(operation_id="index", responses={200: ADDRESSES})
    def get(self, request: Request) -> Response:
        """List the resources and where they are. No query of its own."""
        fixed = {"me": link("me"), "schema": link("schema")}
        return Response(fixed | {name: link(route) for name, route in self.resources.items()})


class TokenSerializer(DeskModelSerializer):
    """A token, without its secret."""

    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))

    class Meta:
        model = ApiToken
        fields: ClassVar[list[str]] = ["id", "name", "scopes", "expires_at", "last_used_at"]
        read_only_fields = fields


class MeSerializer(DeskModelSerializer):
    """Who is asking, and with what."""

    roles = serializers.SerializerMethodField()
    token = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["id", "username", "name", "email", "is_bot", "roles", "token"]
        read_only_fields = fields

    @extend_schema_field(ROLES)
    def get_roles(self, user: User) -> list[str]:
        """The roles held now."""
        return sorted(user.roles)

    @extend_schema_field(TokenSerializer(allow_null=True))
    def get_token(self, user: User) -> Any:
        """The token of this request; nothing for a session."""
        token = self.context["request"].auth
        return TokenSerializer(token).data if isinstance(token, ApiToken) else None


class Me(DeskView):
    """Oneself. The one thing that a person without a part in the desk may see."""

    open_to_everybody = True

    @extend_schema(operation_id="me", responses={200: MeSerializer})
    def get(self, request: Request) -> Response:
        """Show who asks. No query of its own."""
        return Response(MeSerializer(self.actor, context={"request": request}).data)


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document, which is built once per process."""
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
    built: dict[str, Any] = generator.get_schema(request=None, public=True)
    return built


class OpenApi(DeskView):
    """The OpenAPI 3.1 document of this API, in JSON or (by `Accept`) YAML."""

    renderer_classes = [JSONRenderer, OpenApiJsonRenderer, OpenApiYamlRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Show the document. No query of its own."""
        return Response(document())
