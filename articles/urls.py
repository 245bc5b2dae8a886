"""The desk's addresses that articles answer themselves; `factcheck.urls` collects them."""

from __future__ import annotations

from django.urls import URLPattern, path

import factcheck.converters  # noqa: F401  (registers `id`)
from articles.views import batches, feeds, imports, marks, original

desk: list[URLPattern] = [
    path("articles/<id:pk>/mark/", marks.mark, name="mark"),
    path("articles/<id:pk>/original/", original.original, name="original"),
    path("articles/<id:pk>/original/mend/", original.mend, name="mend"),
    path("imports/<id:pk>/", imports.progress, name="import"),
    path("imports/<id:pk>/retry/", imports.retry, name="import_retry"),
    path("imports/<id:pk>/dismiss/", imports.dismiss, name="import_dismiss"),
    path("batches/<id:pk>/", batches.batch, name="batch"),
    path("batches/<id:pk>/dismiss/", batches.dismiss, name="batch_dismiss"),
    path("settings/feeds/", feeds.feeds, name="feeds"),
    path("settings/feeds/<id:pk>/", feeds.feed, name="feed"),
    path("settings/feeds/<id:pk>/poll/", feeds.feed_poll, name="feed_poll"),
    path("settings/feeds/<id:pk>/pause/", feeds.feed_pause, name="feed_pause"),
    path("settings/feeds/<id:pk>/remove/", feeds.feed_remove, name="feed_remove"),
]
