"""The HTML door to reading marks; an article is shown with its claims in `reviews.views.article`."""

from __future__ import annotations

from django.http import JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse

from articles.actions import mark_sentences
from articles.coverage import coverage_of, unread_in
from articles.forms import MarkForm
from articles.models import ReadingMark, Revision
from factcheck.accounts.decorators import DeskRequest, desk_view, wants_json
from factcheck.errors import NotThere
from factcheck.forms import malformed
from factcheck.redirects import posted_from, see_other


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
