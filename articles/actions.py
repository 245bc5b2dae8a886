"""Bringing articles onto the desk."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _, gettext_lazy as _lazy

from articles.extraction import Extracted, ExtractionError, Known, extract, from_text
from articles.fetching import FetchError, fetch, normalise_url
from articles.models import Article, Import, Outlet, Revision
from factcheck import blobs, faults
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, require
from factcheck.audit.actions import record
from factcheck.errors import DomainError, IllegalTransition, Malformed, StaleVersion
from factcheck.jobs.models import JobStatus
from factcheck.jobs.runner import TryLater, finish
from factcheck.jobs.wake import wake_on_commit


class Unimportable(DomainError):
    """The article could not be had; `code` and sentence come from fetching or extraction."""

    code, status = "unimportable", 400
    template = _lazy("The article could not be had.")

    def __init__(self, error: FetchError | ExtractionError) -> None:
        self.code = error.code  # type: ignore[misc]
        super().__init__(detail=error.detail)


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
) -> Import:
    """Ask for one article: by address, by text, or by file. Returns the job.

    `given` holds what the person knows better than the machine: title, byline,
    outlet_name, published_at (ISO 8601), language, canonical_url.

    Raises:
        Forbidden: their roles do not let them import.
        Malformed: none or several of address, text and file; an address that cannot be fetched.
    """
    require(actor, Right.IMPORT)
    if sum((bool(url.strip()), bool(text.strip()), file is not None)) != 1:
        raise Malformed(detail=_("Give one of: an address, a text, a file."))
    job = Import(requested_by=actor, given=given or {}, filename=filename[-255:])
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
def retry_import(job: Import, *, actor: User) -> Import:
    """Put a failed import back in the queue.

    Raises:
        IllegalTransition: it did not fail.
    """
    require(actor, Right.IMPORT)
    again = Import.objects.filter(pk=job.pk, status=JobStatus.FAILED).update(
        status=JobStatus.QUEUED,
        stage=Import.Stage.QUEUED,
        attempts=0,
        run_after=F("finished_at"),
        sent_at=None,
        finished_at=None,
        error_code="",
        error_detail="",
    )
    if not again:
        raise IllegalTransition(was=job.status, to=JobStatus.QUEUED)
    job.refresh_from_db()
    record("import.retried", job, actor=actor)
    wake_on_commit(job)
    return job


def carry_out_import(job: Import) -> None:
    """Fetch, extract, and store the article; mark the job done. Safe to run again at any point.

    Raises:
        Unimportable: with a sentence that a person can act on.
        TryLater: the page could not be had now, and may be had later.
    """
    http: dict[str, Any] = {}
    try:
        if job.kind == Import.Kind.URL:
            if _finish_known(job, job.url):
                return
            http = _fetch(job)
            if _finish_known(job, http["final_url"]):
                return
        extracted = _extract(job, http.get("final_url", ""))
    except FetchError as error:
        if error.transient:
            raise TryLater(code=error.code, detail=error.detail, after=error.retry_after) from error
        raise Unimportable(error) from error
    except ExtractionError as error:
        raise Unimportable(error) from error
    faults.point("import.after_extraction")
    _store_once(
        extracted,
        actor=job.requested_by,
        origin=job.kind,
        original=job.original,
        content_type=job.content_type,
        http=http,
        job=job,
    )
    faults.point("import.after_done")


def add_article(*, actor: User, text: str, given: dict[str, str]) -> tuple[Article, bool]:
    """Take a text that the caller already has; return the article and whether it was known before.

    Raises:
        Forbidden: their roles do not let them import.
        Unimportable: there is no text in it, or too much.
    """
    require(actor, Right.IMPORT)
    try:
        extracted = _read_text(text, given)
    except ExtractionError as error:
        raise Unimportable(error) from error
    return _store_once(extracted, actor=actor, origin=Article.Origin.TEXT)


@transaction.atomic(durable=True)
def change_article(article: Article, *, actor: User, version: int, **changes: Any) -> Article:
    """Mend what was found about an article (title, byline, published_at, language, outlet_name).

    Raises:
        StaleVersion: somebody changed it since `version`.
    """
    require(actor, Right.IMPORT)
    if "outlet_name" in changes:
        changes["outlet"] = _outlet(changes.pop("outlet_name"), "")
    was = {name: getattr(article, name) for name in changes}
    if was == changes:
        return article
    found = Article.objects.filter(pk=article.pk, version=version)
    if not found.update(version=F("version") + 1, **changes):
        current = Article.objects.get(pk=article.pk)
        raise StaleVersion(current={"version": current.version, "title": current.title})
    plain = {name: str(value) if isinstance(value, Outlet) else value for name, value in was.items()}
    now = {n: str(value) if isinstance(value, Outlet) else value for n, value in changes.items()}
    record("article.changed", article, actor=actor, was=plain, now=now)
    article.refresh_from_db()
    return article


def _finish_known(job: Import, url: str) -> bool:
    """Finish the import with the article of this address; False where the desk has none."""
    known = Article.objects.filter(canonical_url=url).first()
    if known is None:
        return False
    with transaction.atomic(durable=True):
        finish(job, article=known, was_known=True, stage=Import.Stage.DONE)
    return True


def _fetch(job: Import) -> dict[str, Any]:
    Import.objects.filter(pk=job.pk).update(stage=Import.Stage.FETCHING)
    faults.point("import.before_fetch")
    fetched = fetch(job.url)
    job.original = blobs.put(fetched.body)
    job.content_type = (fetched.content_type or "")[:100]
    Import.objects.filter(pk=job.pk).update(original=job.original, content_type=job.content_type)
    faults.point("import.after_fetch")
    return {
        "final_url": fetched.final_url,
        "status": fetched.status,
        "headers": dict(fetched.headers),
    }


def _extract(job: Import, final_url: str) -> Extracted:
    Import.objects.filter(pk=job.pk).update(stage=Import.Stage.EXTRACTING)
    data = blobs.get(job.original)
    if job.kind == Import.Kind.TEXT:
        return _read_text(data.decode(), job.given)
    return extract(
        data,
        content_type=job.content_type or None,
        filename=job.filename or None,
        url=final_url or job.given.get("canonical_url") or None,
        known=_known(job.given),
    )


def _read_text(text: str, given: dict[str, str]) -> Extracted:
    known = _known(given)
    return from_text(
        text,
        title=known.title,
        byline=known.byline,
        published_at=known.published_at,
        outlet_name=known.outlet_name,
        language=known.language,
        url=given.get("canonical_url") or None,
    )


def _known(given: dict[str, str]) -> Known:
    """What the person typed about the article, dates from ISO 8601."""
    return Known(
        title=given.get("title", ""),
        byline=given.get("byline", ""),
        published_at=parse_datetime(given.get("published_at", "")),
        outlet_name=given.get("outlet_name", ""),
        language=given.get("language", ""),
    )


def _store_once(extracted: Extracted, **facts: Any) -> tuple[Article, bool]:
    """Store the article, or find it where somebody stored it at the same moment."""
    try:
        return _store(extracted, **facts)
    except IntegrityError:
        return _store(extracted, **facts)


@transaction.atomic(durable=True)
def _store(
    extracted: Extracted,
    *,
    actor: User,
    origin: str,
    original: str = "",
    content_type: str = "",
    http: dict[str, Any] | None = None,
    job: Import | None = None,
) -> tuple[Article, bool]:
    digest = hashlib.sha256(extracted.text.encode()).hexdigest()
    url = extracted.canonical_url or (http or {}).get("final_url", "")
    same = Q(text_digest=digest) | (Q(canonical_url=url) if url else Q())
    article = Article.objects.filter(same).order_by("pk").first()
    was_known = article is not None
    if article is None:
        article = Article.objects.create(
            outlet=_outlet(extracted.outlet_name or "", extracted.outlet_domain or ""),
            title=(extracted.title or _("Untitled"))[:500],
            byline=(extracted.byline or "")[:300],
            canonical_url=url,
            published_at=extracted.published_at,
            language=extracted.language or "",
            text_digest=digest,
            origin=origin,
            imported_by=actor,
        )
        Revision.objects.create(
            article=article,
            number=1,
            text=extracted.text,
            blocks=[asdict(block) for block in extracted.blocks],
            digest=digest,
            original=original,
            content_type=content_type,
            http=http or {},
            warnings=[asdict(caution) for caution in extracted.warnings],
            created_by=actor,
        )
        record("article.imported", article, actor=actor, origin=origin, digest=digest)
    if job is not None:
        finish(job, article=article, was_known=was_known, stage=Import.Stage.DONE)
    return article, was_known


def _outlet(name: str, domain: str) -> Outlet | None:
    """The outlet of this domain, or else of this name; None where neither is known."""
    name, domain = " ".join(name.split())[:200], domain.strip().lower()[:253]
    if domain:
        return Outlet.objects.get_or_create(domain=domain, defaults={"name": name or domain})[0]
    if not name:
        return None
    found = Outlet.objects.filter(name__iexact=name).order_by("pk").first()
    return found or Outlet.objects.create(name=name)
