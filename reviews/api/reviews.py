"""REST: the queue, one review with its draft, and saving the draft.

What moves a review on is in `reviews.api.steps`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.names import ClaimantSerializer
from articles.models import Claim
from factcheck.accounts.api import PersonSerializer
from factcheck.accounts.tokens import Scope
from factcheck.api.fields import (
    ID_SCHEMA,
    DeskModelSerializer,
    SafeTextField,
    StrictFields,
    UtcDateTimeField,
)
from factcheck.api.filters import (
    DeskFilterSet,
    FlagFilter,
    IdFilter,
    OneOfFilter,
    PersonFilter,
    SearchFilter,
    TimeFilter,
)
from factcheck.api.viewsets import ReadMixin
from factcheck.errors import PreconditionFailed
from reviews import limits
from reviews.actions import prioritise, save_draft
from reviews.actions.drafts import draft_of
from reviews.api.scales import RatingField
from reviews.api.steps import BulkSteps, ReviewSteps
from reviews.api.triage import NUMBERS, PriorityField
from reviews.api.verdicts import SIGNATURES, VerdictSerializer
from reviews.models import Review
from reviews.states import WORDS, shown_state

STATE = {
    "type": "string",
    "enum": list(WORDS),
    "description": "What people see; derived from status, draft and publication.",
}
IN_ARTICLE = {
    "type": ["object", "null"],
    "required": ["id", "title"],
    "properties": {"id": ID_SCHEMA, "title": {"type": "string"}},
}
DRAFT = ("statement", "rating", "summary", "explanation")
TRIAGE = ("priority", "due_at")


class ClaimBriefSerializer(DeskModelSerializer):
    """The claim of a review; `claims/{id}` has all of it."""

    claimant = ClaimantSerializer(allow_null=True)

    class Meta:
        model = Claim
        fields: ClassVar[list[str]] = ["id", "claimant", "said_on", "said_where"]
        read_only_fields = fields


class ReviewBaseSerializer(DeskModelSerializer):
    """What a line of the queue and the whole review have in common."""

    claim = ClaimBriefSerializer()
    state = serializers.SerializerMethodField()
    priority = PriorityField()
    assignee = PersonSerializer(allow_null=True)
    statement = serializers.CharField(source="claim.statement")
    rating = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True, allow_null=True)
    publication = serializers.SerializerMethodField()

    class Meta:
        model = Review
        fields: ClassVar[list[str]] = [
            "id",
            "claim",
            "status",
            "state",
            "priority",
            "due_at",
            "assignee",
            "stage_entered_at",
            "touched_at",
            "statement",
            "rating",
            "publication",
        ]
        read_only_fields = fields

    @extend_schema_field(STATE)
    def get_state(self, review: Review) -> str:
        """What people see as the state of the claim."""
        return shown_state(review)

    @extend_schema_field({**ID_SCHEMA, "type": ["string", "null"]})
    def get_publication(self, review: Review) -> str | None:
        """The id of its publication, if there is one."""
        publication = getattr(review, "publication", None)
        return str(publication.pk) if publication else None


class ReviewRowSerializer(ReviewBaseSerializer):
    """A line of the queue."""

    article = serializers.SerializerMethodField()
    evidence_count = serializers.SerializerMethodField()
    passage_changed = serializers.BooleanField(
        read_only=True, help_text="A passage changed in its article, and waits for a decision."
    )

    class Meta(ReviewBaseSerializer.Meta):
        fields: ClassVar[list[str]] = [
            *ReviewBaseSerializer.Meta.fields,
            "article",
            "evidence_count",
            "passage_changed",
        ]
        read_only_fields = fields

    @extend_schema_field(IN_ARTICLE)
    def get_article(self, review: Any) -> dict[str, str] | None:
        """The article that it was flagged in."""
        return {"id": str(review.article_id), "title": review.article_title} if review.article_id else None

    def get_evidence_count(self, review: Any) -> int:
        """How many pieces of evidence whoever asks may see."""
        return review.evidence_count or 0


class ReviewSerializer(ReviewBaseSerializer):
    """A review with its draft (statement to explanation) and the newest verdict.

    `version` counts the draft.
    """

    saved_by = PersonSerializer(allow_null=True)
    verdict = VerdictSerializer(allow_null=True)

    class Meta(ReviewBaseSerializer.Meta):
        fields: ClassVar[list[str]] = [
            *ReviewBaseSerializer.Meta.fields,
            "summary",
            "explanation",
            "version",
            "saved_by",
            "saved_at",
            "signoffs_required",
            "decline_reason",
            "verdict",
        ]
        read_only_fields = fields


class ReviewChange(StrictFields):
    """Words of the draft, or how urgent it is and when it is due."""

    statement = SafeTextField(max_length=limits.STATEMENT, required=False)
    rating = RatingField(required=False, allow_null=True)
    summary = SafeTextField(max_length=limits.SUMMARY, required=False, allow_blank=True)
    explanation = SafeTextField(max_length=limits.EXPLANATION, required=False, allow_blank=True)
    priority = PriorityField(required=False)
    due_at = UtcDateTimeField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Let through one kind of change: the two are decided on apart.

        Raises:
            ValidationError: words and urgency in one call.
        """
        if set(attrs) & set(DRAFT) and set(attrs) & set(TRIAGE):
            raise serializers.ValidationError(
                _("Change the draft and the urgency in two calls."), code="one_at_a_time"
            )
        return attrs


