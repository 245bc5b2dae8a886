"""What every endpoint inherits: the order in which a request is looked at, and how answers are made.

1. Who asks, may they, how often (REST framework, with our classes).
2. Is the request whole and known: query string, body, Idempotency-Key (`intake`, `idempotency`).
3. The view: read the body, call one action, `answer()` with what it returned.

A resource looks like this::

    class ReviewViewSet(ReadMixin, DeskViewSet[Review]):
        queryset = Review.objects.all()
        serializer_class = ReviewSerializer
        filterset_class = ReviewFilter
        orderings = {"due": "due_at", "created": "created_at"}
        scopes = {"partial_update": Scope.REVIEW, "submit": Scope.REVIEW}

        def partial_update(self, request: Request, pk: str) -> Response:
            review = self.get_object()
            self.require_match(review)
            change = self.read(DraftSerializer, partial=True)
            return self.answer(save_draft(review, **change, actor=self.actor))

        @action(detail=True, methods=["post"])
        def submit(self, request: Request, pk: str) -> Response:
            self.read(Nothing)
            return self.answer(submit(self.get_object(), actor=self.actor))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar, cast

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from factcheck.accounts.models import User
from factcheck.api import idempotency
from factcheck.api.etag import etag_of, is_known, require_match
from factcheck.api.intake import check_body, check_query
from factcheck.api.links import link
from factcheck.audit.models import Event
from factcheck.errors import AlreadyDone
from factcheck.faults import point

M = TypeVar("M", bound=Model)


class DeskView(APIView):
    """A view of the desk API. See the module for the order of things."""

    open_to_everybody: ClassVar[bool] = False
    """Whether people without a role at the desk get in."""
    scopes: ClassVar[Mapping[str, str]] = {}
    """The scope that a token needs, by action; reading needs `read`. A change that is left out is
    closed to tokens."""
    query_parameters: frozenset[str] = frozenset()
    """Query parameters that are understood, besides those of lists and filters."""
    max_body_bytes: ClassVar[int] = 2 * 1024 * 1024
    secret_answers: ClassVar[frozenset[str]] = frozenset()
    """Actions whose answer is a secret, which is not kept for replay."""

    attempt: idempotency.Attempt | None = None

    @property
    def actor(self) -> User:
        """The person who asks."""
        return cast(User, self.request.user)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Look at the request before the view runs."""
        super().initial(request, *args, **kwargs)
        check_query(request, self)
        check_body(request, self)
        secret = getattr(self, "action", None) in self.secret_answers
        self.attempt = idempotency.begin(request, secret=secret)
        if self.attempt and self.attempt.before:
            raise idempotency.Replay(self.again(self.attempt.before))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, and keep the answer where the request has an Idempotency-Key."""
        try:
            response = super().dispatch(request, *args, **kwargs)
        except Exception:
            if self.attempt:
                self.attempt.abandon()
            raise
        if self.attempt:
            point("api.before_answer")
            self.attempt.finish(response)
        return response

    def handle_exception(self, exc: Exception) -> Response:
        """Turn a refusal into its answer (`problems.handle`)."""
        if isinstance(exc, idempotency.Replay):
            return cast(Response, exc.response)
        return super().handle_exception(exc)

    def again(self, before: Sequence[Event]) -> Response:
        """Answer for an earlier attempt that committed these events and died before it answered.

        Raises:
            AlreadyDone: always, here: a plain view cannot know what it would have said.
        """
        raise AlreadyDone


class DeskViewSet(DeskView, GenericViewSet[M]):
    """The endpoints of one resource."""

    lookup_value_regex = "[0-9]{1,19}"
    lists: ClassVar[frozenset[str]] = frozenset({"list"})
    """Actions that answer with pages: they take cursor, page_size, ordering and the filters."""
    orderings: ClassVar[Mapping[str, str]] = {}
    ordering: ClassVar[str] = "-id"
    success: ClassVar[Mapping[str, int]] = {"create": 201}
    """The status of an action that did what it was asked to, where that is not 200."""

    def get_queryset(self) -> QuerySet[M]:
        """Return what this person may see: everything else is not there."""
        queryset = super().get_queryset()
        if hasattr(queryset, "visible_to") and not getattr(self, "swagger_fake_view", False):
            visible: QuerySet[M] = queryset.visible_to(self.actor)
            return visible
        return queryset

    def filter_queryset(self, queryset: QuerySet[M, Any]) -> QuerySet[M, Any]:
        """Filter lists only: an object named by its address needs no filter."""
        return super().filter_queryset(queryset) if self.action in self.lists else queryset

    def represent(self, obj: M) -> Any:
        """Return the object as it is shown, which is also what its ETag is made of."""
        return self.get_serializer(obj).data

    def answer(self, obj: M, status: int | None = None) -> Response:
        """Show the object, with its ETag; where it has just been made, also with its address."""
        if status is None:
            status = self.success.get(self.action, 200)
        shown = self.represent(obj)
        headers = {"ETag": etag_of(shown)}
        if status in {201, 202}:
            headers["Location"] = self.location(obj)
        return Response(shown, status=status, headers=headers)

    def location(self, obj: M) -> str:
        """Return the object's address."""
        return link(f"{self.basename}-detail", **{**self.kwargs, self.lookup_field: obj.pk})

    def read(
        self, serializer: type[serializers.BaseSerializer[Any]], *, partial: bool = False
    ) -> dict[str, Any]:
        """Return the body's fields, validated.

        Raises:
            ValidationError: with a pointer to each fault.
        """
        asked = serializer(data=self.request.data, partial=partial, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        return cast(dict[str, Any], asked.validated_data)

    def require_match(self, obj: M) -> None:
        """Refuse a change that was not made from the object as it is now (`If-Match`).

        Raises:
            PreconditionRequired, PreconditionFailed.
        """
        require_match(self.request, etag_of(self.represent(obj)))

    def match_if_given(self, obj: M) -> None:
        """Refuse as `require_match` does, where the caller says at all which version they read.

        Raises:
            PreconditionFailed.
        """
        if "If-Match" in self.request.headers:
            self.require_match(obj)

    def again(self, before: Sequence[Event]) -> Response:
        """Show what an earlier attempt did: the object in the address, or the one it made.

        Raises:
            AlreadyDone: it was done, and there is no one object to show for it.
        """
        if self.detail:
            return self.answer(self.get_object())
        rows = self.get_queryset()
        made = [event for event in before if event.object_type == rows.model._meta.label_lower]
        found = rows.filter(pk=made[0].object_id).first() if made else None
        if found is None:
            raise AlreadyDone
        return self.answer(found)


class RetrieveMixin:
    """`GET {id}`, with an ETag and 304."""

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        view = cast(DeskViewSet[Any], self)
        response = view.answer(view.get_object(), status=200)
        if is_known(request, response["ETag"]):
            return Response(status=304, headers={"ETag": response["ETag"]})
        return response


class ReadMixin(RetrieveMixin, ListModelMixin):
    """`GET` of the list and of one."""
