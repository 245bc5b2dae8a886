"""The database goes away in the middle of an action, and nothing is half done (SECURITY, F9).

Each action is cut at each of its statements: on PostgreSQL by ending the connection as the server would,
on SQLite by an error in the place of the statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection

from articles.actions import add_article, carry_out_import, request_import
from articles.models import Article, Import
from factcheck.accounts.models import User
from factcheck.audit import verify
from factcheck.audit.models import Event
from factcheck.jobs.models import JobStatus
from factcheck.jobs.runner import perform
from publishing.actions import carry_out_release, publish
from publishing.models import Edition, Release
from reviews import actions
from reviews.models import Review
from tests import factories as make
from tests.database import checksums
from tests.publishing.conftest import Site

pytestmark = pytest.mark.django_db(transaction=True)

AWAY = (OperationalError, InterfaceError)


def _end_this_connection() -> None:
    """End it from outside, as an administrator or a fail-over does."""
    import psycopg

    given = connection.get_connection_params()
    where = {"host": given["host"], "user": given["user"], "dbname": "postgres"}
    with psycopg.connect(**where, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])


@contextmanager
def cut_at(statement: int) -> Iterator[list[str]]:
    """Cut the connection at this statement of the block, counted from 0; yields what was asked before."""
    asked: list[str] = []

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        if len(asked) == statement + 1:
            if connection.vendor == "postgresql":
                _end_this_connection()
            else:
                raise OperationalError("disk I/O error")
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(wrapper):
            yield asked
    finally:
        connection.close()


def _saved(review: Review, by: User) -> Any:
    return actions.save_draft(review, actor=by, version=review.version, summary="New.", statement="New too.")


def _flagged(review: Review, by: User) -> Any:
    revision = make.passage_of(review.claim).revision
    place = make.place_of(make.QUOTES[1], revision)
    return actions.flag_claim(
        actor=by, revision=revision, statement="In other words.", claimant="Maar", topics=["Sea"], **place
    )


Act = Callable[[Review, User], Any]
ACTS: dict[str, tuple[Callable[[], Review], str, Act]] = {
    "import": (make.flagged, "Ada", lambda _, by: add_article(actor=by, text="One more text.", given={})),
    "flag": (make.flagged, "Ada", _flagged),
    "edit what was approved": (make.approved, "Ben", _saved),
    "add evidence": (make.submitted, "Ben", lambda review, by: make.add_evidence(review, by=by)),
    "submit": (make.drafted, "Ada", lambda review, by: actions.submit(review, actor=by)),
    "sign off": (make.submitted, "Cleo", lambda review, by: actions.sign_off(review, actor=by)),
    "publish": (make.approved, "Dov", lambda review, by: publish(review, actor=by)),
}


@pytest.mark.case("F9")
@pytest.mark.parametrize("act", ACTS)
def test_an_action_that_is_cut_has_changed_nothing(act: str) -> None:
    state, name, do = ACTS[act]
    review, _actor = state(), make.person(name)
    before, events = checksums(), Event.objects.count()
    for statement in range(100):
        mine, actor = make.review_of(review), make.person(name)
        mine.claim, actor.roles  # noqa: B018  (read before the cut, as the door has)
        try:
            with cut_at(statement) as asked:
                do(mine, actor)
        except AWAY:
            assert checksums() == before, asked[-1]
            assert Event.objects.count() == events, asked[-1]
        else:
            break
    assert statement == len(asked)
    assert statement >= 5
    assert checksums() != before
    assert list(verify.faults()) == []


@pytest.mark.case("F9")
@pytest.mark.parametrize("kind", ["release", "import"])
def test_a_worker_that_is_cut_leaves_a_job_that_another_finishes(kind: str, site: Site, ada: User) -> None:
    """Whatever it had done by then is done once; what it had not is done by the next."""
    for statement in range(0, 60, 3):
        release = make.requested() if kind == "release" else None
        job: Any = release or request_import(actor=ada, text=f"{make.TEXT}Number {statement}.\n")
        work: Any = carry_out_release if release else carry_out_import
        # The worker may not even be able to say what happened: then its lease runs out.
        with cut_at(statement) as asked, suppress(*AWAY):
            perform(type(job), job.pk, work)
        job.refresh_from_db()
        assert job.status != JobStatus.FAILED
        type(job).objects.filter(pk=job.pk).exclude(status="done").update(
            status="queued", run_after=job.created_at, leased_until=None
        )
        perform(type(job), job.pk, work)
        job.refresh_from_db()
        assert job.status == JobStatus.DONE
        if len(asked) <= statement:
            break
    assert Edition.objects.count() == Release.objects.count()
    assert Article.objects.count() >= Import.objects.count()
    assert list(verify.faults()) == []


@pytest.mark.case("F9")
@pytest.mark.postgres
def test_after_a_cut_the_next_request_of_the_same_process_works(ada: User) -> None:
    review = make.drafted()
    save = partial(actions.save_draft, actor=ada, version=review.version, summary="Second try.")
    with pytest.raises(AWAY), cut_at(3):
        save(make.review_of(review))
    assert save(make.review_of(review)).summary == "Second try."
