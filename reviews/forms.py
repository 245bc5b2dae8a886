"""Forms of the desk: what arrives in a form becomes the arguments of one action.

They check form. What a person may do, and when, the actions decide. A field that did not arrive at all
is left as it is; a form that was cut short on the way wipes nothing out.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from articles.models import Placement
from factcheck.accounts.models import User
from factcheck.errors import Malformed
from factcheck.forms import (
    LARGEST_ID,
    LARGEST_NUMBER,
    DayField,
    DeadlineField,
    LineField,
    PlainTextField,
    not_ancient,
)
from reviews import limits
from reviews.models import Evidence, Rating, Review, Scale, Source

# With a comma and a blank between two of them.
LONGEST_TOPICS = limits.MOST_TOPICS * (limits.TOPIC + 2)
PRIORITIES = {"low": Review.Priority.LOW, "normal": Review.Priority.NORMAL, "high": Review.Priority.HIGH}


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody who may sign in; nobody where it is empty."""

    default_error_messages = {"invalid_choice": _("There is nobody of that name here.")}

    def __init__(self, **kwargs: Any) -> None:
        people = User.objects.with_roles().filter(is_active=True)
        super().__init__(queryset=people, required=False, **kwargs)


class DraftForm(forms.Form):
    """The wording of a verdict, and the version that it was made from."""

    version = forms.IntegerField(min_value=1, max_value=LARGEST_NUMBER)
    statement = LineField(label=_("Statement"), required=False, max_length=limits.STATEMENT)
    rating = forms.SlugField(required=False, max_length=40)
    summary = LineField(label=_("Summary"), required=False, max_length=limits.SUMMARY)
    explanation = PlainTextField(label=_("Explanation"), required=False, max_length=limits.EXPLANATION)

    def clean(self) -> dict[str, Any]:
        """Find the rating, and ask for a statement where one was sent empty."""
        data = super().clean() or {}
        if "statement" in self.data and "statement" not in self.errors and not data["statement"]:
            self.add_error("statement", _("Write the statement that is checked."))
        if slug := data.get("rating"):
            data["rating"] = ratings_offered().filter(slug=slug).first()
            if data["rating"] is None:
                self.add_error("rating", _("Choose one of the ratings."))
        return data

    def words(self) -> dict[str, Any]:
        """Return what `save_draft` takes."""
        data = self.cleaned_data
        sent = {name: data[name] for name in ("statement", "summary", "explanation") if name in self.data}
        if "rating" in self.data:
            sent["rating"] = data["rating"] or None
        return sent | {"version": data["version"]}


class EvidenceForm(forms.Form):
    """A source, and how it bears on the claim."""

    title = LineField(max_length=limits.TITLE)
    kind = forms.ChoiceField(choices=Source.Kind.choices)
    url = LineField(label=_("Address"), required=False, max_length=limits.ADDRESS)
    publisher = LineField(required=False, max_length=limits.PUBLISHER)
    author = LineField(required=False, max_length=limits.AUTHOR)
    published_on = DayField(required=False, validators=[not_ancient])
    is_primary = forms.BooleanField(required=False)
    stance = forms.ChoiceField(choices=Evidence.Stance.choices)
    quote = PlainTextField(label=_("Passage"), required=False, max_length=limits.QUOTE)
    locator = LineField(required=False, max_length=limits.LOCATOR)
    note = PlainTextField(required=False, max_length=limits.NOTE)
    confidential = forms.BooleanField(required=False)
    public_description = LineField(
        label=_("What readers may know"), required=False, max_length=limits.PUBLIC_DESCRIPTION
    )

    def source(self) -> dict[str, Any]:
        """Return what describes the source."""
        return {name: self.cleaned_data[name] for name in Source.FACTS}

    def bearing(self) -> dict[str, Any]:
        """Return how it bears on the claim. What readers may know matters only where it is confidential."""
        data = {name: self.cleaned_data[name] for name in Evidence.FACTS}
        return data if data["confidential"] else data | {"public_description": ""}


class EvidenceChangeForm(EvidenceForm):
    """What becomes of a piece of evidence, and the version that the form showed."""

    version = LineField(max_length=64)


class FactsForm(forms.Form):
    """Who said it, when, where, and what it is about."""

    version = forms.IntegerField(min_value=1, max_value=LARGEST_NUMBER)
    claimant = LineField(label=_("Who said it"), required=False, max_length=limits.CLAIMANT)
    said_on = DayField(required=False, validators=[not_ancient])
    said_where = LineField(label=_("Where"), required=False, max_length=limits.SAID_WHERE)
    topics = LineField(label=_("Topics"), required=False, max_length=LONGEST_TOPICS)

    def clean_topics(self) -> list[str]:
        """Cut the names at the commas."""
        return names_in(self.cleaned_data["topics"])

    def facts(self) -> dict[str, Any]:
        """Return what `change_claim` takes."""
        data = self.cleaned_data
        sent = {name: data[name] for name in data if name in self.data}
        return sent | {"version": data["version"]}


