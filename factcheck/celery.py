"""The Celery application: it wakes workers up; the work itself is a row in the database.

Two sides speak to the broker with different patience. Whoever answers a person (web, commands) gives
it a fraction of a second and goes on without: the row is there, and ``factcheck.jobs`` sweeps for it.
A frozen broker would hold a plain ``.delay()`` for more than 75 seconds. A worker waits for ever.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from celery import Celery, signals

from factcheck.gesture import gesture

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")


app = Celery("factcheck")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.celeryd_init.connect
def be_patient(conf: Any, **_: Any) -> None:
    """Let a worker wait for its broker: this runs in workers only, before they connect."""
    from django.conf import settings

    conf.broker_transport_options = settings.CELERY_WORKER_TRANSPORT_OPTIONS
    conf.broker_connection_timeout = 4


@signals.worker_init.connect
def load_parsers(sender: Any, **_: Any) -> None:
    """Start the process that parses before the pool forks, so that one serves all of a worker."""
    from articles import cage

    if "imports" in sender.app.amqp.queues.consume_from:
        cage.warm()


@signals.setup_logging.connect
def keep_log_settings(**_: Any) -> None:
    """Leave logging as Django has set it up: a receiver here keeps Celery from its own."""


@signals.after_task_publish.connect
@signals.task_postrun.connect
def show_life(**_: Any) -> None:
    """Touch the file by which a supervisor sees that this worker or clock gets something done."""
    from django.conf import settings

    if settings.ALIVE_FILE:
        Path(settings.ALIVE_FILE).touch()


_open_gestures: dict[str, Any] = {}


@signals.task_prerun.connect
def begin_gesture(task_id: str, **_: Any) -> None:
    """Count each run of a task as one gesture."""
    _open_gestures[task_id] = block = gesture()
    block.__enter__()


@signals.task_postrun.connect
def end_gesture(task_id: str, **_: Any) -> None:
    """Close what `begin_gesture` opened."""
    block = _open_gestures.pop(task_id, None)
    if block is not None:
        block.__exit__(None, None, None)
