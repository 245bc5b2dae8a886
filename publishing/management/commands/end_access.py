"""`manage.py end_access USER`: let somebody who has left in no more, and say what they leave behind.

It is here and not with the accounts, because what is left behind are reviews and publications.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from factcheck.accounts.actions import end_access
from factcheck.accounts.models import User
from factcheck.errors import AlreadyDone
from publishing.models import Release
from reviews.models import Review


class Command(BaseCommand):
    help = "End somebody's access at once, and list the work that waits for others now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="user name")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username__iexact=options["user"]).first()
        if user is None:
            raise CommandError(f"Nobody is called {options['user']!r} here.")
        try:
            tokens = end_access(user, actor=None)
        except AlreadyDone as refusal:
            raise CommandError(refusal.detail) from refusal
        say = self.stdout.write
        say(f"{user} has no access any more; sessions and passwords of {user.username} are void.")
        for token in tokens:
            say(f"Revoked: token “{token}” of {token.user.username}.")
        for review in Review.objects.open().filter(assignee=user).select_related("claim").order_by("pk"):
            say(f"Theirs until an editor gives it away: /desk/claims/{review.claim_id}/ {review.claim}")
        waiting = Release.objects.waiting().filter(requested_by=user).select_related("publication__review")
        for release in waiting.order_by("run_after"):
            claim = release.publication.review.claim_id
            say(
                f"Will not be published on {release.run_after:%Y-%m-%d %H:%M} UTC before another publisher"
                f" sets the time again: /desk/claims/{claim}/ {release.publication}"
            )
