"""Who gets in at the desk's HTML door: whoever is signed in and holds a role.

What a person may do once inside is asked by the actions, not here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from factcheck.accounts.models import User

P = ParamSpec("P")
SAFE = {"GET", "HEAD"}


class DeskRequest(HttpRequest):
    """A request in a desk view: somebody is signed in."""

    user: User


View = Callable[Concatenate[DeskRequest, P], HttpResponseBase]


def desk_view(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let nobody in who is not signed in (302 to the sign-in page) or holds no role (403).

    A script that asked for JSON, and htmx, get a 401: they would take the sign-in page for the answer.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _sign_in(request)
        if not request.user.roles:
            raise PermissionDenied(_("Your account has no role at this desk yet."))
        assert isinstance(request.user, User)
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    guarded.is_desk_view = True  # type: ignore[attr-defined]
    return guarded


def wants_json(request: HttpRequest) -> bool:
    """Say whether a script asks that reads JSON."""
    return request.headers.get("Accept", "").startswith("application/json")


def _sign_in(request: HttpRequest) -> HttpResponseBase:
    if wants_json(request):
        words = _("You are signed out. Sign in again in another tab, then come back to this one.")
        return JsonResponse(
            {"type": "about:blank", "status": 401, "code": "unauthenticated", "detail": words},
            status=401,
            content_type="application/problem+json",
        )
    if request.headers.get("HX-Request"):
        page = resolve_url(settings.LOGIN_URL)
        return HttpResponse(status=401, headers={"HX-Redirect": page})
    # Whoever sent a form cannot be led back to its address, which takes no GET.
    return redirect_to_login(request.get_full_path() if request.method in SAFE else "")
