"""Every refusal the product can utter, as one family.

An action raises one of these; the API turns it into a problem document, the desk into a message that
keeps the typed text. "Not now" (:class:`Conflict`) is not "not you" (:class:`Forbidden`), and what a
person may not see is simply not there (:class:`NotThere`).

What does not belong here: HTTP, and errors that mean a bug.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class FieldError(TypedDict):
    """One thing wrong with what was sent: where (a JSON pointer), a stable code, a sentence."""

    pointer: str
    code: str
    detail: str


class Blocker(TypedDict):
    """One thing that stands between a review and the next step."""

    code: str
    detail: str


class DomainError(Exception):
    """Refuse an action for a reason that a person can act on.

    ``facts`` fill the template; those named in ``shown`` also reach the client as members of the answer,
    so they have to be JSON-able and fit for the eyes of whoever asked. ``detail=`` says it in other words.
    """

    code: ClassVar[str]
    status: ClassVar[int]
    template: ClassVar[str | Promise]
    shown: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *, detail: str | Promise | None = None, **facts: Any) -> None:
        self.facts = facts
        self._detail = detail
        super().__init__()

    @property
    def detail(self) -> str:
        """Say what happened, in the language that is active when it is asked."""
        if self._detail is not None:
            return str(self._detail)
        return str(self.template).format(**self.facts)

    @property
    def members(self) -> dict[str, Any]:
        """Return the facts that the client is told."""
        return {name: self.facts[name] for name in self.shown if name in self.facts}

    def __str__(self) -> str:
        return self.detail


# 400: what was sent


class Malformed(DomainError):
    """The words arrived, and some of them cannot be taken as they are."""

    code, status = "invalid", 400
    template = _("Some of what was sent cannot be accepted.")
    shown = ("errors",)

    def __init__(
        self, errors: Sequence[FieldError] = (), *, detail: str | Promise | None = None, **facts: Any
    ) -> None:
        if errors:
            facts["errors"] = list(errors)
        super().__init__(detail=detail, **facts)

    @classmethod
    def at(cls, pointer: str, detail: str | Promise, *, code: str = "invalid") -> Malformed:
        """Name one field, by JSON pointer (``/start``), and say what is wrong with it."""
        return cls([FieldError(pointer=pointer, code=code, detail=str(detail))])


class Unreadable(Malformed):
    """The body or the query string could not be read at all."""

    code = "malformed"
    template = _("The request could not be read.")


# 401, 403, 404: who asks. (401 is the authenticator's alone.)


class Forbidden(DomainError):
    """You may see it; you may not do this with it."""

    code, status = "forbidden", 403
    template = _("You may not do this.")


class NotThere(DomainError):
    """It does not exist, or not for you: the two read the same."""

    code, status = "not_found", 404
    template = _("There is nothing here.")


# 409: not now


class Conflict(DomainError):
    """It cannot be done in the state that things are in."""

    code, status = "conflict", 409
    template = _("This cannot be done now.")


class IllegalTransition(Conflict):
    """The state machine has no arrow from ``was`` to ``to``."""

    code = "illegal_transition"
    template = _("This cannot go from “{was}” to “{to}”.")
    shown = ("was", "to")

    def __init__(self, *, was: str, to: str, detail: str | Promise | None = None, **facts: Any) -> None:
        super().__init__(detail=detail, was=str(was), to=str(to), **facts)


class StaleVersion(Conflict):
    """Somebody saved in between. ``current`` is what they saved, ``yours`` what you meant to save."""

    code = "stale_version"
    template = _("Somebody else changed this in the meantime. Your words are kept; compare and decide.")
    shown = ("current", "yours")

    def __init__(
        self,
        *,
        current: Mapping[str, Any],
        yours: Mapping[str, Any] | None = None,
        detail: str | Promise | None = None,
        **facts: Any,
    ) -> None:
        if yours is not None:
            facts["yours"] = dict(yours)
        super().__init__(detail=detail, current=dict(current), **facts)


class FourEyes(Conflict):
    """Whoever wrote any of the wording may not approve it."""

    code = "four_eyes"
    template = _("Somebody who did not write any of this wording has to decide on it.")


class NotReady(Conflict):
    """Something is missing before this may go on; ``blockers`` names all of it."""

    code = "not_ready"
    template = _("This is not ready yet.")
    shown = ("blockers",)

    def __init__(
        self, blockers: Sequence[Blocker], *, detail: str | Promise | None = None, **facts: Any
    ) -> None:
        super().__init__(detail=detail, blockers=list(blockers), **facts)


class AlreadyDone(Conflict):
    """It has been done before; doing it again would do it twice."""

    code = "already_done"
    template = _("This has been done already.")


class IdempotencyConflict(Conflict):
    """The key has been used for another request."""

    code = "idempotency_conflict"
    template = _("This Idempotency-Key was used for another request.")


class StillRunning(IdempotencyConflict):
    """The first request with this key has not been answered yet."""

    template = _("The first request with this Idempotency-Key is still running.")
    shown = ("retry_after_seconds",)

    def __init__(self, *, retry_after_seconds: int = 1, **facts: Any) -> None:
        super().__init__(retry_after_seconds=retry_after_seconds, **facts)


# 412 … 503: the terms of the request


class PreconditionFailed(DomainError):
    """If-Match names a version that is no longer the current one; `current` is what that says."""

    code, status = "precondition_failed", 412
    template = _("This is not the version that you have read. Read it again.")
    shown = ("current",)


class PreconditionRequired(DomainError):
    """A change has to say which version it was made from."""

    code, status = "precondition_required", 428
    template = _("Say which version you are changing: send its ETag as If-Match.")


class TooLarge(DomainError):
    """More was sent than is taken."""

    code, status = "too_large", 413
    template = _("This is larger than the {limit} bytes that are accepted.")
    shown = ("limit",)

    def __init__(self, *, limit: int, detail: str | Promise | None = None, **facts: Any) -> None:
        super().__init__(detail=detail, limit=limit, **facts)


class UnsupportedType(DomainError):
    """A kind of content that is not read here."""

    code, status = "unsupported_media_type", 415
    template = _("This kind of content is not accepted here.")


class Busy(DomainError):
    """Something that we depend on is away for the moment."""

    code, status = "unavailable", 503
    template = _("This is not available for the moment. Try again shortly.")
    shown = ("retry_after_seconds",)

    def __init__(
        self, *, retry_after_seconds: int = 5, detail: str | Promise | None = None, **facts: Any
    ) -> None:
        super().__init__(detail=detail, retry_after_seconds=retry_after_seconds, **facts)
