"""A desk in the middle of its work, and every screen that there is of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from articles.actions import compare_waiting, request_batch, request_import
from articles.batches.models import Batch
from articles.feeds.models import Feed, FeedEntry
from articles.models import Article, Import
from articles.tasks import run_batch, run_import
from factcheck.accounts.models import User
from factcheck.jobs.models import JobStatus
from publishing.models import Publication
from publishing.tasks import show_changes
from publishing.webhooks.models import Delivery, Endpoint
from reviews import actions
from reviews.models import Review
from tests import factories as make
from tests.articles import originals
from tests.cast import person

OTHER_VERSION = {"title": "Night ferry: a record, says the board", "outlet_name": "الجريدة", "language": "en"}


@dataclass(frozen=True)
class Screen:
    """A page, who looks at it, and what is opened on it first."""

    name: str
    path: str
    who: str = ""
    dialogs: tuple[str, ...] = ()
    popovers: tuple[str, ...] = ()


def build() -> list[Screen]:
    """Fill the desk; return its screens."""
    people = [person(name) for name in ("Ada", "Ben", "Cleo", "Dov", "Eve", "Max", "Vera")]
    ada, ben, cleo = people[:3]
    article = make.imported_article(by=ada, title="A harbour town bets on its night ferry")
    reviews = _reviews_in_every_state(article, ada)
    publication = make.published(article=article, quote=make.QUOTES[4], by=ada)
    changed = make.published(article=article, quote="That is twice as many", by=ada)
    again = make.second_verdict(changed.review)
    make.carry_out(make.requested(again, kind="correction", note="The first version had last year’s table."))
    make.second_verdict(publication.review)
    actions.prioritise(
        reviews["draft"], actor=cleo, priority=Review.Priority.HIGH, due_at=timezone.now() - timedelta(days=1)
    )
    actions.assign(make.review_of(reviews["draft"]), actor=cleo, assignee=ben)
    make.confidential_evidence(make.review_of(reviews["draft"]), by=ada)
    _imports(ada)
    batch = _batch(ada, article)
    feed = _feeds()
    endpoint, delivery = _endpoints()
    edited = make.published(quote=make.QUOTES[0], by=ada)
    newer = make.revised(make.passage_of(edited.review.claim).revision.article, make.OTHER_FIGURE)
    copy = _other_version(article)
    show_changes()
    return [
        *_desk(article.pk, _changed_article(ada).pk, originals.imported().pk),
        Screen("report of a batch", f"/desk/batches/{batch.pk}/", "Ada"),
        Screen("feeds", "/desk/settings/feeds/", "Max", ("feed-dialog",)),
        Screen("feeds to read", "/desk/settings/feeds/", "Vera"),
        Screen("feed", f"/desk/settings/feeds/{feed.pk}/", "Max", ("feed-dialog",)),
        Screen("feed for whoever imports", f"/desk/settings/feeds/{feed.pk}/", "Ada"),
        Screen("my desk of an administrator", "/desk/", "Max"),
        Screen("webhooks", "/desk/webhooks/", "Max", ("endpoint-dialog", "renew-dialog")),
        Screen(
            "webhook", f"/desk/webhooks/{endpoint}/", "Max", ("endpoint-dialog", "remove-endpoint-dialog")
        ),
        Screen("webhook, nothing failed", f"/desk/webhooks/{endpoint}/?result=failed", "Max"),
        Screen("delivery", f"/desk/webhooks/{endpoint}/deliveries/{delivery}/", "Max"),
        *(_claim(state, review) for state, review in reviews.items()),
        Screen("claim published", _path(changed.review), "Dov"),
        Screen("claim to publish anew", _path(publication.review), "Dov", ("publish-dialog",)),
        Screen("claim to sign off", _path(reviews["signoff"]), "Cleo", ("return-dialog",)),
        *_public(changed),
        Screen("article that changed", f"/desk/articles/{newer.article_id}/", "Ada", ("new-text-dialog",)),
        Screen("article that others published", f"/desk/articles/{copy.pk}/#offers", "Ada"),
        Screen("two versions", f"/desk/articles/{copy.pk}/compare/?with={article.pk}", "Vera"),
        Screen("article as it was", f"/desk/articles/{newer.article_id}/?revision=1", "Vera"),
        Screen("claim in a changed article", _path(edited.review), "Ada"),
        Screen("queue of what changed", "/desk/queue/?passage=changed", "Cleo"),
        Screen("check of a changed article", edited.path),
        Screen("page of a changed article", newer.article.summary.path),
    ]


def _reviews_in_every_state(article: Article, by: User) -> dict[str, Review]:
    quotes = iter(
        [*make.QUOTES[:4], "41,000 passengers", "the old boat still sailed", "9 crowns", "in spring"]
    )

    def place() -> dict[str, Any]:
        return {"article": article, "by": by, "quote": next(quotes)}

    return {
        "flagged": make.flagged(**place()),
        "research": make.researched(**place()),
        "draft": make.drafted(**place(), slug="misleading"),
        "returned": make.returned(**place(), note="Name the year.\nAnd whose table it is."),
        "signoff": make.submitted(**place(), slug="half-true"),
        "ready": make.approved(**place(), slug="true"),
        "declined": make.declined(**place()),
    }


def _changed_article(by: User) -> Article:
    """One passage decided on; one with other words, one that stands twice and one that is gone wait."""
    article = make.imported_article(by=by, title="The night ferry, told anew")
    claims = [make.flagged_claim(article=article, quote=quote, by=by) for quote in make.QUOTES]
    first, second, third, fourth, _fifth = make.QUOTES
    make.revised(
        article,
        (second, f"Nobody had asked. {first}, it is said. That is thrice as many as in 2019"),
        (third, third.replace("crossing", "ferry")),
        (f"{fourth} ", ""),
        by=by,
    )
    actions.decide_placement(make.placement_of(claims[2]), actor=by, decision="accepted")
    return article


def _other_version(article: Article) -> Article:
    """Another outlet's version of an article; its claims are offered: same words, other words, none."""
    text = make.newest_revision(article).text.replace("\n", "\n\n").replace("9 crowns", "12 crowns")
    job = request_import(actor=person("Ada"), text=f"{text}\n\nFrom an agency.", given=OTHER_VERSION)
    run_import(job.pk)
    compare_waiting()
    job.refresh_from_db()
    assert job.article is not None
    return job.article


