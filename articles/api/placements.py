"""REST: what became of passages in a newer text, as it is shown wherever that is told."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from articles.anchoring import Outcome
from articles.models import Placement, Revision
from factcheck.accounts.api import PersonSerializer
from factcheck.api.fields import DeskModelSerializer, IdField

COUNTED = [*(outcome.value for outcome in Outcome), "undecided"]
ANCHORING = {
    "type": "object",
    "required": COUNTED,
    "properties": {name: {"type": "integer", "minimum": 0} for name in COUNTED},
}
PLACES = {
    "type": "array",
    "items": {
        "type": "array",
        "items": {"type": "integer", "minimum": 0},
        "minItems": 2,
        "maxItems": 2,
    },
}


class PlacementSerializer(DeskModelSerializer):
    """One passage in a newer text. Offsets count in that text; `quote` is how it read before."""

    article = IdField(source="revision.article_id")
    revision = serializers.IntegerField(source="revision.number")
    claim = IdField(source="passage.claim_id")
    passage = IdField(source="passage_id")
    quote = serializers.CharField(source="passage.exact")
    others = serializers.SerializerMethodField()
    decision = serializers.CharField(
        read_only=True, help_text="accepted, chosen, removed, kept or superseded; empty where nobody decided."
    )
    decided_by = PersonSerializer(allow_null=True)
    result = IdField(source="result_id", allow_null=True)

    class Meta:
        model = Placement
        fields: ClassVar[list[str]] = [
            "id",
            "article",
            "revision",
            "claim",
            "passage",
            "quote",
            "outcome",
            "score",
            "start",
            "end",
            "others",
            "is_certain",
            "decision",
            "decided_by",
            "decided_at",
            "result",
        ]
        read_only_fields = fields

    @extend_schema_field(PLACES)
    def get_others(self, placement: Placement) -> list[list[int]]:
        """Further places of the same words."""
        found: list[list[int]] = placement.others
        return found


def counts_of(revision: Revision) -> dict[str, int]:
    """Count the passages of each outcome, and those that wait. The placements are prefetched."""
    placements = revision.placements.all()
    counts = Counter(each.outcome for each in placements)
    undecided = sum(not each.is_certain and not each.decision for each in placements)
    return {outcome.value: counts[outcome.value] for outcome in Outcome} | {"undecided": undecided}


class ReportSerializer(serializers.Serializer[Any]):
    """What became of the passages of an article in its newer text, one by one and counted."""

    anchoring = serializers.SerializerMethodField()
    placements = PlacementSerializer(many=True, read_only=True)

    @extend_schema_field(ANCHORING)
    def get_anchoring(self, revision: Revision) -> dict[str, int]:
        """How many passages of each outcome, and how many wait for a decision."""
        return counts_of(revision)
