"""The HTML door to batches: how far one is, and what became of each row."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from articles.batches.models import Batch
from articles.batches.querysets import Outcome, that_are
from factcheck.accounts.decorators import DeskRequest, desk_view
from factcheck.accounts.roles import Right, may

MOST_SHOWN = 500


@desk_view
@require_safe
def batch(request: DeskRequest, pk: int) -> HttpResponse:
    """The report of a batch: its counts and the rows that are no article. Two queries.

    For the list of articles only how far it is.
    """
    found = get_object_or_404(Batch.objects.with_counts(), pk=pk)
    if request.headers.get("HX-Target") == f"batch-{pk}":
        return render(request, "desk/_batch.html", {"batch": found})
    troubled = found.rows.filter(that_are(Outcome.FAILED, Outcome.REFUSED)).select_related("job")
    context = {
        "batch": found,
        "rows": troubled.order_by("number")[:MOST_SHOWN],
        "can": {"import": may(request.user, Right.IMPORT)},
    }
    return render(request, "desk/batch.html", context)
