"""`manage.py verify_audit`: prove that the audit log was not touched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from factcheck.audit.models import Event
from factcheck.audit.verify import faults, heads


class Command(BaseCommand):
    help = "Check every hash chain of the audit log; exit 1 and say where one is broken."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--heads", type=Path, help="also compare with the heads kept in this file")
        parser.add_argument(
            "--write-heads", type=Path, help="afterwards write today's heads here; keep it elsewhere"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kept = json.loads(options["heads"].read_text()) if options["heads"] else None
        broken = 0
        for fault in faults(kept):
            broken += 1
            self.stderr.write(fault)
        if broken:
            raise CommandError(f"{broken} faults found: the audit log was changed outside the desk.")
        if options["write_heads"]:
            options["write_heads"].write_text(json.dumps(heads(), indent=0, sort_keys=True))
        self.stdout.write(f"{Event.objects.count()} events, every chain holds.")