def _imports(user: User) -> None:
    """One of each: waiting, under way, failed."""
    url = (
        "https://herald.example/a-story-with-a-rather-long-address-that-does-not-fit-into-one-line-on-a-phone"
    )
    kind = Import.Kind.URL
    Import.objects.create(requested_by=user, kind=kind, url=url)
    far = timezone.now() + timedelta(hours=1)
    running = {"status": JobStatus.RUNNING, "stage": Import.Stage.FETCHING, "leased_until": far}
    Import.objects.create(requested_by=user, kind=kind, url=url, **running)
    Import.objects.create(
        requested_by=user,
        kind=kind,
        url=url,
        status=JobStatus.FAILED,
        finished_at=timezone.now(),
        error_code="refused",
        error_detail=_REFUSED,
    )


_REFUSED = "herald.example answered “subscribers only” (HTTP 403), so there was no text to read."


def _batch(user: User, article: Article) -> Batch:
    """A file with a good row, one that failed, one that was refused."""
    lines = "url,text\nhttps://herald.example/1,\nfile:///etc/passwd,\n,A text of one sentence.\n"
    batch = request_batch(
        actor=user, file=lines.encode(), filename="a-rather-long-name-of-a-file-" * 3 + ".csv"
    )
    run_batch(batch.pk)
    for job in Import.objects.filter(batch_row__batch=batch):
        job.article = None if job.url else article
        _end(job, JobStatus.FAILED if job.url else JobStatus.DONE)
    return batch


def _feeds() -> Feed:
    """One in each state; return one with an entry that failed."""
    url = "https://herald.example/feeds/" + "with-a-rather-long-address/" * 3
    feeds = [make.feed(url=f"{url}{number}.xml", outlet_name="Herald") for number in range(5)]
    now = timezone.now()
    later = now + timedelta(hours=9)
    waits = {"run_after": later, "polled_at": now}
    new, works, away, paused, stopped = (Feed.objects.filter(pk=feed.pk) for feed in feeds)
    works.update(title="Example Herald", **waits)
    away.update(
        failures=3, error_code="site_error", error_detail="herald.example has a fault of its own.", **waits
    )
    paused.update(status=JobStatus.DONE, **waits)
    stopped.update(status=JobStatus.FAILED, error_code="gave_up", attempts=20, **waits)
    job = Import.objects.create(kind=Import.Kind.FEED_ENTRY, url=f"{url}entry")
    FeedEntry.objects.create(feed=works.get(), key="1" * 64, digest="1" * 64, title="Night ferry", job=job)
    _end(job, JobStatus.FAILED)
    assert new.get().is_being_read
    return works.get()


