"""The secrets that programs sign in with, and what each of them may be used for.

A secret is ``fc_`` and 32 random bytes. It is shown once; only its SHA-256 is kept, which is enough
for 256 random bits (a slow hash protects guessable words, and there are none here).
"""

from __future__ import annotations

import hashlib
import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

PREFIX = "fc_"


class Scope(models.TextChoices):
    """What a token may be used for, within what its owner may do."""

    READ = "read", _("read the desk")
    IMPORT = "import", _("import articles")
    FLAG = "flag", _("flag claims")
    REVIEW = "review", _("research, write and submit verdicts")
    SIGN_OFF = "signoff", _("sign off or return verdicts")
    PUBLISH = "publish", _("publish")
    ADMIN = "admin", _("administer the desk")


def new_secret() -> str:
    """Return a secret that has never been before."""
    return PREFIX + secrets.token_urlsafe(32)


def hash_token(secret: str) -> str:
    """Return what is stored and looked up for a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
