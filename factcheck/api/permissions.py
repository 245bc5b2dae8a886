"""Who gets as far as a view: people with a part in the desk, within the scopes of their token.

What a *role* may do is asked in the actions, for both doors; here is only what the HTTP face adds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from factcheck.accounts.models import ApiToken
from factcheck.accounts.roles import Right, may
from factcheck.accounts.tokens import Scope
from factcheck.errors import Forbidden

if TYPE_CHECKING:
    from rest_framework.views import APIView


def action_of(view: APIView, request: Request) -> str | None:
    """Name what is asked for: the viewset's action, else the method; None for a 405."""
    if hasattr(view, "action_map"):
        action: str | None = getattr(view, "action", None)
        return action
    method = str(request.method).lower()
    return method if hasattr(view, method) else None


def scope_for(view: APIView, action: str, method: str) -> str | None:
    """Return the scope that a token needs: what the view's `scopes` says, else `read` for reading.

    None, which no token has, for a change that nobody declared.
    """
    declared: str | None = getattr(view, "scopes", {}).get(action)
    return declared or (Scope.READ if method in SAFE_METHODS else None)


class DeskPermission(BasePermission):
    """Signed in, with a role at the desk, and a token that was made for this."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return False for the nameless (401).

        Raises:
            Forbidden: no role at the desk, or a token without the scope.
        """
        if not request.user.is_authenticated:
            return False
        if not getattr(view, "open_to_everybody", False) and not may(request.user, Right.READ):
            raise Forbidden(detail=_("You have no part in this desk yet. Ask an administrator."))
        action = action_of(view, request)
        if isinstance(request.auth, ApiToken) and action is not None:
            scope = scope_for(view, action, str(request.method))
            if scope not in request.auth.scopes:
                raise Forbidden(detail=_("This token lacks the scope “%s”.") % (scope or action))
        return True
