"""The people of the tests. Each has a meaning, so a test reads as what somebody does.

Ada and Ben report. Cleo and Dan edit. Dov publishes. Max administers. Vera only reads. Eve has an
account and no role. Sam is a program with a reporter's role. They are made when a test first names
them: as fixtures here, or by `person("Ada")`, which gives the same row.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from rest_framework.test import APIClient

from factcheck.accounts.actions import create_token
from factcheck.accounts.models import Grant, User
from factcheck.accounts.roles import Role
from tests.kept import kept

PASSWORD = "seven quiet herons at dusk"

ROLES: dict[str, frozenset[Role]] = {
    "Ada": frozenset({Role.REPORTER}),
    "Ben": frozenset({Role.REPORTER}),
    "Cleo": frozenset({Role.EDITOR}),
    "Dan": frozenset({Role.EDITOR}),
    "Dov": frozenset({Role.PUBLISHER}),
    "Max": frozenset({Role.ADMINISTRATOR}),
    "Vera": frozenset({Role.VIEWER}),
    "Eve": frozenset(),
    "Sam": frozenset({Role.REPORTER}),
}
BOTS = {"Sam"}


@cache
def _password_hash() -> str:
    # Argon2 is slow on purpose; the cast shares one hash.
    return make_password(PASSWORD)


@kept
def person(name: str, *roles: str, is_bot: bool | None = None, is_active: bool = True) -> User:
    """Return somebody by name: one of the cast, or anybody else with the roles given."""
    username = name.lower().replace(" ", ".")
    known = User.objects.with_roles().filter(username=username).first()
    if known is not None:
        return known
    user = User.objects.create(
        username=username,
        email=f"{username}@desk.example",
        name=name,
        password=_password_hash(),
        is_bot=name in BOTS if is_bot is None else is_bot,
        is_active=is_active,
    )
    held = roles or ROLES.get(name, frozenset())
    Grant.objects.bulk_create(Grant(user=user, role=role) for role in sorted(held))
    return user


@kept
def token(user: User, *scopes: str, lifetime: timedelta = timedelta(days=30)) -> str:
    """Return the secret of a new token of this person."""
    holder = person("Max") if user.is_bot else None
    return create_token(user, name="tests", scopes=scopes, lifetime=lifetime, actor=None, holder=holder)[1]


def again(user: User) -> User:
    """Return the same person, read afresh: their roles are kept for as long as the object lives."""
    return User.objects.with_roles().get(pk=user.pk)


@kept
def give_role(user: User, role: str) -> User:
    """Give somebody one more role; return them as they are now."""
    Grant.objects.get_or_create(user=user, role=role)
    return again(user)


def take_role(user: User, role: str) -> None:
    """Take a role from somebody, behind the back of whoever holds the object."""
    Grant.objects.filter(user=user, role=role).delete()


def signed_in(user: User | None, **options: Any) -> Client:
    """Return a browser in which this person is signed in; None is anybody passing by."""
    client = Client(**options)
    if user is not None:
        client.cookies[settings.SESSION_COOKIE_NAME] = _session(user)
    return client


@kept
def _session(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def program(user: User, *scopes: str) -> APIClient:
    """Return an API client with a token of this person."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token(user, *scopes)}")
    return client


def _fixture(name: str) -> Callable[..., User]:
    def make(db: None) -> User:
        return person(name)

    # "max" would hide the builtin wherever a test asks for him.
    return pytest.fixture(name={"Max": "max_"}.get(name, name.lower()))(make)


ada = _fixture("Ada")
ben = _fixture("Ben")
cleo = _fixture("Cleo")
dan = _fixture("Dan")
dov = _fixture("Dov")
max_ = _fixture("Max")
vera = _fixture("Vera")
eve = _fixture("Eve")
sam = _fixture("Sam")
