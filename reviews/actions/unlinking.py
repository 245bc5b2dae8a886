"""Taking back that a claim stands somewhere: a wrong link, or a wrong selection."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _, gettext_lazy as _lazy

from articles.actions.revisions import hold, hold_claims
from articles.models import Claim, Passage, Placement
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, require
from factcheck.audit.actions import record
from factcheck.errors import AlreadyDone, Conflict, NotThere
from reviews.actions.claims import open_places
from reviews.actions.declining import offer_no_more


class LastPlace(Conflict):
    """The claim stands nowhere else, and a claim that nobody made is none."""

    code = "last_place"
    template = _lazy(
        "The claim stands nowhere else, so it keeps this place. If it is not to be checked, decline it."
    )


@transaction.atomic(durable=True)
def remove_passage(claim: Claim, *, actor: User, passage: Passage) -> None:
    """Say that the claim does not stand there after all; an edit of what readers see, as `add_passage`.

    The place goes from all texts of its article, whichever of them `passage` is in, so that no newer text
    brings it back, and is not offered again. The log keeps it; verdicts and editions keep what they had.

    Raises:
        Forbidden: their roles do not let them flag.
        NotThere: it is a passage of another claim.
        AlreadyDone: somebody removed it just now.
        LastPlace: the claim stands nowhere else.
        IllegalTransition: the claim was declined, or somebody moved the review just now.
    """
    require(actor, Right.FLAG)
    if passage.claim_id != claim.pk:
        raise NotThere
    article = passage.revision.article_id
    hold(article)
    chain = _chain(passage)
    if passage not in chain:
        raise AlreadyDone(detail=_("Somebody has removed this place meanwhile."))
    open_places(claim.review, actor=actor)
    ids = [each.pk for each in chain]
    # Asked now that the review is held: whoever removes a place in another article waits for it.
    if not Passage.objects.standing().filter(claim=claim).exclude(pk__in=ids).exists():
        raise LastPlace
    Placement.objects.filter(passage__in=ids).delete()
    Passage.objects.filter(pk__in=ids).delete()
    claim = hold_claims([claim.pk]).get()
    offer_no_more(claim, article, actor=actor)
    record(
        "claim.passage_removed",
        claim,
        actor=actor,
        passage=passage.pk,
        exact=chain[-1].exact,
        article=article,
        places=[
            {"revision": each.revision.number, "start": each.start, "end": each.end, "exact": each.exact}
            for each in chain
        ],
    )


def _chain(passage: Passage) -> list[Passage]:
    """Return what the place is in each text, the newest last: all that it followed from, and became."""
    steps = Placement.objects.filter(passage__claim=passage.claim_id, result__isnull=False)
    pairs = [{before, after} for before, after in steps.values_list("passage", "result")]
    chain = {passage.pk}
    while more := set().union(*(pair for pair in pairs if pair & chain)) - chain:
        chain |= more
    found = Passage.objects.filter(pk__in=chain).select_related("revision")
    return list(found.defer("revision__text", "revision__blocks").order_by("revision__number", "pk"))
