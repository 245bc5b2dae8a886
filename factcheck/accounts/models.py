"""People, the roles they hold, and the tokens their programs use."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from factcheck.accounts.roles import ROLES_WITH, Right, Role


class UserQuerySet(models.QuerySet["User"]):
    def who_may(self, right: Right) -> UserQuerySet:
        """Active people with a role that gives the right, by name, each once."""
        holders = Grant.objects.filter(role__in=ROLES_WITH[right]).values("user")
        return self.filter(is_active=True, pk__in=holders).order_by("name", "pk")

    def with_roles(self) -> UserQuerySet:
        """Add what `User.roles` reads: one more query for the whole set."""
        return self.prefetch_related("grants")

    def one_with_roles(self, **which: Any) -> User | None:
        """Return one person with their roles; None where there is none such. One query."""
        rows: list[Any] = list(self.filter(**which).annotate(held=F("grants__role")))
        return rows[0].holding(row.held for row in rows) if rows else None


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Create a person; without a password the account cannot sign in with one."""
        user: User = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person or a bot. Deactivated, never deleted: history refers to them."""

    username = models.CharField(
        _("user name"),
        max_length=60,
        unique=True,
        validators=[UnicodeUsernameValidator()],
    )
    email = models.EmailField(_("e-mail"), blank=True)
    name = models.CharField(_("name"), max_length=120)
    is_bot = models.BooleanField(_("is a program"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="accounts_user_username_any_case"),
            models.UniqueConstraint(
                Lower("email"), condition=~models.Q(email=""), name="accounts_user_email_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles held now. One query unless `grants` is prefetched."""
        return frozenset(Role(grant.role) for grant in self.grants.all())

    def holding(self, roles: Iterable[str | None]) -> User:
        """Return this person, with the roles that were read beside them; None stands for no role."""
        self.roles = frozenset(Role(role) for role in roles if role)
        return self

    @property
    def hands(self) -> set[int]:
        """The ids of all who act when this account does: for a program also whoever got a token of it.

        Revoked tokens count, or one could be ended between a program's writing and its being noted. One
        query for a program, none for a person.
        """
        if not self.is_bot:
            return {self.pk}
        holders = ApiToken.objects.filter(user=self).exclude(holder=None)
        return {self.pk, *holders.values_list("holder", flat=True)}

    @property
    def initials(self) -> str:
        """Up to two letters for the avatar."""
        words = str(self).split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    @property
    def tone(self) -> int:
        """One of the six avatar colours, the same for a person everywhere."""
        return (self.pk or 0) % 6 + 1


class Grant(models.Model):
    """One role held by one person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role)
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="accounts_grant_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="accounts_grant_known_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self, now: datetime) -> ApiTokenQuerySet:
        """Tokens neither revoked nor expired whose owner may still sign in."""
        return self.filter(revoked_at=None, expires_at__gt=now, user__is_active=True)


class ApiToken(models.Model):
    """A key for a program acting as its owner, with no more than the scopes named here.

    Only the SHA-256 of the secret is stored; the secret is shown once, when it is made. `holder` is the
    person who got a program's secret (decision record 0008); a person holds their own.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    holder = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    scopes = models.JSONField(default=list)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
