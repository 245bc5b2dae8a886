"""Sources, and how they bear on a claim. Readers see it, so every change is an edit of the wording."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.fetching import FetchError, normalise_url
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, require
from factcheck.audit.actions import Before, record
from factcheck.audit.models import Event
from factcheck.errors import IllegalTransition, Malformed, NotThere, StaleVersion
from factcheck.relations import known
from reviews.actions.wording import hold, note_writer, open_wording
from reviews.models import Evidence, Review, Source


@transaction.atomic(durable=True)
def add_source(
    *,
    actor: User,
    title: str,
    kind: str = Source.Kind.URL,
    url: str = "",
    publisher: str = "",
    author: str = "",
    published_on: date | None = None,
    is_primary: bool = False,
) -> Source:
    """Note a document or a voice that evidence can come from.

    Raises:
        Malformed: a web page without an address, or an address that is not http(s).
    """
    require(actor, Right.RESEARCH)
    return _create_source(
        actor,
        {
            "title": title,
            "kind": kind,
            "url": url,
            "publisher": publisher,
            "author": author,
            "published_on": published_on,
            "is_primary": is_primary,
        },
    )


@transaction.atomic(durable=True)
def change_source(source: Source, *, actor: User, **changes: Any) -> Source:
    """Change what is known of a source. Every review that cites it now returns to research.

    The log keeps no word of a source that confidential evidence draws on.

    Raises:
        NotThere: confidential evidence hides it from this person.
        IllegalTransition: one of those reviews was moved just now.
        StaleVersion: somebody changed it since the caller read it.
    """
    require(actor, Right.RESEARCH)
    _require_source(source, actor)
    if changes := _news(source, changes):
        _open_citing(source, actor)
        _write_source(source, actor, changes)
    return source


@transaction.atomic(durable=True)
def add_evidence(
    review: Review,
    *,
    actor: User,
    source: Source | dict[str, Any],
    stance: str,
    quote: str = "",
    locator: str = "",
    note: str = "",
    confidential: bool = False,
    public_description: str = "",
    shared_with: Iterable[User] = (),
) -> Evidence:
    """Attach a source, known or described by a dict as for `add_source`; it gets the next number.

    Raises:
        Forbidden: their roles do not let them research.
        NotThere: confidential evidence hides the source from this person.
        Malformed: confidential without a description for readers; a bad source.
    """
    require(actor, Right.RESEARCH)
    if isinstance(source, Source):
        _require_source(source, actor)
    _check_confidential(confidential, public_description)
    last_event = open_wording(review, actor=actor)
    if isinstance(source, dict):
        source = _create_source(actor, source)
    last = Evidence.objects.filter(review=review).aggregate(Max("number"))["number__max"] or 0
    evidence = Evidence.objects.create(
        review=review,
        source=source,
        number=last + 1,
        stance=stance,
        quote=quote,
        locator=locator,
        note=note,
        confidential=confidential,
        public_description=public_description,
        created_by=actor,
    )
    readers = list(shared_with) if confidential else []
    evidence.shared_with.add(*readers)
    known(evidence, "shared_with", readers)
    record(
        "review.evidence_added",
        review,
        actor=actor,
        after=last_event,
        number=evidence.number,
        stance=stance,
        confidential=confidential,
    )
    return evidence


@transaction.atomic(durable=True)
def change_evidence(
    evidence: Evidence,
    *,
    actor: User,
    version: str | None = None,
    source: dict[str, Any] | None = None,
    **changes: Any,
) -> Evidence:
    """Change stance, quote, locator, note, or who may see it; with `source`, what is known of its source.

    Either all of it is changed or nothing. `version` is that of the piece which the caller read. The log
    keeps the words only of evidence that was and is open.

    Raises:
        Forbidden: it is confidential, and they were only let in on it: they cannot let in others.
        StaleVersion: somebody changed it or its source since the caller read it.
        IllegalTransition: it was removed, or a review that cites the source was moved just now.
        Malformed: confidential without a description for readers; a bad address of the source.
    """
    require(actor, Right.RESEARCH)
    require_visible(evidence, actor)
    shared_with = changes.pop("shared_with", None)
    opens = changes.get("confidential") is False or shared_with is not None
    if evidence.confidential and opens and evidence.created_by_id != actor.pk:
        require(actor, Right.SIGN_OFF)
    was = {name: getattr(evidence, name) for name in changes}
    bears = was != changes or shared_with is not None
    news = _news(evidence.source, source or {})
    if not bears and not news:
        return evidence
    _check_confidential(
        changes.get("confidential", evidence.confidential),
        changes.get("public_description", evidence.public_description),
    )
    last: Event | Before = Before.LOOK
    if news:
        _open_citing(evidence.source, actor, while_at=evidence.review)
    else:
        last = open_wording(evidence.review, actor=actor)
    # Read now that the rows are held: nobody changes a piece or its source without them.
    if (
        version is not None
        and Evidence.objects.select_related("source").get(pk=evidence.pk).version != version
    ):
        raise StaleVersion(current={"evidence": evidence.number})
    if bears:
        _write_bearing(evidence, actor, was, changes, shared_with, after=last)
    if news:
        # Last, so that of a piece that becomes confidential no word of its source gets into the log.
        _write_source(evidence.source, actor, news)
    return evidence


def _write_bearing(
    evidence: Evidence,
    actor: User,
    was: dict[str, Any],
    changes: dict[str, Any],
    shared_with: Iterable[User] | None,
    *,
    after: Event | Before,
) -> None:
    there = Evidence.objects.filter(pk=evidence.pk, removed_at=None)
    if changes and not there.filter(**was).update(**changes):
        if not there.exists():
            raise IllegalTransition(was="removed", to="changed")
        raise StaleVersion(current={"evidence": evidence.number})
    hidden = evidence.confidential or bool(changes.get("confidential"))
    for name, value in changes.items():
        setattr(evidence, name, value)
    if shared_with is not None:
        evidence.shared_with.set(shared_with)
        known(evidence, "shared_with", shared_with)
    words: dict[str, Any] = {} if hidden else {"was": was, "now": changes}
    record(
        "review.evidence_changed",
        evidence.review,
        actor=actor,
        after=after,
        number=evidence.number,
        fields=sorted(changes),
        **words,
    )


@transaction.atomic(durable=True)
def remove_evidence(evidence: Evidence, *, actor: User) -> None:
    """Take the evidence off the claim. Its number is not given again; verdicts keep what they had."""
    require(actor, Right.RESEARCH)
    require_visible(evidence, actor)
    here = Evidence.objects.filter(pk=evidence.pk, removed_at=None)
    if not here.exists():
        return  # the second of two clicks voids no approval
    last = open_wording(evidence.review, actor=actor)
    here.update(removed_at=timezone.now())
    record("review.evidence_removed", evidence.review, actor=actor, after=last, number=evidence.number)


def require_visible(evidence: Evidence, actor: User) -> None:
    """Raise `NotThere` where this person may not know of the evidence."""
    if not Evidence.objects.visible_to(actor).filter(pk=evidence.pk).exists():
        raise NotThere


def _require_source(source: Source, actor: User) -> None:
    if not Source.objects.visible_to(actor).filter(pk=source.pk).exists():
        raise NotThere


def _news(source: Source, changes: dict[str, Any]) -> dict[str, Any]:
    """Of what was sent of a source, checked, all if any of it differs from what is known, else nothing."""
    if changes.keys() & {"url", "kind"}:
        url = _url(changes.get("url", source.url), changes.get("kind", source.kind))
        changes = changes | {"url": url}
    return changes if any(getattr(source, name) != value for name, value in changes.items()) else {}


def _open_citing(source: Source, actor: User, *, while_at: Review | None = None) -> None:
    """Return every review that cites the source to research, in one order: no two wait for each other.

    One that was declined stays so, but not the one that somebody is at: that is refused.
    """
    citing = Review.objects.filter(evidence__source=source, evidence__removed_at=None)
    for review in citing.select_related("claim").distinct().order_by("pk"):
        if review.status == Review.Status.DECLINED and review != while_at:
            hold(review)
            note_writer(review, actor)  # it may be taken up again, with these words in it
        else:
            open_wording(review, actor=actor)


def _write_source(source: Source, actor: User, changes: dict[str, Any]) -> None:
    was = {name: getattr(source, name) for name in changes}
    if not Source.objects.filter(pk=source.pk, **was).update(**changes):
        raise StaleVersion(current={"source": source.pk})
    for name, value in changes.items():
        setattr(source, name, value)
    hidden = Evidence.objects.filter(source=source, confidential=True).exists()
    words: dict[str, Any] = {} if hidden else {"was": was, "now": changes}
    record("source.changed", source, actor=actor, fields=sorted(changes), **words)


def _create_source(actor: User, fields: dict[str, Any]) -> Source:
    kind = fields.get("kind", Source.Kind.URL)
    fields = fields | {"kind": kind, "url": _url(fields.get("url", ""), kind)}
    source = Source.objects.create(created_by=actor, **fields)
    record("source.added", source, actor=actor, after=Before.NOTHING, kind=kind)
    return source


def _url(url: str, kind: str) -> str:
    if not url:
        if kind == Source.Kind.URL:
            raise Malformed.at("/url", _("A web page needs its address."), code="required")
        return ""
    try:
        return normalise_url(url)
    except FetchError as error:
        raise Malformed.at("/url", error.detail, code=error.code) from error


def _check_confidential(confidential: bool, public_description: str) -> None:
    if confidential and not public_description.strip():
        raise Malformed.at(
            "/public_description",
            _("Say what readers may know of a confidential source, for instance “an interview”."),
            code="required",
        )
