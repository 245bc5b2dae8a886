"""The page of one claim: everything known of it, and what this person may do with it now.

Every form on it comes back to this page; where one is refused, with what was typed. What the layer
above knows of a review it adds itself: see `extend`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.db.models.functions import Greatest, Substr
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from articles.models import Passage, Placement, Revision
from articles.querysets import PassageQuerySet
from factcheck.accounts.decorators import DeskRequest
from factcheck.accounts.models import Grant, User
from factcheck.accounts.roles import ROLES_WITH, Right
from factcheck.errors import NotThere
from factcheck.templatetags.desk import direction
from reviews import history, limits
from reviews.actions.drafts import draft_of
from reviews.forms import ratings_offered
from reviews.models import DraftWriter, Evidence, Rating, Review, Signature
from reviews.older import taken_over_since, written_at, written_for
from reviews.options import WhyNot, why_not
from reviews.readiness import blockers
from reviews.wording import render as render_text

AROUND = 240
MOST_PLACES = 100


@dataclass(frozen=True)
class Typed:
    """What somebody sent that was refused: words to be shown again, where they stood or beside."""

    dialog: str = ""
    note: str = ""
    note_error: str = ""
    kind: str = ""
    draft: Mapping[str, str] | None = None
    draft_errors: Mapping[str, str] = field(default_factory=dict)
    source: Mapping[str, str] | None = None
    source_errors: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] | None = None
    facts_errors: Mapping[str, str] = field(default_factory=dict)
    kept: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Extension:
    """What an upper layer adds to the page: reasons (None: may), and further context."""

    why_not: WhyNot
    context: Mapping[str, Any]


Extend = Callable[[User, Review], Extension]
_extensions: list[Extend] = []


def extend(page: Extend) -> Extend:
    """Let an upper layer add to the page; it says so when its app is ready."""
    if page not in _extensions:
        _extensions.append(page)
    return page


def review_of_claim(claim: int, user: User, *related: str) -> Review:
    """Return the review of a claim with its state, and what else is asked for. One query.

    Raises:
        NotThere: there is no such claim, or not for this person.
    """
    found = Review.objects.visible_to(user).with_state().filter(claim=claim)
    review = found.select_related("claim", "assignee", "verdict__rating", *related).first()
    if review is None:
        raise NotThere
    return review


def claim_page(
    request: DeskRequest, claim: int, *, status: int = 200, typed: Typed | None = None
) -> HttpResponse:
    """Return the page as things stand now. Eight queries of its own, and those of its extensions."""
    user, typed = request.user, typed or Typed()
    review = review_of_claim(claim, user, "claim__claimant", "claim__flagged_by", "saved_by")
    prefetch_related_objects(
        [review],
        "claim__topics",
        Prefetch("verdict__signatures", Signature.objects.select_related("person")),
    )
    reasons = why_not(user, review)
    context: dict[str, Any] = {}
    for each in _extensions:
        added = each(user, review)
        reasons |= added.why_not
        context |= added.context
    can = {name: reason is None for name, reason in reasons.items()}
    people = _people(review) if reasons["assign"] != "" else []
    ratings = list(ratings_offered())
    context |= {
        "limits": limits,
        "claim": review.claim,
        "claim_topics": list(review.claim.topics.all()),
        "review": review,
        "can": can,
        "why_not": {name: reason for name, reason in reasons.items() if reason},
        "assignable": [person for person in people if person.researches],
        "open_dialog": typed.dialog,
        "note_value": typed.note,
        "note_errors": typed.note_error,
        "kind_value": typed.kind or "update",
        "kept": typed.kept,
        **_places(review, can_remove=can["remove_place"], asked=request.GET.get("open", "")),
        **_evidence(review, user, typed, can_edit=can["edit"], asked=request.GET.get("open", "")),
        **_draft(review, ratings, typed),
        **_signoff(review, people),
        "facts": typed.facts or _facts(review),
        "facts_errors": typed.facts_errors,
        "history": history.of_claim(
            review.claim,
            review,
            *(each for each in [getattr(review, "publication", None)] if each),
            known=history.Known(
                people={each.pk: each for each in (*people, review.assignee) if each},
                ratings={rating.slug: rating for rating in ratings},
            ),
        ),
    }
    return render(request, "desk/claim.html", context, status=status)


def _people(review: Review) -> list[Any]:
    """Whoever can do something here or has written in the draft, with what they can. One query."""

    def holds(right: Right) -> Exists:
        return Exists(Grant.objects.filter(user=OuterRef("pk"), role__in=ROLES_WITH[right]))

    wrote = DraftWriter.objects.filter(review=review, person=OuterRef("pk"))
    return list(
        User.objects.annotate(
            researches=holds(Right.RESEARCH), signs=holds(Right.SIGN_OFF), wrote=Exists(wrote)
        )
        .filter(Q(is_active=True, researches=True) | Q(wrote=True))
        .order_by("name", "pk")
    )


def _places(review: Review, *, can_remove: bool, asked: str) -> dict[str, Any]:
    """The quote in its context, and the other places that the claim stands in. One query.

    One more where somebody took over newer words since it was written. `asked` is the dialog that the address
    opens.
    """
    standing = Passage.objects.standing().filter(claim=review.claim_id)
    places: list[Any] = list(_with_context(standing, written_at(review))[:MOST_PLACES])
    if not places:
        return {"quote": None, "article": None, "appearances": [], "changed": None}
    first = places[0]
    older = written_for(review, places) if first.is_taken_over else {}
    article = first.revision.article
    in_article = Counter(place.revision.article_id for place in places)
    where = _("revision %d") % first.revision.number
    in_text = f"?revision={first.revision.number}" if first.newest > first.revision.number else ""
    return {
        "article": article,
        "changed": next((place.revision.article for place in places if place.waits), None),
        "quote": {
            "before": _before(first.before, more=first.start > len(first.before)),
            "exact": first.exact,
            "after": _after(first.after),
            "lang": article.language,
            "dir": direction(article.language) if article.language else "auto",
            "pk": first.pk,
            "older": older.get(first.pk),
            "removed_in": first.removed_in,
            "url": f"{reverse('desk:article', args=[article.pk])}{in_text}#p{(first.earlier or 0) + 1}",
            "where": f"{article.outlet}, {where}" if article.outlet else where.capitalize(),
        },
        "appearances": [
            _appearance(place, with_words=in_article[place.revision.article_id] > 1)
            | {"older": older.get(place.pk)}
            for place in places[1:]
        ],
        "other_articles": len(in_article) - 1,
        # The last place stays: `reviews.actions.claims.LastPlace`.
        "can_remove_place": can_remove and len(places) > 1,
        "place_to_remove": next((place for place in places if asked == f"place-dialog-{place.pk}"), None),
        "reopens": review.status in {Review.Status.SUBMITTED, Review.Status.APPROVED},
    }


def _appearance(place: Passage, *, with_words: bool) -> dict[str, Any]:
    article = place.revision.article
    return {
        "pk": place.pk,
        "title": article.title,
        "words": place.exact if with_words else "",
        "url": reverse("desk:article", args=[article.pk]),
        "outlet": article.outlet.name if article.outlet else "",
        "published_at": article.published_at,
        "lang": article.language,
        "dir": "auto",
    }


def _with_context(places: PassageQuerySet, written: datetime) -> QuerySet[Passage]:
    """Add the text around each passage, how many claims stand before it, and what became of it since.

    And whether a place of its claim was taken over from a newer text after it was written of.

    The whole text is not read.
    """
    same = Passage.objects.filter(revision=OuterRef("revision"))
    earlier = same.filter(
        Q(start__lt=OuterRef("start")) | Q(start=OuterRef("start"), claim__lt=OuterRef("claim"))
    )
    newest = Revision.objects.filter(article=OuterRef("revision__article")).order_by("-number")
    placements = Placement.objects.filter(passage=OuterRef("pk"))
    removed = placements.filter(decision=Placement.Decision.REMOVED).order_by("-revision__number")
    begin = Greatest(F("start") - AROUND, 0)
    return (
        places.select_related("revision__article__outlet")
        .defer("revision__text", "revision__blocks", "revision__http", "revision__warnings")
        .annotate(
            before=Substr("revision__text", begin + 1, F("start") - begin),
            after=Substr("revision__text", F("end") + 1, AROUND),
            earlier=Subquery(
                earlier.order_by().values("revision").annotate(n=Count("claim", distinct=True)).values("n")
            ),
            newest=Subquery(newest.values("number")[:1]),
            waits=Exists(placements.undecided()),
            removed_in=Subquery(removed.values("revision__number")[:1]),
            is_taken_over=Exists(taken_over_since(written).filter(passage__claim=OuterRef("claim"))),
        )
        .by_appearance()
    )


def _before(text: str, *, more: bool) -> str:
    """What stands before the quote in its paragraph; cut between two words where that is long."""
    paragraph = text.rpartition("\n")
    if paragraph[1] or not more:
        return paragraph[2]
    return "…" + (text.partition(" ")[2] or text)


def _after(text: str) -> str:
    paragraph = text.partition("\n")
    if paragraph[1] or len(text) < AROUND:
        return paragraph[0]
    return (text.rpartition(" ")[0] or text) + "…"


def _evidence(review: Review, user: User, typed: Typed, *, can_edit: bool, asked: str) -> dict[str, Any]:
    """The evidence that this person may see, and how much they may not. One query.

    `asked` is the dialog that the address opens.
    """
    visible = Evidence.objects.visible_to(user).filter(pk=OuterRef("pk"))
    found: list[Any] = list(
        Evidence.objects.current()
        .filter(review=review)
        .select_related("source")
        .annotate(is_visible=Exists(visible))
    )
    seen = [piece for piece in found if piece.is_visible]
    stances = Counter(piece.stance for piece in seen)
    words = (
        (stances["supports"], ngettext("%d supports", "%d support", stances["supports"])),
        (stances["refutes"], ngettext("%d refutes", "%d refute", stances["refutes"])),
        (stances["context"], _("%d context")),
    )
    # A form for each source would be half of the page: only the one that somebody opens is made.
    opened = typed.dialog or asked
    forms = [_source_form(piece, typed) for piece in seen if can_edit and source_dialog(piece.pk) == opened]
    adds = typed.dialog == "source-dialog"
    return {
        "evidence": seen,
        "hidden_evidence": len(found) - len(seen),
        "tally": ", ".join(word % count for count, word in words if count),
        "source_values": (typed.source if adds else None) or {"kind": "url", "stance": "supports"},
        "source_errors": typed.source_errors if adds else {},
        "source_forms": forms,
        "blockers": blockers(review, {piece.number for piece in found}),
    }


def source_dialog(pk: int) -> str:
    """Name the dialog that changes a piece of evidence; `source-3` is the third source itself."""
    return f"source-form-{pk}"


def _source_form(piece: Evidence, typed: Typed) -> dict[str, Any]:
    dialog, source = source_dialog(piece.pk), piece.source
    values: Mapping[str, Any] = {
        "version": piece.version,
        "title": source.title,
        "url": source.url,
        "kind": source.kind,
        "publisher": source.publisher,
        "author": source.author,
        "published_on": source.published_on.isoformat() if source.published_on else "",
        "is_primary": source.is_primary,
        "stance": piece.stance,
        "quote": piece.quote,
        "locator": piece.locator,
        "note": piece.note,
        "confidential": piece.confidential,
        "public_description": piece.public_description,
    }
    mine = typed.dialog == dialog and typed.source is not None
    return {
        "pk": piece.pk,
        "number": piece.number,
        "dialog": dialog,
        "values": typed.source if mine else values,
        "errors": typed.source_errors if mine else {},
    }


def _draft(review: Review, ratings: Iterable[Rating], typed: Typed) -> dict[str, Any]:
    wording = {name: value or "" for name, value in draft_of(review).items()}
    saved = {"by": review.saved_by, "at": review.saved_at} if review.saved_at else None
    return {
        "draft": wording | dict(typed.draft or {}),
        "version": (typed.draft or {}).get("version", review.version),
        "draft_saved": saved,
        "draft_errors": typed.draft_errors,
        "ratings_on": [rating for rating in ratings if rating.on_scale],
        "ratings_off": [rating for rating in ratings if not rating.on_scale],
        "explanation_html": render_text(review.explanation),
    }


def _signoff(review: Review, people: list[Any]) -> dict[str, Any]:
    """Who wrote, who decided, who is asked. No query."""
    status = Review.Status
    decided_on = review.status in {status.SUBMITTED, status.APPROVED}
    signatures = list(review.verdict.signatures.all()) if review.verdict else []
    wrote = [s.person for s in signatures if s.part == Signature.Part.WROTE]
    # Whoever signed a verdict that is being written anew has signed nothing that stands here now.
    hidden = {Signature.Part.WROTE} if decided_on else {Signature.Part.WROTE, Signature.Part.APPROVED}
    decisions = [s for s in signatures if s.part not in hidden]
    approvals = sum(s.part == Signature.Part.APPROVED for s in decisions) if decided_on else 0
    signed = {s.person_id for s in signatures}
    asked = [person for person in people if person.signs and not person.is_bot and person.pk not in signed]
    return {
        "verdict": review.verdict,
        "writers": wrote if decided_on else [person for person in people if person.wrote],
        "signoffs": decisions,
        "signoffs_required": review.signoffs_required,
        "signoffs_missing": 0
        if review.status == status.APPROVED
        else max(review.signoffs_required - approvals, 0),
        "may_sign": asked if review.status == status.SUBMITTED else [],
    }


def _facts(review: Review) -> dict[str, Any]:
    claim = review.claim
    return {
        "version": claim.version,
        "claimant": claim.claimant.name if claim.claimant else "",
        "said_on": claim.said_on.isoformat() if claim.said_on else "",
        "said_where": claim.said_where,
        "topics": ", ".join(topic.name for topic in claim.topics.all()),
    }
