"""What is looked at in every request before a view sees it: the query string and the body's frame.

Nothing that was sent is dropped in silence. A parameter nobody knows (`?author__password=`), a body
of a kind that is not read here, or one whose length is not told, is refused.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.views import APIView

from factcheck.api.pagination import PARAMETERS as OF_LISTS
from factcheck.api.parsers import FORBIDDEN_CHARACTERS, MAX_BYTES
from factcheck.errors import FieldError, Malformed, TooLarge, Unreadable


class LengthRequired(exceptions.APIException):
    """A body of unknown length, which the framework would take for an empty one."""

    status_code = 411
    default_code = "length_required"
    default_detail = "Say how long the body is: send Content-Length."


def known_parameters(view: APIView) -> frozenset[str]:
    """Return the query parameters that this call of the view understands."""
    names: frozenset[str] = getattr(view, "query_parameters", frozenset())
    if getattr(view, "action", None) in getattr(view, "lists", ()):
        names |= OF_LISTS
        if filterset := getattr(view, "filterset_class", None):
            names |= frozenset(filterset.get_filters())
    return names


def check_query(request: Request, view: APIView) -> None:
    """Refuse query parameters that the view does not know, and text that no database takes.

    Raises:
        Malformed: an unknown name, each with its pointer.
        Unreadable: NUL or broken Unicode in a name or value.
    """
    for name, values in request.query_params.lists():
        if any(FORBIDDEN_CHARACTERS.search(text) for text in (name, *values)):
            raise Unreadable(detail=_("The address contains NUL or broken Unicode."))
    known = known_parameters(view)
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        words = _("This parameter is not known here.")
        if known:
            words += " " + _("These are: {names}.").format(names=", ".join(sorted(known)))
        raise Malformed(
            [FieldError(pointer=f"/{name}", code="unknown_parameter", detail=words) for name in unknown]
        )


def check_body(request: Request, view: APIView) -> None:
    """Refuse a body that would not be read, or not be read whole, before anything is done.

    Raises:
        LengthRequired: 411. TooLarge: 413. UnsupportedMediaType: 415.
    """
    if request.method in SAFE_METHODS:
        return
    length = request.META.get("CONTENT_LENGTH") or "0"
    if "HTTP_TRANSFER_ENCODING" in request.META and length == "0":
        raise LengthRequired
    if not (length.isascii() and length.isdigit()):
        raise Unreadable
    if length == "0":
        return
    if view.get_content_negotiator().select_parser(request, view.get_parsers()) is None:
        raise exceptions.UnsupportedMediaType(request.content_type)
    limit: int = getattr(view, "max_body_bytes", MAX_BYTES)
    if int(length[:20]) > limit:
        raise TooLarge(limit=limit)
