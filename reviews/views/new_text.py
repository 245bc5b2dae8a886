"""A newer text of an article: looking for one at its address, or giving it."""

from __future__ import annotations

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from articles.actions import request_import, request_recheck
from articles.forms import NewTextForm
from articles.models import Article
from factcheck.accounts.decorators import DeskRequest, desk_view
from factcheck.errors import DomainError
from factcheck.forms import errors_of, malformed, where_it_shows
from factcheck.redirects import posted_from, see_other
from factcheck.refusals import by_field, sentence
from reviews.views.article import article_page


@desk_view
@posted_from("desk:article", "pk")
def recheck(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Look whether the article was changed at its address."""
    article = get_object_or_404(Article, pk=pk)
    try:
        request_recheck(article, actor=request.user)
    except DomainError as error:
        messages.warning(request, sentence(error))
        return article_page(request, pk, status=error.status)
    messages.success(request, _("Looking for changes."))
    return see_other("desk:article", pk)


@desk_view
@posted_from("desk:article", "pk")
def new_text(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Take a pasted text or a file as what the article says now; refused, it comes back as it was typed."""
    article = get_object_or_404(Article, pk=pk)
    form = NewTextForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise malformed(form)
        request_import(actor=request.user, revises=article, **form.wish())
    except DomainError as error:
        faults = errors_of(form) or by_field(error) or {"all": sentence(error)}
        return article_page(
            request,
            pk,
            status=error.status,
            open_dialog="new-text-dialog",
            new_text=request.POST.get("text", ""),
            new_text_errors=where_it_shows(faults, {"text", "file"}),
        )
    messages.success(request, _("The new text is being read."))
    return see_other("desk:article", pk)
