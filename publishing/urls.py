"""The addresses that publishing answers: its button at the desk, and the public site."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.generic import RedirectView

import factcheck.converters  # noqa: F401  (registers `id`)
from factcheck.templatetags.public import asset
from publishing import public as site, views

desk: list[URLPattern] = [
    path("claims/<id:pk>/publish/", views.publish, name="publish"),
    path("claims/<id:pk>/publish/time/", views.reschedule, name="reschedule"),
    path("claims/<id:pk>/publish/call-off/", views.call_off, name="call_off"),
]


def _file(name: str) -> Callable[..., HttpResponseBase]:
    """Return a view that answers with one file of the site."""

    def answer(request: HttpRequest, **parts: str | int) -> HttpResponseBase:
        return site.page(request, name.format(**parts))

    return answer


public: list[URLPattern] = [
    path("", _file(""), name="home"),
    path("checks/<str:slug>/", _file("checks/{slug}/"), name="check"),
    path("checks/<str:slug>/v/<int:number>/", _file("checks/{slug}/v/{number}/"), name="edition"),
    path("checks/<str:slug>.json", _file("checks/{slug}.json"), name="check_json"),
    path("summaries/<str:slug>/", _file("summaries/{slug}/"), name="summary"),
    path("feed.atom", _file("feed.atom"), name="feed"),
    # Asked for by whoever shows a feed or JSON, which name no icon.
    path("favicon.ico", RedirectView.as_view(url=asset("icon.svg"), permanent=True), name="favicon"),
    path("robots.txt", _file("robots.txt"), name="robots"),
    path("sitemap.xml", _file("sitemap.xml"), name="sitemap"),
    path("sitemaps/<slug:part>.xml", _file("sitemaps/{part}.xml"), name="sitemap_part"),
]
