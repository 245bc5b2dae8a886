"""What can be done on the page of one claim: each a form, each one action.

A form that is refused comes back with its words: in its place while that is still there, otherwise
beside the page, to be copied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import Passage
from factcheck.accounts.decorators import DeskRequest, desk_view
from factcheck.errors import DomainError, NotThere
from factcheck.forms import PlainTextField, errors_of, malformed, where_it_shows
from factcheck.redirects import posted_from, see_other
from factcheck.refusals import by_field, refused_as, sentence
from reviews import actions
from reviews.forms import (
    AssignForm,
    EvidenceChangeForm,
    EvidenceForm,
    FactsForm,
    NothingForm,
    PreviewForm,
    ReasonForm,
    SignOffForm,
    TriageForm,
)
from reviews.models import Evidence, Review
from reviews.options import require_open
from reviews.views.claim_page import Typed, claim_page, review_of_claim, source_dialog
from reviews.wording import render


@desk_view
@require_safe
def claim(request: DeskRequest, pk: int) -> HttpResponse:
    """The page."""
    return claim_page(request, pk)


@desk_view
@posted_from("desk:claim", "pk")
def preview(request: DeskRequest, pk: int) -> HttpResponse:
    """An explanation as readers will see it, as a part of a page. Changes nothing."""
    review_of_claim(pk, request.user)
    form = PreviewForm(request.POST)
    if not form.is_valid():
        raise malformed(form)
    return HttpResponse(render(form.cleaned_data["text"]))


# --- Deciding ------------------------------------------------------------------------------------


@desk_view
@posted_from("desk:claim", "pk")
def sign_off(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Approve the verdict that the page showed."""

    def act(review: Review, data: dict[str, Any]) -> None:
        actions.sign_off(review, actor=request.user, verdict_number=data["verdict"], note=data["note"])

    return carry_out(request, pk, SignOffForm(request.POST), act, done=_("Signed off."))


