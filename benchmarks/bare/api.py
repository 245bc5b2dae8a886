"""Plain viewsets of articles, claims and reviews."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import transaction
from rest_framework import authentication, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ModelViewSet

from articles.models import (
    Article,
    Claim,
    Claimant,
    Extraction,
    Outlet,
    Passage,
    Placement,
    Revision,
    Topic,
)
from benchmarks.bare import site
from factcheck.accounts.models import ApiToken, User
from factcheck.accounts.tokens import hash_token
from publishing.models import Publication
from reviews.models import DraftWriter, Rating, Review, Signature, Verdict


class Token(authentication.BaseAuthentication):
    """The owner of a bearer token. One query."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken]:
        """Look the token up."""
        digest = hash_token(request.headers.get("Authorization", "").removeprefix("Bearer "))
        token = ApiToken.objects.select_related("user").filter(digest=digest).first()
        if token is None:
            raise AuthenticationFailed
        return token.user, token


class PlainViewSet(ModelViewSet[Any]):
    """What all of them share."""

    authentication_classes = [Token]
    permission_classes = [IsAuthenticated]
    parser_classes = [JSONParser]
    renderer_classes = [JSONRenderer]
    throttle_classes = ()
    filter_backends = ()
    pagination_class = LimitOffsetPagination


class PersonSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["id", "username", "name", "is_bot"]


class OutletSerializer(serializers.ModelSerializer[Outlet]):
    class Meta:
        model = Outlet
        fields: ClassVar[list[str]] = ["id", "name", "domain", "home_page", "country", "language"]


class ArticleSerializer(serializers.ModelSerializer[Article]):
    outlet = OutletSerializer()
    imported_by = PersonSerializer()

    class Meta:
        model = Article
        exclude: ClassVar[list[str]] = ["text_digest"]


class ArticleViewSet(PlainViewSet):
    """Articles."""

    queryset = Article.objects.select_related("outlet", "imported_by")
    serializer_class = ArticleSerializer


class PlacementSerializer(serializers.ModelSerializer[Placement]):
    class Meta:
        model = Placement
        fields = "__all__"


class ExtractionSerializer(serializers.ModelSerializer[Extraction]):
    class Meta:
        model = Extraction
        fields = "__all__"


class RevisionSerializer(serializers.ModelSerializer[Revision]):
    created_by = PersonSerializer()
    extraction = ExtractionSerializer()
    placements = PlacementSerializer(many=True)

    class Meta:
        model = Revision
        fields = "__all__"


class RevisionViewSet(PlainViewSet):
    """Texts of articles."""

    queryset = Revision.objects.select_related("created_by", "extraction").prefetch_related("placements")
    serializer_class = RevisionSerializer


class ClaimantSerializer(serializers.ModelSerializer[Claimant]):
    class Meta:
        model = Claimant
        fields = "__all__"


class TopicSerializer(serializers.ModelSerializer[Topic]):
    class Meta:
        model = Topic
        fields = "__all__"


class PassageSerializer(serializers.ModelSerializer[Passage]):
    class Meta:
        model = Passage
        fields = "__all__"


class ReviewBriefSerializer(serializers.ModelSerializer[Review]):
    class Meta:
        model = Review
        fields: ClassVar[list[str]] = ["id", "status"]


class ClaimSerializer(serializers.ModelSerializer[Claim]):
    claimant = ClaimantSerializer()
    topics = TopicSerializer(many=True)
    flagged_by = PersonSerializer()
    passages = PassageSerializer(many=True)
    review = ReviewBriefSerializer()

    class Meta:
        model = Claim
        fields = "__all__"


