"""Saying that a claim does not stand in an article, although it stands in another outlet's version of it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions.revisions import hold, hold_claims
from articles.models import Article, Claim, Passage
from articles.twins.models import Twin
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, require
from factcheck.audit.actions import record
from factcheck.errors import Conflict
from reviews.models import DeclinedOffer


@transaction.atomic(durable=True)
def decline_offer(claim: Claim, *, actor: User, article: Article) -> None:
    """Say that the claim does not stand in the article, so that it is offered there no more.

    Readers see nothing of it. `add_passage` takes the claim up all the same. Said twice, it is said once.

    Raises:
        Forbidden: their roles do not let them flag.
        Conflict: it stands there, or did in an older text, or stands in no near copy of the article.
    """
    require(actor, Right.FLAG)
    hold(article.pk)
    if Passage.objects.filter(claim=claim, revision__article=article).exists():
        raise Conflict(
            detail=_(
                "The claim is linked in this article by now. If that is wrong, remove the place on its page."
            )
        )
    if DeclinedOffer.objects.filter(claim=claim, article=article).exists():
        return
    copies = Twin.objects.filter(article=article).values("other")
    if not Passage.objects.standing().filter(claim=claim, revision__article__in=copies).exists():
        raise Conflict(
            detail=_(
                "The claim stands in no near copy of this article, so it is not offered here and cannot be "
                "turned down. Load the article again to see which claims are."
            )
        )
    claim = hold_claims([claim.pk]).get()
    offer_no_more(claim, article.pk, actor=actor)
    record("claim.offer_declined", claim, actor=actor, article=article.pk, title=article.title)


def offer_no_more(claim: Claim, article_id: int, *, actor: User) -> None:
    """Write down who said last that the claim does not stand in the article. One query."""
    said = DeclinedOffer(claim=claim, article_id=article_id, declined_by=actor, declined_at=timezone.now())
    DeclinedOffer.objects.bulk_create(
        [said],
        update_conflicts=True,
        unique_fields=["article", "claim"],
        update_fields=["declined_by", "declined_at"],
    )
