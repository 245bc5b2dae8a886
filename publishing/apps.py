"""Where it went: publications, their editions, and the public site."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"
