"""The scale that a new desk starts with; values and order as the design fixes them."""

from __future__ import annotations

from typing import Any, Final

# slug, word, value in ClaimReview (None: off the scale), what it means
DEFAULT: Final[tuple[tuple[str, str, int | None, str], ...]] = (
    ("false", "False", 1, "The statement is wrong on its central point."),
    (
        "mostly-false",
        "Mostly false",
        2,
        "There is something to it, but the central point does not hold.",
    ),
    ("half-true", "Half true", 3, "Part of it holds and part does not, in about equal measure."),
    (
        "mostly-true",
        "Mostly true",
        4,
        "The central point holds; some details are off or need adding.",
    ),
    ("true", "True", 5, "The statement is accurate and nothing important is missing."),
    (
        "misleading",
        "Misleading",
        None,
        "The facts may be right, but they are used to suggest something that is not.",
    ),
    (
        "missing-context",
        "Missing context",
        None,
        "Accurate as far as it goes; it reads differently once you know the rest.",
    ),
    ("unproven", "Unproven", None, "The evidence available does not settle it either way."),
    (
        "not-checkable",
        "Satire / Opinion",
        None,
        "A joke, a judgement or a prediction. There is nothing here to check.",
    ),
)


def install(scale_model: Any, rating_model: Any) -> None:
    """Make version 1 of the scale, unless a scale is there. Takes models, to serve a migration too."""
    if scale_model.objects.exists():
        return
    scale = scale_model.objects.create(version=1, name="Check Desk scale")
    rating_model.objects.bulk_create(
        rating_model(
            scale=scale, slug=slug, word=word, value=value, description=description, position=position
        )
        for position, (slug, word, value, description) in enumerate(DEFAULT, start=1)
    )
