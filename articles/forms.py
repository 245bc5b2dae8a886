"""Forms about articles: how one comes onto the desk."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy as _

from articles import limits
from articles.batches import holds_many
from articles.feeds.models import LONGEST_MINUTES, SHORTEST_MINUTES
from articles.models import Import, ReadingMark
from articles.ranges import read_ranges
from factcheck.forms import LARGEST_NUMBER, DayField, LineField, PlainTextField, not_ancient


class LanguageField(forms.RegexField):
    """The tag of a language (BCP 47), or nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            limits.LANGUAGE_TAG,
            required=False,
            max_length=limits.LANGUAGE,
            error_messages={"invalid": _("Choose one of the languages.")},
            **kwargs,
        )


class ArticleTextField(PlainTextField):
    """A text as long as the desk takes one; empty where nothing in it can be seen."""

    def __init__(self) -> None:
        # The length is what this door has in common with the API; it is asked below.
        super().__init__(required=False, max_length=limits.TEXT, strip=False)

    def to_python(self, value: Any) -> str:
        """Return the text.

        Raises:
            ValidationError: it is too long.
        """
        try:
            return limits.text_in(super().to_python(value))
        except limits.TextTooLong as fault:
            raise forms.ValidationError(str(fault), code=fault.code) from fault


class ImportForm(forms.Form):
    """An address, a file or a text, and what the person knows better than the machine."""

    KINDS: ClassVar = (Import.Kind.URL, Import.Kind.FILE, Import.Kind.TEXT)

    source = forms.ChoiceField(
        choices=[(kind.value, kind.label) for kind in KINDS],
        error_messages={"required": _("Say where the article is.")},
    )
    url = LineField(required=False, max_length=limits.ADDRESS)
    file = forms.FileField(required=False, allow_empty_file=True)
    text = ArticleTextField()
    title = LineField(required=False, max_length=limits.TITLE)
    byline = LineField(required=False, max_length=limits.BYLINE)
    outlet = LineField(required=False, max_length=limits.OUTLET)
    published_at = DayField(required=False, validators=[not_ancient])
    canonical_url = LineField(required=False, max_length=limits.CANONICAL_URL)
    language = LanguageField()

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen way of importing needs."""
        data = super().clean() or {}
        source = data.get("source")
        missing = {
            Import.Kind.URL: gettext("Give the address of the article."),
            Import.Kind.FILE: gettext("Choose a file."),
            Import.Kind.TEXT: gettext("Paste the text of the article."),
        }
        if source and source not in self.errors:
            given = data.get(source)
            if not given or (isinstance(given, str) and not given.strip()):
                self.add_error(source, missing[source])
        file = data.get("file")
        if source == Import.Kind.FILE and file and file.size > settings.MAX_UPLOAD_BYTES:
            limit = settings.MAX_UPLOAD_BYTES // (1024 * 1024)
            self.add_error("file", gettext("The file is larger than %d MB.") % limit)
        return data

    @property
    def holds_many(self) -> bool:
        """Whether the file is one with an article in each row: then `request_batch` takes it."""
        return self.cleaned_data["source"] == Import.Kind.FILE and holds_many(self.cleaned_data["file"])

    def batch(self) -> dict[str, Any]:
        """Return what `request_batch` takes."""
        return _read(self.cleaned_data["file"])

    def wish(self) -> dict[str, Any]:
        """Return what `request_import` takes: only what belongs to the chosen way."""
        data = self.cleaned_data
        given = {
            "byline": data["byline"],
            "outlet_name": data["outlet"],
            "language": data["language"],
        }
        if data["published_at"]:
            midnight = datetime.combine(data["published_at"], time())
            given["published_at"] = timezone.make_aware(midnight).isoformat()
        if data["source"] == Import.Kind.URL:
            wish: dict[str, Any] = {"url": data["url"]}
        else:
            given |= {"title": data["title"], "canonical_url": data["canonical_url"]}
            wish = {"text": data["text"]} if data["source"] == Import.Kind.TEXT else _read(data["file"])
        return wish | {"given": {name: value for name, value in given.items() if value}}


class NewTextForm(forms.Form):
    """What an article says now: a pasted text, or a file."""

    text = ArticleTextField()
    file = forms.FileField(required=False, allow_empty_file=True)

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        data = super().clean() or {}
        text, file = data.get("text", ""), data.get("file")
        if not self.errors and bool(text) == bool(file):
            self.add_error("text", gettext("Paste the text, or choose a file."))
        if file and file.size > settings.MAX_UPLOAD_BYTES:
            limit = settings.MAX_UPLOAD_BYTES // (1024 * 1024)
            self.add_error("file", gettext("The file is larger than %d MB.") % limit)
        return data

    def wish(self) -> dict[str, Any]:
        """Return what `request_import` takes."""
        data = self.cleaned_data
        return _read(data["file"]) if data["file"] else {"text": data["text"]}


class MarkForm(forms.Form):
    """Words of a text, and what was decided about their sentences; "clear" takes it back."""

    CLEAR = "clear"

    revision = forms.IntegerField(min_value=1, max_value=LARGEST_NUMBER)
    start = forms.IntegerField(min_value=0, max_value=LARGEST_NUMBER)
    end = forms.IntegerField(min_value=0, max_value=LARGEST_NUMBER)
    kind = forms.ChoiceField(choices=[*ReadingMark.Kind.choices, (CLEAR, _("Clear"))])

    def wish(self) -> dict[str, Any]:
        """Return what `mark_sentences` takes, but for the revision."""
        data = self.cleaned_data
        kind = None if data["kind"] == self.CLEAR else ReadingMark.Kind(data["kind"])
        return {"start": data["start"], "end": data["end"], "kind": kind}


def _read(file: Any) -> dict[str, Any]:
    return {
        "file": file.read(),
        "filename": file.name or "",
        "content_type": file.content_type or "",
    }


class DetailsForm(forms.Form):
    """What the desk says about an article; `version` is that of the article that the person saw.

    Each field comes with what it said then (`initial-…`): what nobody typed is no change.
    """

    version = forms.IntegerField(min_value=1, max_value=LARGEST_NUMBER)
    title = LineField(
        max_length=limits.TITLE,
        show_hidden_initial=True,
        error_messages={"required": _("An article needs a headline.")},
    )
    byline = LineField(required=False, max_length=limits.BYLINE, show_hidden_initial=True)
    outlet = LineField(required=False, max_length=limits.OUTLET, show_hidden_initial=True)
    published_at = DayField(required=False, validators=[not_ancient], show_hidden_initial=True)
    language = LanguageField(show_hidden_initial=True)

    @property
    def typed(self) -> list[str]:
        """The names of the fields that say another thing than they did."""
        return [name for name in self.changed_data if name != "version"]

    def as_typed(self) -> dict[str, str]:
        """Return those fields as they were posted."""
        return {name: self.data.get(name, "") for name in self.typed}

    def seen(self) -> tuple[str, dict[str, str]]:
        """Return the version that the person saw, and what the fields said in it, as they were posted."""
        names = [name for name in self.fields if name != "version"]
        return self.data.get("version", ""), {
            name: self.data.get(self.add_initial_prefix(name), "") for name in names
        }

    def changes(self) -> dict[str, Any]:
        """Return what `change_article` takes."""
        data = {name: self.cleaned_data[name] for name in ("version", *self.typed)}
        if "outlet" in data:
            data["outlet_name"] = data.pop("outlet")
        if day := data.get("published_at"):
            data["published_at"] = timezone.make_aware(datetime.combine(day, time()))
        return data


class LinesField(forms.Field):
    """Numbers of lines, from 0: each in a field of its own, or many in one as ranges."""

    widget = forms.SelectMultiple
    default_error_messages: ClassVar = {"invalid": _("This text has no such line.")}

    def __init__(self) -> None:
        super().__init__(required=False)

    def to_python(self, value: Any) -> set[int]:
        """Return the numbers.

        Raises:
            ValidationError: some of it is no number that a line may have.
        """
        try:
            return read_ranges(",".join(value or ()))
        except ValueError as fault:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from fault


class RepairForm(forms.Form):
    """Lines that do not belong to the text, and lines that do; `revision` is the number of the text seen."""

    revision = forms.IntegerField(min_value=1, max_value=LARGEST_NUMBER)
    leave_out = LinesField()
    take_in = LinesField()

    @property
    def chosen(self) -> dict[str, set[int]]:
        """The numbers of the lines by field, as far as they are valid."""
        return {name: numbers for name, numbers in self.cleaned_data.items() if name != "revision"}


INTERVAL = format_lazy(
    _("Give a whole number of minutes, from {least} to {most} (a week)."),
    least=SHORTEST_MINUTES,
    most=LONGEST_MINUTES,
)


class FeedForm(forms.Form):
    """What the desk knows of a feed, and how often it reads it."""

    title = LineField(required=False, max_length=limits.FEED_TITLE)
    outlet = LineField(required=False, max_length=limits.OUTLET)
    language = LanguageField()
    interval_minutes = forms.IntegerField(
        min_value=SHORTEST_MINUTES,
        max_value=LONGEST_MINUTES,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), INTERVAL),
    )

    def wish(self) -> dict[str, Any]:
        """Return what the actions take."""
        data = dict(self.cleaned_data)
        return {"outlet_name": data.pop("outlet"), **data}


class NewFeedForm(FeedForm):
    """A feed that the desk shall read."""

    url = LineField(
        max_length=limits.ADDRESS, error_messages={"required": _("Give the address of the feed.")}
    )