@desk_view
@posted_from("desk:claim", "pk")
def return_(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Send the verdict back with a note."""

    def act(review: Review, data: dict[str, Any]) -> None:
        actions.return_verdict(review, actor=request.user, note=data["note"], verdict_number=data["verdict"])

    form = SignOffForm(request.POST)
    return carry_out(request, pk, form, act, done=_("Returned."), dialog="return-dialog")


@desk_view
@posted_from("desk:claim", "pk")
def withdraw(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Take one's own submission back."""

    def act(review: Review, data: dict[str, Any]) -> None:
        actions.withdraw(review, actor=request.user)

    return carry_out(request, pk, NothingForm(), act, done=_("Taken back. You can go on writing."))


@desk_view
@posted_from("desk:claim", "pk")
def decline(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Set the claim aside with a reason."""

    def act(review: Review, data: dict[str, Any]) -> None:
        actions.decline(review, actor=request.user, reason=data["reason"])

    form = ReasonForm(request.POST)
    return carry_out(request, pk, form, act, done=_("Declined."), dialog="decline-dialog")


@desk_view
@posted_from("desk:claim", "pk")
def reopen(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Take the claim up again with a reason."""

    def act(review: Review, data: dict[str, Any]) -> None:
        actions.reopen(review, actor=request.user, reason=data["reason"])

    form = ReasonForm(request.POST)
    return carry_out(request, pk, form, act, done=_("Reopened."), dialog="reopen-dialog")


@desk_view
@posted_from("desk:claim", "pk")
def assign(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Give the claim to somebody or nobody, or take it."""

    def act(review: Review, data: dict[str, Any]) -> None:
        actions.assign(review, actor=request.user, assignee=data["assignee"])

    return carry_out(request, pk, AssignForm(request.POST), act, done=_("Assigned."))


@desk_view
@posted_from("desk:claim", "pk")
def triage(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Set priority and due date."""
    form = TriageForm(request.POST)

    def act(review: Review, data: dict[str, Any]) -> None:
        actions.prioritise(review, actor=request.user, **form.wish())

    return carry_out(request, pk, form, act, done=_("Saved."))


# --- Evidence and facts --------------------------------------------------------------------------


@desk_view
@posted_from("desk:claim", "pk")
def evidence_add(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Attach a source."""
    form = EvidenceForm(request.POST)

    def act(review: Review, data: dict[str, Any]) -> None:
        require_open(request.user, review)
        actions.add_evidence(review, actor=request.user, source=form.source(), **form.bearing())

    done = _("Source added.")
    return carry_out(request, pk, form, act, done=done, dialog="source-dialog", part="sources")


@desk_view
@posted_from("desk:claim", "pk")
def evidence_change(request: DeskRequest, pk: int, evidence: int) -> HttpResponseBase:
    """Change a source, and how it bears on the claim."""
    form = EvidenceChangeForm(request.POST)
    piece = _piece(request, pk, evidence)

    def act(review: Review, data: dict[str, Any]) -> None:
        require_open(request.user, review)
        version, source = data["version"], form.source()
        actions.change_evidence(piece, actor=request.user, version=version, source=source, **form.bearing())

    dialog, done = source_dialog(evidence), _("Source saved.")
    return carry_out(request, pk, form, act, done=done, dialog=dialog, part="sources")


@desk_view
@posted_from("desk:claim", "pk")
def evidence_remove(request: DeskRequest, pk: int, evidence: int) -> HttpResponseBase:
    """Take a source off the claim."""
    piece = _piece(request, pk, evidence)

    def act(review: Review, data: dict[str, Any]) -> None:
        require_open(request.user, review)
        actions.remove_evidence(piece, actor=request.user)

    return carry_out(request, pk, NothingForm(), act, done=_("Source removed."), part="sources")


@desk_view
@posted_from("desk:claim", "pk")
def place_remove(request: DeskRequest, pk: int, passage: int) -> HttpResponseBase:
    """Say that the claim does not stand there."""
    found = Passage.objects.filter(claim=pk, pk=passage).select_related("revision")
    place = found.defer("revision__text", "revision__blocks").first()
    if place is None:
        raise NotThere

    def act(review: Review, data: dict[str, Any]) -> None:
        actions.remove_passage(review.claim, actor=request.user, passage=place)

    done = _("Removed. The claim does not stand there any more.")
    return carry_out(request, pk, NothingForm(), act, done=done, part="quote")


@desk_view
@posted_from("desk:claim", "pk")
def facts(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Change who said it, when, where, and what it is about."""
    form = FactsForm(request.POST)

    def act(review: Review, data: dict[str, Any]) -> None:
        require_open(request.user, review)
        actions.change_claim(review.claim, actor=request.user, **form.facts())

    return carry_out(request, pk, form, act, done=_("Saved."), dialog="facts-dialog", part="quote")


IN_SOURCE_DIALOG = {
    "title",
    "url",
    "publisher",
    "author",
    "published_on",
    "locator",
    "public_description",
}
IN_FACTS_DIALOG = {"claimant", "said_on", "said_where", "topics"}
"""The fields that have room to say what is wrong with them."""


def _piece(request: DeskRequest, claim: int, pk: int) -> Evidence:
    """Return a piece of this claim's evidence, if this person may know of it. One query.

    Raises:
        NotThere: otherwise.
    """
    found = Evidence.objects.visible_to(request.user).current().filter(review__claim=claim, pk=pk)
    piece = found.select_related("source", "review").first()
    if piece is None:
        raise NotThere
    return piece


# --- What all of them have in common -------------------------------------------------------------


def carry_out(
    request: DeskRequest,
    pk: int,
    form: forms.Form,
    act: Callable[[Review, dict[str, Any]], object],
    *,
    done: str,
    dialog: str = "",
    part: str = "",
) -> HttpResponseBase:
    """Do one thing to the review of a claim, and lead back to its page.

    Where it is refused, the page comes back as things stand now, with the status of the refusal, its
    reason, and the words that were sent.

    Raises:
        NotThere: there is no such claim for this person.
    """
    review = review_of_claim(pk, request.user)
    try:
        if form.is_bound and not form.is_valid():
            raise malformed(form)
        act(review, form.cleaned_data if form.is_bound else {})
    except NotThere:
        raise
    except DomainError as error:
        return refused(request, pk, error, form, dialog=dialog)
    messages.success(request, done)
    place = reverse("desk:claim", args=[pk])
    return see_other(f"{place}#{part}" if part else place)


def refused(
    request: DeskRequest, pk: int, error: DomainError, form: forms.Form, *, dialog: str = ""
) -> HttpResponse:
    """Return the claim's page with a refusal and the words that it kept from being saved."""
    faults = (errors_of(form) if form.is_bound else {}) or dict(by_field(error))
    sent = {name: value for name, value in form.data.items() if name in form.fields and value}
    typed = Typed(kept=() if faults else words_in(form, sent))
    if isinstance(form, EvidenceForm) and faults:
        typed = Typed(dialog=dialog, source=sent, source_errors=where_it_shows(faults, IN_SOURCE_DIALOG))
    elif isinstance(form, FactsForm) and faults:
        typed = Typed(dialog=dialog, facts=sent, facts_errors=where_it_shows(faults, IN_FACTS_DIALOG))
    else:
        messages.error(request, sentence(error))
        if dialog and not isinstance(form, EvidenceForm | FactsForm):
            # Its reason stands in the dialog too, which may not be there any more.
            note = next((sent[name] for name in ("note", "reason", "publish_at") if name in sent), "")
            kind = sent.get("kind", "")
            typed = replace(typed, dialog=dialog, note=note, kind=kind, note_error=sentence(error))
    return refused_as(claim_page(request, pk, status=error.status, typed=typed), error.code)


def words_in(form: forms.Form, sent: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return what somebody wrote into the form, each with the name of its field."""
    written = [name for name, field in form.fields.items() if isinstance(field, PlainTextField)]
    return tuple((str(form[name].label), sent[name]) for name in written if sent.get(name))
