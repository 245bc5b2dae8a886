"""A changed article: where its passages stand now, and what of its text is another, or another outlet's."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.comparison import Row, block_diff, is_coarse, paragraphs_changed
from articles.models import Placement, Revision
from factcheck.accounts.decorators import DeskRequest, desk_view
from factcheck.errors import DomainError
from factcheck.forms import malformed
from factcheck.redirects import posted_from, see_other
from factcheck.refusals import sentence
from reviews.actions import decide_placement, undo_placement
from reviews.forms import PlaceForm, RevisionsForm
from reviews.views.changes_page import Text, changes_page

_FOLDED_FROM = 4
"""Blocks in a row without a change; of fewer none is folded away, and one stays at either end."""


@desk_view
@require_safe
def changes(request: DeskRequest, pk: int) -> HttpResponse:
    """What became of each passage in the newest text."""
    return changes_page(request, pk)


@desk_view
@posted_from("desk:changes", "pk")
def decide(request: DeskRequest, pk: int, placement: int) -> HttpResponseBase:
    """Say what became of one passage."""
    form = PlaceForm(request.POST)

    def act(found: Placement) -> None:
        if not form.is_valid():
            raise malformed(form)
        decide_placement(found, actor=request.user, **form.wish(found))

    return _carry_out(request, pk, placement, act, done=_("Decided."))


@desk_view
@posted_from("desk:changes", "pk")
def undo(request: DeskRequest, pk: int, placement: int) -> HttpResponseBase:
    """Take a decision back."""

    def act(found: Placement) -> None:
        undo_placement(found, actor=request.user)

    return _carry_out(request, pk, placement, act, done=_("Taken back. The passage waits again."))


def _carry_out(
    request: DeskRequest, pk: int, placement: int, act: Callable[[Placement], None], *, done: str
) -> HttpResponseBase:
    """Do it and lead back to the passage; refused, say why beside what stands now."""
    found = get_object_or_404(
        Placement.objects.select_related("passage__claim__review", "revision", "result"),
        pk=placement,
        revision__article=pk,
    )
    try:
        act(found)
    except DomainError as error:
        messages.warning(request, sentence(error))
        return changes_page(request, pk, opened=placement, status=error.status)
    messages.success(request, done)
    return see_other(f"{reverse('desk:changes', args=[pk])}#passage-{placement}")


@desk_view
@require_safe
def compare(request: DeskRequest, pk: int) -> HttpResponse:
    """Two texts beside each other: of one article, or with `with` another's on the left.

    What is not named is the newest text; of one article, the two newest. Two queries.
    """
    form = RevisionsForm(request.GET)
    if not form.is_valid():
        raise malformed(form)
    other = form.cleaned_data["with"] or pk
    numbers = _numbers_of({pk, other})
    if {pk, other} - numbers.keys():
        raise Http404
    before, after = form.numbers(newest=numbers[pk][0].number)
    if other != pk:
        before = form.cleaned_data["from"] or numbers[other][0].number
    wanted = Q(article=other, number=before) | Q(article=pk, number=after)
    found = Revision.objects.filter(wanted).select_related("article__outlet")
    texts = {(revision.article_id, revision.number): Text.of(revision) for revision in found}
    if {(other, before), (pk, after)} - texts.keys():
        raise Http404
    old, new = texts[other, before], texts[pk, after]
    rows = block_diff(old.revision.text, old.blocks, new.revision.text, new.blocks)
    context = {
        "article": new.revision.article,
        "other": old.revision.article if other != pk else None,
        "old": old.revision,
        "new": new.revision,
        "old_revisions": numbers[other],
        "new_revisions": numbers[pk],
        "repairs": [] if other != pk else _repairs_between(numbers[pk], before, after),
        "stretches": _stretches(rows),
        "is_coarse": is_coarse(old.revision.text, new.revision.text),
        "changed": paragraphs_changed(rows),
    }
    return render(request, "desk/compare.html", context)


def _numbers_of(articles: set[int]) -> dict[int, list[Revision]]:
    """Return the revisions of the articles without their texts, newest first. One query."""
    numbers: dict[int, list[Revision]] = {}
    revisions = Revision.objects.filter(article__in=articles).select_related("extraction")
    few = revisions.only("number", "created_at", "article", "extraction__is_repair")
    for revision in few.order_by("-number"):
        numbers.setdefault(revision.article_id, []).append(revision)
    return numbers


def _repairs_between(revisions: list[Revision], before: int, after: int) -> list[int]:
    between = [each for each in revisions if before < each.number <= after]
    return [each.number for each in between if each.extraction.is_repair]


def _stretches(rows: list[Row]) -> list[dict[str, Any]]:
    """Put the rows together that changed or did not; long ones that did not are folded but for their ends."""
    stretches: list[dict[str, Any]] = []
    for same, run in groupby(rows, lambda row: row.is_same and not row.is_moved):
        inside = list(run)
        if not same or len(inside) < _FOLDED_FROM:
            stretches.append({"rows": inside, "is_folded": False})
            continue
        stretches += [
            {"rows": inside[:1], "is_folded": False},
            {"rows": inside[1:-1], "is_folded": True},
            {"rows": inside[-1:], "is_folded": False},
        ]
    return stretches
