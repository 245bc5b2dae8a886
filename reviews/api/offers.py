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
from articles.models import Article, Claim, Revision
from factcheck.accounts.api import PersonSerializer
from factcheck.accounts.tokens import Scope
from factcheck.api.fields import IdField, IdRelatedField, StrictFields
from factcheck.api.viewsets import DeskViewSet
from reviews.actions import decline_offer
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
    declined_by = PersonSerializer(source="declined.declined_by", default=None, allow_null=True)
    declined_at = serializers.DateTimeField(source="declined.declined_at", default=None, allow_null=True)

    @extend_schema_field(PLACES)
    def get_places(self, offer: Offer) -> list[list[int]]:
        """Where it may stand here, as start and end, the best first; none where no words are near enough."""
        return [list(place) for place in offer.places]


class OffersSerializer(serializers.Serializer[Any]):
    """The claims, in the order of the text."""

    revision = serializers.IntegerField(help_text="The text in which the places are.")
    offers = OfferSerializer(source="found", many=True)
    declined = OfferSerializer(
        many=True, help_text="Those of which somebody said that they do not stand in this article."
    )
    not_searched = serializers.ListField(
        child=IdField(), help_text="Near copies with claims that were not looked for: the texts are too long."
    )


class DeclinedSerializer(StrictFields):
    """Which claim does not stand in the article in the address."""

    claim = IdRelatedField(queryset=Claim.objects.all())


class OfferViewSet(DeskViewSet[Article]):
    """What reviews add to an article that has near copies."""

    queryset = Article.objects.for_list()
    serializer_class = ArticleSerializer
    lists = frozenset()
    scopes = {"decline_offer": Scope.FLAG}

    @extend_schema(responses=OffersSerializer)
    @action(detail=True, methods=["get"])
    def offers(self, request: Request, pk: str) -> Response:
        """List claims of near copies that do not stand in this article yet.

        Link one with `POST claims/{id}/passages/`, also one that was declined.
        """
        article = self.get_object()
        revision = Revision.objects.filter(article=article).order_by("-number")[0]
        found = offers_for(revision, twins_of(article), reader=self.actor)
        return Response(OffersSerializer({"revision": revision.number, **vars(found)}).data)

    @extend_schema(request=DeclinedSerializer, responses={204: None})
    @action(detail=True, methods=["post"], url_path="offers/decline")
    def decline_offer(self, request: Request, pk: str) -> Response:
        """Say that a claim does not stand in this article, so that it is offered here no more.

        Nothing else changes. Refused where it is linked here (`DELETE claims/{id}/passages/{passage_id}/`),
        and where it stands in no near copy.
        """
        article = self.get_object()
        decline_offer(self.read(DeclinedSerializer)["claim"], actor=self.actor, article=article)
        return Response(status=204)
