"""`manage.py create_user`: add a person; there is no registration."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from factcheck.accounts.actions import add_user
from factcheck.accounts.roles import Role


class Command(BaseCommand):
    help = "Add a person with their roles; asks for the password, or reads it from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("name")
        parser.add_argument("--roles", default="", help=", ".join(Role.values))
        parser.add_argument("--email", default="")
        parser.add_argument("--bot", action="store_true", help="a program: it can never sign off")

    def handle(self, *args: Any, **options: Any) -> None:
        roles = [role.strip() for role in options["roles"].split(",") if role.strip()]
        if unknown := set(roles) - set(Role.values):
            raise CommandError(f"There is no role {', '.join(sorted(unknown))}.")
        password = None if options["bot"] else self._password()
        try:
            user = add_user(
                actor=None,
                username=options["username"],
                name=options["name"],
                email=options["email"],
                password=password,
                roles=[Role(role) for role in roles],
                is_bot=options["bot"],
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{user} may sign in as {user.username}.")

    def _password(self) -> str:
        if sys.stdin.isatty():
            password = getpass.getpass("Password: ")
            if password != getpass.getpass("Again: "):
                raise CommandError("The two passwords differ.")
        else:
            password = sys.stdin.readline().rstrip("\n")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return password
