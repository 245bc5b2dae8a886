"""Bringing articles onto the desk, and the texts that they have now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import cage
from articles.actions.articles import store_once
from articles.actions.revisions import add_revision
from articles.actions.texts import Unimportable, comparable, known_in, read_text, require_bytes
from articles.extraction import Caution, Extracted, ExtractionError
from articles.extraction.canonical import has_words
from articles.fetching import Fetched, FetchError, fetch, fetch_if_changed, normalise_url
from articles.models import Article, Import
from factcheck import blobs, faults
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, require
from factcheck.audit.actions import record
from factcheck.errors import Conflict, IllegalTransition, Malformed
from factcheck.jobs.models import JobStatus
from factcheck.jobs.runner import TryLater, finish
from factcheck.jobs.wake import wake_on_commit

FIRST_WAIT = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=7)

_FROM_FEED = Caution(
    "text_of_feed",
    "The page could not be fetched. This is the text that the feed has of it; compare it with the page.",
)


@transaction.atomic(durable=True)
def request_import(
    *,
    actor: User,
    url: str = "",
    text: str = "",
    file: bytes | None = None,
    filename: str = "",
    content_type: str = "",
    given: dict[str, str] | None = None,
    revises: Article | None = None,
) -> Import:
    """Ask for one article: by address, by text, or by file. Returns the job.

    `given` holds what the person knows better than the machine: title, byline,
    outlet_name, published_at (ISO 8601), language, canonical_url. With `revises` the text or file is
    what that article says now.

    Raises:
        Forbidden: their roles do not let them import.
        Malformed: none or several of address, text and file; an empty file; an address that cannot be
            fetched, or is none; a newer text with an address or with anything given.
    """
    require(actor, Right.IMPORT)
    if sum((bool(url.strip()), has_words(text), file is not None)) != 1:
        raise Malformed(detail=_("Give one of: an address, a text, a file."))
    if file is not None:
        require_bytes(file)
    if revises is not None and url.strip():
        raise Malformed.at("/url", _("A newer text is fetched from the address of its article."))
    if revises is not None and given:
        raise Malformed(detail=_("What is known of an article is changed at the article, not with its text."))
    if revises is not None and has_words(text):
        given = {"title": revises.title}  # so that no first line passes for it
    job = Import(requested_by=actor, given=comparable(given), filename=filename[-255:], revises=revises)
    if url.strip():
        job.kind = Import.Kind.URL
        try:
            job.url = normalise_url(url.strip())
        except FetchError as error:
            raise Malformed.at("/url", error.detail, code=error.code) from error
    else:
        job.kind = Import.Kind.TEXT if file is None else Import.Kind.FILE
        job.original = blobs.put(text.encode("utf-8", "replace") if file is None else file)
        job.content_type = content_type[:100]
    job.save()
    record("import.requested", job, actor=actor, kind=job.kind, what=job.what)
    wake_on_commit(job)
    return job


@transaction.atomic(durable=True)
def request_recheck(article: Article, *, actor: User | None) -> Import:
    """Ask for the text that stands at the article's address now; returns the job, or the one under way.

    `actor` is None where the desk looks by itself. It looks again when as much time has passed as the
    text has stood already: after an hour at first, after a week at last.

    Raises:
        Forbidden: their roles do not let them import.
        Conflict: the article has no address.
    """
    if actor is not None:
        require(actor, Right.IMPORT)
    if not article.canonical_url:
        raise Conflict(detail=_("This article has no address to look at. Give its new text instead."))
    now = timezone.now()
    stood_for = now - article.revisions.values_list("created_at", flat=True).order_by("-number")[0]
    wait = min(max(stood_for, FIRST_WAIT), LONGEST_WAIT)
    Article.objects.filter(pk=article.pk, recheck_at__isnull=False).update(recheck_at=now + wait)
    try:
        with transaction.atomic():
            job = Import.objects.create(
                kind=Import.Kind.URL, url=article.canonical_url, revises=article, requested_by=actor
            )
    except IntegrityError:  # one at a time, and the other may be done by now
        running: Import = Import.objects.filter(revises=article, kind=Import.Kind.URL).order_by("-pk")[0]
        return running
    record("import.requested", job, actor=actor, kind=job.kind, what=job.what, revises=article.pk)
    wake_on_commit(job)
    return job


@transaction.atomic(durable=True)
def retry_import(job: Import, *, actor: User) -> Import:
    """Put a failed import back in the queue; one that waits to be tried again waits no longer.

    Raises:
        IllegalTransition: it did not fail, and is no attempt that went wrong.
    """
    require(actor, Right.IMPORT)
    waits = Q(status=JobStatus.QUEUED, attempts__gt=0, run_after__gt=timezone.now())
    waiting = Import.objects.filter(waits, pk=job.pk)
    failed = Import.objects.filter(pk=job.pk, status=JobStatus.FAILED)
    try:
        with transaction.atomic():
            again = waiting.update(run_after=F("created_at"), sent_at=None) or failed.update(
                status=JobStatus.QUEUED,
                stage=Import.Stage.QUEUED,
                attempts=0,
                run_after=F("finished_at"),
                sent_at=None,
                finished_at=None,
                error_code="",
                error_detail="",
                dismissed_at=None,
            )
    except IntegrityError as error:
        raise Conflict(detail=_("Somebody is looking at this article again already.")) from error
    if not again:
        raise IllegalTransition(was=job.status, to=JobStatus.QUEUED)
    job.refresh_from_db()
    record("import.retried", job, actor=actor)
    wake_on_commit(job)
    return job


def carry_out_import(job: Import) -> None:
    """Fetch, extract, and store the article or its newer text; mark the job done. Safe to run again.

    Raises:
        Unimportable: with a sentence that a person can act on.
        TryLater: the page could not be had or read now, and may be later.
    """
    try:
        if job.revises is None:
            _import_article(job)
        else:
            _import_newer_text(job, job.revises)
    except FetchError as error:
        if error.transient:
            raise TryLater(code=error.code, detail=error.detail, after=error.retry_after) from error
        raise Unimportable(error) from error
    except ExtractionError as error:
        if error.transient:
            raise TryLater(code=error.code, detail=error.detail) from error
        raise Unimportable(error) from error
    faults.point("import.after_done")


@dataclass(frozen=True, slots=True)
class _Original:
    """What is read: the page as it came, or what was handed in; kept in `blobs` under its digest."""

    digest: str
    content_type: str
    http: dict[str, Any] = field(default_factory=dict)

    @property
    def final_url(self) -> str:
        """Where the page was in the end; empty of what was handed in."""
        return str(self.http.get("final_url", ""))

    @property
    def facts(self) -> dict[str, Any]:
        """What a revision keeps of it."""
        return {"original": self.digest, "content_type": self.content_type, "http": self.http}


def _import_article(job: Import) -> None:
    if job.url and _finish_known(job, job.url):
        return
    original = _fetched(job) if job.url else _handed_in(job)
    if original.final_url and _finish_known(job, original.final_url):
        return
    store_once(
        _extract(job, original),
        actor=job.requested_by,
        feed=job.feed_entry.feed if job.kind == Import.Kind.FEED_ENTRY else None,
        origin=job.kind,
        job=job,
        **original.facts,
    )


def _import_newer_text(job: Import, article: Article) -> None:
    original = _handed_in(job)
    if job.kind == Import.Kind.URL:
        newest = article.revisions.order_by("-number").only("original", "http")[0]
        _begin_fetch(job)
        fetched = fetch_if_changed(job.url, _validators(newest.http))
        if fetched is not None:
            original = _keep(fetched)
        if fetched is None or original.digest == newest.original:
            with transaction.atomic(durable=True):
                finish(job, article=article, was_known=True, stage=Import.Stage.DONE)
            return
    add_revision(
        article,
        actor=job.requested_by,
        extracted=_extract(job, original),
        job=job,
        is_fetched=job.kind != Import.Kind.TEXT,
        **original.facts,
    )


def _handed_in(job: Import) -> _Original:
    return _Original(job.original, job.content_type)


def _fetched(job: Import) -> _Original:
    """Fetch the page; where there is none, the text that the feed had of it has to do.

    Raises:
        FetchError: the feed had no text, or the page may yet be had.
    """
    _begin_fetch(job)
    try:
        return _keep(fetch(job.url))
    except FetchError as error:
        may_pass = error.transient and job.attempts < job.max_attempts
        if may_pass or not job.original:
            raise
        return _handed_in(job)


def _validators(http: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers by which the site can tell that nothing has changed since."""
    had = http.get("headers", {})
    pairs = (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))
    return {asked: had[name] for asked, name in pairs if name in had}


