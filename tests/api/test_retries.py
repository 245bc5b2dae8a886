"""A client that never got its answer asks again, with the key it used: nothing is done twice.

The process died after the commit and before the answer was kept; `test_crash` kills a real one. Here
each kind of call finds again what it made.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from factcheck.api.models import Answer
from factcheck.audit.models import Event
from tests import factories
from tests.api.callers import V1, calling
from tests.api.client import Api, check_problem
from tests.cast import person
from tests.database import nothing_changes

pytestmark = pytest.mark.django_db


def forget_the_answer() -> None:
    """Leave what a process leaves that dies before it answers."""
    Answer.objects.update(
        status=None, body=None, headers={}, leased_until=timezone.now() - timedelta(seconds=1)
    )


def again_without_an_answer(caller: Api, path: str, body: dict[str, Any]) -> tuple[Any, Any]:
    """Post, forget the answer, post again under the same key; nothing changes the second time."""
    first = caller.post(path, body, Idempotency_Key="once")
    assert first.status_code < 300, first.content
    forget_the_answer()
    events = Event.objects.count()
    with nothing_changes(leave_out=["api_answer", "accounts_apitoken"]):
        second = caller.post(path, body, Idempotency_Key="once")
    assert Event.objects.count() == events
    return first, second


def an_import() -> tuple[str, str, dict[str, Any]]:
    return "Ada", f"{V1}/imports/", {"text": factories.TEXT}


def a_claim() -> tuple[str, str, dict[str, Any]]:
    article = factories.imported_article()
    return "Ada", f"{V1}/claims/", {"article": str(article.pk), "start": 0, "end": 20}


def a_passage() -> tuple[str, str, dict[str, Any]]:
    claim, article = factories.flagged_claim(), factories.imported_article()
    body = {"article": str(article.pk), "start": 0, "end": 20}
    return "Ada", f"{V1}/claims/{claim.pk}/passages/", body


def some_evidence() -> tuple[str, str, dict[str, Any]]:
    review = factories.researched()
    body = {"source": factories.a_source(), "stance": "context"}
    return "Ada", f"{V1}/reviews/{review.pk}/evidence/", body


def a_source() -> tuple[str, str, dict[str, Any]]:
    return "Ada", f"{V1}/sources/", factories.a_source()


def a_submission() -> tuple[str, str, dict[str, Any]]:
    return "Ada", f"{V1}/reviews/{factories.drafted().pk}/submit/", {}


def a_sign_off() -> tuple[str, str, dict[str, Any]]:
    return "Cleo", f"{V1}/reviews/{factories.submitted().pk}/sign-off/", {}


def a_release() -> tuple[str, str, dict[str, Any]]:
    return "Dov", f"{V1}/reviews/{factories.approved().pk}/publish/", {"slug": "night-ferry"}


@pytest.mark.case("R4")
@pytest.mark.parametrize(
    "wish",
    [an_import, a_claim, a_passage, some_evidence, a_source, a_submission, a_sign_off, a_release],
    ids=lambda wish: wish.__name__,
)
def test_what_was_done_is_shown_and_not_done_again(
    wish: Callable[[], tuple[str, str, dict[str, Any]]],
) -> None:
    name, path, body = wish()
    first, second = again_without_an_answer(calling(name), path, body)
    assert second.status_code == first.status_code
    assert second.json() == first.json()
    assert second["ETag"] == first["ETag"]
    assert second.get("Location") == first.get("Location")


def test_a_new_article_is_found_again() -> None:
    body = {"text": factories.TEXT, "title": "Ferry"}
    first, second = again_without_an_answer(calling("Ada"), f"{V1}/articles/", body)
    assert (second.status_code, second["Location"]) == (201, first["Location"])


def test_of_many_at_once_it_is_said_that_they_are_done() -> None:
    review = factories.flagged()
    person("Ben")
    cleo = calling("Cleo")
    body = {"ids": [str(review.pk)], "priority": "high"}
    _, second = again_without_an_answer(cleo, f"{V1}/reviews/bulk/", body)
    check_problem(second, 409, "already_done")


def test_a_secret_is_not_shown_again() -> None:
    body = {"name": "laptop", "scopes": ["read"]}
    _, second = again_without_an_answer(calling("Ada"), f"{V1}/tokens/", body)
    assert "secret" not in second.json()
