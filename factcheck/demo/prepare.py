"""Bring the trial's database up to date and, if nobody is in it, load the sample content.

A process of its own, run by `launch` only when it is needed: after the first start, and after an update
of the program. What it did is written down as `Prepared`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
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


def begin_again(data_dir: Path) -> None:
    """Drop what an interrupted first start left: nobody has used it yet."""
    for name in ("desk.sqlite3", "desk.sqlite3-wal", "desk.sqlite3-shm"):
        (data_dir / name).unlink(missing_ok=True)
    for name in ("media", "site"):
        shutil.rmtree(data_dir / name, ignore_errors=True)


def main() -> None:
    """Migrate, load the samples, write it down."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    from factcheck import samples

    loading = settings.DATA_DIR / "samples-are-being-loaded"
    if loading.exists():
        begin_again(settings.DATA_DIR)
    call_command("migrate", verbosity=0, interactive=False)
    if not get_user_model().objects.exists():
        loading.touch()
        samples.load()
        loading.unlink()
    sign_ins = ["{username} / {password}   {what}".format_map(person) for person in samples.sign_ins()]
    Prepared(migrations_digest(settings.BASE_DIR), sign_ins).write(settings.DATA_DIR)


if __name__ == "__main__":
    main()
