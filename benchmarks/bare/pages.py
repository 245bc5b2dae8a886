"""Plain pages: the queue and one claim, rendered from templates of plain markup."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.backends.django import DjangoTemplates
from django.views.decorators.http import require_POST

from articles.models import Passage
from factcheck.accounts.models import User
from factcheck.audit.models import Event
from reviews.models import DraftWriter, Rating, Review, Signature
from reviews.shell import counts_for

ROWS = 50

templates = DjangoTemplates(
    {
        "NAME": "bare",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
)
filling: dict[str, str] = {}
"""Text by template that brings a page to the size of ours."""

PLACES = Prefetch(
    "claim__passages",
    Passage.objects.select_related("revision__article__outlet").defer("revision__text", "revision__blocks"),
)


def render(template: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
    """Render one of our templates."""
    filled = {**context, "filling": filling.get(template, "")}
    return str(templates.get_template(template).render(filled, request))


@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """A page of the queue, with what stands around it."""
    reviews = Review.objects.select_related("claim", "rating", "assignee").prefetch_related(PLACES)
    status = request.GET.get("status", "")
    reviews = reviews.filter(status__in=status.split(",")) if status else reviews
    if assignee := request.GET.get("assignee"):
        reviews = reviews.filter(assignee=assignee)
    context = {
        "reviews": reviews.order_by("due_at", "pk")[:ROWS],
        "counts": counts_for(request),
        "people": User.objects.filter(grants__role__in=["reporter", "editor"]).distinct(),
        "ratings": Rating.objects.all(),
    }
    return HttpResponse(render("queue.html", context, request))


@login_required
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim with everything that belongs to it."""
    related = ("claim__claimant", "claim__flagged_by", "assignee", "saved_by", "rating", "verdict__rating")
    found = Review.objects.select_related(*related, "publication__edition").prefetch_related(
        PLACES, "claim__topics", "evidence__source", "verdict__signatures__person"
    )
    review = get_object_or_404(found, claim=pk)
    events = Event.objects.filter(object_type="reviews.review", object_id=str(review.pk))
    context = {
        "review": review,
        "events": events.select_related("actor").order_by("-at"),
        "counts": counts_for(request),
        "people": User.objects.filter(grants__role__in=["reporter", "editor"]).distinct(),
        "ratings": Rating.objects.all(),
    }
    return HttpResponse(render("claim.html", context, request))


@require_POST
@login_required
def sign_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a signature, set the status, lead back to the page."""
    review = get_object_or_404(Review.objects.select_related("claim", "verdict"), claim=pk)
    Signature.objects.create(verdict=review.verdict, person_id=request.user.pk, part="approved")
    review.status = "approved"
    review.save(update_fields=["status"])
    DraftWriter.objects.filter(review=review).delete()
    response = HttpResponseRedirect(f"/claims/{pk}/")
    response.status_code = 303
    return response
