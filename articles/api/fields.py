"""What the API takes for the text of an article."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError

from articles import limits
from factcheck.api.fields import SafeTextField


class ArticleTextField(SafeTextField):
    """A text with a word in it, as long as the desk takes one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=limits.TEXT, **kwargs)  # for the schema; it is asked below

    def to_internal_value(self, data: Any) -> str:
        """Return the text.

        Raises:
            ValidationError: it is too long (`too_large`), or nothing in it can be seen (`blank`).
        """
        try:
            text = limits.text_in(super().to_internal_value(data))
        except limits.TextTooLong as fault:
            raise ValidationError([ErrorDetail(str(fault), code=fault.code)]) from fault
        if not text:
            self.fail("blank")
        return text
