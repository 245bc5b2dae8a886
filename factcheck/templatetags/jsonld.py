"""JSON inside a `<script>` element: the one place that marks it safe (SECURITY X7)."""

from __future__ import annotations

import json

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_ESCAPES = {ord(char): f"\\u{ord(char):04X}" for char in "<>&\u2028\u2029"}


@register.filter
def json_script_body(data: object) -> SafeString:
    """Serialise to JSON that no text in it can break out of; text that already is JSON stays as it is.

    `<`, `>`, `&` and the two line separators only ever stand inside JSON strings, where their escapes
    mean the same, so a reader gets back exactly what was put in.
    """
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308
