"""Saving the draft of a verdict and sending it for sign-off: nobody's words are lost on the way.

The page saves by itself and wants JSON; without scripts the same form is sent by its buttons, and where
two people saved at once a page shows both drafts, field by field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from factcheck.accounts.decorators import DeskRequest, desk_view, wants_json
from factcheck.errors import DomainError, NotThere, StaleVersion
from factcheck.forms import errors_of, malformed, where_it_shows
from factcheck.redirects import posted_from, see_other
from factcheck.refusals import by_field, in_json, sentence
from reviews import actions
from reviews.actions.drafts import draft_of
from reviews.forms import DraftForm, ratings_offered
from reviews.models import Evidence, Review
from reviews.options import require_open
from reviews.readiness import blockers
from reviews.views.claim import words_in
from reviews.views.claim_page import Typed, claim_page, review_of_claim

FIELDS = ("statement", "rating", "summary", "explanation")


@desk_view
@posted_from("desk:claim", "pk")
def draft(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Save the draft. JSON: its new version, and what is still missing."""
    form = DraftForm(request.POST)
    try:
        review = _save(request, pk, form)
    except NotThere:
        raise
    except DomainError as error:
        return in_json(error) if wants_json(request) else _refused(request, pk, error, form)
    if wants_json(request):
        return _saved(review)
    messages.success(request, _("Draft saved."))
    return see_other("desk:claim", pk)


@desk_view
@posted_from("desk:claim", "pk")
def submit(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Save what the form holds, then send it for sign-off."""
    form = DraftForm(request.POST)
    try:
        review = _save(request, pk, form)
        # What is saved is saved: a draft that is not ready stays, with the reasons.
        form = DraftForm({"version": review.version})
        actions.submit(review, actor=request.user, version=review.version)
    except NotThere:
        raise
    except DomainError as error:
        return in_json(error) if wants_json(request) else _refused(request, pk, error, form)
    messages.success(request, _("Sent for sign-off."))
    return see_other("desk:claim", pk)


def _save(request: DeskRequest, pk: int, form: DraftForm) -> Review:
    review = review_of_claim(pk, request.user)
    if not form.is_valid():
        raise malformed(form)
    require_open(request.user, review)
    return actions.save_draft(review, actor=request.user, **form.words())


def _saved(review: Review) -> HttpResponse:
    numbers = Evidence.objects.current().filter(review=review).values_list("number", flat=True)
    return JsonResponse(
        {
            "version": review.version,
            "saved_at": review.saved_at.isoformat() if review.saved_at else None,
            "blockers": blockers(review, set(numbers)),
        }
    )


def _refused(request: DeskRequest, pk: int, error: DomainError, form: DraftForm) -> HttpResponse:
    if isinstance(error, StaleVersion) and "yours" in error.facts:
        return _conflict(request, pk, error.facts["current"], error.facts["yours"])
    faults = where_it_shows(errors_of(form) or by_field(error), FIELDS)
    if not faults:
        messages.error(request, sentence(error))
    sent = {name: form.data[name] for name in (*FIELDS, "version") if name in form.data}
    review = review_of_claim(pk, request.user)
    is_lost = review.status not in {Review.Status.UNASSIGNED, Review.Status.RESEARCHING}
    typed = Typed(draft=sent, draft_errors=faults, kept=words_in(form, _new(sent, review)) if is_lost else ())
    return claim_page(request, pk, status=error.status, typed=typed)


def _new(sent: Mapping[str, str], review: Review) -> dict[str, str]:
    """Of what was sent, the words that do not stand there already."""
    stands = draft_of(review)
    return {name: words for name, words in sent.items() if words != stands.get(name)}


def _conflict(
    request: DeskRequest, pk: int, current: Mapping[str, Any], yours: Mapping[str, Any]
) -> HttpResponse:
    """Show both drafts, field by field; saving from there counts from the other's version."""
    review, ratings = review_of_claim(pk, request.user), list(ratings_offered())
    words = {rating.slug: rating.word for rating in ratings}
    labels = {
        "statement": _("Statement"),
        "rating": _("Rating"),
        "summary": _("Summary"),
        "explanation": _("Explanation"),
    }
    fields = []
    for name in FIELDS:
        theirs, mine = current[name] or "", yours[name] or ""
        fields.append(
            {
                "name": name,
                "label": labels[name],
                "theirs": theirs,
                "theirs_shown": words.get(theirs, "–") if name == "rating" else "",
                "yours": mine,
                "same": theirs == mine,
                "long": name == "explanation",
            }
        )
    context = {
        "claim": review.claim,
        "version": current["version"],
        "by": current["saved_by"] or _("Somebody else"),
        "at": parse_datetime(current["saved_at"]) if current["saved_at"] else None,
        "fields": fields,
        "ratings": ratings,
    }
    return render(request, "desk/conflict.html", context, status=409)
