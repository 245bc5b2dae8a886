"""REST: what became of passages in newer texts, and what people decide on those that wait."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from articles.anchoring import Outcome
from articles.api.placements import PlacementSerializer
from articles.api.places import OffsetField
from articles.models import Placement
from factcheck.accounts.tokens import Scope
from factcheck.api.fields import Nothing, StrictFields
from factcheck.api.filters import DeskFilterSet, FlagFilter, IdFilter
from factcheck.api.viewsets import DeskViewSet, ReadMixin
from reviews.actions import decide_placement, undo_placement
from reviews.actions.placing import OFFERED


class Decision(StrictFields):
    """What became of the passage; with `chosen` where it stands now, in code points."""

    decision = serializers.ChoiceField(choices=[(each.value, each.label) for each in OFFERED])
    start = OffsetField(required=False)
    end = OffsetField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take offsets where another place is chosen, and nowhere else.

        Raises:
            ValidationError: otherwise.
        """
        chosen = attrs["decision"] == Placement.Decision.CHOSEN
        if not chosen and ("start" in attrs or "end" in attrs):
            raise serializers.ValidationError(
                {"decision": _("A place is given with “chosen” only.")}, code="ambiguous"
            )
        return attrs


class PlacementFilter(DeskFilterSet):
    article = IdFilter(field_name="revision__article")
    claim = IdFilter(field_name="passage__claim")
    outcome = django_filters.ChoiceFilter(choices=[(each.value, each.value) for each in Outcome])
    undecided = FlagFilter(method="only_undecided")

    def only_undecided(self, placements: Any, name: str, value: str) -> Any:
        """Those that wait for a person."""
        return placements.undecided()


class PlacementViewSet(ReadMixin, DeskViewSet[Placement]):
    """Passages in newer texts of their articles."""

    queryset = (
        Placement.objects.select_related("passage__claim__review", "revision", "decided_by", "result")
        .defer("revision__text", "revision__blocks", "revision__http")
    )  # fmt: skip
    serializer_class = PlacementSerializer
    filterset_class = PlacementFilter
    orderings = {"id": "id"}
    ordering = "-id"
    scopes = {"decide": Scope.FLAG, "undo": Scope.FLAG}

    @extend_schema(request=Decision)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        """Say where the passage stands now; other words than before return the review to research."""
        placement = self.get_object()
        self.match_if_given(placement)
        return self.answer(decide_placement(placement, actor=self.actor, **self.read(Decision)))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Take the decision back, so that the passage waits again."""
        placement = self.get_object()
        self.match_if_given(placement)
        self.read(Nothing)
        return self.answer(undo_placement(placement, actor=self.actor))
