"""Every address of the product; the apps say which ones are theirs."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path

import articles.api
import articles.urls
import factcheck.accounts.api
import publishing.api
import publishing.urls
import reviews.api
import reviews.urls
from factcheck import health
from factcheck.api.routers import DeskRouter
from factcheck.api.urls import api_urls
from factcheck.signing_in import SignIn

handler400 = "factcheck.api.problems.bad_request"
handler403 = "factcheck.api.problems.permission_denied"
handler404 = "publishing.public.not_found"
handler500 = "factcheck.middleware.server_error"

# Each app adds its own list of desk pages; together they are the namespace "desk".
desk = [*articles.urls.desk, *reviews.urls.desk, *publishing.urls.desk]

# Each app registers its resources here: `articles.api.register(api)`.
api = DeskRouter()
for app in (articles.api, reviews.api, publishing.api, factcheck.accounts.api):
    app.register(api)

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/login/", SignIn.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("desk/", include((desk, "desk"))),
    *api_urls(api),
    path("", include((publishing.urls.public, "public"))),
]
