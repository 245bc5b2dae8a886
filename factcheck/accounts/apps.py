"""Who uses the desk: people and bots, their roles, their tokens."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "factcheck.accounts"
    label = "accounts"
