"""REST: the people of the desk, and one's own tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from factcheck.accounts.actions import LONGEST_LIFE, LONGEST_NAME, create_token, revoke_token
from factcheck.accounts.models import ApiToken, User
from factcheck.accounts.roles import Role
from factcheck.accounts.tokens import Scope
from factcheck.api.fields import DeskModelSerializer, SafeTextField, StrictFields
from factcheck.api.filters import DeskFilterSet, FlagFilter, SearchFilter
from factcheck.api.routers import DeskRouter
from factcheck.api.views import ROLES, TokenSerializer
from factcheck.api.viewsets import DeskViewSet, ReadMixin, RetrieveMixin
from factcheck.errors import Forbidden


class PersonSerializer(DeskModelSerializer):
    """A person where they are mentioned."""

    name = serializers.CharField(source="__str__", read_only=True)

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["id", "name"]


class UserSerializer(PersonSerializer):
    """A person, as colleagues see them."""

    roles = serializers.SerializerMethodField()

    class Meta(PersonSerializer.Meta):
        fields: ClassVar[list[str]] = ["id", "name", "roles", "is_bot", "is_active"]

    @extend_schema_field(ROLES)
    def get_roles(self, user: User) -> list[str]:
        """The roles held now."""
        return sorted(user.roles)


class UserFilter(DeskFilterSet):
    q = SearchFilter("name", "username")
    role = django_filters.ChoiceFilter(field_name="grants__role", choices=Role.choices)
    active = FlagFilter(method="only_active")

    def only_active(self, people: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        """Those who may sign in."""
        return people.filter(is_active=True)


class UserViewSet(ReadMixin, DeskViewSet[User]):
    """The people and bots of the desk. Those who left stay: history refers to them."""

    queryset = User.objects.with_roles()
    serializer_class = UserSerializer
    filterset_class = UserFilter
    orderings = {"name": "name"}
    ordering = "name"


class TokenWish(StrictFields):
    """A token to be made."""

    name = SafeTextField(max_length=LONGEST_NAME)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices), allow_empty=False)
    days = serializers.IntegerField(min_value=1, max_value=LONGEST_LIFE.days, default=90)


class NewTokenSerializer(TokenSerializer):
    """A token that has just been made, with its secret, which is shown only now."""

    secret = serializers.CharField(read_only=True)

    class Meta(TokenSerializer.Meta):
        fields: ClassVar[list[str]] = [*TokenSerializer.Meta.fields, "secret"]


class TokenViewSet(RetrieveMixin, ListModelMixin, DeskViewSet[ApiToken]):
    """One's own tokens. A token makes others only with the scope `admin`, and none wider than itself."""

    queryset = ApiToken.objects.filter(revoked_at=None)
    serializer_class = TokenSerializer
    scopes = {"create": Scope.ADMIN, "destroy": Scope.ADMIN}
    secret_answers = frozenset({"create"})

    def get_queryset(self) -> QuerySet[ApiToken]:
        """Nobody sees another person's."""
        mine = super().get_queryset()
        return mine.filter(user=self.actor) if self.request.user.is_authenticated else mine.none()

    @extend_schema(request=TokenWish, responses={201: NewTokenSerializer})
    def create(self, request: Request) -> Response:
        """Make a token for oneself."""
        asked = self.read(TokenWish)
        if isinstance(request.auth, ApiToken) and not set(asked["scopes"]) <= set(request.auth.scopes):
            raise Forbidden(detail=_("A token makes no token that may do more than itself."))
        token, secret = create_token(
            self.actor,
            name=asked["name"],
            scopes=asked["scopes"],
            lifetime=timedelta(days=asked["days"]),
            actor=self.actor,
        )
        response = self.answer(token)
        response.data = {**response.data, "secret": secret}
        return response

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Revoke a token, at once."""
        revoke_token(self.get_object(), actor=self.actor)
        return Response(status=204)


def register(router: DeskRouter) -> None:
    """Add the resources of this module."""
    router.register("users", UserViewSet, "user")
    router.register("tokens", TokenViewSet, "token")
