"""The project as an app: static files, the demo command, the system checks, the task queue."""

from django.apps import AppConfig

from factcheck.celery import app as celery_app

__all__ = ["FactcheckConfig", "celery_app"]
# Celery's application is imported here, before any app's tasks, so that ``@shared_task`` binds to it.


class FactcheckConfig(AppConfig):
    """Register the system checks when Django starts."""

    name = "factcheck"
    verbose_name = "Check Desk"

    def ready(self) -> None:
        """Import the checks, which registers them."""
        from factcheck import checks  # noqa: F401
