"""The log: written with the change it tells of, each event bound to the one before it."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from factcheck.accounts.models import User
from factcheck.audit import verify
from factcheck.audit.actions import record
from factcheck.audit.models import Event
from factcheck.audit.querysets import history_of
from factcheck.errors import DomainError
from factcheck.gesture import gesture
from reviews import actions
from reviews.models import Review
from tests import factories as make
from tests.database import triggers_off


def _chain(obj: Any) -> list[Event]:
    mine = Event.objects.filter(object_type=obj._meta.label_lower, object_id=str(obj.pk))
    return list(mine.order_by("sequence"))


def test_events_of_one_thing_are_numbered_and_bound_together(db: None) -> None:
    events = _chain(make.approved())
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert len(events) > 6
    assert events[0].previous == ""
    assert [event.previous for event in events[1:]] == [event.digest for event in events[:-1]]
    assert list(verify.faults()) == []


def test_each_thing_has_a_chain_of_its_own(db: None) -> None:
    first, second = make.researched(), make.researched()
    assert [event.sequence for event in _chain(second)] == [event.sequence for event in _chain(first)]


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused(ada: User) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        record("user.waved", ada, actor=ada)
    assert not Event.objects.filter(action="user.waved").exists()


@pytest.mark.case("F22")
def test_where_the_log_cannot_be_written_nothing_happens(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    review = make.drafted()

    def broken(*_: Any, **__: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Event, "save", broken)
    before = Review.objects.values().get(pk=review.pk)
    with pytest.raises(OSError, match="space"):
        actions.submit(review, actor=ada)
    assert Review.objects.values().get(pk=review.pk) == before
    assert not review.verdicts.exists()


def test_a_change_that_is_refused_leaves_no_event(ada: User) -> None:
    review = make.submitted(by=ada)
    before = Event.objects.count()
    for attempt in (
        lambda: actions.save_draft(review, actor=ada, version=99, summary="Too late."),
        lambda: actions.sign_off(review, actor=ada),
        lambda: actions.submit(review, actor=ada),
    ):
        with pytest.raises(DomainError):
            attempt()
    assert Event.objects.count() == before


def test_two_events_cannot_have_the_same_place(ada: User) -> None:
    with transaction.atomic():
        first = record("user.waved", ada, actor=ada)
    first.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


def test_the_label_outlives_the_name(ada: User) -> None:
    review = make.flagged()
    old = str(review)
    make.draft(review, statement="Reworded since.")
    assert history_of(review.claim).last().label == old


def test_dates_and_words_of_all_kinds_come_back_as_they_went_in(ada: User) -> None:
    data = {
        "day": date(2025, 3, 3),
        "words": "„Fähre“ 🚢 \u202e שלום",
        "n": [1, 2.5, None, True],
        "nested": {"a": {}},
    }
    with transaction.atomic():
        event = record("user.waved", ada, actor=None, **data)
    stored = Event.objects.get(pk=event.pk)
    assert stored.data["words"] == data["words"]
    assert stored.compute_digest() == stored.digest == event.digest


def test_what_one_gesture_caused_carries_one_id(cleo: User) -> None:
    review = make.submitted()
    with gesture("a-click"):
        actions.sign_off(review, actor=cleo)
    assert {event.gesture for event in _chain(review)[-2:]} == {"a-click"}
    assert _chain(review)[0].gesture != "a-click"


def test_history_is_newest_first_and_one_query(db: None, django_assert_num_queries: Any) -> None:
    review = make.approved()
    with django_assert_num_queries(1):
        events = list(history_of(review, review.claim))
        assert {str(event.actor) for event in events} == {"Ada", "Cleo"}
    assert [event.pk for event in events] == sorted((event.pk for event in events), reverse=True)


# --- The command ---------------------------------------------------------------------------------


@pytest.mark.case("D6")
def test_the_command_says_that_every_chain_holds(db: None, tmp_path: Path) -> None:
    make.submitted()
    out = StringIO()
    call_command("verify_audit", write_heads=tmp_path / "heads.json", stdout=out)
    assert "every chain holds" in out.getvalue()
    assert json.loads((tmp_path / "heads.json").read_text()) == verify.heads()
    make.submitted()
    call_command("verify_audit", heads=tmp_path / "heads.json", stdout=out)


@pytest.mark.case("D6")
def test_the_command_fails_on_a_cut_tail_only_with_heads_kept_elsewhere(db: None, tmp_path: Path) -> None:
    review = make.submitted()
    heads = tmp_path / "heads.json"
    call_command("verify_audit", write_heads=heads, stdout=StringIO())
    with triggers_off("audit_event"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_event WHERE id = %s", [_chain(review)[-1].pk])
    call_command("verify_audit", stdout=StringIO())
    errors = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_audit", heads=heads, stdout=StringIO(), stderr=errors)
    assert f"reviews.review/{review.pk}" in errors.getvalue()


@pytest.mark.case("D6")
def test_altered_content_fails_the_command(db: None) -> None:
    review = make.submitted()
    with triggers_off("audit_event"):
        Event.objects.filter(pk=_chain(review)[1].pk).update(label="Somebody else's words")
    errors = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_audit", stdout=StringIO(), stderr=errors)
    assert "does not match its digest" in errors.getvalue()
