"""What the API takes for the text of an article."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError

from articles import limits
from articles.extraction.canonical import has_words
from articles.extraction.document import too_long
from factcheck.api.fields import SafeTextField


class ArticleTextField(SafeTextField):
    """A text with a word in it, as long as the desk takes one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=limits.TEXT, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Return the text.

        Raises:
            ValidationError: it is too long (`too_large`), or nothing in it can be seen (`blank`).
        """
        text = super().to_internal_value(data)
        if len(text) > limits.TEXT:
            raise ValidationError([ErrorDetail(too_long(len(text)).detail, code="too_large")])
        if not has_words(text):
            self.fail("blank")
        return text
