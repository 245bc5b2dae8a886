"""Every address of the product; the apps say which ones are theirs."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import URLPattern, URLResolver, include, path

import articles.api
import factcheck.accounts.api
import publishing.api
import reviews.api
from factcheck import health
from factcheck.api.routers import DeskRouter
from factcheck.api.urls import api_urls

handler400 = "factcheck.api.problems.bad_request"
handler403 = "factcheck.api.problems.permission_denied"
handler404 = "factcheck.api.problems.not_found"
handler500 = "factcheck.middleware.server_error"

# Each app adds its own list of desk pages; together they are the namespace "desk".
desk: list[URLPattern | URLResolver] = []

# Each app registers its resources here: `articles.api.register(api)`.
api = DeskRouter()
for app in (articles.api, reviews.api, publishing.api, factcheck.accounts.api):
    app.register(api)

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("desk/", include((desk, "desk"))),
    *api_urls(api),
]
