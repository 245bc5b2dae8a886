"""The sign-in page. Only in the demo does it show with which names one can sign in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView


class SignIn(LoginView):
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the sample sign-ins where this is the demo."""
        from factcheck import samples  # not needed elsewhere, and it reads files

        shown = samples.sign_ins() if settings.DEMO else []
        return super().get_context_data(**kwargs) | {"demo_accounts": shown}
