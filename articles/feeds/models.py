"""Feeds that are polled, and which of their entries the desk has seen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from factcheck.jobs.models import Job, JobQuerySet, JobStatus

SHORTEST_MINUTES, LONGEST_MINUTES = 5, 7 * 24 * 60

WHY_NOT = {
    "own_host": _("This is the address of the desk itself, which has no feed to follow."),
    "unexpected_status": _("The site answered with no feed. Look on the site for its RSS or Atom address."),
    "too_complex": _("The feed is built in a way that we cannot read whole."),
    "bad_answer": _("The site's answer broke off or was garbled."),
    "not_found": _("There is nothing at this address. Look on the site for its RSS or Atom address."),
    "refused_by_site": _("The site gives this feed to subscribers only, or not to programs."),
    "timeout": _("The site did not deliver the feed in time."),
    "too_large": _("The feed is larger than 20 MB. Look on the site for a shorter one."),
    "too_many_redirects": _("The site sends us on without end. Look there for the feed's own address."),
    "unsupported_type": _("There is no feed at this address. Look on the site for its RSS or Atom address."),
    "untrusted_certificate": _(
        "The site could not prove its name: its certificate is expired, self-made or another site's."
    ),
    "url_blocked": _(
        "This address is in a private network, and the desk fetches from the public internet alone."
    ),
}
"""What a refusal of the fetcher means for a feed; its own words are for somebody who wants an article."""
OURS = frozenset({"own_host", "url_blocked", "url_refused"})
"""Refusals that are the desk's own: no site will come back from them."""


class FeedQuerySet(JobQuerySet):
    def followed(self) -> FeedQuerySet:
        """Those that nobody removed."""
        return self.filter(removed_at=None)


class Feed(Job):
    """An RSS, Atom or JSON feed: a job that is never done, for after each poll it waits for the next.

    `status` is `queued` between polls, with the next one at `run_after`; `done` means paused, and
    `failed` that polling it broke something of ours many times over. A site that is away is neither:
    `failures` counts the polls in a row that had nothing, and the pauses grow with it. One that was
    removed is in no list; its row stays, for its articles say where they are from, and so does its address,
    where the desk may come to follow another feed.
    """

    task = "articles.tasks.poll_feed"
    lease = timedelta(seconds=60)
    max_attempts: ClassVar[int] = 20

    url = models.CharField(max_length=2000)
    title = models.CharField(max_length=300, blank=True)
    outlet = models.ForeignKey(
        "articles.Outlet", null=True, blank=True, on_delete=models.PROTECT, related_name="feeds"
    )
    language = models.CharField(max_length=35, blank=True)
    interval_minutes = models.PositiveIntegerField(
        default=30, validators=[MinValueValidator(SHORTEST_MINUTES), MaxValueValidator(LONGEST_MINUTES)]
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    etag = models.CharField(max_length=1000, blank=True)
    last_modified = models.CharField(max_length=1000, blank=True)
    failures = models.PositiveIntegerField(default=0)
    polled_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = FeedQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Job.Meta):
        verbose_name = _("feed")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["url"], condition=Q(removed_at=None), name="articles_feed_followed_once"
            ),
            models.CheckConstraint(
                condition=Q(interval_minutes__range=(SHORTEST_MINUTES, LONGEST_MINUTES)),
                name="articles_feed_interval",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) | Q(status="done"), name="articles_feed_removed_is_not_read"
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.url

    @property
    def is_active(self) -> bool:
        """Whether it is polled; not where somebody paused it."""
        return self.status != JobStatus.DONE

    @property
    def is_being_read(self) -> bool:
        """Whether a poll is under way, or due."""
        due = self.status == JobStatus.QUEUED and self.run_after <= timezone.now()
        return due or self.status == JobStatus.RUNNING

    @property
    def shown_error(self) -> str:
        """Why the last poll had nothing."""
        return str(WHY_NOT.get(self.error_code) or super().shown_error)

    @property
    def is_refused(self) -> bool:
        """Whether the desk itself will not fetch it, so that another address is needed."""
        return self.error_code in OURS

    @property
    def next_poll_at(self) -> datetime | None:
        """When it is polled next; nothing while it is not."""
        return self.run_after if self.is_open else None

    @property
    def validators(self) -> dict[str, str]:
        """The headers by which the site can tell that nothing has changed since the last poll."""
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in pairs.items() if value}


class FeedEntry(models.Model):
    """An entry of a feed that has become an import, in the same transaction.

    `key` says which entry it is: a digest of its address, or where it has none of its id, or of its
    words. `guid` is a digest of the id, by which an entry is known whose address was changed.
    """

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="entries")
    key = models.CharField(max_length=64)
    guid = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=64)  # of what it said when we saw it last
    job = models.OneToOneField("articles.Import", on_delete=models.PROTECT, related_name="feed_entry")

    class Meta:
        indexes = [models.Index(fields=["feed", "guid"], name="feed_entries_by_guid")]
        constraints = [
            models.UniqueConstraint(fields=["feed", "key"], name="articles_feed_entry_once"),
        ]

    def __str__(self) -> str:
        return self.title
