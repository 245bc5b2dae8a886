"""The audit log as people read it: one sentence for each event that tells them something.

Several events belong to one gesture ("sent for sign-off" also moves the review); of those, one speaks.
Nothing of confidential evidence is in the log, so nothing of it can be here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db import models
from django.db.models import BigIntegerField, Case, OuterRef, Subquery, When
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _, ngettext

from articles.models import Article, Claim
from factcheck.accounts.models import User
from factcheck.audit.models import Event
from factcheck.audit.querysets import history_of
from reviews.models import Rating, Review

LOOKED_AT = 40

_ARTICLE, _CLAIM, _REVIEW = (model._meta.label_lower for model in (Article, Claim, Review))


@dataclass(frozen=True)
class Line:
    """One line of a history: the sentence goes on from the actor's name."""

    at: datetime
    actor: User | None
    text: str
    target: str = ""
    url: str | None = None
    note: str = ""
    rating_was: Rating | None = None
    rating_now: Rating | None = None
    was: str = ""
    now: str = ""


@dataclass(frozen=True)
class Known:
    """What the sentences need besides the events themselves."""

    people: Mapping[int, User]
    ratings: Mapping[str, Rating]

    def name(self, pk: int | None) -> str:
        """Name somebody; a person who is not among those known is "somebody"."""
        return str(self.people[pk]) if pk is not None and pk in self.people else _("somebody")


Said = dict[str, Any] | None


def of_claim(claim: Claim, review: Review, *beside: models.Model, known: Known) -> list[Line]:
    """Return the history of one claim, newest first. One query.

    Whoever acted is known by that; `known` names the others.
    """
    events = list(history_of(claim, review, *beside)[:LOOKED_AT])
    actors = {event.actor.pk: event.actor for event in events if event.actor}
    known = replace(known, people={**actors, **known.people})
    return [line for event in events if (line := _line(event, known))]


def recent(count: int) -> list[Line]:
    """Return what happened lately at the desk, each line with its target. Two queries at most."""
    events = list(
        Event.objects.filter(object_type__in=[_ARTICLE, _CLAIM, _REVIEW, "publishing.publication"])
        .select_related("actor")
        .annotate(claim=_claim_of_review())
        .order_by("-at", "-pk")[: LOOKED_AT + count]
    )
    people = {int(pk) for event in events if (pk := _person_in(event))}
    known = Known(User.objects.in_bulk(people) if people else {}, {})
    told = [(event, line) for event in events if (line := _line(event, known))][:count]
    return [
        Line(at=line.at, actor=line.actor, text=f"{line.text}:", target=event.label, url=_page(event))
        for event, line in told
    ]


def _claim_of_review() -> Case:
    """The claim of the review that an event is about: reviews are shown on the page of their claim."""
    review = Review.objects.filter(pk=Cast(OuterRef("object_id"), BigIntegerField()))
    return Case(When(object_type=_REVIEW, then=Subquery(review.values("claim")[:1])))


def _page(event: Any) -> str | None:
    """Where the object of an event is shown at the desk."""
    if event.object_type == _ARTICLE:
        return reverse("desk:article", args=[event.object_id])
    claim = event.object_id if event.object_type == _CLAIM else event.claim
    return reverse("desk:claim", args=[claim]) if claim else None


def _person_in(event: Event) -> int | None:
    return event.data.get("now") if event.action == "review.assigned" else None


def _line(event: Event, known: Known) -> Line | None:
    said = _SENTENCES.get(event.action, _silent)(event.data, known)
    return Line(at=event.at, actor=event.actor, **said) if said else None


# --- The sentences: what each kind of event says, or nothing -------------------------------------


def _silent(_data: dict[str, Any], _known: Known) -> Said:
    return None


def _says(text: str) -> Callable[[dict[str, Any], Known], Said]:
    return lambda data, known: {"text": _(text).format(**data)}


def _assigned(data: dict[str, Any], known: Known) -> Said:
    if data["now"] is None:
        return {"text": _("assigned the claim to nobody")}
    return {"text": _("assigned the claim to {name}").format(name=known.name(data["now"]))}


def _prioritised(data: dict[str, Any], known: Known) -> Said:
    parts = []
    if "priority" in data["now"]:
        word = Review.Priority(data["now"]["priority"]).label
        parts.append(_("set the priority to {word}").format(word=str(word).lower()))
    if "due_at" in data["now"]:
        when = _when(data["now"]["due_at"])
        parts.append(_("made it due {when}").format(when=when) if when else _("took the due date away"))
    return {"text": _(" and ").join(parts)}


def _when(at: str | None) -> str:
    moment = parse_datetime(at or "")
    return date_format(localtime(moment), "j M Y, H:i e") if moment else ""


def _rescheduled(data: dict[str, Any], known: Known) -> Said:
    when = _when(data["publish_at"])
    return {"text": _("moved publication to {when}").format(when=when) if when else _("asked to publish now")}


