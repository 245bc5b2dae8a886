"""REST: the annotated copy of an article, as a page or as a Word document."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.renderers import BaseRenderer, StaticHTMLRenderer
from rest_framework.request import Request

from articles.api.articles import ArticleSerializer
from articles.api.coverage import REVISION, revision_asked_for
from articles.models import Article
from factcheck.api.viewsets import DeskViewSet
from reviews.annotated import annotated_copy
from reviews.annotated.document import MEDIA_TYPE
from reviews.views.annotated import file_of, page_of


class DocumentRenderer(BaseRenderer):
    """What makes the media type known to content negotiation; the file is made by then."""

    media_type, format = MEDIA_TYPE, "docx"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the bytes as they are."""
        return data


class AnnotatedCopyViewSet(DeskViewSet[Article]):
    """What reviews add to an article."""

    queryset = Article.objects.for_list()
    serializer_class = ArticleSerializer
    lists = frozenset()

    @extend_schema(
        parameters=[REVISION],
        responses={(200, "text/html"): OpenApiTypes.STR, (200, MEDIA_TYPE): OpenApiTypes.BINARY},
    )
    @action(
        detail=True,
        methods=["get"],
        url_path="annotated-copy",
        url_name="annotated",
        renderer_classes=[StaticHTMLRenderer, DocumentRenderer],
        query_parameters=frozenset({"revision"}),
    )
    def annotated_copy(self, request: Request, pk: str) -> HttpResponse:
        """Give the article with its claims, verdicts, evidence and names beside it.

        A page, or with `Accept` a Word document. Confidential evidence is in it by its public description.
        """
        revision = revision_asked_for(self.get_object(), request.query_params.get("revision"))
        copy = annotated_copy(revision, reader=self.actor)
        if request.accepted_renderer.format == "docx":
            return file_of(copy)
        return page_of(request._request, copy)
