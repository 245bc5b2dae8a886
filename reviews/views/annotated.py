"""The annotated copy of an article: a page made for paper, and the same as a document."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from factcheck.accounts.decorators import DeskRequest, desk_view
from reviews.annotated import Copy, annotated_copy
from reviews.annotated.document import MEDIA_TYPE, as_document
from reviews.forms import ratings_offered
from reviews.views.article import revision_shown


@desk_view
@require_safe
def annotated(request: DeskRequest, pk: int) -> HttpResponse:
    """Show the copy of the newest text, or that of `?revision=`.

    Seven queries of its own, eight for a text that is not the first.
    """
    revision = revision_shown(pk, request.GET.get("revision", ""))
    return page_of(request, annotated_copy(revision, reader=request.user))


@desk_view
@require_safe
def document(request: DeskRequest, pk: int) -> HttpResponse:
    """Give the same copy as a DOCX file."""
    revision = revision_shown(pk, request.GET.get("revision", ""))
    return file_of(annotated_copy(revision, reader=request.user))


def page_of(request: HttpRequest, copy: Copy) -> HttpResponse:
    """Return the copy as a page. One query."""
    context = {
        "copy": copy,
        "article": copy.article,
        "revision": copy.revision,
        "marks": copy.by_passage,
        "ratings": ratings_offered(),
    }
    return render(request, "desk/annotated.html", context)


def file_of(copy: Copy) -> HttpResponse:
    """Return the copy as a file to keep."""
    name = f"annotated-copy-{copy.article.pk}-revision-{copy.revision.number}.docx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(as_document(copy), content_type=MEDIA_TYPE, headers=headers)
