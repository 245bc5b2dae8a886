"""Linking a claim that was flagged in another outlet's version of an article, or turning it down."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.models import Article, Claim, Revision
from factcheck.accounts.decorators import DeskRequest, desk_view
from factcheck.errors import DomainError, NotThere
from factcheck.forms import malformed
from factcheck.redirects import posted_from, see_other
from factcheck.refusals import sentence
from reviews import actions
from reviews.forms import LinkForm, OfferForm
from reviews.views.article import article_page


@desk_view
@posted_from("desk:article", "pk")
def link(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Say that the claim also stands in this article; refused, say why above the article as it is now."""
    form = LinkForm(request.POST)

    def act(claim: Claim) -> None:
        number, start, end = form.where()
        revision = Revision.objects.filter(article=pk, number=number).select_related("article").first()
        if revision is None:
            raise NotThere
        actions.add_passage(claim, actor=request.user, revision=revision, start=start, end=end)

    return _on_offer(request, pk, form, act, done=_("Linked. The claim stands in this article as well."))


@desk_view
@posted_from("desk:article", "pk")
def decline_offer(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Say that the claim does not stand in this article; refused, as `link`."""

    def act(claim: Claim) -> None:
        article = Article.objects.filter(pk=pk).first()
        if article is None:
            raise NotThere
        actions.decline_offer(claim, actor=request.user, article=article)

    done = _("Turned down. The claim is not offered in this article any more.")
    return _on_offer(request, pk, OfferForm(request.POST), act, done=done)


def _on_offer(
    request: DeskRequest, pk: int, form: forms.Form, act: Callable[[Claim], None], *, done: str
) -> HttpResponseBase:
    try:
        if not form.is_valid():
            raise malformed(form)
        claim = Claim.objects.select_related("review").filter(pk=form.cleaned_data["claim"]).first()
        if claim is None:
            raise NotThere
        act(claim)
    except DomainError as error:
        messages.warning(request, sentence(error))
        return article_page(request, pk, status=error.status)
    messages.success(request, done)
    return see_other(f"{reverse('desk:article', args=[pk])}#offers")
