"""The addresses under `/api/`, given the resources.

The resources belong to the apps above this one, so the project's urlconf hands them in::

    router = DeskRouter()
    articles.api.register(router)
    urlpatterns = [*api_urls(router), …]
    handler400 = "factcheck.api.problems.bad_request"      # likewise 403 and 404
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from factcheck.api import problems
from factcheck.api.links import NAMESPACE
from factcheck.api.routers import DeskRouter
from factcheck.api.views import Index, Me, OpenApi


def api_urls(router: DeskRouter) -> list[URLPattern | URLResolver]:
    """Return everything under `/api/`; what is not there answers 404 in JSON."""
    v1 = [
        path("", Index.as_view(resources=router.resources), name="index"),
        re_path(r"^me/?$", Me.as_view(), name="me"),
        re_path(r"^schema/?$", OpenApi.as_view(), name="schema"),
        *router.urls,
    ]
    return [
        path("api/v1/", include((v1, NAMESPACE))),
        re_path(r"^api(?:/|$)", problems.unknown),
    ]
