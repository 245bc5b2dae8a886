"""The queue through the API: its filters, urgency, and many reviews at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from factcheck.accounts.models import User
from reviews import actions
from reviews.limits import MOST_AT_ONCE
from reviews.models import Review
from tests import factories
from tests.api.callers import V1, calling, change, etag, ids, rows
from tests.api.client import check_problem
from tests.cast import person
from tests.database import nothing_changes

pytestmark = pytest.mark.django_db

REVIEWS = f"{V1}/reviews/"


def path_of(review: Review, step: str = "") -> str:
    return f"{REVIEWS}{review.pk}/{step}"


def test_the_queue_has_the_filters_of_the_desk() -> None:
    now = timezone.now()
    fresh = factories.flagged()
    waiting = factories.submitted(quote=factories.QUOTES[1])
    done = factories.approved(quote=factories.QUOTES[3], claimant="Ilse Maar", topics=["Ferries"])
    ben = person("Ben")
    actions.assign(fresh, actor=person("Cleo"), assignee=ben)
    actions.prioritise(fresh, actor=person("Cleo"), priority=3, due_at=now - timedelta(days=1))
    article = done.claim.passages.get().revision.article_id
    assert done.claim.claimant is not None
    cleo = calling("Cleo")
    assert len(rows(cleo.get(REVIEWS))) == 3
    for query, expected in {
        "status=submitted": [waiting],
        "status=submitted&status=approved": [done, waiting],
        "state=ready": [done],
        "state=signoff&state=research": [fresh, waiting],
        "open=true": [fresh, waiting],
        "overdue=true": [fresh],
        "awaiting_me=true": [waiting],
        f"assignee={ben.pk}": [fresh],
        "assignee=me": [],
        "assignee=none": [],
        "priority=high": [fresh],
        "priority=low&priority=normal": [done, waiting],
        "due_before=2100-01-01T00:00:00Z": [fresh],
        "due_after=2100-01-01T00:00:00Z": [],
        f"article={article}": [done],
        f"claim={waiting.claim_id}": [waiting],
        f"claimant={done.claim.claimant_id}": [done],
        f"topic={done.claim.topics.get().pk}": [done],
        "q=9%20crowns": [done],
        "q=ilse": [done],
    }.items():
        found = ids(cleo.get(f"{REVIEWS}?{query}"))
        assert sorted(found) == sorted(str(review.pk) for review in expected), query
    assert ids(cleo.get(f"{REVIEWS}?ordering=-priority"))[0] == str(fresh.pk)
    assert ids(cleo.get(f"{REVIEWS}?ordering=due"))[0] == str(fresh.pk)
    assert ids(cleo.get(f"{REVIEWS}?page_size=1&ordering=due")) == [str(fresh.pk)]


@pytest.mark.case("A6")
@pytest.mark.parametrize(
    "query",
    [
        "status=live",
        "state=live",
        "open=false",
        "overdue=1",
        "priority=3",
        "assignee=ada",
        "article=ferry",
        "due_before=soon",
        "assignee__password__startswith=a",
        "claim__statement=x",
        "evidence__note__icontains=oss",
        "ordering=evidence__note",
        "ordering=assignee__password",
        "q=a&expand=evidence",
    ],
)
def test_a_filter_of_the_queue_that_is_not_offered_is_a_400(query: str) -> None:
    factories.flagged()
    check_problem(calling("Cleo").get(f"{REVIEWS}?{query}"), 400, "invalid")


def test_a_line_of_the_queue_says_where_the_claim_stands() -> None:
    review = factories.researched(pieces=2)
    (row,) = rows(calling("Vera").get(REVIEWS))
    passage = review.claim.passages.select_related("revision__article").get()
    assert row["article"] == {
        "id": str(passage.revision.article_id),
        "title": passage.revision.article.title,
    }
    assert (row["evidence_count"], row["state"]) == (2, "research")
    assert "explanation" not in row


@pytest.mark.parametrize("state", ["flagged", "researched", "drafted", "submitted", "returned", "approved"])
def test_no_list_takes_more_queries_as_it_grows(state: str, django_assert_max_num_queries: Any) -> None:
    vera = calling("Vera")
    make = getattr(factories, state)
    review = make()
    paths = [REVIEWS, f"{REVIEWS}?state=research&q=ferry", path_of(review, "verdicts/"), f"{V1}/users/"]
    paths += [f"{V1}/scales/"]
    for grown in (False, True):
        if grown:
            for quote in factories.QUOTES[1:]:
                make(quote=quote)
        for path in paths:
            with django_assert_max_num_queries(5):
                assert vera.get(path).status_code == 200
    with django_assert_max_num_queries(4):
        vera.get(path_of(review))


def test_people_show_their_roles_and_no_address(vera: User) -> None:
    caller = calling("Vera")
    found = {row["name"]: row for row in rows(caller.get(f"{V1}/users/"))}
    person("Cleo")
    assert found["Vera"] == {
        "id": str(vera.pk),
        "name": "Vera",
        "roles": ["viewer"],
        "is_bot": False,
        "is_active": True,
    }
    assert ids(caller.get(f"{V1}/users/?role=editor")) == [str(person("Cleo").pk)]


def test_the_scale_shows_its_ratings_in_order() -> None:
    (scale,) = rows(calling("Vera").get(f"{V1}/scales/"))
    assert [rating["slug"] for rating in scale["ratings"]][:2] == ["false", "mostly-false"]
    assert scale["ratings"][0]["value"] == 1


# --- Urgency, and many at once -------------------------------------------------------------------


def test_urgency_is_set_by_editors() -> None:
    review = factories.flagged()
    answer = change(
        calling("Cleo"), path_of(review), {"priority": "high", "due_at": "2027-01-01T12:00:00+01:00"}
    )
    assert (answer.json()["priority"], answer.json()["due_at"]) == ("high", "2027-01-01T11:00:00Z")
    assert answer.json()["version"] == 1
    ada = calling("Ada")
    read = etag(ada, path_of(review))
    with nothing_changes():
        check_problem(ada.patch(path_of(review), {"priority": "low"}, If_Match=read), 403, "forbidden")


def test_as_many_can_be_changed_at_once_as_at_the_desk() -> None:
    wish = {"ids": [str(pk) for pk in range(1, MOST_AT_ONCE + 1)], "priority": "low"}
    answer = calling("Cleo").post(f"{REVIEWS}bulk/", wish)
    assert [row["status"] for row in answer.json()["results"]] == [404] * MOST_AT_ONCE


def test_many_are_assigned_at_once_and_one_refusal_stops_no_other() -> None:
    first, second = factories.flagged(), factories.flagged()
    cleo, ben = calling("Cleo"), str(person("Ben").pk)
    wish = {"ids": [str(first.pk), "4294967296", str(second.pk)], "assign": ben}
    answer = cleo.post(f"{REVIEWS}bulk/", wish)
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [(row["id"], row["status"]) for row in results] == [
        (str(first.pk), 200),
        ("4294967296", 404),
        (str(second.pk), 200),
    ]
    assert results[1]["code"] == "not_found"
    assert Review.objects.filter(assignee=person("Ben"), status="researching").count() == 2
    answer = cleo.post(f"{REVIEWS}bulk/", {"ids": [str(first.pk)], "priority": "low"})
    assert answer.json()["results"] == [{"id": str(first.pk), "status": 200}]
    cleo.post(f"{REVIEWS}bulk/", {"ids": [str(first.pk)], "due_at": "2027-01-01T12:00:00Z"})
    cleo.post(f"{REVIEWS}bulk/", {"ids": [str(first.pk)], "due_at": None})
    first.refresh_from_db()
    assert (first.priority, first.due_at) == (1, None)


def test_many_at_once_give_nobody_more_rights() -> None:
    review = factories.flagged()
    ada = calling("Ada")
    with nothing_changes():
        answer = ada.post(f"{REVIEWS}bulk/", {"ids": [str(review.pk)], "priority": "high"})
    assert [(row["status"], row["code"]) for row in answer.json()["results"]] == [(403, "forbidden")]


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"ids": []},
        {"ids": ["1"]},
        {"ids": ["x"], "priority": "low"},
        {"ids": [str(2**63)], "priority": "low"},
        {"ids": ["1"] * (MOST_AT_ONCE + 1), "priority": "low"},
        {"ids": ["1"], "priority": "low", "due_at": None},
        {"ids": ["1"], "status": "approved"},
        {"ids": ["1"], "sign_off": True},
        {"ids": {"a": 1}, "priority": "low"},
    ],
)
def test_a_bulk_call_does_one_thing(wish: dict[str, Any]) -> None:
    cleo = calling("Cleo")
    with nothing_changes():
        check_problem(cleo.post(f"{REVIEWS}bulk/", wish), 400, "invalid")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("claims/?status=published", "article, claimant, created_after, created_before, cursor"),
        ("reviews/?status=published", "“published” is none of these: unassigned, researching"),
        ("reviews/?priority=none&priority=high", "“none” is none of these: low, normal, high."),
        ("imports/?status=%25s", "“%s” is none of these: queued, running, done, failed."),
        ("publications/?state=gone", "scheduled, live"),
    ],
)
def test_who_asks_for_what_there_is_not_is_told_what_there_is(query: str, words: str) -> None:
    [error] = check_problem(calling("Ada").get(f"{V1}/{query}"), 400, "invalid")["errors"]
    assert words in error["detail"]
