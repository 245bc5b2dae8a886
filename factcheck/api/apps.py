"""What every endpoint of the REST API shares; it knows no resource (layers: `pyproject.toml`)."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "factcheck.api"
    label = "api"
    verbose_name = "REST API"

    def ready(self) -> None:
        """Import what registers itself with the OpenAPI generator."""
        from factcheck.api import schema  # noqa: F401
