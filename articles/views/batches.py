"""The HTML door to batches: how far one is, and what became of each row."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles.actions import dismiss_batch
from articles.batches.models import Batch
from articles.batches.querysets import Outcome, that_are
from articles.permissions import may_dismiss
from factcheck.accounts.decorators import DeskRequest, desk_view
from factcheck.accounts.roles import Right, may
from factcheck.errors import IllegalTransition
from factcheck.redirects import next_page, posted_from
from factcheck.refusals import sentence

MOST_SHOWN = 500


@desk_view
@require_safe
def batch(request: DeskRequest, pk: int) -> HttpResponse:
    """The report of a batch: its counts, the rows that are no article, and those that are. Three queries.

    For the list of articles only how far it is.
    """
    found = get_object_or_404(Batch.objects.with_counts(), pk=pk)
    can = {"import": may(request.user, Right.IMPORT), "dismiss": may_dismiss(request.user, found)}
    if request.headers.get("HX-Target") == f"batch-{pk}":
        part = {"batch": found, "can": can, "has_ended": not found.is_going}
        return render(request, "desk/_batch.html", part)
    troubled = found.rows.filter(that_are(Outcome.FAILED, Outcome.REFUSED)).select_related("job")
    imported = found.rows.filter(that_are(Outcome.IMPORTED)).select_related("job__article")
    context = {
        "batch": found,
        "rows": troubled.order_by("number")[:MOST_SHOWN],
        "imported": imported.order_by("number")[:MOST_SHOWN],
        "most_shown": MOST_SHOWN,
        "can": can,
    }
    return render(request, "desk/batch.html", context)


@desk_view
@posted_from("desk:articles")
def dismiss(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Take a batch that failed as a whole off the list, and lead back to where that was pressed."""
    try:
        dismiss_batch(get_object_or_404(Batch, pk=pk), actor=request.user)
    except IllegalTransition as error:
        messages.warning(request, sentence(error))
    return next_page(request, reverse("desk:articles"))
