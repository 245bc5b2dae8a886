"""The addresses of the bare views."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from django.views.static import serve

from benchmarks.bare import api, pages, site


def file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer with a file, as `django.views.static` does."""
    return serve(request, name, document_root=str(Path(settings.DATA_DIR) / site.ROOT))


urlpatterns: list[URLPattern | URLResolver] = [
    *api.router.urls,
    path("queue/", pages.queue),
    path("desk/claims/<int:pk>/", pages.claim),
    path("desk/claims/<int:pk>/sign-off/", pages.sign_off),
    path("site/<path:name>", file),
]