class NewClaimSerializer(serializers.Serializer[Claim]):
    article = serializers.PrimaryKeyRelatedField(queryset=Article.objects.all())
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    statement = serializers.CharField()
    claimant = serializers.CharField()
    topics = serializers.ListField(child=serializers.CharField())

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> Claim:
        """Store the claim with all that hangs on it."""
        user = self.context["request"].user
        asked = validated_data
        revision = Revision.objects.filter(article=asked["article"]).latest("number")
        claim = Claim.objects.create(
            statement=asked["statement"],
            claimant=Claimant.objects.get_or_create(name=asked["claimant"])[0],
            language=asked["article"].language,
            flagged_by=user,
        )
        claim.topics.set(Topic.objects.filter(name__in=asked["topics"]))
        start, end = asked["start"], asked["end"]
        Passage.objects.create(
            claim=claim,
            revision=revision,
            start=start,
            end=end,
            exact=revision.text[start:end],
            prefix=revision.text[max(0, start - 32) : start],
            suffix=revision.text[end : end + 32],
        )
        review = Review.objects.create(claim=claim, signoffs_required=1)
        DraftWriter.objects.create(review=review, person=user)
        return claim


class ClaimViewSet(PlainViewSet):
    """Claims."""

    queryset = Claim.objects.select_related("claimant", "flagged_by", "review").prefetch_related(
        "topics", "passages"
    )
    serializer_class = ClaimSerializer

    def get_queryset(self) -> Any:
        """All, or those of one article."""
        article = self.request.query_params.get("article")
        return self.queryset.filter(passages__revision__article=article) if article else self.queryset

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Store a claim and show it."""
        asked = NewClaimSerializer(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        claim = self.queryset.get(pk=asked.save().pk)
        return Response(ClaimSerializer(claim).data, status=201)


class RatingSerializer(serializers.ModelSerializer[Rating]):
    class Meta:
        model = Rating
        fields = "__all__"


class SignatureSerializer(serializers.ModelSerializer[Signature]):
    person = PersonSerializer()

    class Meta:
        model = Signature
        fields = "__all__"


class VerdictSerializer(serializers.ModelSerializer[Verdict]):
    rating = RatingSerializer()
    submitted_by = PersonSerializer()
    signatures = SignatureSerializer(many=True)

    class Meta:
        model = Verdict
        fields = "__all__"


class ClaimBriefSerializer(serializers.ModelSerializer[Claim]):
    claimant = ClaimantSerializer()

    class Meta:
        model = Claim
        fields: ClassVar[list[str]] = ["id", "claimant", "said_on", "said_where", "statement"]


class ReviewSerializer(serializers.ModelSerializer[Review]):
    claim = ClaimBriefSerializer()
    assignee = PersonSerializer()
    saved_by = PersonSerializer()
    rating = RatingSerializer()
    verdict = VerdictSerializer()

    class Meta:
        model = Review
        fields = "__all__"


class PublicationSerializer(serializers.ModelSerializer[Publication]):
    class Meta:
        model = Publication
        fields = "__all__"


class ReviewViewSet(PlainViewSet):
    """Reviews."""

    queryset = Review.objects.select_related(
        "claim__claimant", "assignee", "saved_by", "rating", "verdict__rating", "verdict__submitted_by"
    ).prefetch_related("verdict__signatures__person")
    serializer_class = ReviewSerializer

    @action(detail=True, methods=["post"], url_path="sign-off")
    def sign_off(self, request: Request, pk: str) -> Response:
        """Add a signature and set the status."""
        review = self.get_object()
        with transaction.atomic():
            Signature.objects.create(verdict=review.verdict, person=request.user, part="approved")
            review.status = "approved"
            review.save(update_fields=["status"])
            DraftWriter.objects.filter(review=review).delete()
        return Response(ReviewSerializer(self.queryset.get(pk=pk)).data)

    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Store an edition and write its pages."""
        publication = site.publish(self.get_object(), request.user)
        return Response(PublicationSerializer(publication).data)


router = SimpleRouter()
router.register("articles", ArticleViewSet)
router.register("revisions", RevisionViewSet)
router.register("claims", ClaimViewSet)
router.register("reviews", ReviewViewSet)
