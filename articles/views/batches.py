"""The HTML door to batches: how far one is, and what became of each row."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from articles.batches.models import Batch
from factcheck.accounts.decorators import DeskRequest, desk_view
from factcheck.jobs.models import JobStatus

MOST_SHOWN = 500


@desk_view
@require_safe
def batch(request: DeskRequest, pk: int) -> HttpResponse:
    """The report of a batch: its counts and the rows that are no article. Two queries.

    For htmx only how far it is, as the list of articles shows it.
    """
    found = get_object_or_404(Batch.objects.with_counts(), pk=pk)
    if request.headers.get("HX-Request"):
        return render(request, "desk/_batch.html", {"batch": found})
    troubled = found.rows.filter(Q(job=None) | Q(job__status=JobStatus.FAILED)).select_related("job")
    context = {"batch": found, "rows": troubled.order_by("number")[:MOST_SHOWN]}
    return render(request, "desk/batch.html", context)
