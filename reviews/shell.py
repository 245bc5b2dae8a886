"""What every page of the desk shows around its content: how much waits, and for whom."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from articles.models import Article
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, Role, may
from factcheck.counts import CountUpTo
from reviews.models import Review

_KEPT = "_desk_counts"

# The list of keys has only those of somebody's own rights.
_WITH_KEYS = (Right.FLAG, Right.RESEARCH, Right.ASSIGN)


@dataclass(frozen=True)
class Counts:
    """How many claims wait, of which sort; each is counted up to `factcheck.counts.MOST`."""

    articles: int
    queue: int
    unassigned: int
    mine: int
    to_decide: int
    mine_open: int
    submitted: int
    to_sign: int
    to_publish: int
    overdue: int
    changed: int

    @property
    def desk(self) -> int:
        """How many things need this person."""
        return self.mine + self.to_sign + self.to_publish


def counts_for(request: HttpRequest) -> Counts:
    """Return the counts for whoever asks. One query for the whole request."""
    kept: Counts | None = getattr(request, _KEPT, None)
    if kept is None:
        assert isinstance(request.user, User)
        kept = _counts(request.user)
        setattr(request, _KEPT, kept)
    return kept


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return `shell` for the templates of the desk; nothing is asked before it is shown."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: HttpRequest) -> dict[str, Any]:
    user = request.user
    if not isinstance(user, User) or not user.roles:
        return {}
    return {
        "counts": SimpleLazyObject(lambda: counts_for(request)),
        "can": {
            right.name.lower(): may(user, right) for right in (Right.IMPORT, Right.ADMINISTER, *_WITH_KEYS)
        },
        "user_roles": [Role(role).label for role in Role if role in user.roles],
    }


def _counts(user: User) -> Counts:
    reviews, now = Review.objects.visible_to(user), timezone.now()
    counted = {
        "articles": Article.objects.all(),
        "queue": reviews.open(),
        "unassigned": reviews.filter(status=Review.Status.UNASSIGNED),
        "mine": reviews.in_hands_of(user),
        "to_decide": reviews.in_hands_of(user).with_changed_passages(),
        "mine_open": reviews.open().filter(assignee=user),
        "submitted": reviews.filter(status=Review.Status.SUBMITTED),
        "to_sign": reviews.awaiting_signoff_by(user),
        "to_publish": reviews.to_publish_by(user, now),
        "overdue": reviews.overdue(now),
        "changed": reviews.with_changed_passages(),
    }
    names = [field.name for field in fields(Counts)]
    row = User.objects.filter(pk=user.pk).values_list(*(CountUpTo(counted[name]) for name in names)).get()
    return Counts(**dict(zip(names, row, strict=True)))
