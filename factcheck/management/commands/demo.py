"""``manage.py demo``: the whole desk on this machine."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from factcheck.demo import launch


class Command(BaseCommand):
    help = (
        "Run the whole desk here: database, broker, worker and web, with sample content. "
        "CHECKDESK_DATA_DIR and CHECKDESK_PORT say where; `make demo` sets up what it needs."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if launch.main():
            raise CommandError("The desk did not start.")
