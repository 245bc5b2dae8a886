"""Linking a claim that was flagged in another outlet's version of an article."""

from __future__ import annotations

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.models import Claim, Revision
from factcheck.accounts.decorators import DeskRequest, desk_view
from factcheck.errors import DomainError, NotThere
from factcheck.forms import malformed
from factcheck.redirects import posted_from, see_other
from factcheck.refusals import sentence
from reviews.actions import add_passage
from reviews.forms import LinkForm
from reviews.views.article import article_page


@desk_view
@posted_from("desk:article", "pk")
def link(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Say that the claim also stands in this article; refused, say why above the article as it is now."""
    form = LinkForm(request.POST)
    try:
        if not form.is_valid():
            raise malformed(form)
        number, start, end = form.where()
        revision = Revision.objects.filter(article=pk, number=number).select_related("article").first()
        claim = Claim.objects.select_related("review").filter(pk=form.cleaned_data["claim"]).first()
        if revision is None or claim is None:
            raise NotThere
        add_passage(claim, actor=request.user, revision=revision, start=start, end=end)
    except DomainError as error:
        messages.warning(request, sentence(error))
        return article_page(request, pk, status=error.status)
    messages.success(request, _("Linked. The claim stands in this article as well."))
    return see_other(f"{reverse('desk:article', args=[pk])}#offers")
