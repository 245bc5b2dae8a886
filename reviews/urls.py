"""The desk's addresses that reviews answer; `factcheck.urls` collects them."""

from __future__ import annotations

from django.urls import URLPattern, path

import factcheck.converters  # noqa: F401  (registers `id`)
from reviews.views import (
    annotated,
    article,
    articles,
    changes,
    claim,
    desk as my_desk,
    draft,
    linking,
    new_text,
    queue,
)

_CLAIM = "claims/<id:pk>/"

desk: list[URLPattern] = [
    path("", my_desk.home, name="home"),
    path("articles/", articles.articles, name="articles"),
    path("articles/<id:pk>/", article.article, name="article"),
    path("articles/<id:pk>/changes/", changes.changes, name="changes"),
    path("articles/<id:pk>/changes/<id:placement>/", changes.decide, name="decide_place"),
    path("articles/<id:pk>/changes/<id:placement>/undo/", changes.undo, name="undo_place"),
    path("articles/<id:pk>/compare/", changes.compare, name="compare"),
    path("articles/<id:pk>/flag/", article.flag, name="flag"),
    path("articles/<id:pk>/link/", linking.link, name="link"),
    path("articles/<id:pk>/offers/decline/", linking.decline_offer, name="decline_offer"),
    path("articles/<id:pk>/recheck/", new_text.recheck, name="recheck"),
    path("articles/<id:pk>/text/", new_text.new_text, name="new_text"),
    path("articles/<id:pk>/annotated-copy/", annotated.annotated, name="annotated"),
    path("articles/<id:pk>/annotated-copy/document/", annotated.document, name="annotated_document"),
    path("imports/", articles.imports, name="imports"),
    path("queue/", queue.queue, name="queue"),
    path("queue/bulk/", queue.bulk, name="queue_bulk"),
    path(_CLAIM, claim.claim, name="claim"),
    path(f"{_CLAIM}draft/", draft.draft, name="draft"),
    path(f"{_CLAIM}submit/", draft.submit, name="submit"),
    path(f"{_CLAIM}preview/", claim.preview, name="preview"),
    path(f"{_CLAIM}facts/", claim.facts, name="facts"),
    path(f"{_CLAIM}evidence/", claim.evidence_add, name="evidence_add"),
    path(f"{_CLAIM}evidence/<id:evidence>/", claim.evidence_change, name="evidence_change"),
    path(f"{_CLAIM}evidence/<id:evidence>/remove/", claim.evidence_remove, name="evidence_remove"),
    path(f"{_CLAIM}places/<id:passage>/remove/", claim.place_remove, name="place_remove"),
    path(f"{_CLAIM}assign/", claim.assign, name="assign"),
    path(f"{_CLAIM}triage/", claim.triage, name="triage"),
    path(f"{_CLAIM}withdraw/", claim.withdraw, name="withdraw"),
    path(f"{_CLAIM}sign-off/", claim.sign_off, name="sign_off"),
    path(f"{_CLAIM}return/", claim.return_, name="return"),
    path(f"{_CLAIM}decline/", claim.decline, name="decline"),
    path(f"{_CLAIM}reopen/", claim.reopen, name="reopen"),
]
