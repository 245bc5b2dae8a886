"""`manage.py import_article`: bring files and addresses onto the desk from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.actions import request_import
from articles.models import Import
from articles.tasks import run_import
from factcheck.accounts.models import User
from factcheck.errors import DomainError


class Command(BaseCommand):
    help = "Import articles from files or web addresses; exit 1 if one of them could not be had."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", nargs="+", metavar="PATH|URL")
        parser.add_argument("--user", required=True, help="user name of whoever imports")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = User.objects.with_roles().filter(username=options["user"], is_active=True).first()
        if actor is None:
            raise CommandError(f"Nobody here has the user name {options['user']!r}.")
        failed = sum(not self._import(what, actor) for what in options["what"])
        if failed:
            raise CommandError(f"{failed} of {len(options['what'])} could not be imported.")

    def _import(self, what: str, actor: User) -> bool:
        try:
            if what.startswith(("http://", "https://")):
                job = request_import(actor=actor, url=what)
            else:
                path = Path(what)
                job = request_import(actor=actor, file=path.read_bytes(), filename=path.name)
        except (DomainError, OSError) as error:
            self.stderr.write(f"{what}: {error}")
            return False
        # Here and now rather than by a worker, so that the command can say what came of it.
        run_import(job.pk)
        job = Import.objects.select_related("article").get(pk=job.pk)
        if job.article is None:
            self.stderr.write(f"{what}: {job.error_detail} [{job.error_code}]")
            return False
        known = ", on the desk before" if job.was_known else ""
        self.stdout.write(f"{what}: article {job.article_id}, “{job.article.title}”{known}")
        return True
