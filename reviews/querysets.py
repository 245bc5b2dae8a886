"""Reading reviews, evidence and sources: adjectives that chain."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, may

if TYPE_CHECKING:
    from articles.models import Article
    from reviews.models import Evidence, Review, Source

OPEN = ("unassigned", "researching", "submitted")
A_MONTH = timedelta(days=30)


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: User) -> ReviewQuerySet:
        """All of them for anyone with a role at the desk, none for others."""
        return self if may(user, Right.READ) else self.none()

    def open(self) -> ReviewQuerySet:
        """Those on which something is still to be decided."""
        return self.filter(status__in=OPEN)

    def overdue(self, now: datetime) -> ReviewQuerySet:
        """Open ones past their time."""
        return self.open().filter(due_at__lt=now)

    def awaiting_signoff_by(self, user: User) -> ReviewQuerySet:
        """Submitted ones that this person did not write in and has not signed yet."""
        from reviews.models import Signature

        if not may(user, Right.SIGN_OFF) or user.is_bot:
            return self.none()
        theirs = Signature.objects.filter(verdict=OuterRef("verdict"), person=user)
        return self.filter(status="submitted").exclude(Exists(theirs))

    def to_publish_by(self, user: User, now: datetime) -> ReviewQuerySet:
        """Approved ones whose newest verdict is not out and not on its way, for whoever publishes.

        Those touched in the last month: looking through the whole archive would cost more each year.
        """
        from reviews.states import having

        if not may(user, Right.PUBLISH):
            return self.none()
        return self.filter(having("ready"), status="approved", touched_at__gt=now - A_MONTH)

    def searching(self, words: str) -> ReviewQuerySet:
        """Those with the words in the statement, or in the name of claimant or outlet."""
        from articles.models import Passage

        if not words:
            return self
        in_outlet = Passage.objects.filter(revision__article__outlet__name__icontains=words)
        return self.filter(
            Q(claim__statement__icontains=words)
            | Q(claim__claimant__name__icontains=words)
            | Q(claim__in=in_outlet.values("claim"))
        )

    def with_return(self) -> ReviewQuerySet:
        """Add `was_returned`: whether somebody sent the newest verdict back. No further query."""
        from reviews.models import Signature

        returned = Signature.objects.filter(verdict=OuterRef("verdict"), part="returned")
        return self.annotate(was_returned=Exists(returned))  # type: ignore[no-redef]

    def with_state(self) -> ReviewQuerySet:
        """Add what `reviews.states.shown_state` reads. No further query."""
        from reviews.states import ON_ITS_WAY

        found = self.select_related("rating", "publication__edition").with_return()
        found = found.defer("publication__edition__payload")
        return found.annotate(on_its_way=ON_ITS_WAY)  # type: ignore[no-redef]

    def for_list(self, reader: User | None = None) -> ReviewQuerySet:
        """Add what a line of the queue shows: claim, outlet, assignee, evidence, change. No further query.

        With a `reader` only the evidence is counted that they may see. Six tables are joined, not
        more: with nine PostgreSQL takes ten times as long to plan the query as to answer it.
        """
        from articles.models import Passage, Placement
        from reviews.models import Evidence

        waiting = Placement.objects.undecided().filter(passage__claim=OuterRef("claim"))
        first = Passage.objects.filter(claim=OuterRef("claim")).order_by("pk")
        evidence = Evidence.objects.visible_to(reader) if reader else Evidence.objects.all()
        pieces = (
            evidence.filter(review=OuterRef("pk"), removed_at=None)
            .order_by()
            .values("review")
            .annotate(n=Count("pk"))
            .values("n")
        )
        return (
            self.with_state()
            .select_related("claim", "assignee")
            .defer("explanation")
            .annotate(
                outlet_name=Subquery(first.values("revision__article__outlet__name")[:1]),
                evidence_count=Subquery(pieces),
                passage_changed=Exists(waiting),
            )
        )

    def with_article(self) -> ReviewQuerySet:
        """Add id and title of the article that the claim was flagged in. No further query."""
        from articles.models import Passage

        first = Passage.objects.filter(claim=OuterRef("claim")).order_by("pk")
        return self.annotate(
            article_id=Subquery(first.values("revision__article")[:1]),
            article_title=Subquery(first.values("revision__article__title")[:1]),
        )

    def in_article(self, article: Article | int) -> ReviewQuerySet:
        """Those whose claim has a passage in the article (or that of this id), each once."""
        from articles.models import Passage

        return self.filter(claim__in=Passage.objects.filter(revision__article=article).values("claim"))

    def with_changed_passages(self) -> ReviewQuerySet:
        """Those with a passage that changed in its article and waits for a person to say where it stands."""
        return self.filter(_has_changed())

    def without_changed_passages(self) -> ReviewQuerySet:
        """Those of which every passage stands, as far as anybody knows."""
        return self.exclude(_has_changed())

    def in_hands_of(self, user: User) -> ReviewQuerySet:
        """Claims of this person in research, and any with a passage to decide on."""
        from reviews.models import Review

        own = self.filter(assignee=user).exclude(status=Review.Status.DECLINED)
        return own.filter(Q(status=Review.Status.RESEARCHING) | _has_changed())

    def in_states(self, states: Iterable[str]) -> ReviewQuerySet:
        """Those that people see in one of these states (`reviews.states.WORDS`)."""
        from reviews.states import having, statuses_of

        # The statuses follow from the states; said as well, they let an index be used.
        found = self.filter(status__in=statuses_of(*states))
        return found.with_return().filter(having(*states))

    def due_soon(self, now: datetime) -> ReviewQuerySet:
        """Open ones due within two days, or past their time."""
        return self.open().filter(due_at__lt=now + timedelta(days=2))

    def by_urgency(self) -> ReviewQuerySet:
        """Due first, then priority, then the oldest untouched."""
        return self.order_by(F("due_at").asc(nulls_last=True), "-priority", "touched_at", "pk")


def _has_changed() -> Q:
    from articles.models import Placement

    return Q(claim__in=Placement.objects.undecided().values("passage__claim"))


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def current(self) -> EvidenceQuerySet:
        """Those not removed, by citation number."""
        return self.filter(removed_at=None).order_by("number")

    def visible_to(self, user: User) -> EvidenceQuerySet:
        """Open evidence, and confidential evidence for its author, those it names and who signs off."""
        if not may(user, Right.READ):
            return self.none()
        if may(user, Right.SIGN_OFF):
            return self
        named = self.model.shared_with.through.objects.filter(evidence_id=OuterRef("pk"), user_id=user.pk)
        return self.filter(Q(confidential=False) | Q(created_by=user) | Exists(named))


class SourceQuerySet(models.QuerySet["Source"]):
    def visible_to(self, user: User) -> SourceQuerySet:
        """Sources that no confidential evidence hides from this person."""
        from reviews.models import Evidence

        if not may(user, Right.READ):
            return self.none()
        if may(user, Right.SIGN_OFF):
            return self  # nothing is confidential to those who sign off
        uses = Evidence.objects.filter(source=OuterRef("pk"))
        hides, seen = Exists(uses.filter(confidential=True)), Exists(uses.visible_to(user))
        return self.filter(Q(created_by=user) | ~hides | seen)
