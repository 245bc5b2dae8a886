"""The workspace: an article's text with its claims marked in it, and the claims beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Subquery
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles.coverage import cover, unread_in
from articles.found import count_left_out, newer_headline, to_check
from articles.models import (
    Article,
    Claim,
    Claimant,
    Import,
    Passage,
    Placement,
    ReadingMark,
    Revision,
    Topic,
)
from articles.passages import Span, segments
from factcheck.accounts.decorators import DeskRequest, desk_view
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, may, require
from factcheck.errors import DomainError, Forbidden, NotThere
from factcheck.forms import LARGEST_ID, malformed
from factcheck.redirects import posted_from
from factcheck.refusals import in_json
from factcheck.templatetags.desk import bar
from reviews import limits
from reviews.actions import flag_claim
from reviews.forms import FlagForm
from reviews.models import Review
from reviews.numbering import Numbered, in_text_order
from reviews.views.copies import copies_and_offers
from reviews.views.rows import Row, row_of, signatures_under

SUGGESTED = 200


@dataclass(frozen=True)
class Card:
    """One claim in the rail, numbered by where it first stands in this text; `absent` is why it may not."""

    number: int
    claim: Claim
    review: Review
    passages: list[Passage]
    absent: list[Placement]
    row: Row
    url: str
    public_url: str | None

    @property
    def at(self) -> int | None:
        """Where in the text its card belongs."""
        return self.passages[0].start if self.passages else None

    @property
    def waits(self) -> Placement | None:
        """What somebody has to decide on."""
        return next((each for each in self.absent if not each.decision), None)

    @property
    def people(self) -> list[User]:
        return self.row.people

    @property
    def source_count(self) -> int:
        return self.row.evidence_count

    @property
    def note(self) -> dict[str, str] | None:
        if not self.row.return_note:
            return None
        return {"by": self.row.returned_by, "text": self.row.return_note}


@desk_view
@require_safe
def article(request: DeskRequest, pk: int) -> HttpResponse:
    """One article."""
    return article_page(request, pk)


def article_page(request: DeskRequest, pk: int, *, status: int = 200, **context: Any) -> HttpResponse:
    """Return the page; `context` is what a refused form adds to it.

    Ten queries of its own, eleven for a text that is not the first, however many claims and marks stand in
    it; more where near copies have claims (`reviews.offers`).
    """
    revision = revision_shown(pk, request.GET.get("revision", ""))
    shown = revision.article
    cards = _cards(revision, request.user)
    by_passage = {passage.pk: card for card in cards for passage in card.passages}
    can, why_not = _may(request.user)
    newer = _newer_texts(shown)
    coverage = cover(revision, [(p.start, p.end) for card in cards for p in card.passages])
    without_claim = [sentence for sentence in coverage.sentences if not sentence.has_claim]
    context |= {
        "limits": limits,
        "article": shown,
        "to_check": to_check(shown, revision),
        "left_out": count_left_out(revision),
        "newer_headline": newer_headline(shown, revision),
        "revision": revision,
        **newer,
        **copies_and_offers(
            revision, is_newest=revision.number == newer["newest_number"], reader=request.user
        ),
        "warnings": [warning["detail"] for warning in revision.warnings if "detail" in warning],
        "blocks": segments(
            revision.text,
            revision.read_blocks(),
            [Span(p.pk, p.start, p.end) for card in cards for p in card.passages],
            [(sentence.start, sentence.end) for sentence in without_claim],
        ),
        "sentences": without_claim,
        "coverage": coverage,
        "unread": unread_in(revision, coverage),
        "kinds": ReadingMark.Kind,
        "marks": by_passage,
        "cards": cards,
        "spans": [(each.start, each.end) for each in coverage.sentences] if can["flag"] else [],
        "progress": _progress(cards),
        "can": can,
        "why_not": why_not,
        "assignable": list(User.objects.who_may(Right.RESEARCH)) if can["assign"] else [],
        "claimants": _names(Claimant) if can["flag"] else [],
        "topics": _names(Topic) if can["flag"] else [],
        "summary_url": shown.summary.path if hasattr(shown, "summary") else None,
    }
    return render(request, "desk/article.html", context, status=status)


@desk_view
@posted_from("desk:article", "pk")
def flag(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Make the selected words a claim. A script asks, and gets JSON whatever comes of it."""
    form = FlagForm(request.POST)
    try:
        if not form.is_valid():
            raise malformed(form)
        revision = Revision.objects.select_related("article").filter(
            article=pk, number=form.cleaned_data["revision"]
        )
        if not (found := revision.first()):
            raise NotThere
        claim = flag_claim(actor=request.user, revision=found, **form.claim(found.text))
    except DomainError as error:
        return in_json(error)
    url = reverse("desk:claim", args=[claim.pk])
    return JsonResponse({"claim": str(claim.pk), "url": url}, status=201)


