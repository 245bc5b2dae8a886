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
from publishing.webhooks import views as hooks

desk: list[URLPattern] = [
    path("claims/<id:pk>/publish/", views.publish, name="publish"),
    path("claims/<id:pk>/publish/time/", views.reschedule, name="reschedule"),
    path("claims/<id:pk>/publish/call-off/", views.call_off, name="call_off"),
    path("webhooks/", hooks.webhooks, name="webhooks"),
    path("webhooks/<id:pk>/", hooks.webhook, name="webhook"),
    path("webhooks/<id:pk>/test/", hooks.webhook_test, name="webhook_test"),
    path("webhooks/<id:pk>/secret/", hooks.webhook_secret, name="webhook_secret"),
    path("webhooks/<id:pk>/off/", hooks.webhook_off, name="webhook_off"),
    path("webhooks/<id:pk>/on/", hooks.webhook_on, name="webhook_on"),
    path("webhooks/<id:pk>/remove/", hooks.webhook_remove, name="webhook_remove"),
    path("webhooks/<id:pk>/deliveries/<id:delivery>/", hooks.webhook_delivery, name="webhook_delivery"),
    path("webhooks/<id:pk>/deliveries/<id:delivery>/again/", hooks.webhook_again, name="webhook_again"),
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
