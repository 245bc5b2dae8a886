"""The audit log as people read it: one sentence for each event that tells them something.

Several events belong to one gesture ("sent for sign-off" also moves the review); of those, one speaks.
Nothing of confidential evidence is in the log, so nothing of it can be here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db import models
from django.db.models import BigIntegerField, Case, OuterRef, Subquery, When
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.timezone import localtime
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from articles.models import Article, Claim
from factcheck.accounts.models import User
from factcheck.audit.models import Event
from factcheck.audit.querysets import history_of
from reviews.models import Rating, Review

LOOKED_AT = 40

_ARTICLE, _CLAIM, _REVIEW = (model._meta.label_lower for model in (Article, Claim, Review))
_PUBLICATION: Final = "publishing.publication"
_OF_DRAFT: Final = {
    "statement": gettext_lazy("the statement"),
    "summary": gettext_lazy("the summary"),
    "explanation": gettext_lazy("the explanation"),
}
_OF_CLAIM: Final = {
    "claimant": gettext_lazy("who said it"),
    "said_on": gettext_lazy("when it was said"),
    "said_where": gettext_lazy("where it was said"),
    "language": gettext_lazy("the language"),
    "topics": gettext_lazy("the topics"),
}


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
    """Return what happened lately at the desk, each line with its target. Two queries at most.

    What happened to a publication is shown with its claim: people know that, and not the address.
    """
    events = list(
        Event.objects.filter(object_type__in=[_ARTICLE, _CLAIM, _REVIEW, _PUBLICATION])
        .select_related("actor")
        .annotate(claim=_claim(), published=_published())
        .order_by("-at", "-pk")[: LOOKED_AT + count]
    )
    people = {int(pk) for event in events if (pk := _person_in(event))}
    known = Known(User.objects.in_bulk(people) if people else {}, {})
    told = [(event, line) for event in events if (line := _line(event, known))][:count]
    return [
        Line(
            at=line.at,
            actor=line.actor,
            text=f"{line.text}:",
            target=event.published or event.label,
            url=_page(event),
        )
        for event, line in told
    ]


def _claim() -> Case:
    """The claim whose review, or whose publication, an event is about: it is shown on the page of that."""
    pk = Cast(OuterRef("object_id"), BigIntegerField())
    reviewed, published = Review.objects.filter(pk=pk), Review.objects.filter(publication=pk)
    return Case(
        When(object_type=_REVIEW, then=Subquery(reviewed.values("claim")[:1])),
        When(object_type=_PUBLICATION, then=Subquery(published.values("claim")[:1])),
    )


def _published() -> Case:
    """The statement of the claim whose publication an event is about."""
    found = Claim.objects.filter(review__publication=Cast(OuterRef("object_id"), BigIntegerField()))
    return Case(When(object_type=_PUBLICATION, then=Subquery(found.values("statement")[:1])))


def _page(event: Any) -> str | None:
    """Where the object of an event is shown at the desk."""
    if event.object_type == _ARTICLE:
        return reverse("desk:article", args=[event.object_id])
    claim = event.object_id if event.object_type == _CLAIM else event.claim
    return reverse("desk:claim", args=[claim]) if claim else None


def _person_in(event: Event) -> int | None:
    return event.data.get("now") if event.action == "review.assigned" else None


def _line(event: Event, known: Known) -> Line | None:
    said = _SENTENCES.get(event.action, _silent)(event.data | {"actor": event.actor_id}, known)
    return Line(at=event.at, actor=event.actor, **said) if said else None


# --- The sentences: what each kind of event says, or nothing -------------------------------------


def _silent(_data: dict[str, Any], _known: Known) -> Said:
    return None


def _says(text: str) -> Callable[[dict[str, Any], Known], Said]:
    return lambda data, known: {"text": _(text).format(**data)}


def _assigned(data: dict[str, Any], known: Known) -> Said:
    if data["now"] is None:
        return {"text": _("assigned the claim to nobody")}
    if data["now"] == data["actor"]:
        return {"text": _("took the claim")}
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


def _requested(data: dict[str, Any], known: Known) -> Said:
    when = _when(data.get("publish_at"))
    return {"text": _("asked to publish on {when}").format(when=when) if when else _("asked for publication")}


def _published_edition(data: dict[str, Any], known: Known) -> Said:
    words = {
        "correction": _("published edition {n}, a correction"),
        "update": _("published edition {n}, an update"),
    }
    return {"text": words.get(data["kind"], _("published edition {n}")).format(n=data["edition"])}


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
            return {"text": _("made an edit, which returned the verdict to research")}
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
    said: dict[str, Any] = {}
    written = rated = ""
    words = [name for name in _OF_DRAFT if name in now]
    if words:
        written = "changed" if any(was[name] for name in words) else "wrote"
        said["was"] = "\n".join(was[name] for name in words)
        said["now"] = "\n".join(now[name] for name in words)
    if "rating" in now:
        rated = "changed" if was["rating"] and now["rating"] else "chose" if now["rating"] else "took"
        said["rating_was"] = known.ratings.get(was["rating"] or "")
        said["rating_now"] = known.ratings.get(now["rating"] or "")
    return said | {"text": _written_and_rated()[written, rated].format(what=_listed(_OF_DRAFT, words))}


def _written_and_rated() -> dict[tuple[str, str], str]:
    """What was done to the words of a draft and to its rating; the ratings are shown after the sentence."""
    return {
        ("wrote", ""): _("wrote {what}"),
        ("wrote", "chose"): _("wrote {what} and chose the rating"),
        ("wrote", "changed"): _("wrote {what} and changed the rating"),
        ("wrote", "took"): _("wrote {what} and took the rating away"),
        ("changed", ""): _("changed {what}"),
        ("changed", "chose"): _("changed {what} and chose the rating"),
        ("changed", "changed"): _("changed {what} and changed the rating"),
        ("changed", "took"): _("changed {what} and took the rating away"),
        ("", "chose"): _("chose the rating"),
        ("", "changed"): _("changed the rating"),
        ("", "took"): _("took the rating away"),
    }


def _listed(words: Mapping[str, Any], names: Iterable[str]) -> str:
    return get_text_list([str(words[name]) for name in names], _("and"))


def _evidence(text: str) -> Callable[[dict[str, Any], Known], Said]:
    return lambda data, known: {"text": _(text).format(n=data["number"])}


def _claim_changed(data: dict[str, Any], known: Known) -> Said:
    was, now = data["was"], data["now"]
    names = [name for name in _OF_CLAIM if was.get(name) != now.get(name)]
    what = _listed(_OF_CLAIM, names) if names else _("what is known of the claim")
    return {
        "text": _("changed {what}").format(what=what),
        "was": _facts(was, names),
        "now": _facts(now, names),
    }


def _facts(values: dict[str, Any], names: Iterable[str]) -> str:
    found = [values.get(name) for name in names]
    parts = [", ".join(value) if isinstance(value, list) else value for value in found]
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
        "moved": _("The passage moved in revision {n} of the article; somebody has to look where it stands"),
        "changed": _("The passage changed in revision {n} of the article; somebody has to look at it"),
        "lost": _("The passage is gone from revision {n} of the article; somebody has to look for it"),
    }
    worst = next(outcome for outcome in ("lost", "changed", "moved") if outcome in data["outcomes"])
    return {"text": words[worst].format(n=data["revision"])}


def _passage_decided(data: dict[str, Any], known: Known) -> Said:
    words = {
        "accepted": _("accepted where the passage stands in revision {n}"),
        "chosen": _("chose where the passage stands in revision {n}"),
        "removed": _("said that the outlet removed the passage in revision {n}"),
        "kept": _("kept quoting the text before revision {n}"),
    }
    said: dict[str, Any] = {"text": words[data["decision"]].format(n=data["revision"])}
    if data["now"] and data["now"] != data["quote"]:
        took = _("took over the words that stand in revision {n}").format(n=data["revision"])
        said = {"text": took, "was": data["quote"], "now": data["now"]}
    return said


def _passage_added(data: dict[str, Any], known: Known) -> Said:
    return {"text": _("added a place where the claim also stands"), "now": data["exact"]}


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
    "article.repaired": _says("repaired what was read of the article, revision {revision}"),
    "claim.flagged": _says("flagged the claim"),
    "claim.passage_added": _passage_added,
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
    "publication.requested": _requested,
    "publication.rescheduled": _rescheduled,
    "publication.called_off": _says("called publication off"),
    "publication.published": _published_edition,
    "publication.held": _held,
}
