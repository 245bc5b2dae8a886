"""Forms about publishing."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from factcheck.forms import PlainTextField
from publishing.models import Edition

LONGEST_NOTE = 2_000


class PublishForm(forms.Form):
    """What kind of edition it is, and what readers are told of it: for editions after the first."""

    kind = forms.ChoiceField(
        required=False,
        choices=[(kind.value, kind.label) for kind in (Edition.Kind.UPDATE, Edition.Kind.CORRECTION)],
    )
    note = PlainTextField(label=_("Note to readers"), required=False, max_length=LONGEST_NOTE)
