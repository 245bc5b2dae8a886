"""A process that forks one worker for each job it is told of: real enough to be killed, and quick.

Django is loaded once, before any connection is opened; each child runs one Celery task as a worker
would, and dies, stops or fails at the place it is told. Speaks JSON lines on stdin and stdout:
`{"task", "pk", "place", "deed", "settings"}` is answered with `{"pid", "exit"}`; `exit` is null for a
child that stands still, and `{"go_on": pid}` lets it run to its end.

    python -m tests.faults.workshop
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any


def _child(order: dict[str, Any]) -> None:
    from celery import current_app
    from django.conf import settings

    from factcheck import faults

    faults._PLACE, faults._DEED = order["place"], order["deed"]
    for name, value in order["settings"].items():
        setattr(settings, name, value)
    current_app.tasks[order["task"]](order["pk"])


def _carry_out(order: dict[str, Any]) -> dict[str, Any]:
    pid = order.get("go_on")
    if pid:
        os.kill(pid, signal.SIGCONT)
    else:
        pid = os.fork()
        if pid == 0:
            try:
                _child(order)
            except BaseException:
                sys.excepthook(*sys.exc_info())
                os._exit(1)
            os._exit(0)
    _, status = os.waitpid(pid, os.WUNTRACED)
    return {"pid": pid, "exit": None if os.WIFSTOPPED(status) else os.waitstatus_to_exitcode(status)}


def main() -> None:
    """Load everything, then answer until the orders end."""
    import django

    django.setup()
    import factcheck.celery
    import factcheck.urls
    from articles import cage
    from articles.extraction import Known

    factcheck.celery.app.loader.import_default_modules()
    # The children share its process for parsing; the first answer says that it is loaded.
    cage.from_text("The ferry carried 41,000 passengers last year.", known=Known())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_carry_out(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
