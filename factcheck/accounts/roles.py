"""Who may what, readable as a page.

Only the part that depends on nobody's work is here: a role gives a right. Whether this person may
sign off *this* verdict also depends on who wrote it; that is `reviews.permissions`.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from factcheck.errors import Forbidden

if TYPE_CHECKING:
    from factcheck.accounts.models import User


class Role(models.TextChoices):
    VIEWER = "viewer", _("Viewer")
    REPORTER = "reporter", _("Reporter")
    EDITOR = "editor", _("Editor")
    PUBLISHER = "publisher", _("Publisher")
    ADMINISTRATOR = "administrator", _("Administrator")


class Right(Enum):
    """Something the desk asks about before it lets a person do it; the value completes a sentence."""

    READ = _("read the desk")
    IMPORT = _("import articles")
    DISMISS = _("dismiss what others tried to import")
    FLAG = _("flag claims")
    RESEARCH = _("research and write verdicts")
    ASSIGN = _("assign and prioritise claims")
    SIGN_OFF = _("sign off or return verdicts")
    DECLINE = _("decline or reopen claims")
    PUBLISH = _("publish")
    ADMINISTER = _("administer the desk")


_WRITERS = frozenset({Role.REPORTER, Role.EDITOR})
_EDITORS = frozenset({Role.EDITOR})

# Every role reads the desk; beyond that no role implies another (ARCHITECTURE, "Roles").
ROLES_WITH: dict[Right, frozenset[Role]] = {
    Right.READ: frozenset(Role),
    Right.IMPORT: _WRITERS,
    Right.DISMISS: _EDITORS,
    Right.FLAG: _WRITERS,
    Right.RESEARCH: _WRITERS,
    Right.ASSIGN: _EDITORS,
    Right.SIGN_OFF: _EDITORS,
    Right.DECLINE: _EDITORS,
    Right.PUBLISH: frozenset({Role.PUBLISHER}),
    Right.ADMINISTER: frozenset({Role.ADMINISTRATOR}),
}


def may(user: User, right: Right) -> bool:
    """Say whether one of the person's roles gives the right. No query where `grants` is prefetched."""
    return user.is_active and not ROLES_WITH[right].isdisjoint(user.roles)


def require(user: User, right: Right) -> None:
    """Raise `Forbidden` unless the person has the right."""
    if not may(user, right):
        raise Forbidden(detail=_("Your roles do not let you {act}.").format(act=right.value))
