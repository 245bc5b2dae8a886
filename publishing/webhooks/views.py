"""The HTML door to webhooks, pages of the settings: which programs are told what, and how that goes.

For administrators alone: whoever knows an address may be able to use it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from factcheck.accounts.decorators import SAFE, DeskRequest, View, desk_view
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, may, require
from factcheck.api.pagination import Order
from factcheck.errors import Conflict, DomainError, StaleVersion
from factcheck.forms import errors_of, malformed, where_it_shows
from factcheck.jobs.models import JobStatus
from factcheck.pages import page_of
from factcheck.redirects import next_page, posted_from, see_other
from factcheck.refusals import by_field, sentence
from publishing.forms import EndpointChangeForm, EndpointForm, RenewForm
from publishing.webhooks.actions import (
    add_endpoint,
    change_endpoint,
    redeliver,
    remove_endpoint,
    renew_secret,
    send_test,
    switch_off_endpoint,
    switch_on_endpoint,
)
from publishing.webhooks.kinds import Kind
from publishing.webhooks.models import Delivery, Endpoint
from publishing.webhooks.panels import RESULTS, Panel, panel_of, panels
from reviews.views.desk import Notice

P = ParamSpec("P")

NEWEST = Order("deliveries", "id", descending=True, nullable=False)
FIRST_CHOICE = [kind.value for kind in Kind if kind.startswith("publication.")]
"""What is ticked for a new endpoint: what everybody can read anyway."""


def for_administrators(view: View[P]) -> Callable[..., HttpResponseBase]:
    """Let in whoever administers the desk; the others of the desk are refused, also to look."""

    @desk_view
    @wraps(view)
    def guarded(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        require(request.user, Right.ADMINISTER)
        return view(request, *args, **kwargs)

    return guarded


@for_administrators
def webhooks(request: DeskRequest) -> HttpResponseBase:
    """The endpoints, those in trouble first; or one more of them. Two queries of its own to show them.

    Who adds one is answered with its page, which shows the secret this once.
    """
    if request.method in SAFE:
        return _list(request)
    form = EndpointForm(request.POST)
    try:
        if not form.is_valid():
            raise malformed(form)
        added, secret = add_endpoint(actor=request.user, **form.cleaned_data)
    except DomainError as error:
        return _list(request, status=error.status, **_refused(request, error, form))
    return _one(request, added.pk, secret=secret)


@for_administrators
def webhook(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Show one endpoint with its deliveries, page by page, or change it. Five queries of its own.

    For htmx only how it goes; 204 where nothing has changed since `?seen=`.
    """
    found = get_object_or_404(Endpoint, pk=pk)
    if request.headers.get("HX-Request"):
        return _part(request, pk)
    if request.method in SAFE:
        return _one(request, pk)
    form = EndpointChangeForm(request.POST)
    try:
        if not form.is_valid():
            raise malformed(form)
        change_endpoint(found, actor=request.user, **form.cleaned_data)
    except DomainError as error:
        return _one(request, pk, status=error.status, **_refused(request, error, form))
    messages.success(request, _("Endpoint changed."))
    return see_other("desk:webhook", pk)