def revision_shown(article_id: int, number: str) -> Revision:
    """The text asked for by its number, or the newest, with its article. One query."""
    found = Revision.objects.filter(article=article_id).select_related(
        "article__outlet", "article__feed", "article__summary", "extraction"
    )
    if number:
        if not (number.isascii() and number.isdigit() and len(number) <= len(str(LARGEST_ID))):
            raise Http404
        found = found.filter(number=int(number))
    revision = found.order_by("-number").first()
    if revision is None:
        raise Http404
    return revision


def _newer_texts(shown: Article) -> dict[str, Any]:
    """The revisions there are, how many passages wait, and how the last look for a newer text went.

    Two queries.
    """
    waiting = Placement.objects.undecided().filter(revision__article=shown).order_by()
    count = waiting.values("revision__article").annotate(n=Count("pk")).values("n")
    revisions: list[Any] = list(
        Revision.objects.filter(article=shown)
        .only("number", "created_at", "article")
        .annotate(waiting=Subquery(count))
        .order_by("-number")
    )
    recheck = Import.objects.filter(revises=shown).order_by("-pk").first()
    return {
        "revisions": revisions,
        "newest_number": revisions[0].number,
        "waiting": revisions[0].waiting or 0,
        "recheck": recheck,
    }


def _cards(revision: Revision, reader: User) -> list[Card]:
    """The claims of this text in its order. Three queries, four for a text that is not the first."""
    numbered = in_text_order(revision, Review.objects.visible_to(reader).for_list(reader))
    signatures = signatures_under(each.review for each in numbered if each.review.shown_state == "returned")
    return [_card(each, signatures) for each in numbered]


def _card(numbered: Numbered, signatures: Mapping[int, Iterable[Any]]) -> Card:
    review = numbered.review
    publication = getattr(review, "publication", None)
    return Card(
        number=numbered.number,
        claim=review.claim,
        review=review,
        passages=numbered.passages,
        absent=numbered.absent,
        row=row_of(review, signatures.get(review.verdict_id or 0, ())),
        url=reverse("desk:claim", args=[review.claim_id]),
        public_url=publication.path if publication and publication.state == "live" else None,
    )


def _progress(cards: list[Card]) -> dict[str, Any]:
    status = Review.Status
    counts = {"decided": 0, "doing": 0, "open": 0}
    for card in cards:
        match card.review.status:
            case status.APPROVED | status.DECLINED:
                counts["decided"] += 1
            case status.RESEARCHING | status.SUBMITTED:
                counts["doing"] += 1
            case _:
                counts["open"] += 1
    return {
        **counts,
        "total": len(cards),
        "bar": bar(counts["decided"], counts["doing"], counts["open"]),
    }


def _may(user: User) -> tuple[dict[str, bool], dict[str, str]]:
    can, why_not = {}, {}
    for name, right in (("flag", Right.FLAG), ("assign", Right.ASSIGN), ("import", Right.IMPORT)):
        can[name] = may(user, right)
        if not can[name]:
            try:
                require(user, right)
            except Forbidden as refusal:
                why_not[name] = refusal.detail
    return can, why_not


def _names(model: type[Claimant | Topic]) -> list[str]:
    return list(model.objects.order_by("name").values_list("name", flat=True)[:SUGGESTED])
