"""The HTML door to imports, how far one is and trying again, and to reading marks.

The list of articles, with its import form, also shows how far their checks are: `reviews.views.articles`;
and an article is shown with its claims: `reviews.views.article`.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.actions import mark_sentences, retry_import
from articles.coverage import coverage_of, unread_in
from articles.forms import MarkForm
from articles.models import Import, ReadingMark, Revision
from factcheck.accounts.decorators import DeskRequest, desk_view, wants_json
from factcheck.accounts.roles import Right, may
from factcheck.errors import DomainError, NotThere
from factcheck.forms import malformed
from factcheck.redirects import posted_from, see_other
from factcheck.refusals import sentence


@desk_view
@require_safe
def progress(request: DeskRequest, pk: int) -> HttpResponseBase:
    """How far an import is, as a part of the list that htmx asks for every second. One query.

    204 where nothing has changed since `?seen=`; the whole list for whoever opens the address.
    """
    if not request.headers.get("HX-Request"):
        return see_other("desk:articles")
    job = get_object_or_404(Import.objects.select_related("article"), pk=pk)
    if request.GET.get("seen") == f"{job.status}-{job.stage}-{job.attempts}":
        return HttpResponse(status=204)
    return _part(request, job)


@desk_view
@posted_from("desk:articles")
def retry(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Try a failed import again."""
    job = get_object_or_404(Import.objects.select_related("article"), pk=pk)
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
    return see_other("desk:articles")


@desk_view
@posted_from("desk:article", "pk")
def mark(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Mark the sentences that the words sent touch, or clear their marks.

    A script asks, and gets JSON: those sentences, and what the page says of them anew.
    """
    form = MarkForm(request.POST)
    if not form.is_valid():
        raise malformed(form)
    found = Revision.objects.select_related("article").filter(
        article=pk, number=form.cleaned_data["revision"]
    )
    if not (revision := found.first()):
        raise NotThere
    touched = mark_sentences(revision, actor=request.user, **form.wish())
    if not wants_json(request):
        return see_other(f"{reverse('desk:article', args=[pk])}?revision={revision.number}#unread")
    coverage = coverage_of(revision)
    context = {
        "article": revision.article,
        "revision": revision,
        "coverage": coverage,
        "unread": unread_in(revision, coverage),
        "kinds": ReadingMark.Kind,
        "can": {"flag": True},
    }
    kind = form.wish()["kind"]
    parts = {
        name: render_to_string(f"desk/_{name}.html", context, request) for name in ("coverage", "unread")
    }
    label = str(kind.label) if kind else ""
    return JsonResponse({"sentences": touched, "kind": kind, "label": label, "parts": parts})


def _part(request: DeskRequest, job: Import) -> HttpResponse:
    can = {"import": may(request.user, Right.IMPORT)}
    return render(request, "desk/_import.html", {"job": job, "can": can})