def _endpoints() -> tuple[int, int]:
    """One in each state; return one that works, and what it was told first."""
    url = "https://partner.example/hooks/" + "with-a-rather-long-address/" * 3
    endpoints = [make.endpoint(url=f"{url}{number}") for number in range(6)]
    now = timezone.now()
    waits = {"status": JobStatus.QUEUED, "run_after": now + timedelta(hours=1)}
    _new, works, away, off, stopped, broken = (Endpoint.objects.filter(pk=each.pk) for each in endpoints)
    away.update(failures=3, failing_since=now, **waits)
    off.update(disabled_at=now, disabled_reason="by_hand")
    stopped.update(disabled_at=now, disabled_reason="failing")
    broken.update(status=JobStatus.FAILED, attempts=20, error_code="gave_up")
    sent = {"sent_at": now, "took_ms": 312, "attempts": 1}
    taken = {"status": "delivered", "answer_status": 204, "taken_at": now, **sent}
    refused = {"answer_status": 503, "error_code": "bad_status", "answer": "<h1>Sorry</h1>" * 60, **sent}
    told = [(works, {**taken, "answer": "thanks " * 90}), (works, taken), (works, {"status": "asked"})]
    told += [(away, refused), (away, {}), (stopped, refused), (broken, {"error_code": "timeout", **sent})]
    body = '{"type":"claim.flagged","data":{"desk_url":"https://desk.example/desk/claims/1/"}}'
    made = Delivery.objects.bulk_create(
        Delivery(endpoint=each.get(), kind="claim.flagged", body=body, **facts) for each, facts in told
    )
    return works.get().pk, made[0].pk


def _end(job: Import, status: JobStatus) -> None:
    job.status, job.finished_at = status, timezone.now()
    if status == JobStatus.FAILED:
        job.error_code, job.error_detail = "refused_by_site", _REFUSED
    job.save()


def _path(review: Review) -> str:
    return f"/desk/claims/{review.claim_id}/"


def _desk(article: int, changed: int, fresh: int) -> list[Screen]:
    return [
        Screen("sign-in", "/accounts/login/"),
        Screen("404", "/desk/articles/999999/", "Ada"),
        Screen("403", "/desk/", "Eve"),
        Screen("my desk", "/desk/", "Ada", ("palette", "keys-dialog"), ("user-menu",)),
        Screen("my desk of a viewer", "/desk/", "Vera"),
        Screen("my desk of an editor", "/desk/", "Cleo"),
        Screen("articles", "/desk/articles/", "Ada", ("import-dialog",)),
        Screen("articles, none fits", "/desk/articles/?q=nothing+like+this", "Ada"),
        Screen("article", f"/desk/articles/{article}/", "Ada", (), ("key",)),
        Screen("article not compared yet", f"/desk/articles/{fresh}/", "Ada"),
        Screen("what was read", f"/desk/articles/{fresh}/original/", "Ada"),
        Screen("what was read, to read", f"/desk/articles/{fresh}/original/", "Vera"),
        Screen("annotated copy", f"/desk/articles/{article}/annotated-copy/", "Ada"),
        Screen("article to read", f"/desk/articles/{article}/", "Vera"),
        Screen("changes", f"/desk/articles/{changed}/changes/", "Ada"),
        Screen("changes to read", f"/desk/articles/{changed}/changes/", "Vera"),
        Screen("changes, none yet", f"/desk/articles/{article}/changes/", "Ada"),
        Screen("texts beside each other", f"/desk/articles/{changed}/compare/", "Vera"),
        Screen("queue", "/desk/queue/", "Cleo", (), ("f-state", "f-sort")),
        Screen("queue to read", "/desk/queue/?state=signoff&priority=normal", "Vera"),
        Screen("queue, none fits", "/desk/queue/?q=nothing+like+this", "Ada"),
    ]


def _claim(state: str, review: Review) -> Screen:
    who = {"ready": "Dov", "declined": "Cleo", "flagged": "Cleo"}.get(state, "Ada")
    dialogs = {
        "flagged": ("decline-dialog",),
        "draft": ("source-dialog", "facts-dialog"),
        "declined": ("reopen-dialog",),
    }
    return Screen(f"claim {state}", _path(review), who, dialogs.get(state, ()))


def _public(publication: Publication) -> list[Screen]:
    article = publication.review.claim.passages.get().revision.article
    return [
        Screen("home", "/"),
        Screen("check", publication.path),
        Screen("edition", f"{publication.path}v/1/"),
        Screen("summary", article.summary.path),
        Screen("public 404", "/checks/there-is-none/"),
    ]
