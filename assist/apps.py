"""What the machine proposes: pure functions on text, which know nothing of articles or reviews."""

from django.apps import AppConfig


class AssistConfig(AppConfig):
    name = "assist"
