"""Who may do what with an import: the role's right, and whose import it is."""

from __future__ import annotations

from django.utils.translation import gettext as _

from articles.batches.models import Batch
from articles.models import Import
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, may, require
from factcheck.errors import Forbidden


def may_dismiss(user: User, job: Import | Batch) -> bool:
    """Say whether they may put it out of sight once it failed: whoever asked for it, and editors.

    What nobody asked for, as an entry of a feed, is left to editors.
    """
    is_theirs = job.requested_by_id == user.pk and may(user, Right.IMPORT)
    return is_theirs or may(user, Right.DISMISS)


def require_dismiss(user: User, job: Import | Batch) -> None:
    """Raise `Forbidden` unless they may put it out of sight."""
    if not may_dismiss(user, job):
        require(user, Right.IMPORT)
        raise Forbidden(detail=_("Whoever asked for this import can dismiss it, or an editor."))
