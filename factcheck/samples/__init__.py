"""Sample content for the demo: three articles of our own, at three stages of work.

Everything goes through the same actions as a person's clicks, so the samples are also a proof that
the chain holds.
"""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.utils import timezone

from articles.actions import add_article
from articles.models import Revision
from articles.passages import NotOne, find
from factcheck.accounts.actions import add_user
from factcheck.accounts.models import User
from factcheck.accounts.roles import Role
from publishing.actions import carry_out_release, publish
from publishing.models import Release
from reviews import actions
from reviews.models import Rating, Review

FOLDER = Path(__file__).parent


class Person(NamedTuple):
    """Somebody at the sample desk; whoever has no `what` cannot sign in."""

    username: str
    name: str
    roles: tuple[Role, ...]
    what: str = ""


PEOPLE: Final = (
    Person("ada", "Ada Moreno", (Role.REPORTER,), "Reporter: imports, flags, researches, writes"),
    Person(
        "cleo",
        "Cleo Lindqvist",
        (Role.EDITOR, Role.PUBLISHER),
        "Editor: assigns, signs off, publishes",
    ),
    Person("max", "Max Brandt", (Role.ADMINISTRATOR,), "Administrator: decides on feeds and webhooks"),
    Person("ben", "Ben Okafor", (Role.REPORTER,)),
    Person("dana", "Dana Haddad", (Role.EDITOR,)),
)
PASSWORD = "demo"  # noqa: S105 (shown on the sign-in page of the demo, and nowhere else)


def load() -> None:
    """Fill an empty desk; nothing happens where there is anybody already."""
    if User.objects.exists():
        return
    people = {person.username: _add(person) for person in PEOPLE}
    for file in sorted(FOLDER.glob("*.toml")):
        sample = tomllib.loads(file.read_text())
        article = _article(sample["article"], people["ada"])
        for claim in sample.get("claims", ()):
            _check(article, claim, people)


def sign_ins() -> list[dict[str, str]]:
    """What the demo's sign-in page shows: user name, password, what that person does."""
    return [
        {"username": person.username, "password": PASSWORD, "what": person.what}
        for person in PEOPLE
        if person.what
    ]


def _add(person: Person) -> User:
    return add_user(
        actor=None,
        username=person.username,
        name=person.name,
        password=PASSWORD if person.what else None,
        roles=person.roles,
    )


def _article(facts: dict[str, str], actor: User) -> Revision:
    facts = dict(facts)
    text = facts.pop("text").strip()
    article, _known = add_article(actor=actor, text=text, given=facts)
    return article.revisions.select_related("article").get(number=1)


def _check(revision: Revision, facts: dict[str, Any], people: dict[str, User]) -> None:
    """Take one claim as far as its `state` says: Ben or Ada writes, Dana or Cleo decides."""
    writer, editor, publisher = people["ben"], people["dana"], people["cleo"]
    place = find(revision.text, facts["quote"])
    if isinstance(place, NotOne):
        raise LookupError(f"{facts['quote']!r} does not stand once in “{revision.article}”.")
    claim = actions.flag_claim(
        actor=writer,
        revision=revision,
        start=place[0],
        end=place[1],
        statement=facts.get("statement", ""),
        claimant=facts.get("claimant", ""),
        said_on=revision.article.published_at.date() if revision.article.published_at else None,
        said_where=facts.get("said_where", ""),
        topics=facts.get("topics", ()),
    )
    review = claim.review
    due_in = facts.get("due_in_hours")
    actions.prioritise(
        review,
        actor=editor,
        priority=facts.get("priority"),
        due_at=timezone.now() + timedelta(hours=due_in) if due_in else "",
    )
    if facts["state"] == "flagged":
        return
    actions.assign(
        review, actor=editor, assignee=people["ada"] if facts["state"] == "researching" else writer
    )
    for piece in facts.get("evidence", ()):
        actions.add_evidence(review, actor=writer, **piece)
    if facts["state"] == "researching":
        return
    review = actions.save_draft(
        review,
        actor=writer,
        version=review.version,
        rating=Rating.objects.get(slug=facts["rating"]),
        summary=facts["summary"],
        explanation=facts["explanation"].strip(),
    )
    verdict = actions.submit(review, actor=writer)
    review = Review.objects.get(pk=review.pk)
    if facts["state"] == "returned":
        actions.return_verdict(review, actor=editor, note=facts["return_note"])
    if facts["state"] != "published":
        return
    review = actions.sign_off(review, actor=editor, verdict_number=verdict.number)
    release = publish(review, actor=publisher)
    Release.objects.take(release.pk, timezone.now())
    carry_out_release(Release.objects.get(pk=release.pk))
