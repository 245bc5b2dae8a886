"""Worlds that are given again are those that the actions make, and are given only where they would be made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import translation

from articles.models import Topic
from factcheck.audit import verify
from reviews import actions
from tests import factories as make
from tests.database import checksums, content, nothing_changes
from tests.kept import rows

pytestmark = pytest.mark.django_db


def _made_and_undone() -> tuple[Any, Any]:
    undo = transaction.savepoint()
    made = make.approved()
    found = made, rows()
    transaction.savepoint_rollback(undo)
    return found


def _signs_off_here() -> bool:
    """Tell whether an approved verdict is made now, and not given."""
    usual, called = actions.sign_off, []

    def sign_off(*args: Any, **wishes: Any) -> Any:
        called.append(args)
        return usual(*args, **wishes)

    actions.sign_off = sign_off
    try:
        make.approved()
    finally:
        actions.sign_off = usual
    return bool(called)


def test_what_is_given_again_is_what_was_made() -> None:
    made, there = _made_and_undone()
    assert rows() != there
    given = make.approved()
    assert (given, given.verdict, given.status) == (made, made.verdict, made.status)
    assert rows() == there
    assert list(verify.faults()) == []


def test_it_is_given_where_nothing_else_was_written() -> None:
    _made_and_undone()
    assert not _signs_off_here()


def test_it_is_made_where_something_else_was_written() -> None:
    _made_and_undone()
    Topic.objects.create(name="Sea", slug="sea")
    assert _signs_off_here()


def test_it_is_made_where_a_setting_is_another(settings: Any) -> None:
    _made_and_undone()
    settings.DESK_NAME = "Another desk"
    assert _signs_off_here()


def test_it_is_made_where_two_settings_are_others(settings: Any, tmp_path: Path) -> None:
    _made_and_undone()
    settings.DESK_NAME = "A third desk"
    settings.SITE_DIR = tmp_path  # the one change that has no part in it
    assert _signs_off_here()


def test_it_is_made_in_another_language() -> None:
    _made_and_undone()
    with translation.override("de"):
        assert _signs_off_here()


def test_it_is_made_at_another_time() -> None:
    _made_and_undone()
    with time_machine.travel("2031-05-06"):
        assert _signs_off_here()


@pytest.fixture
def something_patched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fixture that may patch anything."""


@pytest.mark.usefixtures("something_patched")
def test_it_is_made_where_a_fixture_patches() -> None:
    _made_and_undone()
    assert _signs_off_here()


def test_it_is_made_where_something_is_patched(monkeypatch: pytest.MonkeyPatch) -> None:
    _made_and_undone()
    assert _signs_off_here()


def test_another_wish_is_another_world() -> None:
    _made_and_undone()
    assert make.approved(statement="In other words.").claim.statement == "In other words."


def test_the_content_is_the_old_one_once_a_write_is_undone() -> None:
    before, undo = content(), transaction.savepoint()
    there = checksums()
    Topic.objects.create(name="Sea", slug="sea")
    assert content() != before
    assert checksums() != there
    transaction.savepoint_rollback(undo)
    assert (content(), checksums()) == (before, there)


def test_a_write_is_a_change_whoever_asked_before() -> None:
    checksums()
    with pytest.raises(AssertionError), nothing_changes():
        Topic.objects.create(name="Sea", slug="sea")
