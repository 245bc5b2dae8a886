"""REST: claims of near copies of an article that can be linked here instead of being checked twice."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.articles import ArticleSerializer
from articles.api.placements import PLACES
from articles.models import Article, Revision
from factcheck.api.fields import IdField
from factcheck.api.viewsets import DeskViewSet
from reviews.offers import Offer, offers_for, twins_of


class OfferSerializer(serializers.Serializer[Any]):
    """A claim that stands in a near copy. Offsets are those of the places in this article's newest text."""

    claim = IdField(source="review.claim_id")
    statement = serializers.CharField(source="review.claim.statement")
    review = IdField(source="review.pk")
    status = serializers.CharField(source="review.status")
    rating = serializers.CharField(source="review.rating.slug", default=None, allow_null=True)
    article = IdField(source="article.pk", help_text="The near copy in which it was flagged.")
    quote = serializers.CharField(source="passage.exact", help_text="Its words there.")
    outcome = serializers.CharField(source="found.outcome", help_text="kept, moved, changed or lost.")
    score = serializers.FloatField(source="found.score")
    is_certain = serializers.BooleanField(
        source="found.is_certain", help_text="If not, somebody has to look before it is linked."
    )
    places = serializers.SerializerMethodField()

    @extend_schema_field(PLACES)
    def get_places(self, offer: Offer) -> list[list[int]]:
        """Where it may stand here, as start and end, the best first; none where no words are near enough."""
        return [list(place) for place in offer.places]


class OffersSerializer(serializers.Serializer[Any]):
    """The claims, in the order of the text."""

    revision = serializers.IntegerField(help_text="The text in which the places are.")
    offers = OfferSerializer(source="found", many=True)
    not_searched = serializers.ListField(
        child=IdField(), help_text="Near copies with claims that were not looked for: the texts are too long."
    )


class OfferViewSet(DeskViewSet[Article]):
    """What reviews add to an article that has near copies."""

    queryset = Article.objects.for_list()
    serializer_class = ArticleSerializer
    lists = frozenset()

    @extend_schema(responses=OffersSerializer)
    @action(detail=True, methods=["get"])
    def offers(self, request: Request, pk: str) -> Response:
        """List claims of near copies that do not stand in this article yet.

        Link one with `POST claims/{id}/passages/`.
        """
        article = self.get_object()
        revision = Revision.objects.filter(article=article).order_by("-number")[0]
        found = offers_for(revision, twins_of(article), reader=self.actor)
        shown = {"revision": revision.number, "found": found.found, "not_searched": found.not_searched}
        return Response(OffersSerializer(shown).data)
