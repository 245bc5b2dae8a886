"""Where a browser is led on to after a form."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


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
