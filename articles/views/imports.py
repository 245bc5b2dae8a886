"""The HTML door to imports: how far one is, trying again, and letting it be.

The list of articles, with its import form, also shows how far their checks are: `reviews.views.articles`.
"""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.actions import dismiss_import, retry_import
from articles.models import Import
from articles.permissions import may_dismiss
from articles.twins.models import closest
from factcheck.accounts.decorators import DeskRequest, desk_view
from factcheck.accounts.roles import Right, may
from factcheck.errors import DomainError, IllegalTransition
from factcheck.jobs.models import JobStatus
from factcheck.redirects import next_page, posted_from, see_other
from factcheck.refusals import sentence

_OPEN = (JobStatus.QUEUED.value, JobStatus.RUNNING.value)
"""How `Import.seen` begins while there is something to do."""


@desk_view
@require_safe
def progress(request: DeskRequest, pk: int) -> HttpResponseBase:
    """How far an import is, as a part of the page that htmx asks for every second.

    That is the list, or with `?on=article` the page of the article whose newer text it is. One query, one for
    the near copies of its article once that is there, and one for the counts when it ends. 204 where nothing
    has changed since `?seen=`; the whole list for whoever opens the address.
    """
    if not request.headers.get("HX-Request"):
        return see_other("desk:articles")
    job = get_object_or_404(_jobs(), pk=pk)
    seen = request.GET.get("seen", "")
    if seen == job.seen:
        return HttpResponse(status=204)
    return _part(request, job, has_ended=not job.is_open and seen.startswith(_OPEN))


@desk_view
@posted_from("desk:articles")
def retry(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Try an import again, from whichever page shows it."""
    job = get_object_or_404(_jobs(), pk=pk)
    try:
        job = retry_import(job, actor=request.user)
    except DomainError as error:
        if error.status == 403:
            raise
        messages.warning(request, sentence(error))
    else:
        messages.success(request, _("Trying again."))
    if request.headers.get("HX-Request"):
        return _part(request, job)
    return next_page(request, reverse("desk:articles"))


@desk_view
@posted_from("desk:articles")
def dismiss(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Take a failed import off the list, and lead back to where in it that was pressed."""
    try:
        dismiss_import(get_object_or_404(Import, pk=pk), actor=request.user)
    except IllegalTransition as error:
        messages.warning(request, sentence(error))
    return next_page(request, reverse("desk:articles"))


def _jobs() -> QuerySet[Import]:
    return Import.objects.select_related("article").prefetch_related(closest("article__twins"))


def _part(request: DeskRequest, job: Import, *, has_ended: bool = False) -> HttpResponse:
    can = {"import": may(request.user, Right.IMPORT), "dismiss": may_dismiss(request.user, job)}
    of_article = job.revises_id and request.GET.get("on") == "article"
    part = "desk/_recheck.html" if of_article else "desk/_import.html"
    return render(request, part, {"job": job, "can": can, "has_ended": has_ended})