def _finish_known(job: Import, url: str) -> bool:
    """Finish the import with the article of this address; False where the desk has none."""
    known = Article.objects.filter(canonical_url=url).first()
    if known is None:
        return False
    with transaction.atomic(durable=True):
        finish(job, article=known, was_known=True, stage=Import.Stage.DONE)
    return True


def _begin_fetch(job: Import) -> None:
    Import.objects.filter(pk=job.pk).update(stage=Import.Stage.FETCHING)
    faults.point("import.before_fetch")


def _keep(fetched: Fetched) -> _Original:
    """Keep the page as it came."""
    http = {"final_url": fetched.final_url, "status": fetched.status, "headers": dict(fetched.headers)}
    original = _Original(blobs.put(fetched.body), (fetched.content_type or "")[:100], http)
    faults.point("import.after_fetch")
    return original


def _extract(job: Import, original: _Original) -> Extracted:
    Import.objects.filter(pk=job.pk).update(stage=Import.Stage.EXTRACTING)
    data = blobs.get(original.digest)
    if job.kind == Import.Kind.TEXT:
        extracted = read_text(data.decode(), job.given)
    else:
        extracted = _extract_bytes(job, data, original)
    faults.point("import.after_extraction")
    return extracted


def _extract_bytes(job: Import, data: bytes, original: _Original) -> Extracted:
    instead = job.url and not original.final_url
    given = job.given | (job.given.get("entry", {}) if instead else {})
    extracted = cage.extract(
        data,
        content_type=original.content_type or None,
        filename=job.filename or None,
        url=original.final_url or job.url or job.given.get("canonical_url") or None,
        known=known_in(given),
    )
    return replace(extracted, warnings=(*extracted.warnings, _FROM_FEED)) if instead else extracted
