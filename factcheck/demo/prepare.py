"""Bring the trial's database up to date and, if nobody is in it, load the sample content.

A process of its own, run by `launch` only when it is needed: after the first start, and after an update
of the program. What it did is written down as `Prepared`.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

NOTE = "prepared.json"


@dataclass(frozen=True)
class Prepared:
    """What a data directory is ready for: these migrations, and these sample sign-ins."""

    migrations: str
    sign_ins: list[str]

    @classmethod
    def read(cls, data_dir: Path) -> Prepared | None:
        """Return what was written down, or nothing."""
        try:
            return cls(**json.loads((data_dir / NOTE).read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, data_dir: Path) -> None:
        """Write it down, whole or not at all."""
        draft = data_dir / f"{NOTE}.new"
        draft.write_text(json.dumps(asdict(self)))
        draft.replace(data_dir / NOTE)


def migrations_digest(base_dir: Path) -> str:
    """Return a digest of everything that decides what ``migrate`` would do."""
    digest = hashlib.sha256()
    places = [base_dir / "requirements" / "runtime.lock", *base_dir.glob("**/migrations/*.py")]
    for place in sorted(places):
        if place.is_file() and ".venv" not in place.parts:
            digest.update(str(place.relative_to(base_dir)).encode() + b"\0" + place.read_bytes())
    return digest.hexdigest()


def main() -> None:
    """Migrate, load the samples, write it down."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    from factcheck import samples

    call_command("migrate", verbosity=0, interactive=False)
    if not get_user_model().objects.exists():
        samples.load()
    Prepared(migrations_digest(settings.BASE_DIR), samples.sign_ins()).write(settings.DATA_DIR)


if __name__ == "__main__":
    main()
