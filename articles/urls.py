"""The desk's addresses that articles answer themselves; `factcheck.urls` collects them."""

from __future__ import annotations

from django.urls import URLPattern, path

import factcheck.converters  # noqa: F401  (registers `id`)
from articles import views

desk: list[URLPattern] = [
    path("articles/<id:pk>/mark/", views.mark, name="mark"),
    path("imports/<id:pk>/", views.progress, name="import"),
    path("imports/<id:pk>/retry/", views.retry, name="import_retry"),
]