class FlagForm(forms.Form):
    """A passage that somebody selected, and the claim that they see in it.

    `exact` is what the browser showed between the offsets: it has to be what stands there.
    """

    revision = forms.IntegerField(min_value=1, max_value=LARGEST_NUMBER)
    start = forms.IntegerField(min_value=0, max_value=LARGEST_NUMBER)
    end = forms.IntegerField(min_value=1, max_value=LARGEST_NUMBER)
    exact = forms.CharField(strip=False)
    statement = LineField(required=False, max_length=limits.STATEMENT)
    claimant = LineField(required=False, max_length=limits.CLAIMANT)
    said_on = DayField(required=False, validators=[not_ancient])
    said_where = LineField(required=False, max_length=limits.SAID_WHERE)
    topics = LineField(required=False, max_length=LONGEST_TOPICS)
    assignee = PersonField()

    def clean_topics(self) -> list[str]:
        """Cut the names at the commas."""
        return names_in(self.cleaned_data["topics"])

    def claim(self, text: str) -> dict[str, Any]:
        """Return what `flag_claim` takes, once the selected words are found in the text.

        Raises:
            Malformed: other words stand there.
        """
        data = dict(self.cleaned_data)
        # Forms send line breaks as CR LF, whatever the page had.
        exact = data.pop("exact").replace("\r\n", "\n")
        del data["revision"]
        if text[data["start"] : data["end"]] != exact:
            words = _("The text at this place is not what you selected. Load the page again.")
            raise Malformed.at("/exact", words, code="other_words")
        return data


class SignOffForm(forms.Form):
    """A decision on exactly one verdict, named by its number."""

    verdict = forms.IntegerField(min_value=1, max_value=LARGEST_NUMBER)
    note = PlainTextField(required=False, max_length=limits.NOTE_TO_DESK)


class ReasonForm(forms.Form):
    """Why a claim is set aside, or taken up again."""

    reason = PlainTextField(required=False, max_length=limits.REASON)


class NothingForm(forms.Form):
    """A button."""


class AssignForm(forms.Form):
    """Who does it; nobody where it is sent empty."""

    assignee = PersonField()

    def clean(self) -> dict[str, Any]:
        """Refuse a form that says nothing of an assignee."""
        if "assignee" not in self.data:
            self.add_error("assignee", _("Say who is to do it."))
        return super().clean() or {}


class TriageForm(forms.Form):
    """How urgent it is, and when it is due; a due date that is sent empty is taken away."""

    priority = forms.ChoiceField(required=False, choices=[(slug, slug) for slug in PRIORITIES])
    due_at = DeadlineField(required=False)

    def wish(self) -> dict[str, Any]:
        """Return what `prioritise` takes."""
        data, wish = self.cleaned_data, {}
        if data["priority"]:
            wish["priority"] = PRIORITIES[data["priority"]]
        if "due_at" in self.data:
            wish["due_at"] = data["due_at"]
        return wish


class PlaceForm(forms.Form):
    """What became of a passage in a newer text; where it is chosen, from which code point to which."""

    decision = LineField(max_length=20, error_messages={"required": _("Say what became of the passage.")})
    # The place among those shown, where the same words stand in several.
    place = forms.RegexField(r"^[0-9]{1,9}-[0-9]{1,9}$", required=False)
    start = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_NUMBER)
    end = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_NUMBER)

    def wish(self, placement: Placement) -> dict[str, Any]:
        """Return what `decide_placement` takes: accepting another place than the proposed one chooses it."""
        data = self.cleaned_data
        decision, span = data["decision"], (data["start"], data["end"])
        if decision == Placement.Decision.ACCEPTED and data["place"]:
            start, end = map(int, data["place"].split("-"))
            if (start, end) != (placement.start, placement.end):
                decision, span = Placement.Decision.CHOSEN, (start, end)
        if decision == Placement.Decision.CHOSEN:
            return {"decision": decision, "start": span[0], "end": span[1]}
        return {"decision": decision}


class OfferForm(forms.Form):
    """A claim of another article."""

    claim = forms.IntegerField(min_value=1, max_value=LARGEST_ID)


class LinkForm(OfferForm):
    """A claim of another article, and where in which text of this one it stands too, in code points."""

    revision = forms.IntegerField(min_value=1, max_value=LARGEST_NUMBER)
    place = forms.RegexField(
        r"^[0-9]{1,9}-[0-9]{1,9}$",
        error_messages={"required": _("Choose the words that the claim stands in.")},
    )

    def where(self) -> tuple[int, int, int]:
        """Return the number of the text, and where the place begins and ends."""
        start, end = map(int, self.cleaned_data["place"].split("-"))
        return self.cleaned_data["revision"], start, end


class RevisionsForm(forms.Form):
    """Which two texts are compared, by numbers: `from`, which is of the article `with`, if any, and `to`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("from", "to"):
            self.fields[name] = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_NUMBER)
        self.fields["with"] = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)

    def numbers(self, *, newest: int) -> tuple[int, int]:
        """Return both numbers; what was not sent is the newest text, and the one before the other."""
        after = self.cleaned_data["to"] or newest
        return self.cleaned_data["from"] or max(1, after - 1), after


class PreviewForm(forms.Form):
    """An explanation to be shown as readers will see it."""

    text = PlainTextField(required=False, max_length=limits.EXPLANATION)


def ratings_offered() -> QuerySet[Rating]:
    """The ratings of the newest scale, which new verdicts use, in its order."""
    newest = Scale.objects.order_by("-version").values("pk")[:1]
    return Rating.objects.filter(scale=newest).order_by("position")


def names_in(text: str) -> list[str]:
    """Cut a list of names at its commas.

    Raises:
        ValidationError: too many, or one too long.
    """
    names = list(dict.fromkeys(name for part in text.split(",") if (name := part.strip())))
    if len(names) > limits.MOST_TOPICS:
        raise forms.ValidationError(_("At most %d topics.") % limits.MOST_TOPICS)
    if any(len(name) > limits.TOPIC for name in names):
        raise forms.ValidationError(_("A topic has at most %d characters.") % limits.TOPIC)
    return names
