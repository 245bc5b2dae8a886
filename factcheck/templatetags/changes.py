"""Words of two texts beside each other, what differs marked as deleted or inserted.

Written with `format_html` and not as partials because a comparison draws thousands of them, and because no
white space may come between two words.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from factcheck.templatetags.desk import SETTLED, icon

register = template.Library()


@register.simple_tag
def pieces(words: Iterable[Any], tag: str) -> SafeString:
    """Draw words (`text`, `is_same`) to the letter, those that the other text lacks inside the tag."""
    return mark_safe(  # noqa: S308
        "".join(
            conditional_escape(each.text)
            if each.is_same
            else format_html("<{0}>{1}</{0}>", mark_safe(tag), each.text)  # noqa: S308
            for each in words
        )
    )


@register.simple_tag
def excerpt(part: Any, review: Any, tag: str, ring: str = "") -> SafeString:
    """Draw one block of an excerpt with the place of the claim marked in it; `ring` is its class."""
    body = format_html_join("", "{}", ((_run(run, review, tag, ring),) for run in part.runs))
    return format_html("{}{}{}", "… " if part.is_cut_before else "", body, " …" if part.is_cut_after else "")


def _run(run: Any, review: Any, tag: str, ring: str) -> SafeString:
    if not run.words:
        return format_html(
            ' <span class="gone">{}{}</span> ', icon("x", "s"), gettext("the passage stood here")
        )
    if not run.is_marked:
        return pieces(run.words, tag)
    rating, shown = review.rating, review.shown_state
    return format_html(
        '<mark class="hl{}{}" data-{}="{}">{}</mark>',
        " is-draft" if rating and shown not in SETTLED else "",
        f" {ring}" if ring else "",
        "v" if rating else "s",
        rating.slug if rating else shown,
        pieces(run.words, tag),
    )
