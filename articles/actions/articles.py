"""Articles: the first text of one, and what is known of it."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from articles.actions.comparing import compare_soon
from articles.actions.texts import columns_of, comparable, digest_of, extraction_of, read_text, refusing
from articles.extraction import Extracted
from articles.feeds.models import Feed
from articles.models import Article, Import, Outlet, Revision
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, require
from factcheck.audit.actions import record
from factcheck.errors import StaleVersion
from factcheck.jobs.runner import finish


def add_article(*, actor: User, text: str, given: dict[str, str]) -> tuple[Article, bool]:
    """Take a text that the caller already has; return the article and whether it was known before.

    Raises:
        Forbidden: their roles do not let them import.
        Malformed: the address that is known of it is none.
        Unimportable: there is no text in it, or too much.
        Busy: it could not be read now.
    """
    require(actor, Right.IMPORT)
    given = comparable(given)
    with refusing():
        extracted = read_text(text, given)
    return store_once(extracted, actor=actor, origin=Article.Origin.TEXT)


@transaction.atomic(durable=True)
def change_article(article: Article, *, actor: User, version: int, **changes: Any) -> Article:
    """Mend what was found about an article (title, byline, published_at, language, outlet_name).

    Raises:
        StaleVersion: somebody changed it since `version`.
    """
    require(actor, Right.IMPORT)
    if "outlet_name" in changes:
        changes["outlet"] = outlet_named(changes.pop("outlet_name"), "")
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


def store_once(extracted: Extracted, *, actor: User | None, **facts: Any) -> tuple[Article, bool]:
    """Store the article, or find it where somebody stored it at the same moment.

    Without an `actor` a `feed` brought it in.
    """
    try:
        article, was_known = _store(extracted, actor=actor, **facts)
    except IntegrityError:
        article, was_known = _store(extracted, actor=actor, **facts)
    if not was_known:
        compare_soon(article)
    return article, was_known


@transaction.atomic(durable=True)
def _store(
    extracted: Extracted,
    *,
    actor: User | None,
    origin: str,
    feed: Feed | None = None,
    original: str = "",
    content_type: str = "",
    http: dict[str, Any] | None = None,
    job: Import | None = None,
) -> tuple[Article, bool]:
    digest = digest_of(extracted.text)
    url = extracted.canonical_url or (http or {}).get("final_url", "")
    same = Q(text_digest=digest) | (Q(canonical_url=url) if url else Q())
    article = Article.objects.filter(same).order_by("pk").first()
    was_known = article is not None
    if article is None:
        article = Article.objects.create(
            outlet=outlet_named(extracted.outlet_name or "", extracted.outlet_domain or ""),
            title=(extracted.title or _("Untitled"))[:500],
            byline=(extracted.byline or "")[:300],
            canonical_url=url,
            published_at=extracted.published_at,
            language=extracted.language or "",
            text_digest=digest,
            origin=origin,
            imported_by=actor,
            feed=feed,
        )
        revision = Revision.objects.create(
            article=article,
            number=1,
            original=original,
            content_type=content_type,
            http=http or {},
            created_by=actor,
            **columns_of(extracted),
        )
        extraction = extraction_of(extracted)
        extraction.revision = revision
        extraction.save(force_insert=True)
        source: dict[str, Any] = {"feed": str(feed), "feed_id": feed.pk} if feed else {}
        record("article.imported", article, actor=actor, origin=origin, digest=digest, **source)
    if job is not None:
        finish(job, article=article, was_known=was_known, stage=Import.Stage.DONE)
    return article, was_known


def outlet_named(name: str, domain: str) -> Outlet | None:
    """The outlet of this domain, or else of this name; None where neither is known."""
    name, domain = " ".join(name.split())[:200], domain.strip().lower()[:253]
    if domain:
        return Outlet.objects.get_or_create(domain=domain, defaults={"name": name or domain})[0]
    if not name:
        return None
    found = Outlet.objects.filter(name__iexact=name).order_by("pk").first()
    return found or Outlet.objects.get_or_create(name=name, domain="")[0]
