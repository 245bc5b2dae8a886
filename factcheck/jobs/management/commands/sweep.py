"""`manage.py sweep`: do by hand what beat does every few seconds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from factcheck.jobs.sweep import sweep


class Command(BaseCommand):
    help = "Send every job that is due, stalled or was never sent to the workers."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{sweep()} jobs sent.")
