"""Who judged it: reviews of claims, their evidence, verdicts and sign-offs."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"
