"""The desk's addresses that articles answer themselves; `factcheck.urls` collects them."""

from __future__ import annotations

from django.urls import URLPattern, path

from articles import views

desk: list[URLPattern] = [
    path("imports/<int:pk>/", views.progress, name="import"),
    path("imports/<int:pk>/retry/", views.retry, name="import_retry"),
]
