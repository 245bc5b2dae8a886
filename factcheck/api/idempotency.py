"""`Idempotency-Key`: a POST that is sent again is answered again, not carried out again.

1. The key is inserted before the view runs; the unique constraint lets one request through, and a
   second one that comes meanwhile is told to wait (409, `Retry-After`).
2. The answer is kept for 24 hours and replayed, marked `Idempotency-Replayed: true`. Refusals that
   may pass (409, 429) and our own failures (5xx) are not kept; a 409 that says it was done is.
3. A process that dies leaves the key unanswered. Whether its action was committed the audit log
   knows, which is written in the action's own transaction under the gesture that is noted here: if
   it was, the retry is answered with the object as it is now; if not, it is carried out.

What is left open: a process that hangs for longer than its lease and then wakes up acts beside its
successor. The actions' own conditional updates and constraints decide between the two.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

from django.db import DatabaseError, IntegrityError, transaction
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request

from factcheck.accounts.models import User
from factcheck.api.models import KEPT_FOR, Answer
from factcheck.audit.models import Event
from factcheck.errors import AlreadyDone, IdempotencyConflict, Malformed, StillRunning
from factcheck.gesture import current_gesture

log = logging.getLogger("factcheck.api")

LEASE = timedelta(seconds=60)
KEPT_HEADERS = ("Content-Type", "Location", "ETag")
KEY = re.compile(r"[\x21-\x7e]{1,255}")
PASSING = {409, 429}
"""Refusals that a later try may not meet; they are not kept."""


class Replay(Exception):
    """There is an answer already; the view does not run."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


class Attempt:
    """One request under a key, which no other request holds now."""

    def __init__(self, answer: Answer, *, before: Sequence[Event] = (), secret: bool = False) -> None:
        self._answer = answer
        self._secret = secret
        self.before = before
        """What an earlier attempt committed before it died without an answer."""

    def finish(self, response: HttpResponseBase) -> None:
        """Keep the answer, or let go of the key where it may be another next time. One query."""
        mine = Answer.objects.filter(pk=self._answer.pk, gesture=self._answer.gesture, status=None)
        try:
            if response.status_code >= 500 or response.streaming:
                mine.update(leased_until=timezone.now())
            elif response.status_code in PASSING and not self.before:
                mine.delete()
            else:
                if hasattr(response, "render"):
                    response.render()
                content: bytes = getattr(response, "content", b"")
                mine.update(
                    status=response.status_code,
                    headers={name: response[name] for name in KEPT_HEADERS if name in response},
                    body=None if self._secret and response.status_code < 400 else content,
                )
        except DatabaseError:
            # What was asked for is done; only the memory of it failed. The lease runs out, and a
            # retry finds in the audit log what was done.
            log.exception("The answer to an Idempotency-Key could not be kept.")

    def abandon(self) -> None:
        """Let a retry through at once: this attempt failed in a way that nobody expected."""
        try:
            Answer.objects.filter(pk=self._answer.pk, gesture=self._answer.gesture, status=None).update(
                leased_until=timezone.now()
            )
        except DatabaseError:
            log.exception("An Idempotency-Key could not be let go.")


def begin(request: Request, *, secret: bool = False) -> Attempt | None:
    """Take the key of a request; None where it has none.

    One query for a new key, four at most for a known one. `secret` answers are replayed as a refusal.

    Raises:
        Replay: it was answered before.
        IdempotencyConflict: the key was used for another request.
        StillRunning: the first request is being worked on.
        Malformed: the key is empty, too long, or not printable ASCII.
    """
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or key is None:
        return None
    if not KEY.fullmatch(key):
        raise Malformed.at("", _("An Idempotency-Key has 1 to 255 printable ASCII characters."))
    now = timezone.now()
    fresh = Answer(
        user=cast(User, request.user),
        key=key,
        request_digest=_digest_of(request),
        gesture=current_gesture(),
        created_at=now,
        leased_until=now + LEASE,
    )
    try:
        with transaction.atomic():
            fresh.save(force_insert=True)
    except IntegrityError:
        return _again(fresh, secret=secret)
    return Attempt(fresh, secret=secret)


def _again(fresh: Answer, *, secret: bool) -> Attempt:
    """Decide about a key that is in use."""
    now = fresh.created_at
    kept = Answer.objects.filter(user=fresh.user, key=fresh.key).first()
    if kept is None:  # Let go between our two queries.
        raise StillRunning
    if kept.created_at <= now - KEPT_FOR:
        kept = _take_over(kept, fresh, created_at=now, status=None, body=None, headers={})
        return Attempt(kept, secret=secret)
    if kept.request_digest != fresh.request_digest:
        raise IdempotencyConflict
    if kept.is_given:
        raise Replay(_replay(kept))
    if kept.leased_until > now:
        raise StillRunning(retry_after_seconds=2)
    before = list(
        Event.objects.filter(gesture=kept.gesture, actor=fresh.user_id, at__gte=kept.created_at).order_by(
            "pk"
        )
    )
    # While the outcome of the first attempt is known and its answer is not, its gesture stays: a
    # retry that dies as well must find the same events.
    gesture = kept.gesture if before else fresh.gesture
    return Attempt(_take_over(kept, fresh, gesture=gesture), before=before, secret=secret)


def _take_over(kept: Answer, fresh: Answer, **changes: Any) -> Answer:
    """Become the one request that works on this key; the others are told to wait."""
    changes = {
        "gesture": fresh.gesture,
        "request_digest": fresh.request_digest,
        "leased_until": fresh.leased_until,
        **changes,
    }
    as_it_was = {"leased_until": kept.leased_until, "created_at": kept.created_at}
    if not Answer.objects.filter(pk=kept.pk, **as_it_was).update(**changes):
        raise StillRunning
    for name, value in changes.items():
        setattr(kept, name, value)
    return kept


def _replay(kept: Answer) -> HttpResponse:
    if kept.body is None:
        raise AlreadyDone(detail=_("This was answered before. A secret is shown only once."))
    response = HttpResponse(bytes(kept.body), status=kept.status, headers=kept.headers)
    if "Content-Type" not in kept.headers:
        del response.headers["Content-Type"]
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _digest_of(request: Request) -> str:
    """Return a digest that two requests share if they ask for the same.

    Of a form with files the parts are digested: its boundary is another with each try.
    """
    total = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type.startswith("multipart/"):
        form = cast(QueryDict, request.data)
        fields = {name: form.getlist(name) for name in form if name not in request.FILES}
        total.update(json.dumps(fields, sort_keys=True).encode())
        for name, file in sorted(request.FILES.items()):
            part = hashlib.sha256()
            for chunk in file.chunks():
                part.update(chunk)
            file.seek(0)
            total.update(json.dumps([name, file.name, part.hexdigest()]).encode())
    else:
        total.update(request.body)
    return total.hexdigest()
