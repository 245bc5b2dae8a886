"""The one claim that is made through the actions, and what the others copy from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from factcheck.accounts.models import Grant, User
from factcheck.accounts.roles import Role
from publishing.models import Edition
from reviews.models import Rating
from tests import factories
from tests.cast import person

REPORTERS, EDITORS = 14, 5


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a published claim left behind: frozen JSON, people and ratings."""

    evidence: dict[str, Any]
    context: dict[str, Any]
    payload: dict[str, Any]
    explanation: str
    ratings: list[Rating]
    reporters: list[User]
    editors: list[User]
    publisher: User


def make() -> Pattern:
    """Take one claim from import to published page, by the actions."""
    publication = factories.published(slug="the-first-check")
    edition = Edition.objects.select_related("verdict__rating__scale").get(pk=publication.edition_id)
    verdict = edition.verdict
    return Pattern(
        evidence=verdict.evidence[0],
        context=verdict.context,
        payload=edition.payload,
        explanation=verdict.explanation,
        ratings=list(verdict.rating.scale.ratings.all()),
        reporters=[person("Ada"), *_team("Reporter", REPORTERS, Role.REPORTER)],
        editors=[person("Dan"), *_team("Editor", EDITORS, Role.EDITOR)],
        publisher=person("Dov"),
    )


def _team(word: str, size: int, role: Role) -> list[User]:
    people = User.objects.bulk_create(
        User(username=f"{word.lower()}{n}", name=f"{word} No. {n}", password="!") for n in range(1, size + 1)
    )
    Grant.objects.bulk_create(Grant(user=user, role=role) for user in people)
    return people
