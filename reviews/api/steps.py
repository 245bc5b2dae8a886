"""REST: what moves a review on. Each call is one action of `reviews.actions`, which decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from factcheck.accounts.models import User
from factcheck.accounts.tokens import Scope
from factcheck.api.fields import (
    IdField,
    IdRelatedField,
    Nothing,
    SafeTextField,
    StrictFields,
    UtcDateTimeField,
)
from factcheck.api.viewsets import DeskViewSet
from factcheck.audit.models import Event
from factcheck.errors import AlreadyDone, DomainError, NotThere
from reviews import actions, limits
from reviews.api.triage import PriorityField
from reviews.models import Review


class AssigneeField(IdRelatedField):
    """Somebody who may sign in, with their roles; null is nobody. One query."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.filter(is_active=True), allow_null=True, **kwargs)

    def to_internal_value(self, data: Any) -> User:
        """Return the person."""
        pk = IdField().to_internal_value(data)
        person: User | None = User.objects.one_with_roles(pk=pk, is_active=True)
        if person is None:
            self.fail("does_not_exist", pk_value=data)
        return person


class VerdictNumberField(serializers.IntegerField):
    """The number of the verdict that was read: 409 where another one is up for sign-off by now."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=2**31 - 1, required=False, **kwargs)


class Assignment(StrictFields):
    """Who is to do it."""

    assignee = AssigneeField()


class SignOff(StrictFields):
    """An approval of exactly one verdict."""

    verdict = VerdictNumberField()
    note = SafeTextField(max_length=limits.NOTE_TO_DESK, required=False, allow_blank=True)


class SendBack(StrictFields):
    """What should change."""

    verdict = VerdictNumberField()
    note = SafeTextField(max_length=limits.NOTE_TO_DESK)


class Reason(StrictFields):
    """Why."""

    reason = SafeTextField(max_length=limits.REASON)


class ReviewSteps(DeskViewSet[Review]):
    """Calls on one review; all of them take `If-Match` and answer with the review as it is then."""

    scopes = {
        "assign": Scope.REVIEW,
        "submit": Scope.REVIEW,
        "withdraw": Scope.REVIEW,
        "sign_off": Scope.SIGN_OFF,
        "return_": Scope.SIGN_OFF,
        "decline": Scope.SIGN_OFF,
        "reopen": Scope.SIGN_OFF,
    }

    def found(self) -> Review:
        """Return the review in the address, in the version that the caller read, if they say so."""
        if "If-Match" not in self.request.headers:
            lean = self.get_queryset().prefetch_related(None)
            return get_object_or_404(lean, pk=self.kwargs["pk"])
        review = self.get_object()
        self.require_match(review)
        return review

    def now(self, review: Review) -> Response:
        """Show the review as it is now."""
        return self.answer(self.get_queryset().get(pk=review.pk))

    @extend_schema(request=Assignment)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give the review to somebody, or to nobody; take a free one yourself."""
        review = self.found()
        return self.now(actions.assign(review, actor=self.actor, **self.read(Assignment)))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Freeze the draft as the next verdict and ask for sign-off."""
        review = self.found()
        self.read(Nothing)
        actions.submit(review, actor=self.actor, version=review.version)
        return self.now(review)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take your submission back to go on writing."""
        review = self.found()
        self.read(Nothing)
        return self.now(actions.withdraw(review, actor=self.actor))

    @extend_schema(request=SignOff)
    @action(detail=True, methods=["post"], url_path="sign-off")
    def sign_off(self, request: Request, pk: str) -> Response:
        """Put your name to the verdict. Nobody does so with their own wording."""
        review = self.found()
        return self.answer(actions.sign_off(review, actor=self.actor, **self._on_verdict(SignOff)))

    @extend_schema(request=SendBack)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def return_(self, request: Request, pk: str) -> Response:
        """Send the verdict back with a note."""
        review = self.found()
        return self.now(actions.return_verdict(review, actor=self.actor, **self._on_verdict(SendBack)))

    @extend_schema(request=Reason)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """Set the claim aside, with a reason."""
        review = self.found()
        return self.now(actions.decline(review, actor=self.actor, **self.read(Reason)))

    @extend_schema(request=Reason)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Take a declined or signed-off claim up again, with a reason. What is live stays up."""
        review = self.found()
        return self.now(actions.reopen(review, actor=self.actor, **self.read(Reason)))

    def _on_verdict(self, serializer: type[StrictFields]) -> dict[str, Any]:
        asked = self.read(serializer)
        return {"verdict_number": asked.pop("verdict", None), **asked}


class Bulk(StrictFields):
    """Several reviews and one thing to be done with each."""

    ids = serializers.ListField(child=IdField(), allow_empty=False, max_length=limits.MOST_AT_ONCE)
    assign = AssigneeField(required=False)
    priority = PriorityField(required=False)
    due_at = UtcDateTimeField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Let through exactly one thing to do.

        Raises:
            ValidationError: none, or several.
        """
        if len(attrs) != 2:
            raise serializers.ValidationError(
                _("Give one of assign, priority and due_at."), code="one_at_a_time"
            )
        return attrs


class BulkResultSerializer(serializers.Serializer[Any]):
    """What came of one review: 200, or the status, code and sentence of the refusal."""

    id = IdField()
    status = serializers.IntegerField()
    code = serializers.CharField(required=False)
    detail = serializers.CharField(required=False)


class BulkAnswerSerializer(serializers.Serializer[Any]):
    """One result for each id, in the order asked."""

    results = BulkResultSerializer(many=True)


class BulkSteps(DeskViewSet[Review]):
    """Calls on many reviews at once; one refusal does not stop the others."""

    scopes = {"bulk": Scope.REVIEW}

    @extend_schema(request=Bulk, responses=BulkAnswerSerializer)
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Assign several reviews, or set their priority or due date."""
        asked = self.read(Bulk)
        ids = list(dict.fromkeys(asked.pop("ids")))
        found = {review.pk: review for review in self.get_queryset().filter(pk__in=ids)}
        return Response({"results": [self._one(pk, found.get(pk), asked) for pk in ids]})

    def again(self, before: Sequence[Event]) -> Response:
        """Answer for an earlier attempt; of many there is no one object to show."""
        if self.action == "bulk":
            raise AlreadyDone
        return super().again(before)

    def _one(self, pk: int, review: Review | None, asked: dict[str, Any]) -> dict[str, Any]:
        try:
            if review is None:
                raise NotThere
            if "assign" in asked:
                actions.assign(review, actor=self.actor, assignee=asked["assign"])
            else:
                actions.prioritise(review, actor=self.actor, **asked)
        except DomainError as refusal:
            return {"id": str(pk), "status": refusal.status, "code": refusal.code, "detail": refusal.detail}
        return {"id": str(pk), "status": 200}
