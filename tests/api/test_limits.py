"""Both doors take texts of the same length: what the desk's form lets through the API does not refuse."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from rest_framework import serializers

import articles.forms
import publishing.forms
import reviews.forms
from articles.api.articles import ArticleChange
from articles.api.coverage import MarkSerializer
from articles.api.feeds import FeedFields, NewFeed
from articles.api.imports import NewImport
from articles.api.revisions import LinesSerializer, NewRevision
from factcheck.api.fields import SafeTextField
from publishing.api.publications import PublishWish, RescheduleWish
from publishing.api.webhooks import EndpointFields
from reviews import limits
from reviews.api.claims import AboutSerializer, NewClaim
from reviews.api.evidence import EvidenceChange, NewEvidence
from reviews.api.reviews import ReviewChange
from reviews.api.sources import SourceFields
from reviews.api.steps import Assignment, Reason, SendBack, SignOff

Serializers = tuple[type[serializers.Serializer[Any]], ...]

TWINS: dict[type[forms.Form], Serializers] = {
    reviews.forms.DraftForm: (ReviewChange,),
    reviews.forms.EvidenceForm: (NewEvidence, SourceFields),
    reviews.forms.EvidenceChangeForm: (EvidenceChange, SourceFields),
    reviews.forms.FactsForm: (AboutSerializer,),
    reviews.forms.FlagForm: (NewClaim,),
    reviews.forms.SignOffForm: (SignOff, SendBack),
    reviews.forms.ReasonForm: (Reason,),
    reviews.forms.AssignForm: (Assignment,),
    reviews.forms.TriageForm: (ReviewChange,),
    publishing.forms.EndpointForm: (EndpointFields,),
    publishing.forms.EndpointChangeForm: (EndpointFields,),
    publishing.forms.PublishForm: (PublishWish,),
    publishing.forms.RescheduleForm: (RescheduleWish,),
    articles.forms.DetailsForm: (ArticleChange,),
    articles.forms.FeedForm: (FeedFields,),
    articles.forms.ImportForm: (NewImport,),
    articles.forms.MarkForm: (MarkSerializer,),
    articles.forms.NewFeedForm: (NewFeed,),
    articles.forms.NewTextForm: (NewRevision,),
    articles.forms.RepairForm: (LinesSerializer,),
}
# The last five hold codes and numbers, no words.
ONLY_AT_THE_DESK = {
    reviews.forms.NothingForm,
    reviews.forms.PreviewForm,
    reviews.forms.PlaceForm,
    reviews.forms.LinkForm,
    reviews.forms.OfferForm,
    reviews.forms.RevisionsForm,
    publishing.forms.RenewForm,
}
# The version and the selected words only the desk sends; topics are one text there and a list in the API.
DESK_ONLY_FIELDS = {"version", "exact", "topics"}


def _texts(fields: Any) -> dict[str, int | None]:
    return {
        name: field.max_length
        for name, field in fields.items()
        if isinstance(field, forms.CharField | serializers.CharField)
        and not isinstance(field, forms.SlugField)
    }


def test_every_form_has_its_twin_here() -> None:
    found = {
        form
        for module in (reviews.forms, publishing.forms, articles.forms)
        for form in vars(module).values()
        if isinstance(form, type) and issubclass(form, forms.Form) and form.__module__ == module.__name__
    }
    assert found == TWINS.keys() | ONLY_AT_THE_DESK


@pytest.mark.parametrize("form", TWINS, ids=lambda form: form.__name__)
def test_a_text_may_be_as_long_at_one_door_as_at_the_other(form: type[forms.Form]) -> None:
    desk = _texts(form.base_fields)  # type: ignore[attr-defined]
    desk = {name: length for name, length in desk.items() if name not in DESK_ONLY_FIELDS}
    for twin in TWINS[form]:
        api = _texts(twin().fields)
        for name in desk.keys() & api.keys():
            assert desk[name] == api[name], (form.__name__, twin.__name__, name)
    known = {name for twin in TWINS[form] for name in _texts(twin().fields)}
    assert desk.keys() <= known
    assert None not in desk.values()


@pytest.mark.parametrize("form", TWINS, ids=lambda form: form.__name__)
def test_no_text_of_the_api_has_only_the_general_limit(form: type[forms.Form]) -> None:
    general = SafeTextField().max_length
    for twin in TWINS[form]:
        loose = {name for name, length in _texts(twin().fields).items() if length == general}
        assert loose - {"slug"} == set(), twin.__name__


def test_topics_are_as_many_and_as_long() -> None:
    many = AboutSerializer().fields["topics"]
    assert isinstance(many, serializers.ListField)
    assert (many.max_length, getattr(many.child, "max_length", 0)) == (limits.MOST_TOPICS, limits.TOPIC)
    words = [f"{number:02}{'x' * (limits.TOPIC - 2)}" for number in range(limits.MOST_TOPICS)]
    field = reviews.forms.FactsForm.base_fields["topics"]  # type: ignore[attr-defined]
    assert reviews.forms.names_in(field.clean(", ".join(words))) == words
