"""Who asks: the bearer of a token, or the person whose session cookie it is.

A token is taken from the `Authorization` header and from nowhere else: addresses end up in logs.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from factcheck.accounts.models import ApiToken, User
from factcheck.accounts.tokens import hash_token

CHALLENGE = 'Bearer realm="desk"'
SEEN_EVERY = timedelta(minutes=1)
"""How old `last_used_at` may grow before it is written again."""


class CsrfFailed(exceptions.PermissionDenied):
    """A change by session cookie that may have been caused by another site."""

    default_code = "csrf_failed"
    default_detail = _("The CSRF token is missing or wrong; send it as X-CSRFToken.")


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer fc_…`. One query, and a write at most once a minute per token."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the owner and the token; None where no bearer token was sent.

        Raises:
            AuthenticationFailed: unknown, revoked, expired, or its owner may not sign in.
        """
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        now = timezone.now()
        found = ApiToken.objects.usable(now).filter(digest=hash_token(secret.strip()))
        rows: list[Any] = list(found.select_related("user").annotate(held=F("user__grants__role")))
        if not rows:
            # Whose it was, for the log; the query is made for any secret, so its time tells nothing.
            over = ApiToken.objects.filter(digest=hash_token(secret.strip())).values_list("user", flat=True)
            request._request.owner_of_token = over.first()  # type: ignore[attr-defined]
            raise exceptions.AuthenticationFailed(_("This token is not valid."))
        token: ApiToken = rows[0]
        token.user.holding(row.held for row in rows)
        stale = now - SEEN_EVERY
        if token.last_used_at is None or token.last_used_at < stale:
            ApiToken.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=stale), pk=token.pk).update(
                last_used_at=now
            )
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return CHALLENGE


class SessionAuthentication(authentication.SessionAuthentication):
    """The desk's own session cookie; changes need the CSRF token as well."""

    def enforce_csrf(self, request: Request) -> None:
        """Refuse in the API's words.

        Raises:
            CsrfFailed: no or a wrong token, or the request comes from another origin.
        """
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied:
            raise CsrfFailed from None

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return CHALLENGE
