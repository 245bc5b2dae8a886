"""Forms about publishing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from factcheck.forms import LARGEST_NUMBER, DeadlineField, LineField, PlainTextField
from publishing.limits import ENDPOINT_URL, NOTE_TO_READERS
from publishing.models import Edition
from publishing.webhooks.kinds import Kind


class RescheduleForm(forms.Form):
    """When it goes out."""

    publish_at = DeadlineField()


class PublishForm(forms.Form):
    """When it goes out, at once without a time; of a later edition what it is and what readers are told."""

    publish_at = DeadlineField(required=False)
    kind = forms.ChoiceField(
        required=False,
        choices=[(kind.value, kind.label) for kind in (Edition.Kind.UPDATE, Edition.Kind.CORRECTION)],
    )
    note = PlainTextField(label=_("Note to readers"), required=False, max_length=NOTE_TO_READERS)

    def clean(self) -> dict[str, Any]:
        """Refuse a time that was sent empty: whoever means to publish later must not publish at once."""
        data = super().clean() or {}
        if "publish_at" in self.data and not self.data["publish_at"]:
            self.add_error("publish_at", _("Say when it is to go out."))
        return data


class EndpointForm(forms.Form):
    """Where a program is told what happens, and what of it."""

    url = LineField(
        max_length=ENDPOINT_URL, error_messages={"required": _("Give the address of the program.")}
    )
    kinds = forms.MultipleChoiceField(
        choices=Kind.choices, error_messages={"required": _("Say what it is to be told.")}
    )


class EndpointChangeForm(EndpointForm):
    """What becomes of an endpoint, and the version that the form showed."""

    version = LineField(max_length=64)


class RenewForm(forms.Form):
    """Which secret is to be renewed, by its number."""

    number = forms.IntegerField(min_value=1, max_value=LARGEST_NUMBER)