@for_administrators
@posted_from("desk:webhook", "pk")
def webhook_secret(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Renew the secret, and answer with the page that shows it this once.

    The form says which secret it renews: who reloads the answer is told so, and keeps what it shows.
    """
    found, form = get_object_or_404(Endpoint, pk=pk), RenewForm(request.POST)
    if not form.is_valid():
        raise malformed(form)
    found.secret_number = form.cleaned_data["number"]
    try:
        secret = renew_secret(found, actor=request.user)
    except Conflict as error:
        messages.warning(request, sentence(error))
        return see_other("desk:webhook", pk)
    return _one(request, pk, secret=secret)


@for_administrators
def webhook_delivery(request: DeskRequest, pk: int, delivery: int) -> HttpResponseBase:
    """What was sent, and what the receiver said. One query of its own."""
    found = _delivery(pk, delivery)
    payload = json.dumps(json.loads(found.body), ensure_ascii=False, indent=2)
    return render(
        request,
        "desk/webhook_delivery.html",
        {"delivery": found, "endpoint": found.endpoint, "payload": payload},
    )


@for_administrators
@posted_from("desk:webhook", "pk")
def webhook_again(request: DeskRequest, pk: int, delivery: int) -> HttpResponseBase:
    """Have a delivery sent again."""
    found = _delivery(pk, delivery)
    return _carried_out(request, pk, lambda: redeliver(found, actor=request.user), _("It is sent again."))


def _step(action: Callable[..., Any], done: Promise) -> Callable[..., HttpResponseBase]:
    """Make the view behind a button that does something to an endpoint."""

    @for_administrators
    @posted_from("desk:webhook", "pk")
    def step(request: DeskRequest, pk: int) -> HttpResponseBase:
        found = get_object_or_404(Endpoint, pk=pk)
        return _carried_out(request, pk, lambda: action(found, actor=request.user), str(done))

    return step


webhook_test = _step(send_test, gettext_lazy("The test is on its way."))
webhook_off = _step(switch_off_endpoint, gettext_lazy("Nothing more is sent to it until it is switched on."))
webhook_on = _step(
    switch_on_endpoint, gettext_lazy("It is sent what waits, and all that happened meanwhile.")
)
webhook_remove = _step(remove_endpoint, gettext_lazy("The desk tells this endpoint nothing more."))


def on_my_desk(user: User) -> Notice | None:
    """What an administrator is told in passing of endpoints that get nothing. One query for them alone."""
    if not may(user, Right.ADMINISTER):
        return None
    by_hand = ["", Endpoint.Reason.BY_HAND.value]
    stopped = ~Q(disabled_reason__in=by_hand) | Q(status=JobStatus.FAILED)
    failing = Q(disabled_at=None, failing_since__isnull=False)
    found = list(Endpoint.objects.kept().filter(stopped | failing).order_by("pk"))
    if not found:
        return None
    off = _hosts(each for each in found if each.disabled_at or each.status == JobStatus.FAILED)
    tried = _hosts(each for each in found if each.is_on and each.status != JobStatus.FAILED)
    words = []
    if off:
        stopped_words = ngettext(
            "{hosts} gets no messages any more: its webhook was stopped. Nothing is lost.",
            "{hosts} get no messages any more: their webhooks were stopped. Nothing is lost.",
            len(off),
        )
        words.append(stopped_words.format(hosts=", ".join(off)))
    if tried:
        words.append(_("Messages to {hosts} fail; the desk goes on trying.").format(hosts=", ".join(tried)))
    [only, *others] = found
    url = reverse("desk:webhooks") if others else reverse("desk:webhook", args=[only.pk])
    return Notice(" ".join(words), url, _("See webhooks"), is_bad=bool(off))


def _hosts(endpoints: Iterable[Endpoint]) -> list[str]:
    """The names of these, each once."""
    return list(dict.fromkeys(each.host for each in endpoints))


def _delivery(endpoint: int, pk: int) -> Delivery:
    return get_object_or_404(Delivery.objects.select_related("endpoint"), pk=pk, endpoint=endpoint)


def _carried_out(request: DeskRequest, pk: int, act: Callable[[], Any], done: str) -> HttpResponseBase:
    """Do it, say so or why not, and lead back to where the button stood."""
    try:
        act()
    except Conflict as error:
        messages.warning(request, sentence(error))
    else:
        messages.success(request, done)
    return next_page(request, reverse("desk:webhook", args=[pk]))


def _refused(request: DeskRequest, error: DomainError, form: EndpointForm) -> dict[str, Any]:
    """Return what the page shows of a form that was refused: what was typed, and what is wrong with it.

    The version that it was made from comes back, unless the answer shows what somebody else made of it.
    """
    if error.status == 403:
        raise error
    is_stale = isinstance(error, StaleVersion)
    faults = errors_of(form) or by_field(error) or {"all": sentence(error)}
    return {
        "values": {"url": request.POST.get("url", ""), "kinds": request.POST.getlist("kinds")},
        "is_stale": is_stale,
        **({} if is_stale else {"version": request.POST.get("version", "")}),
        "faults": where_it_shows(faults, {"url", "kinds"}),
        "open_dialog": "endpoint-dialog",
    }


def _list(request: DeskRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    shown = {
        "panels": [(panel, _again_url(panel, "on=list")) for panel in panels()],
        "back": reverse("desk:webhooks"),
        "all_kinds": Kind.choices,
        "values": {"kinds": FIRST_CHOICE},
        "is_list": True,
    }
    return render(request, "desk/webhooks.html", shown | context, status=status)


def _one(request: DeskRequest, pk: int, *, status: int = 200, **context: Any) -> HttpResponse:
    panel, told = _page(request, pk)
    endpoint = panel.endpoint
    shown = {
        **told,
        "endpoint": endpoint,
        "all_kinds": Kind.choices,
        "values": {"url": endpoint.url, "kinds": endpoint.kinds},
        "version": endpoint.version,
    }
    return render(request, "desk/webhook.html", shown | context, status=status)


def _part(request: DeskRequest, pk: int) -> HttpResponse:
    if request.GET.get("on") == "list":
        panel = panel_of(pk)
        shown = {
            "panel": panel,
            "again_url": _again_url(panel, "on=list"),
            "back": reverse("desk:webhooks"),
            "is_list": True,
        }
    else:
        panel, shown = _page(request, pk)
    if request.GET.get("seen") == panel.seen:
        return HttpResponse(status=204)
    return render(request, "desk/_endpoint.html", shown)


def _page(request: DeskRequest, pk: int) -> tuple[Panel, dict[str, Any]]:
    """One page of what an endpoint was told, and what its panel shows."""
    told = Delivery.objects.filter(endpoint=pk)
    result = request.GET.get("result", "")
    chosen = told.filter(RESULTS[result]) if result in RESULTS else told
    page = page_of(chosen, NEWEST, request.GET.get("cursor", ""), shown=Delivery.objects.all())
    panel, asked = panel_of(pk, page.rows), _without_seen(request)
    here, query = reverse("desk:webhook", args=[pk]), asked.urlencode()
    return (
        panel,
        {
            "panel": panel,
            "again_url": _again_url(panel, query),
            "back": f"{here}?{query}" if query else here,
            "result": result,
            "results": _tabs(here, result),
            "pager": page.pager(asked, at=here),
        },
    )


def _without_seen(request: HttpRequest) -> Any:
    query = request.GET.copy()
    for name in ("seen", "open"):
        query.pop(name, None)
    return query


def _again_url(panel: Panel, query: str) -> str:
    """Where htmx looks again."""
    address = reverse("desk:webhook", args=[panel.endpoint.pk])
    return f"{address}?{'&'.join(filter(None, [query, urlencode({'seen': panel.seen})]))}"


def _tabs(here: str, result: str) -> list[dict[str, Any]]:
    words = {"": _("All"), "delivered": _("Delivered"), "failed": _("Not taken"), "waiting": _("Waiting")}
    return [
        {"label": label, "url": f"{here}?result={name}" if name else here, "is_here": name == result}
        for name, label in words.items()
    ]