def _moved(data: dict[str, Any], known: Known) -> Said:
    note = data.get("why", "")
    status = Review.Status
    match data["was"], data["now"]:
        case _was, status.DECLINED:
            return {"text": _("declined the claim"), "note": note}
        case status.DECLINED, _now:
            return {"text": _("took the claim up again"), "note": note}
        case ((status.SUBMITTED | status.APPROVED), status.RESEARCHING) if note == "edited":
            return {"text": _("changed what had been sent, which returns it to research")}
        case status.SUBMITTED, status.RESEARCHING if note == "withdrawn":
            return {"text": _("took the verdict back to go on writing")}
        case status.SUBMITTED, status.RESEARCHING:
            return {"text": _("returned the verdict"), "note": note}
        case status.APPROVED, status.RESEARCHING:
            return {"text": _("reopened the claim"), "note": note}
    return None


def _draft_saved(data: dict[str, Any], known: Known) -> Said:
    was, now = data["was"], data["now"]
    if not now:
        return None
    said: dict[str, Any] = {"text": _("saved draft {n} of the verdict").format(n=data["version"])}
    if "rating" in now:
        said |= {
            "rating_was": known.ratings.get(was["rating"] or ""),
            "rating_now": known.ratings.get(now["rating"] or ""),
        }
        if said["rating_now"]:
            said["text"] = _("changed the rating") if said["rating_was"] else _("chose the rating")
    words = [name for name in ("statement", "summary", "explanation") if name in now]
    if "statement" in words:
        said["text"] = _("changed the statement")
    said["was"] = "\n".join(was[name] for name in words)
    said["now"] = "\n".join(now[name] for name in words)
    return said


def _evidence(text: str) -> Callable[[dict[str, Any], Known], Said]:
    return lambda data, known: {"text": _(text).format(n=data["number"])}


def _claim_changed(data: dict[str, Any], known: Known) -> Said:
    return {
        "text": _("changed who said it, when or where"),
        "was": _facts(data["was"]),
        "now": _facts(data["now"]),
    }


def _facts(values: dict[str, Any]) -> str:
    parts = [", ".join(value) if isinstance(value, list) else value for value in values.values()]
    return " · ".join(str(part) for part in parts if part)


def _revised(data: dict[str, Any], known: Known) -> Said:
    found = _("A newer text was found, revision {n}")
    given = _("brought a newer text, revision {n}")
    text = (found if data["by_itself"] else given).format(n=data["revision"])
    waiting = data["undecided"]
    note = ngettext("%d passage to be looked at", "%d passages to be looked at", waiting) % waiting
    return {"text": text, "note": note if waiting else ""}


def _passage_changed(data: dict[str, Any], known: Known) -> Said:
    words = {
        "moved": _("moved in revision {n} of the article; somebody has to look where it stands"),
        "changed": _("changed in revision {n} of the article; somebody has to look at it"),
        "lost": _("is gone from revision {n} of the article; somebody has to look for it"),
    }
    worst = next(outcome for outcome in ("lost", "changed", "moved") if outcome in data["outcomes"])
    return {"text": _("The passage") + " " + words[worst].format(n=data["revision"])}


def _passage_decided(data: dict[str, Any], known: Known) -> Said:
    words = {
        "accepted": _("accepted where the passage stands in revision {n}"),
        "chosen": _("chose where the passage stands in revision {n}"),
        "removed": _("said that the outlet removed the passage in revision {n}"),
        "kept": _("kept quoting the text before revision {n}"),
    }
    said: dict[str, Any] = {"text": words[data["decision"]].format(n=data["revision"])}
    if data["now"] and data["now"] != data["quote"]:
        said |= {"was": data["quote"], "now": data["now"]}
    return said


def _passage_removed(data: dict[str, Any], known: Known) -> Said:
    return {"text": _("removed a place where the claim does not stand"), "was": data["exact"]}


def _offer_declined(data: dict[str, Any], known: Known) -> Said:
    return {"text": _("said that the claim does not stand in “{title}”").format(title=data["title"])}


def _held(data: dict[str, Any], known: Known) -> Said:
    return {"text": _("Publication was held"), "note": data.get("why", "")}


_SENTENCES: Final[dict[str, Callable[[dict[str, Any], Known], Said]]] = {
    "article.imported": _says("imported"),
    "article.changed": _says("changed what is known of the article"),
    "article.revised": _revised,
    "claim.flagged": _says("flagged the claim"),
    "claim.passage_added": _says("added a passage where the claim also stands"),
    "claim.passage_removed": _passage_removed,
    "claim.offer_declined": _offer_declined,
    "claim.changed": _claim_changed,
    "claim.passage_changed": _passage_changed,
    "claim.passage_decided": _passage_decided,
    "claim.passage_undone": _says("took back what was decided on the passage in revision {revision}"),
    "review.moved": _moved,
    "review.assigned": _assigned,
    "review.prioritised": _prioritised,
    "review.draft_saved": _draft_saved,
    "review.submitted": _says("sent verdict {verdict} for sign-off"),
    "review.signed_off": _says("signed off verdict {verdict}"),
    "review.evidence_added": _evidence("added source {n}"),
    "review.evidence_changed": _evidence("changed source {n}"),
    "review.evidence_removed": _evidence("removed source {n}"),
    "publication.requested": _says("asked for publication"),
    "publication.rescheduled": _rescheduled,
    "publication.called_off": _says("called publication off"),
    "publication.published": _says("published edition {edition}"),
    "publication.held": _held,
}
