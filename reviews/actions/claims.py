"""Flagging: a passage becomes a claim, and at once a review to be done.

That is why flagging is an action of this layer and not of `articles`, whose tables it fills.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext as _

from articles.actions.revisions import hold, hold_claims, settle
from articles.models import Article, Claim, Claimant, Passage, Revision, Topic
from articles.passages import Selector, selector_for, tidy
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, may, require
from factcheck.audit.actions import Before, record
from factcheck.errors import Malformed, StaleVersion
from factcheck.relations import known
from reviews.actions.wording import hold as hold_review, note_writer, open_wording
from reviews.lifecycle import Status, move
from reviews.models import Review


@transaction.atomic(durable=True)
def flag_claim(
    *,
    actor: User,
    revision: Revision,
    start: int,
    end: int,
    statement: str = "",
    claimant: str = "",
    said_on: date | None = None,
    said_where: str = "",
    topics: Sequence[str] = (),
    assignee: User | None = None,
) -> Claim:
    """Make the words from `start` to `end` (code points) a claim with a review.

    Without a statement the passage's own words are it; then the one who flags has written nothing
    and may sign off later (`docs/decisions/0003`).

    Raises:
        Forbidden: their roles do not let them flag, or assign to somebody else.
        Malformed: the offsets do not lie in the text, or hold nothing but white space.
    """
    require(actor, Right.FLAG)
    selector = select(revision, start, end)
    held = hold(revision.article_id)
    quote = " ".join(selector.exact.split())
    statement = " ".join(statement.split()) or quote[:1000]
    claim = Claim.objects.create(
        statement=statement,
        claimant=_claimant(claimant),
        said_on=said_on,
        said_where=said_where,
        language=revision.article.language,
        flagged_by=actor,
    )
    about = _topics(topics)
    claim.topics.add(*about)
    known(claim, "topics", about)
    known(claim, "passages", _place(claim, revision, selector, held))
    review = Review.objects.create(claim=claim, signoffs_required=settings.SIGNOFFS_REQUIRED)
    if _bare(statement) != _bare(quote):
        note_writer(review, actor)
    facts = {"statement": statement, "article": revision.article_id}
    record("claim.flagged", claim, actor=actor, after=Before.NOTHING, **facts)
    if assignee is not None:
        if assignee != actor:
            require(actor, Right.ASSIGN)
        require_researcher(assignee)
        move(review, Status.RESEARCHING, actor=actor, after=Before.NOTHING, assignee=assignee)
    return claim


@transaction.atomic(durable=True)
def add_passage(claim: Claim, *, actor: User, revision: Revision, start: int, end: int) -> Passage:
    """Say that the claim also stands here. What readers see changes, so it counts as an edit.

    One that nobody has taken yet stays free: where it stands is known, and nothing is researched.

    Raises:
        Forbidden, Malformed: as `flag_claim`.
        IllegalTransition: the claim was declined, or somebody moved the review just now.
    """
    require(actor, Right.FLAG)
    selector = select(revision, start, end)
    held = hold(revision.article_id)
    found = Passage.objects.filter(
        claim=claim, revision=revision, start=selector.start, end=selector.end
    ).first()
    if found:
        return found
    open_places(claim.review, actor=actor)
    passage = _place(claim, revision, selector, held)[0]
    record(
        "claim.passage_added",
        hold_claims([claim.pk]).get(),
        actor=actor,
        passage=passage.pk,
        exact=passage.exact,
        article=revision.article_id,
    )
    return passage


@transaction.atomic(durable=True)
def change_claim(claim: Claim, *, actor: User, version: int, **changes: Any) -> Claim:
    """Change who said it, when and where, its language or topics; returns the review to research.

    `changes` may hold claimant (a name), said_on, said_where, language, topics (names). The
    statement is part of the draft: `save_draft`.

    Raises:
        Forbidden: their roles do not let them write.
        StaleVersion: somebody changed the claim since `version`.
    """
    require(actor, Right.RESEARCH)
    topics = changes.pop("topics", None)
    if "claimant" in changes:
        changes["claimant"] = _claimant(changes["claimant"])
    was = {name: _plain(getattr(claim, name)) for name in changes}
    now = {name: _plain(value) for name, value in changes.items()}
    if topics is not None:
        was["topics"] = sorted(topic.name for topic in claim.topics.all())
        now["topics"] = sorted(topics)
    if was == now:
        return claim
    open_wording(claim.review, actor=actor)
    if not Claim.objects.filter(pk=claim.pk, version=version).update(version=F("version") + 1, **changes):
        raise StaleVersion(current={"version": Claim.objects.get(pk=claim.pk).version}, yours=now)
    claim.version = version + 1
    for name, value in changes.items():
        setattr(claim, name, value)
    if topics is not None:
        _set_topics(claim, _topics(topics))
    record("claim.changed", claim, actor=actor, was=was, now=now)
    return claim


def open_places(review: Review, *, actor: User) -> None:
    """Count as an edit where the claim stands; one that nobody has taken yet stays free.

    Raises:
        Forbidden, IllegalTransition: as `open_wording`.
    """
    if review.status == Status.UNASSIGNED:
        hold_review(review)
        note_writer(review, actor)
    else:
        open_wording(review, actor=actor)


def require_researcher(person: User) -> None:
    """Refuse to give work to somebody whose roles do not let them do it."""
    if not may(person, Right.RESEARCH):
        raise Malformed.at(
            "/assignee", _("{name} does not research claims.").format(name=person), code="not_a_researcher"
        )


def _bare(words: str) -> str:
    """The words without the capital and the full stop that a quote gains when it stands alone."""
    return words.strip(" .,;:!?…\"'“”„‘’«»").casefold()


def select(revision: Revision, start: int, end: int) -> Selector:
    """Return the words that somebody meant who dragged from `start` to `end`.

    Raises:
        Malformed: the offsets do not lie in the text, or hold nothing but white space.
    """
    try:
        return selector_for(revision.text, *tidy(revision.text, start, end))
    except ValueError as error:
        raise Malformed.at("/start", str(error), code="no_such_passage") from error


def _place(claim: Claim, revision: Revision, selector: Selector, held: Article) -> list[Passage]:
    """Make the passage, and where the article has a newer text by now, what became of it there."""
    passage = Passage.objects.create(claim=claim, revision=revision, **asdict(selector))
    return [passage, *settle(passage, held)]


def _claimant(name: str) -> Claimant | None:
    name = " ".join(name.split())
    return Claimant.objects.get_or_create(name=name)[0] if name else None


def _set_topics(claim: Claim, wanted: list[Topic]) -> None:
    """Make these its topics. They change with its version only, so those read before still stand."""
    had = list(claim.topics.all())
    if gone := [topic for topic in had if topic not in wanted]:
        claim.topics.remove(*gone)
    claim.topics.add(*(topic for topic in wanted if topic not in had))
    known(claim, "topics", wanted)


def _topics(names: Sequence[str]) -> list[Topic]:
    """The topics of these names; those that are not there yet are made. One query where all are."""
    wanted: dict[str, str] = {}
    for name in names:
        if slug := slugify(name, allow_unicode=True):
            wanted.setdefault(slug, " ".join(name.split()))
    found = list(Topic.objects.filter(slug__in=wanted)) if wanted else []
    missing = wanted.keys() - {topic.slug for topic in found}
    if missing:
        made = [Topic(slug=slug, name=wanted[slug]) for slug in sorted(missing)]
        Topic.objects.bulk_create(made, ignore_conflicts=True)
        found = list(Topic.objects.filter(slug__in=wanted))
    return found


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Claimant) else value
