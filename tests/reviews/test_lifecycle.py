"""The state machine of a review, arrow by arrow, and that nobody goes round it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from itertools import product

import pytest
from django.db import IntegrityError, transaction

from factcheck.accounts.models import User
from factcheck.audit.models import Event
from factcheck.errors import IllegalTransition
from reviews import actions
from reviews.lifecycle import ALLOWED, Status, move
from reviews.models import Review
from tests import factories as make, source
from tests.database import nothing_changes

pytestmark = pytest.mark.django_db

STAND: dict[Status, Callable[[], Review]] = {
    Status.UNASSIGNED: make.flagged,
    Status.RESEARCHING: make.withdrawn,
    Status.SUBMITTED: make.submitted,
    Status.APPROVED: make.approved,
    Status.DECLINED: make.declined,
}

# Written a second time on purpose: a slip in the table does not slip in here as well.
ARROWS = {
    ("unassigned", "researching"),
    ("unassigned", "declined"),
    ("researching", "submitted"),
    ("researching", "declined"),
    ("submitted", "approved"),
    ("submitted", "researching"),
    ("submitted", "declined"),
    ("approved", "researching"),
    ("declined", "unassigned"),
}


@pytest.mark.parametrize(("was", "to"), list(product(Status, Status)))
def test_only_the_arrows_of_the_table_can_be_walked(was: Status, to: Status, cleo: User) -> None:
    review = STAND[was]()
    assert review.status == was
    if (was.value, to.value) in ARROWS:
        with transaction.atomic():
            move(review, to, actor=cleo)
        assert make.review_of(review).status == to == review.status
    else:
        with nothing_changes(), pytest.raises(IllegalTransition), transaction.atomic():
            move(review, to, actor=cleo)


def test_the_picture_in_the_docs_shows_the_arrows_of_the_table() -> None:
    text = (source.ROOT / "docs/lifecycle.md").read_text(encoding="utf-8")
    drawn = re.findall(r"^\s*(\w+) --> (\w+)(?::|$)", text, re.MULTILINE)
    assert len(drawn) == len(set(drawn))
    assert set(drawn) == {(was.value, to.value) for was in ALLOWED for to in ALLOWED[was]} == ARROWS


def test_a_move_from_where_it_no_longer_stands_is_refused(cleo: User) -> None:
    mine, theirs = (make.review_of(review) for review in [make.submitted()] * 2)
    actions.withdraw(theirs, actor=make.person("Ada"))
    with nothing_changes(), pytest.raises(IllegalTransition) as refusal, transaction.atomic():
        move(mine, Status.DECLINED, actor=cleo)
    assert refusal.value.members == {"was": "researching", "to": "declined"}


def test_a_move_is_written_in_the_log(ada: User, cleo: User) -> None:
    review = make.submitted()
    actions.return_verdict(review, actor=cleo, note="Name the year.")
    event = Event.objects.filter(object_type="reviews.review", action="review.moved").latest("pk")
    assert event.actor == cleo
    assert event.data == {"was": "submitted", "now": "researching", "why": "Name the year."}


def test_the_stage_begins_anew_with_each_move() -> None:
    review = make.drafted()
    began = review.stage_entered_at
    assert make.submit(review).stage_entered_at > began


@pytest.mark.parametrize("state", [make.flagged, make.drafted, make.submitted])
def test_only_what_was_declined_or_approved_is_reopened(state: Callable[[], Review], cleo: User) -> None:
    review = state()
    with nothing_changes(), pytest.raises(IllegalTransition):
        actions.reopen(review, actor=cleo, reason="Let us see.")


@pytest.mark.parametrize("status", ["submitted", "approved", "published", ""])
def test_the_database_refuses_a_state_that_cannot_be(status: str) -> None:
    review = make.flagged()
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(status=status)


# --- Nobody else writes a status -----------------------------------------------------------------

WRITES = {"update", "create", "get_or_create", "update_or_create", "Review"}


def status_writes(tree: ast.AST, *, dicts: bool) -> Iterator[ast.AST]:
    """Every place that sets something's `status` to anything but a job's or a delivery's."""
    yield from _assigned(tree)
    yield from _passed(tree)
    if dicts:
        yield from _in_dicts(tree)


def _assigned(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Attribute) and target.attr == "status" for target in targets):
                yield from _unless_elsewhere(node.value)


def _passed(tree: ast.AST) -> Iterator[ast.AST]:
    for name, call in source.calls(tree):
        if name in WRITES:
            for keyword in call.keywords:
                if keyword.arg == "status":
                    yield from _unless_elsewhere(keyword.value)
        words = {node.value for node in ast.walk(call) if isinstance(node, ast.Constant)}
        if name in {"setattr", "bulk_update"} and "status" in words:
            yield call


def _in_dicts(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "status":
                    yield from _unless_elsewhere(value)


def _unless_elsewhere(value: ast.AST) -> Iterator[ast.AST]:
    if not ast.unparse(value).startswith(("JobStatus.", "Delivery.Status.")):
        yield value


def _writers(modules: dict[str, ast.Module]) -> set[str]:
    """Name the modules that write a status; a dict with a "status" at a door is an answer of HTTP."""
    rules = re.compile(r"(reviews|publishing)/(?!api|views)")
    return {
        name
        for name, tree in modules.items()
        if not name.startswith("factcheck/api/")  # its answers have a status, and it knows no reviews
        and list(status_writes(tree, dicts=bool(rules.match(name))))
    }


def test_only_the_lifecycle_writes_the_status_of_a_review() -> None:
    assert _writers(source.modules()) == {"reviews/lifecycle.py"}


@pytest.mark.parametrize(
    "line",
    [
        "review.status = Status.APPROVED",
        "Review.objects.filter(pk=1).update(status=Status.APPROVED)",
        "Review(claim=claim, status='approved')",
        "setattr(review, 'status', to)",
        "Review.objects.bulk_update([review], ['status'])",
        "changes = {'status': to}",
    ],
)
def test_a_planted_write_of_a_status_is_found(line: str) -> None:
    assert _writers({"reviews/actions/planted.py": ast.parse(line)}) == {"reviews/actions/planted.py"}
