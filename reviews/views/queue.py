"""The review queue: what is to be done, by whom, by when; and doing it to many at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from factcheck.accounts.decorators import DeskRequest, desk_view
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, may
from factcheck.api.pagination import Order
from factcheck.errors import DomainError, Malformed, NotThere
from factcheck.forms import LARGEST_ID, IdField, LineField, malformed
from factcheck.pages import Page, page_of
from factcheck.redirects import next_page, posted_from
from factcheck.refusals import sentence
from reviews import actions, limits
from reviews.forms import PRIORITIES, AssignForm, TriageForm, ratings_offered
from reviews.models import Rating, Review
from reviews.querysets import OPEN, ReviewQuerySet
from reviews.shell import Counts, counts_for
from reviews.states import WORDS, statuses_of
from reviews.views.filters import Filters, Menu, Option, Sort, sort_menu, sort_named, without
from reviews.views.rows import row_of

DUE = {
    "overdue": gettext_lazy("Overdue"),
    "today": gettext_lazy("Today"),
    "week": gettext_lazy("Within a week"),
}
PASSAGE = {"changed": gettext_lazy("Changed by the outlet")}
SORTS = (
    Sort("due", gettext_lazy("Due date"), Order("due", "due_at", descending=False, nullable=True)),
    Sort(
        "priority", gettext_lazy("Priority"), Order("priority", "priority", descending=True, nullable=False)
    ),
    Sort("age", gettext_lazy("Oldest first"), Order("age", "id", descending=False, nullable=False)),
    Sort(
        "touched",
        gettext_lazy("Last activity"),
        Order("touched", "touched_at", descending=True, nullable=False),
    ),
)


class QueueForm(forms.Form):
    """Which reviews to list, and in which order."""

    q = LineField(required=False, max_length=200)
    state = forms.MultipleChoiceField(required=False, choices=list(WORDS.items()))
    rating = forms.CharField(required=False)
    assignee = forms.CharField(required=False)
    priority = forms.MultipleChoiceField(required=False, choices=[(slug, slug) for slug in PRIORITIES])
    due = forms.ChoiceField(required=False, choices=list(DUE.items()))
    passage = forms.ChoiceField(required=False, choices=list(PASSAGE.items()))
    article = IdField(required=False)
    sort = forms.ChoiceField(required=False, choices=[(sort.value, sort.label) for sort in SORTS])
    cursor = forms.CharField(required=False, max_length=500)

    def clean_rating(self) -> list[str]:
        """Take slugs of ratings, and "none" for those that have none."""
        slugs = self._all("rating")
        if any(not slug.replace("-", "").isalnum() or len(slug) > 40 for slug in slugs):
            raise forms.ValidationError(_("There is no such rating."))
        return slugs

    def clean_assignee(self) -> list[str]:
        """Take ids of people, "me" and "nobody"."""
        people = self._all("assignee")
        for each in people:
            is_id = each.isascii() and each.isdigit() and len(each) < len(str(LARGEST_ID))
            if not is_id and each not in {"me", "nobody"}:
                raise forms.ValidationError(_("There is no such person."))
        return people

    def _all(self, name: str) -> list[str]:
        assert isinstance(self.data, QueryDict)
        return [value for value in self.data.getlist(name) if value]


@desk_view
@require_safe
def queue(request: DeskRequest) -> HttpResponse:
    """A page of the queue; without a state chosen, what is open. Four queries of its own."""
    form = QueueForm(request.GET)
    if not form.is_valid():
        raise malformed(form)
    chosen = form.cleaned_data
    page = _page(chosen, request.user)
    people = list(User.objects.who_may(Right.RESEARCH))
    filters = _filters(chosen, people, list(ratings_offered()), request.user)
    context: dict[str, Any] = {
        "rows": [row_of(review) for review in page.rows],
        "tabs": _tabs(counts_for(request), request.GET),
        "filters": filters,
        "chips": [
            {
                "label": f"{menu.label}: {option.label}",
                "remove_url": without(request.GET, menu.name, option.value),
            }
            for menu, option in filters.chips
        ],
        "clear_url": reverse("desk:queue"),
        "result_label": _result_label(page),
        "pager": page.pager(request.GET),
        "can": {"assign": may(request.user, Right.ASSIGN)},
        "assignable": people,
        "empty": _empty(filtered=bool(chosen["q"] or filters.chips or chosen["article"])),
    }
    return render(request, "desk/queue.html", context)


@desk_view
@posted_from("desk:queue")
def bulk(request: DeskRequest) -> HttpResponseBase:
    """Assign the ticked reviews, or set their priority or due date: one by one, each with its own result.

    Raises:
        Malformed: nothing ticked, too much, or no wish.
    """
    step = _step(request)
    ids = _ticked(request)
    reviews = Review.objects.visible_to(request.user).select_related("claim", "assignee").in_bulk(ids)
    done, refused = 0, []
    for pk in ids:
        try:
            if pk not in reviews:
                raise NotThere
            step(reviews[pk])
        except DomainError as error:
            name = reviews[pk].claim.statement[:60] if pk in reviews else f"#{pk}"
            refused.append(f"“{name}”: {sentence(error)}")
        else:
            done += 1
    if done:
        messages.success(request, ngettext("%d claim changed.", "%d claims changed.", done) % done)
    for words in refused:
        messages.warning(request, words)
    return next_page(request, reverse("desk:queue"))


def _step(request: DeskRequest) -> Any:
    """Return what is to be done to each review: assign it, or set its priority or due date."""
    form: AssignForm | TriageForm
    if "assignee" in request.POST:
        form = AssignForm(request.POST)
        if form.is_valid():
            assignee = form.cleaned_data["assignee"]
            return lambda review: actions.assign(review, actor=request.user, assignee=assignee)
        raise malformed(form)
    sent = {name: request.POST[name] for name in ("priority", "due_at") if name in request.POST}
    # The field of the due date is always sent; its own button says that it is meant.
    if "priority" in sent or request.POST.get("set") != "due":
        sent.pop("due_at", None)
    form = TriageForm(sent)
    if not form.is_valid():
        raise malformed(form)
    wish = form.wish()
    if not wish:
        raise Malformed(detail=_("Say what to do with the claims."))
    return lambda review: actions.prioritise(review, actor=request.user, **wish)


def _ticked(request: DeskRequest) -> list[int]:
    ids = []
    for each in request.POST.getlist("review"):
        if not (each.isascii() and each.isdigit() and len(each) < len(str(LARGEST_ID))):
            raise Malformed.at("/review", _("An id is a string of digits."))
        ids.append(int(each))
    ids = list(dict.fromkeys(ids))
    if not ids:
        raise Malformed.at("/review", _("Select at least one claim."))
    if len(ids) > limits.MOST_AT_ONCE:
        raise Malformed.at("/review", _("Select at most %d claims.") % limits.MOST_AT_ONCE)
    return ids


# --- The list ------------------------------------------------------------------------------------


def _page(chosen: dict[str, Any], user: User) -> Page[Review]:
    found = Review.objects.visible_to(user).searching(chosen["q"])
    if chosen["passage"]:
        found = found.with_changed_passages()
    if chosen["state"]:
        found = found.in_states(chosen["state"])
    elif not chosen["passage"]:  # what changed under a published check waits as well
        found = found.open()
    if chosen["priority"]:
        found = found.filter(priority__in=[PRIORITIES[slug] for slug in chosen["priority"]])
    if chosen["article"]:
        found = found.in_article(chosen["article"])
    found = _by_assignee(found, chosen["assignee"], user)
    found = _by_rating(found, chosen["rating"])
    found = _by_due(found, chosen["due"])
    order = sort_named(SORTS, chosen["sort"] or _usual_sort(chosen["state"])).order
    return page_of(found, order, chosen["cursor"], shown=Review.objects.for_list(user))


def _usual_sort(states: list[str]) -> str:
    """What is due first, unless only what is decided is asked for: of that, the newest."""
    return "touched" if states and not statuses_of(*states) & set(OPEN) else "due"


def _by_assignee(found: ReviewQuerySet, people: list[str], user: User) -> ReviewQuerySet:
    if not people:
        return found
    ids = {user.pk if each == "me" else int(each) for each in people if each != "nobody"}
    nobody = Q(assignee=None) if "nobody" in people else Q()
    return found.filter(Q(assignee__in=ids) | nobody if ids else nobody)


def _by_rating(found: ReviewQuerySet, slugs: list[str]) -> ReviewQuerySet:
    if not slugs:
        return found
    none = Q(rating=None) if "none" in slugs else Q()
    return found.filter(Q(rating__slug__in=slugs) | none)


def _by_due(found: ReviewQuerySet, due: str) -> ReviewQuerySet:
    now = timezone.localtime()
    match due:
        case "overdue":
            return found.filter(due_at__lt=now)
        case "today":
            midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
            return found.filter(due_at__lt=midnight)
        case "week":
            return found.filter(due_at__lt=now + timedelta(days=7))
    return found


# --- What stands around it -----------------------------------------------------------------------


def _tabs(counts: Counts, query: QueryDict) -> list[dict[str, Any]]:
    chosen = {
        (name, value)
        for name, values in query.lists()
        for value in values
        if value and name not in {"cursor", "sort", "open"}
    }
    tabs: list[tuple[str, set[tuple[str, str]], int]] = [
        (_("Unassigned"), {("state", "flagged")}, counts.unassigned),
        (_("Mine"), {("assignee", "me")}, counts.mine_open),
        (_("Awaiting sign-off"), {("state", "signoff")}, counts.submitted),
        (_("Overdue"), {("due", "overdue")}, counts.overdue),
        (_("Passage changed"), {("passage", "changed")}, counts.changed),
        (_("All open"), set(), counts.queue),
    ]
    return [
        {
            "label": label,
            "url": reverse("desk:queue") + "".join(f"?{name}={value}" for name, value in wanted),
            "count": count,
            "current": wanted == chosen,
        }
        for label, wanted, count in tabs
    ]


def _filters(chosen: dict[str, Any], people: list[User], ratings: list[Rating], user: User) -> Filters:
    def option(name: str, value: str, label: str, **drawn: Any) -> Option:
        checked = value in chosen[name] if isinstance(chosen[name], list) else value == chosen[name]
        return Option(value, label, checked=checked, **drawn)

    states = [option("state", slug, str(word), state=slug) for slug, word in WORDS.items()]
    verdicts = [option("rating", rating.slug, rating.word, rating=rating) for rating in ratings]
    who = [
        option("assignee", "me", _("Me")),
        option("assignee", "nobody", _("Nobody")),
        *(option("assignee", str(each.pk), str(each), user=each) for each in people if each != user),
    ]
    urgency = [
        option("priority", slug, str(level.label), priority=level.value)
        for slug, level in reversed(PRIORITIES.items())
    ]
    times = [
        Option("", _("Any time"), checked=not chosen["due"]),
        *(option("due", value, str(label)) for value, label in DUE.items()),
    ]
    passages = [
        Option("", _("Any passage"), checked=not chosen["passage"]),
        *(option("passage", value, str(label)) for value, label in PASSAGE.items()),
    ]
    return Filters(
        q=chosen["q"],
        menus=[
            Menu("state", _("State"), _("State"), states),
            Menu(
                "rating",
                _("Verdict"),
                _("Draft verdict"),
                [*verdicts, option("rating", "none", _("No verdict yet"))],
            ),
            Menu("assignee", _("Assignee"), _("Assignee"), who),
            Menu("priority", _("Priority"), _("Priority"), urgency),
            Menu("due", _("Due"), _("Due"), times, multiple=False),
            Menu("passage", _("Passage"), _("Passage in the article"), passages, multiple=False),
            *_article_menu(chosen["article"]),
        ],
        sort=sort_menu(SORTS, chosen["sort"] or _usual_sort(chosen["state"])),
    )


def _article_menu(article: int | None) -> Iterable[Menu]:
    """The article that the list is limited to, so that other filters keep it and a chip takes it away."""
    if article:
        label = _("Number %d") % article
        yield Menu("article", _("Article"), _("Article"), [Option(str(article), label, checked=True)])


def _result_label(page: Page[Review]) -> str:
    if page.is_all:
        return ngettext("%d claim", "%d claims", len(page.rows)) % len(page.rows)
    return _("%d on this page") % len(page.rows)


def _empty(*, filtered: bool) -> dict[str, Any]:
    if filtered:
        return {
            "title": _("No claim fits"),
            "text": _("Nothing in the queue matches these words and filters."),
            "actions": [{"label": _("See all open claims"), "url": reverse("desk:queue")}],
        }
    return {
        "title": _("The queue is empty"),
        "text": _("Claims that are flagged in an article wait here until they are decided."),
        "actions": [{"label": _("Read an article"), "url": reverse("desk:articles")}],
    }
