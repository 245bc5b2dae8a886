"""Log lines: JSON for machines in production, short lines for people in the trial.

In both, one event is one line: text that somebody typed cannot start a second one. Each line
carries the gesture it belongs to.
"""

from __future__ import annotations

import logging.config
from collections.abc import MutableMapping
from typing import Any

import structlog

from factcheck.gesture import current_gesture

IN_EVERY_LINE = {"timestamp", "level", "logger", "event", "gesture"}


def add_gesture(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put the gesture's id into the line."""
    event["gesture"] = current_gesture()
    return event


def one_line(logger: object, method: str, event: MutableMapping[str, Any]) -> str:
    """Write ``12:03:04 warning  logger  text name=value``; control characters are escaped.

    A traceback, which Python wrote and not a visitor, follows on lines of its own.
    """
    trace = event.pop("exception", "")
    line = "{timestamp} {level:<8} {logger}  {event}".format_map(event)
    line += "".join(f" {name}={event[name]}" for name in event if name not in IN_EVERY_LINE)
    line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
    return f"{line}\n{trace}" if trace else line


def configure(options: dict[str, Any]) -> None:
    """Send everything to standard error; called by Django with ``settings.LOGGING``."""
    as_json = bool(options["as_json"])
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        add_gesture,
        structlog.processors.TimeStamper(fmt="iso" if as_json else "%H:%M:%S", utc=as_json),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer = structlog.processors.JSONRenderer(default=str) if as_json else one_line
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "line": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        renderer,
                    ],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"handlers": ["stderr"], "level": options["level"]},
            "loggers": {
                "celery": {"level": "WARNING" if not as_json else options["level"]},
                "kombu": {"level": "WARNING"},
                "django.request": {"level": "ERROR"},
            },
        }
    )
