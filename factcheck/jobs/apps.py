"""Work that outlives a request: a row first, a Celery task only to wake somebody up."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "factcheck.jobs"
    label = "jobs"
