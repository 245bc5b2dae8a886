"""Programs of the cast, each with a token for everything that their owner may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.client import Api

if TYPE_CHECKING:
    from factcheck.accounts.models import User


@pytest.fixture(autouse=True)
def _nobody_has_called_yet() -> None:
    """Forget how often anybody has called in this minute."""
    from django.core.cache import cache

    cache.clear()


def program_of(owner: User) -> Api:
    from factcheck.accounts.tokens import Scope
    from tests.cast import token

    return Api(token(owner, *Scope.values))


@pytest.fixture
def as_ada(ada: User) -> Api:
    return program_of(ada)


@pytest.fixture
def as_max(max_: User) -> Api:
    return program_of(max_)


@pytest.fixture
def nobody(db: None) -> Api:
    return Api(None)
