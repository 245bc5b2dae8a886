"""Sign-in with a user name or an e-mail address."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import Q
from django.http import HttpRequest

from factcheck.accounts.models import User


class NameOrEmailBackend(BaseBackend):
    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> User | None:
        """Return the active person these credentials belong to, else None, in the same time.

        A program signs in with tokens only: of a password nobody knows who holds it.
        """
        if not username or password is None or "\x00" in username:
            return None
        named = Q(username__iexact=username) | Q(email__iexact=username, email__contains="@")
        user = User.objects.filter(named).order_by("pk").first()
        if user is None:
            # Hash all the same: the answer must not tell which names exist (case A22).
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active and not user.is_bot else None

    def get_user(self, user_id: int) -> User | None:
        """Load the signed-in person with their roles. One query, on every request."""
        user: User | None = User.objects.one_with_roles(pk=user_id, is_active=True)
        return user
