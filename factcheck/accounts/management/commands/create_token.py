"""`manage.py create_token USER --name N --scopes a,b --days D`: print a token, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from factcheck.accounts.actions import create_token
from factcheck.accounts.models import User
from factcheck.accounts.tokens import Scope
from factcheck.errors import Malformed


class Command(BaseCommand):
    help = "Make an API token for a person or a bot and print it. It is shown only this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="user name")
        parser.add_argument("--name", required=True, help="what the token is for")
        parser.add_argument("--scopes", required=True, help=f"some of {','.join(Scope.values)}")
        parser.add_argument("--holder", default="", help="who gets it: user name, for a bot's token")
        parser.add_argument("--days", type=int, default=90, help="how long it lives (90)")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = self._named(options["user"])
        holder = self._named(options["holder"]) if options["holder"] else None
        scopes = [scope.strip() for scope in options["scopes"].split(",") if scope.strip()]
        try:
            _, secret = create_token(
                owner,
                name=options["name"],
                scopes=scopes,
                lifetime=timedelta(days=max(0, min(options["days"], 10_000))),
                actor=None,
                holder=holder,
            )
        except Malformed as refusal:
            raise CommandError("; ".join(error["detail"] for error in refusal.facts["errors"])) from None
        self.stdout.write(secret)

    def _named(self, username: str) -> User:
        found: User | None = User.objects.filter(username__iexact=username).first()
        if found is None:
            raise CommandError(f"Nobody is called {username!r} here.")
        return found
