"""My desk: what waits for this person, and what happened lately.

What the layer above has to tell somebody it adds itself: see `notify`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_safe

from factcheck.accounts.decorators import DeskRequest, desk_view
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, may
from reviews.history import recent
from reviews.models import Review
from reviews.querysets import ReviewQuerySet
from reviews.shell import counts_for
from reviews.views.rows import row_of, signatures_under

ROWS = 8


@dataclass(frozen=True)
class Notice:
    """Something that somebody should know when they come in, and where to do something about it."""

    text: str
    url: str
    label: str
    is_bad: bool


Notify = Callable[[User], Notice | None]
_notices: list[Notify] = []


def notify(about: Notify) -> Notify:
    """Let an upper layer tell people something; it says so when its app is ready."""
    if about not in _notices:
        _notices.append(about)
    return about


@desk_view
@require_safe
def home(request: DeskRequest) -> HttpResponse:
    """The sections of the desk that are not empty, and the notices.

    Ten queries of its own at most, however much there is, and those of the notices.
    """
    user, now = request.user, timezone.now()
    counts = counts_for(request)
    reviews = Review.objects.visible_to(user)
    mine = reviews.in_hands_of(user)
    to_decide, own, to_sign, to_publish, soon = _first(
        user,
        (mine.with_changed_passages().by_urgency(), counts.to_decide, ROWS),
        (mine.without_changed_passages().by_urgency(), counts.mine - counts.to_decide, 2 * ROWS),
        (reviews.awaiting_signoff_by(user).by_urgency(), counts.to_sign, ROWS),
        # What is signed off is past being due: what waits longest is first.
        (reviews.to_publish_by(user, now).order_by("touched_at", "pk"), counts.to_publish, ROWS),
        (reviews.due_soon(now).by_urgency(), counts.queue, 4 * ROWS),
    )
    groups: list[tuple[str, str, list[Review], int, str]] = [
        (
            "signoff",
            _("Waiting for your sign-off"),
            to_sign,
            counts.to_sign,
            "?state=signoff",
        ),
        (
            "changed",
            _("Passages to decide on"),
            to_decide,
            counts.to_decide,
            "?assignee=me&passage=changed",
        ),
        *_of_mine(own, counts.mine - counts.to_decide),
        (
            "ready",
            _("Ready to publish"),
            to_publish,
            counts.to_publish,
            "?state=ready",
        ),
        _due_soon(soon, [*to_decide, *own, *to_sign]),
    ]
    signatures = signatures_under(review for group in groups for review in group[2])
    queue = reverse("desk:queue")
    sections = [
        {
            "key": key,
            "title": title,
            "rows": [row_of(review, signatures.get(review.verdict_id or 0, ())) for review in found],
            "count": count,
            "more_url": f"{queue}{query}",
        }
        for key, title, found, count, query in groups
        if found
    ]
    context: dict[str, Any] = {
        "today": timezone.localdate(),
        "needs": counts.desk,
        "overdue": sum(
            bool(each.due_at and each.due_at < now)
            for each in [*to_decide, *own]
            if each.status == Review.Status.RESEARCHING
        ),
        "can": {"import": may(user, Right.IMPORT)},
        "notices": [notice for about in _notices if (notice := about(user))],
        "sections": sections,
        "activity": recent(8),
        **_start(counts.to_sign, counts.to_publish, queue),
    }
    return render(request, "desk/home.html", context)


def _first(user: User, *lists: tuple[ReviewQuerySet, int, int]) -> list[list[Review]]:
    """The first of each list with what a line shows; a list whose count is 0 is not asked for.

    One query for each list and one for all their lines.
    """
    ids = [list(found.values_list("pk", flat=True)[:rows]) if count else [] for found, count, rows in lists]
    lines = Review.objects.for_list(user).order_by().in_bulk({pk for chosen in ids for pk in chosen})
    return [[lines[pk] for pk in chosen if pk in lines] for chosen in ids]


def _of_mine(own: list[Review], count: int) -> list[tuple[str, str, list[Review], int, str]]:
    """Split what somebody is at into what came back to them and the rest."""
    back = [review for review in own if review.shown_state == "returned"]
    rest = [review for review in own if review.shown_state != "returned"]
    return [
        ("returned", _("Returned to you"), back[:ROWS], len(back), "?assignee=me&state=returned"),
        ("mine", _("Assigned to you"), rest[:ROWS], count - len(back), "?assignee=me"),
    ]


def _due_soon(soon: list[Review], shown: list[Review]) -> tuple[str, str, list[Review], int, str]:
    known = {review.pk for review in shown}
    others = [review for review in soon if review.pk not in known]
    return ("soon", _("Due soon across the desk"), others[:ROWS], len(others), "?due=week")


def _start(to_sign: int, to_publish: int, queue: str) -> dict[str, Any]:
    if to_sign:
        label = ngettext("Start with the sign-off", "Start with sign-offs", to_sign)
        return {"start_url": f"{queue}?state=signoff", "start_label": label}
    if to_publish:
        return {"start_url": f"{queue}?state=ready", "start_label": _("See what can be published")}
    return {"start_url": None, "start_label": ""}