class ReviewFilter(DeskFilterSet):
    q = SearchFilter(method="with_words")
    state = OneOfFilter(choices=list(WORDS.items()), method="in_state")
    status = OneOfFilter(choices=Review.Status.choices)
    assignee = PersonFilter()
    priority = OneOfFilter(choices=[(word, word) for word in NUMBERS], method="of_priority")
    due_after = TimeFilter(field_name="due_at", lookup_expr="gte")
    due_before = TimeFilter(field_name="due_at", lookup_expr="lt")
    open = FlagFilter(method="only_open")
    overdue = FlagFilter(method="only_overdue")
    awaiting_me = FlagFilter(method="only_awaiting_me")
    passage_changed = FlagFilter(method="only_changed")
    article = IdFilter(method="in_article")
    claim = IdFilter()
    claimant = IdFilter(field_name="claim__claimant")
    topic = IdFilter(field_name="claim__topics")

    def with_words(self, reviews: Any, name: str, words: str) -> QuerySet[Review]:
        """Those with the words in the statement, or in the name of claimant or outlet."""
        return reviews.searching(words)  # type: ignore[no-any-return]

    def in_state(self, reviews: Any, name: str, states: list[str]) -> QuerySet[Review]:
        """Those that people see in one of the states."""
        return reviews.in_states(states) if states else reviews  # type: ignore[no-any-return]

    def of_priority(self, reviews: Any, name: str, words: list[str]) -> QuerySet[Review]:
        """Those that are as urgent as one of the words says."""
        wanted = [NUMBERS[word] for word in words]
        return reviews.filter(priority__in=wanted) if wanted else reviews  # type: ignore[no-any-return]

    def only_open(self, reviews: Any, name: str, value: str) -> QuerySet[Review]:
        """Those on which something is still to be decided."""
        return reviews.open()  # type: ignore[no-any-return]

    def only_overdue(self, reviews: Any, name: str, value: str) -> QuerySet[Review]:
        """Open ones past their time."""
        return reviews.overdue(timezone.now())  # type: ignore[no-any-return]

    def only_awaiting_me(self, reviews: Any, name: str, value: str) -> QuerySet[Review]:
        """Those that wait for the sign-off of whoever asks."""
        return reviews.awaiting_signoff_by(self.person)  # type: ignore[no-any-return]

    def only_changed(self, reviews: Any, name: str, value: str) -> QuerySet[Review]:
        """Those with a passage that changed in its article and waits for a decision."""
        return reviews.with_changed_passages()  # type: ignore[no-any-return]

    def in_article(self, reviews: Any, name: str, article: int) -> QuerySet[Review]:
        """Those whose claim has a passage in the article."""
        return reviews.in_article(article)  # type: ignore[no-any-return]


def whole(reviews: Any) -> QuerySet[Review]:
    """Add what `ReviewSerializer` shows. One more query."""
    related = ("claim__claimant", "assignee", "saved_by", "verdict__rating", "verdict__submitted_by")
    return (  # type: ignore[no-any-return]
        reviews.with_state()
        .select_related(*related)
        .prefetch_related(Prefetch("verdict__signatures", SIGNATURES))
    )


class ReviewViewSet(ReadMixin, BulkSteps, ReviewSteps):
    """Checks of claims: the queue, the drafts, and every step up to sign-off."""

    queryset = Review.objects.all()
    serializer_class = ReviewSerializer
    filterset_class = ReviewFilter
    orderings = {
        "touched": "touched_at",
        "due": "due_at",
        "priority": "priority",
        "entered": "stage_entered_at",
    }
    ordering = "-touched"
    scopes = {"partial_update": Scope.REVIEW, **ReviewSteps.scopes, **BulkSteps.scopes}

    def get_serializer_class(self) -> type[ReviewBaseSerializer]:
        """A list is the queue."""
        return ReviewRowSerializer if self.action == "list" else ReviewSerializer

    def get_queryset(self) -> QuerySet[Review]:
        """Those that the person may see, with what is shown of them. List: 1 query; one: 2."""
        reviews: Any = super().get_queryset()
        if self.action == "list":
            lines = reviews.for_list(self.actor).with_article()
            return lines.select_related("claim__claimant")  # type: ignore[no-any-return]
        return whole(reviews)

    @extend_schema(request=ReviewChange)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Save words of the draft, or set priority and due date.

        Whoever saves from an old version gets 412 with `current`, what was saved meanwhile.
        """
        review = self.get_object()
        self.require_match(review)
        asked = self.read(ReviewChange)
        if set(asked) & set(TRIAGE):
            prioritise(review, actor=self.actor, **asked)
        else:
            save_draft(review, actor=self.actor, version=review.version, **asked)
        return self.now(review)

    def require_match(self, obj: Review) -> None:
        """Refuse a change made from another version, and say what that has become.

        Raises:
            PreconditionRequired, PreconditionFailed.
        """
        try:
            super().require_match(obj)
        except PreconditionFailed as refusal:
            current = draft_of(obj) | {"version": obj.version, "status": obj.status}
            raise PreconditionFailed(current=current) from refusal
