"""What happened, by whom, in an order nobody can change."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "factcheck.audit"
    label = "audit"
