"""Where a browser is led on to after a form."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from django.http import HttpRequest, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from factcheck.accounts.decorators import SAFE, DeskRequest, View

P = ParamSpec("P")


class SeeOther(HttpResponseRedirect):
    """303: what was sent has been dealt with, the answer stands there."""

    status_code = 303


def see_other(to: Any, *args: Any, **kwargs: Any) -> SeeOther:
    """Lead on to a view by name, a path or an object."""
    return SeeOther(resolve_url(to, *args, **kwargs))


def next_page(request: HttpRequest, otherwise: str, *, within: str = "/desk/") -> SeeOther:
    """Lead back to where the form says it stood (`next`), if that is a page of ours."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith(within)
    return see_other(wanted if ours else otherwise)


def posted_from(page: str, *parts: str) -> Callable[[View[P]], View[P]]:
    """Take POST only; lead whoever opens the address to the page that the form stands on.

    A refused form is answered at its own address, so people come to open it: by reloading it from the
    address bar, by going back, by signing in again. `page` is the name of a view, `parts` are those of
    the address that it takes.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def sent(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            if request.method in SAFE:
                return see_other(page, *(kwargs[part] for part in parts))
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])

        return sent

    return decorate
