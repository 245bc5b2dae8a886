"""Adding people and ending their access, and making and revoking API tokens.

A token acts as its owner, so nobody makes one for another person: that would be a way to sign off
one's own words under somebody else's name. Administrators make them for bots, and whoever gets a bot's token
counts as a writer of what the bot writes (decision record 0008).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from factcheck.accounts.models import ApiToken, Grant, User
from factcheck.accounts.roles import Right, Role, require
from factcheck.accounts.tokens import Scope, hash_token, new_secret
from factcheck.audit.actions import record
from factcheck.errors import AlreadyDone, Forbidden, Malformed

LONGEST_LIFE = timedelta(days=366)
LONGEST_NAME = 120


@transaction.atomic(durable=True)
def add_user(
    *,
    actor: User | None,
    username: str,
    name: str,
    email: str = "",
    password: str | None = None,
    roles: Iterable[Role] = (),
    is_bot: bool = False,
) -> User:
    """Add a person or a bot with their roles; without a password nobody signs in with one.

    `actor` is None where somebody with a shell on the server does it.

    Raises:
        Forbidden: the actor does not administer the desk.
        ValidationError: the user name or e-mail is taken or malformed.
    """
    if actor is not None:
        require(actor, Right.ADMINISTER)
    user = User(username=username, name=name, email=email, is_bot=is_bot)
    user.set_password(password)
    user.full_clean()
    user.save()
    granted = sorted(set(roles))
    Grant.objects.bulk_create(Grant(user=user, role=role) for role in granted)
    record("user.added", user, actor=actor, username=username, roles=granted, is_bot=is_bot)
    return user


@transaction.atomic(durable=True)
def end_access(user: User, *, actor: User | None) -> list[ApiToken]:
    """Let somebody in no more: no signing in, no session, no token; return the tokens that were revoked.

    Those of programs are among them which they got: whoever has left knows the secret. What they wrote and
    signed, and the work they were given, stay as they are. `actor` is None where somebody with a shell on the
    server does it.

    Raises:
        Forbidden: the actor does not administer the desk.
        AlreadyDone: they have no access.
    """
    if actor is not None:
        require(actor, Right.ADMINISTER)
    now = timezone.now()
    # Sessions hang on the password: none is alive again, should they ever be let in once more.
    if not User.objects.filter(pk=user.pk, is_active=True).update(
        is_active=False, password=make_password(None)
    ):
        raise AlreadyDone(detail=_("{name} has no access already.").format(name=user))
    user.refresh_from_db(fields=["is_active", "password"])
    theirs = Q(user=user) | Q(holder=user)
    tokens = list(ApiToken.objects.filter(theirs, revoked_at=None, expires_at__gt=now).select_related("user"))
    for token in tokens:
        _revoke(token, now, actor)
    record("user.access_ended", user, actor=actor, tokens=[token.pk for token in tokens])
    return tokens


@transaction.atomic(durable=True)
def create_token(
    owner: User,
    *,
    name: str,
    scopes: Iterable[str],
    lifetime: timedelta,
    actor: User | None,
    holder: User | None = None,
) -> tuple[ApiToken, str]:
    """Make a token for `owner`; return it with its secret, which cannot be had again.

    `actor` is None where somebody with a shell on the server does it; they name the person who is to
    hold a bot's token, as `holder`. Otherwise whoever makes it holds it.

    Raises:
        Forbidden: it is another person's, or somebody else's bot.
        Malformed: no name, no or unknown scopes, an owner who may not sign in, a life over a year, a
            bot's token that no person holds.
    """
    if actor is not None and actor != owner:
        if actor.is_bot or not owner.is_bot:
            raise Forbidden(detail=_("A token acts as its owner, who has to make it."))
        require(actor, Right.ADMINISTER)
    name, wanted = name.strip(), sorted(set(scopes))
    if not owner.is_active:
        raise Malformed.at("/user", _("{name} may not sign in.").format(name=owner))
    if not name or len(name) > LONGEST_NAME:
        raise Malformed.at("/name", _("Give it a name of at most %d characters.") % LONGEST_NAME)
    if not wanted or not set(wanted) <= set(Scope.values):
        raise Malformed.at("/scopes", _("Choose from: %s.") % ", ".join(Scope.values))
    if not timedelta(0) < lifetime <= LONGEST_LIFE:
        raise Malformed.at("/days", _("A token lives from 1 to %d days.") % LONGEST_LIFE.days)

    holder = actor or holder
    if owner.is_bot and actor != owner and (holder is None or holder.is_bot or not holder.is_active):
        raise Malformed.at("/holder", _("Name the person who gets the token of this program."))

    now, secret = timezone.now(), new_secret()
    token = ApiToken.objects.create(
        user=owner,
        holder=holder if holder != owner else None,
        name=name,
        scopes=wanted,
        digest=hash_token(secret),
        expires_at=now + lifetime,
    )
    facts: dict[str, Any] = {"scopes": wanted, "expires_at": token.expires_at, "holder": token.holder_id}
    record("token.created", token, actor=actor, owner=owner.pk, **facts)
    return token, secret


@transaction.atomic(durable=True)
def revoke_token(token: ApiToken, *, actor: User | None) -> None:
    """End a token's life at once.

    Raises:
        Forbidden: it is somebody else's and the actor does not administer the desk.
        AlreadyDone: it has been revoked before.
    """
    if actor is not None and actor.pk != token.user_id:
        require(actor, Right.ADMINISTER)
    if not _revoke(token, timezone.now(), actor):
        raise AlreadyDone


def _revoke(token: ApiToken, now: datetime, actor: User | None) -> bool:
    """End a token's life; False where that was done before."""
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        return False
    token.revoked_at = now
    record("token.revoked", token, actor=actor, owner=token.user_id)
    return True
