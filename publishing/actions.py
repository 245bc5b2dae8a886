"""Publishing: asking for it, and carrying it out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from articles.models import Article
from factcheck import faults
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, require
from factcheck.audit.actions import record
from factcheck.errors import Blocker, DomainError, IllegalTransition, Malformed, NotReady
from factcheck.jobs.models import JobStatus
from factcheck.jobs.runner import finish
from factcheck.jobs.wake import wake_on_commit
from publishing.models import Edition, Publication, Release, Summary
from publishing.payload import payload_of
from publishing.readiness import blockers
from publishing.site import build_for
from reviews.actions.wording import hold, hold_verdict
from reviews.models import Review

LONGEST_SLUG = 70


@transaction.atomic(durable=True)
def publish(
    review: Review,
    *,
    actor: User,
    publish_at: datetime | None = None,
    slug: str = "",
    kind: str = "",
    note: str = "",
) -> Release:
    """Ask for the approved verdict to be published, now or at a time; return the job.

    Asking again for the same verdict gives the same job, so a second click publishes nothing twice.
    `kind` and `note` are for an edition after the first: an update or a correction, and what
    readers are told of it.

    Raises:
        Forbidden: not a publisher.
        NotReady: `blockers` says what is missing.
        Malformed: the slug is taken or empty; a later edition without a note; a time that has passed.
    """
    require(actor, Right.PUBLISH)
    missing, verdict = blockers(review), review.verdict
    if missing or verdict is None:
        raise NotReady(missing)
    hold(review)
    found = Publication.objects.filter(review=review).first()
    publication = found or _open_publication(review, slug, publish_at)
    release: Release | None = (
        Release.objects.filter(publication=found, verdict=verdict).first() if found else None
    )
    if release is None:
        release = Release.objects.create(
            publication=publication,
            verdict=verdict,
            kind=_kind(publication, kind, note),
            note=note,
            requested_by=actor,
            run_after=_due(publish_at),
        )
    elif not _asked_again(release, actor, publish_at, kind, note):
        return release
    if found:
        _announce(found, publish_at)
    record(
        "publication.requested",
        publication,
        actor=actor,
        verdict=verdict.number,
        digest=verdict.digest,
        publish_at=publish_at,
    )
    wake_on_commit(release)
    return release


@transaction.atomic(durable=True)
def reschedule(publication: Publication, *, actor: User, publish_at: datetime | None) -> Publication:
    """Ask for what is scheduled again with another time; None is now. Whoever moves it answers for it.

    Raises:
        Forbidden: not a publisher.
        NotReady: as `publish`.
        Malformed: the time has passed.
        IllegalTransition: a worker has begun, or nothing is scheduled.
    """
    require(actor, Right.PUBLISH)
    review = publication.review
    if missing := blockers(review):
        raise NotReady(missing)
    hold(review)
    found = Release.objects.waiting().filter(publication=publication, verdict=review.verdict_id)
    release = found.first()
    if release is None or not found.update(run_after=_due(publish_at), sent_at=None, requested_by=actor):
        raise _too_late(publication, to=JobStatus.QUEUED)
    _announce(publication, publish_at)
    record("publication.rescheduled", publication, actor=actor, publish_at=publish_at)
    wake_on_commit(release)
    return publication


@transaction.atomic(durable=True)
def call_off(publication: Publication, *, actor: User) -> Publication:
    """Take back the wish to publish. What is live stays; `publish` asks for it again.

    Raises:
        Forbidden: not a publisher.
        IllegalTransition: as `reschedule`.
    """
    require(actor, Right.PUBLISH)
    hold(publication.review)
    now = timezone.now()
    called_off = (
        Release.objects.waiting()
        .filter(publication=publication)
        .update(
            status=JobStatus.FAILED,
            finished_at=now,
            error_code=Release.CALLED_OFF,
            error_detail=_("It was called off."),
        )
    )
    if not called_off:
        raise _too_late(publication, to=Release.CALLED_OFF)
    here = Publication.objects.filter(pk=publication.pk)
    here.update(publish_at=None, touched_at=now)
    here.filter(state=Publication.State.SCHEDULED).update(state=Publication.State.CALLED_OFF)
    record("publication.called_off", publication, actor=actor)
    publication.refresh_from_db(fields=["state", "publish_at", "touched_at"])
    return publication


def carry_out_release(release: Release) -> None:
    """Make the edition, put its pages in place, mark the job done. Safe to run again at any point.

    Raises:
        Forbidden: whoever asked for it may not publish any more.
        NotReady: the verdict is not the approved one any more.
    """
    try:
        edition = _make_edition(release)
    except DomainError as error:
        with transaction.atomic(durable=True):
            record("publication.held", release.publication, actor=None, code=error.code, why=error.detail)
        raise
    faults.point("release.after_edition")
    build_for(release.publication)
    faults.point("release.after_pages")
    _end(release, edition)
    faults.point("release.after_done")


@transaction.atomic(durable=True)
def _end(release: Release, edition: Edition) -> None:
    """Mark the job done, and note that readers find the edition from now on."""
    # The row under which the log of a publication is written; wherever its review stands by now.
    Review.objects.filter(publication=release.publication_id).update(touched_at=F("touched_at"))
    finish(release)
    record("publication.shown", release.publication, actor=None, edition=edition.number, kind=edition.kind)


@transaction.atomic(durable=True)
def release_again() -> int:
    """Have releases carried out again that were given up with their edition made; return how many.

    Only where it is the one that stands: its page is put up by whoever mends the site, and that readers
    find it is noted by nobody but the release. One query where there are none.
    """
    given_up = Release.objects.filter(status=JobStatus.FAILED)
    made = given_up.filter(
        publication__in=Publication.objects.live(), publication__edition__verdict=F("verdict")
    )
    again = [release for release in made if given_up.filter(pk=release.pk).update(**_afresh(timezone.now()))]
    for release in again:
        wake_on_commit(release)
    return len(again)


@transaction.atomic(durable=True)
def _make_edition(release: Release) -> Edition:
    publication = Publication.objects.select_related("review__verdict__rating").get(pk=release.publication_id)
    existing = publication.editions.filter(verdict=release.verdict_id).first()
    if existing:
        return existing
    actor: User | None = User.objects.one_with_roles(pk=release.requested_by_id)
    assert actor is not None  # protected from being deleted
    require(actor, Right.PUBLISH)
    review, verdict = publication.review, publication.review.verdict
    other = [Blocker(code="other_verdict", detail=_("A newer verdict has replaced this one."))]
    if verdict is None or verdict.pk != release.verdict_id:
        raise _held_back(other)
    if missing := blockers(review):
        raise _held_back(missing)
    if not hold_verdict(review):
        raise _held_back(other)
    now = timezone.now()
    earlier = list(publication.editions.order_by("number").values_list("published_at", flat=True))
    number = len(earlier) + 1
    articles = {place["article"] for place in verdict.context["appearances"]}
    publication.summaries.set([_summary_of(article_id) for article_id in sorted(articles)])
    edition = Edition(
        publication=publication,
        number=number,
        kind=release.kind,
        note=release.note,
        verdict=verdict,
        payload=payload_of(
            publication,
            verdict,
            number=number,
            kind=release.kind,
            note=release.note,
            at=now,
            first_at=earlier[0] if earlier else None,
        ),
        published_by=actor,
        published_at=now,
    )
    edition.digest = edition.compute_digest()
    edition.save(force_insert=True)
    Publication.objects.filter(pk=publication.pk).update(
        state=Publication.State.LIVE, edition=edition, touched_at=now
    )
    record(
        "publication.published",
        publication,
        actor=actor,
        edition=number,
        kind=release.kind,
        digest=edition.digest,
    )
    return edition


def _announce(publication: Publication, publish_at: datetime | None) -> None:
    """Let the publication say when it goes out; what was called off is scheduled again."""
    state = Publication.State
    if publication.state == state.CALLED_OFF:
        publication.state = state.SCHEDULED
    publication.publish_at, publication.touched_at = publish_at, timezone.now()
    # Whatever the caller read of it: somebody may have set another time since.
    Publication.objects.filter(pk=publication.pk).update(
        publish_at=publish_at,
        touched_at=publication.touched_at,
        state=Case(When(state=state.CALLED_OFF, then=Value(state.SCHEDULED)), default=F("state")),
    )


def _due(publish_at: datetime | None) -> datetime:
    """When a worker may begin. A time that has passed is a slip of the key, and would publish for ever."""
    now = timezone.now()
    if publish_at is not None and publish_at < now:
        raise Malformed.at("/publish_at", _("This time has passed. Choose one to come."), code="passed")
    return publish_at or now


def _too_late(publication: Publication, *, to: str) -> IllegalTransition:
    newest = Release.objects.filter(publication=publication).order_by("-pk")[0]
    words = _("It has started already, or nothing is scheduled any more. Look at what came of it.")
    return IllegalTransition(was=newest.status, to=to, detail=words)


def _held_back(missing: list[Blocker]) -> NotReady:
    """The refusal with its reasons as sentences: a job keeps nothing else of it."""
    return NotReady(missing, detail=" ".join(blocker["detail"] for blocker in missing))


def _asked_again(release: Release, actor: User, publish_at: datetime | None, kind: str, note: str) -> bool:
    """Put a failed release back in the queue, a later edition with the words it is given now.

    Say whether it was one; what is on its way or out stays as it was asked for.
    """
    if release.status != JobStatus.FAILED:
        return False
    words = {}
    if release.kind != Edition.Kind.FIRST:
        note = note or release.note
        words = {"kind": _kind(release.publication, kind or release.kind, note), "note": note}
    return bool(
        Release.objects.filter(pk=release.pk, status=JobStatus.FAILED).update(
            requested_by=actor, **_afresh(_due(publish_at)), **words
        )
    )


def _afresh(due: datetime) -> dict[str, Any]:
    """What makes a failed release one that was never tried."""
    return {
        "status": JobStatus.QUEUED,
        "attempts": 0,
        "run_after": due,
        "sent_at": None,
        "finished_at": None,
        "error_code": "",
        "error_detail": "",
    }


def _kind(publication: Publication, kind: str, note: str) -> str:
    if publication.edition_id is None:
        return Edition.Kind.FIRST
    if kind not in {Edition.Kind.UPDATE, Edition.Kind.CORRECTION}:
        kind = Edition.Kind.UPDATE
    if not note.strip():
        raise Malformed.at("/note", _("Say what readers should know of this change."), code="required")
    return kind


def _open_publication(review: Review, slug: str, publish_at: datetime | None) -> Publication:
    wanted = _slug(slug)
    if slug and not wanted:
        raise Malformed.at("/slug", _("Use letters, digits and hyphens."), code="invalid")
    base = wanted or _slug(review.claim.statement) or "check"
    for attempt in (base, f"{base}-{review.pk}"):
        try:
            with transaction.atomic():
                return Publication.objects.create(review=review, slug=attempt, publish_at=publish_at)
        except IntegrityError as error:
            if wanted:
                raise Malformed.at("/slug", _("This address is taken."), code="taken") from error
    raise Malformed.at("/slug", _("Choose an address for the page."), code="required")


def _summary_of(article_id: int) -> Summary:
    """The page of the article, made where there is none."""
    if found := Summary.objects.filter(article=article_id).first():
        return found
    article = Article.objects.get(pk=article_id)
    base = _slug(article.title) or "article"
    taken = Summary.objects.filter(slug=base).exists()
    slug = f"{base}-{article.pk}" if taken else base
    return Summary.objects.get_or_create(article=article, defaults={"slug": slug})[0]


def _slug(text: str) -> str:
    """An address made of the words, cut between two of them; empty where there is no letter.

    Also short enough in bytes for a directory's name: a letter outside ASCII has up to four.
    """
    slug = slugify(text, allow_unicode=True)
    if len(slug) > LONGEST_SLUG:
        slug = slug[: LONGEST_SLUG + 1].rpartition("-")[0] or slug[:LONGEST_SLUG]
    return slug.encode()[:200].decode(errors="ignore").strip("-_")
