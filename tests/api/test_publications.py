"""Publishing through the API: asking for it, watching it, and reading what is public."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from articles.models import Article
from publishing.models import Publication, Release
from publishing.tasks import run_release
from reviews.models import Review
from tests import factories
from tests.api.callers import V1, calling, etag, ids, pointers, rows
from tests.api.client import check_problem
from tests.cast import person
from tests.database import nothing_changes

pytestmark = pytest.mark.django_db


def publish_path(review: Review) -> str:
    return f"{V1}/reviews/{review.pk}/publish/"


def test_a_signed_off_verdict_is_published_by_a_job_that_can_be_polled() -> None:
    review = factories.approved(slug="mostly-false")
    dov = calling("Dov")
    found = dov.get(f"{V1}/reviews/{review.pk}/blockers/").json()
    assert found == {"step": "publish", "blockers": []}

    answer = dov.post(publish_path(review), {"slug": "night-ferry"})
    assert answer.status_code == 202
    release = answer.json()
    path = answer["Location"].removeprefix("http://testserver")
    assert (release["status"], release["progress"], release["verdict"]) == ("queued", 0.0, 1)
    assert release["publication"]["url"] == "http://testserver/checks/night-ferry/"
    assert release["publication"]["state"] == "scheduled"
    assert dov.get(path).json() == release
    assert answer["ETag"] == etag(dov, path)

    run_release(int(release["id"]))

    release = dov.get(path).json()
    assert (release["status"], release["progress"], release["error"]) == ("done", 1.0, None)
    publication = dov.get(f"{V1}/publications/{release['publication']['id']}/").json()
    assert (publication["slug"], publication["state"]) == ("night-ferry", "live")
    assert publication["review"] == str(review.pk)
    assert publication["edition"]["number"] == 1
    assert dov.get(f"{V1}/reviews/{review.pk}/").json()["state"] == "published"
    editions = f"{V1}/publications/{publication['id']}/editions/"
    (listed,) = rows(dov.get(editions))
    assert (listed["number"], listed["kind"], listed["published_by"]["name"]) == (1, "first", "Dov")
    assert "payload" not in listed
    whole = dov.get(f"{editions}1/").json()
    assert whole["payload"]["rating"]["slug"] == "mostly-false"
    assert whole["url"] == "http://testserver/checks/night-ferry/v/1/"


@pytest.mark.case("R4")
def test_asking_twice_publishes_once() -> None:
    review = factories.approved()
    dov = calling("Dov")
    first = dov.post(publish_path(review), {}, Idempotency_Key="a")
    again = dov.post(publish_path(review), {}, Idempotency_Key="a")
    other = dov.post(publish_path(review), {}, Idempotency_Key="b")
    bare = dov.post(publish_path(review))
    assert again["Idempotency-Replayed"] == "true"
    assert first.content == again.content == other.content == bare.content
    assert (Publication.objects.count(), Release.objects.count()) == (1, 1)
    for _ in range(2):
        run_release(int(first.json()["id"]))
    late = dov.post(publish_path(review))
    assert (late.status_code, late.json()["status"]) == (202, "done")
    assert Publication.objects.get().editions.count() == 1


def test_publishing_can_be_set_for_later() -> None:
    review = factories.approved()
    later = timezone.now() + timedelta(hours=3)
    release = calling("Dov").post(publish_path(review), {"publish_at": later.isoformat()}).json()
    run_release(int(release["id"]))
    assert calling("Vera").get(f"{V1}/releases/{release['id']}/").json()["status"] == "queued"
    assert calling("Vera").get(f"{V1}/reviews/{review.pk}/").json()["state"] == "scheduled"


def test_what_is_scheduled_can_be_moved_and_called_off() -> None:
    review, dov = factories.approved(), calling("Dov")
    later = timezone.now() + timedelta(hours=3)
    release = dov.post(publish_path(review), {"publish_at": later.isoformat()}).json()
    path = f"{V1}/publications/{release['publication']['id']}/"
    with nothing_changes():
        for wish, pointer in (({}, "/publish_at"), ({"publish_at": "soon"}, "/publish_at")):
            assert pointers(check_problem(dov.post(f"{path}reschedule/", wish), 400, "invalid")) == [pointer]
        stale = dov.post(f"{path}cancel/", {}, If_Match='"old"')
        check_problem(stale, 412, "precondition_failed")
    moved = dov.post(f"{path}reschedule/", {"publish_at": "2199-01-01T10:00:00Z"}).json()
    assert moved["publish_at"] == "2199-01-01T10:00:00Z"
    assert dov.get(f"{V1}/releases/{release['id']}/").json()["run_after"] == "2199-01-01T10:00:00Z"
    off = dov.post(f"{path}cancel/").json()
    assert (off["state"], off["publish_at"]) == ("called_off", None)
    ended = dov.get(f"{V1}/releases/{release['id']}/").json()
    assert (ended["status"], ended["error"]["code"]) == ("failed", "called_off")
    assert dov.get(f"{V1}/reviews/{review.pk}/").json()["state"] == "ready"
    with nothing_changes():
        for name, wish in (("reschedule", {"publish_at": None}), ("cancel", {})):
            check_problem(dov.post(f"{path}{name}/", wish), 409, "illegal_transition")


def test_a_later_edition_says_what_changed() -> None:
    publication = factories.published(slug="night-ferry")
    review = factories.second_verdict(publication.review)
    dov = calling("Dov")
    with nothing_changes():
        problem = check_problem(dov.post(publish_path(review), {"kind": "correction"}), 400, "invalid")
    assert pointers(problem) == ["/note"]
    release = dov.post(publish_path(review), {"kind": "correction", "note": "New table."}).json()
    run_release(int(release["id"]))
    editions = rows(dov.get(f"{V1}/publications/{publication.pk}/editions/"))
    assert [(row["number"], row["kind"], row["note"]) for row in editions] == [
        (2, "correction", "New table."),
        (1, "first", ""),
    ]
    assert dov.get(f"{V1}/reviews/{review.pk}/").json()["state"] == "corrected"


@pytest.mark.parametrize("state", ["flagged", "drafted", "submitted", "returned", "declined"])
def test_what_is_not_signed_off_is_not_published(state: str) -> None:
    review = getattr(factories, state)()
    dov = calling("Dov")
    with nothing_changes():
        problem = check_problem(dov.post(publish_path(review)), 409, "not_ready")
    assert [blocker["code"] for blocker in problem["blockers"]] == ["not_approved"]


@pytest.mark.case("A12")
@pytest.mark.parametrize("name", ["Ada", "Cleo", "Max", "Vera", "Eve"])
def test_only_publishers_publish(name: str) -> None:
    review = factories.approved()
    caller = calling(name)
    with nothing_changes():
        check_problem(caller.post(publish_path(review)), 403, "forbidden")


@pytest.mark.case("A12")
def test_a_publishers_token_without_the_scope_does_not_publish() -> None:
    review = factories.approved()
    caller = calling("Dov", "read", "review", "signoff", "admin")
    with nothing_changes():
        check_problem(caller.post(publish_path(review)), 403, "forbidden")


@pytest.mark.case("A15")
def test_nobody_publishes_what_they_wrote_and_approved_alone() -> None:
    person("Solo", "reporter", "editor", "publisher")
    solo = calling("Solo")
    review = factories.submitted(by=person("Solo"))
    with nothing_changes():
        check_problem(solo.post(f"{V1}/reviews/{review.pk}/sign-off/"), 409, "four_eyes")
        check_problem(solo.post(publish_path(review)), 409, "not_ready")


@pytest.mark.case("R3")
def test_words_changed_after_the_click_are_not_published_by_it() -> None:
    review = factories.approved()
    dov = calling("Dov")
    release = dov.post(publish_path(review)).json()
    calling("Ben").patch(f"{V1}/reviews/{review.pk}/", {"summary": "Other words."}, If_Match="*")
    run_release(int(release["id"]))
    shown = dov.get(f"{V1}/releases/{release['id']}/").json()
    assert (shown["status"], shown["error"]["code"]) == ("failed", "not_ready")
    assert Publication.objects.get().edition is None


@pytest.mark.case("R2")
def test_publishing_may_name_the_version_that_was_read() -> None:
    review = factories.approved()
    dov = calling("Dov")
    read = etag(dov, f"{V1}/reviews/{review.pk}/")
    factories.second_verdict(review)
    with nothing_changes():
        check_problem(dov.post(publish_path(review), {}, If_Match=read), 412, "precondition_failed")
    read = etag(dov, f"{V1}/reviews/{review.pk}/")
    assert dov.post(publish_path(review), {}, If_Match=read).status_code == 202


@pytest.mark.case("A7")
@pytest.mark.parametrize(
    "wish",
    [
        {"state": "live"},
        {"edition": 1},
        {"review": "1"},
        {"published_at": "2020-01-01T00:00:00Z"},
        {"verdict": 1},
        {"kind": "first"},
        {"kind": "retraction"},
        {"publish_at": "soon"},
        {"publish_at": "2026-01-01T00:00:00"},
        {"slug": "///"},
        {"slug": "x" * 101},
    ],
)
def test_publishing_takes_no_more_than_its_fields(wish: dict[str, Any]) -> None:
    review = factories.approved()
    dov = calling("Dov")
    with nothing_changes():
        problem = check_problem(dov.post(publish_path(review), wish), 400, "invalid")
    assert pointers(problem) == [f"/{name}" for name in wish]


def test_an_address_that_is_taken_is_refused() -> None:
    factories.published(slug="night-ferry")
    review = factories.approved(quote=factories.QUOTES[1])
    dov = calling("Dov")
    with nothing_changes():
        problem = check_problem(dov.post(publish_path(review), {"slug": "night-ferry"}), 400, "invalid")
    assert pointers(problem) == ["/slug"]


def test_publications_are_found_by_state_review_and_words() -> None:
    publication = factories.published(slug="night-ferry")
    other = factories.requested(factories.approved(quote=factories.QUOTES[3])).publication
    vera = calling("Vera")
    path = f"{V1}/publications/"
    assert sorted(ids(vera.get(path))) == sorted([str(publication.pk), str(other.pk)])
    assert ids(vera.get(f"{path}?state=live")) == [str(publication.pk)]
    assert ids(vera.get(f"{path}?review={other.review_id}")) == [str(other.pk)]
    assert ids(vera.get(f"{path}?q=crowns")) == [str(other.pk)]
    assert ids(vera.get(f"{V1}/releases/?publication={other.pk}"))
    for missing in ("publications/4294967296/", "publications/4294967296/editions/", "releases/4294967296/"):
        check_problem(vera.get(f"{V1}/{missing}"), 404, "not_found")


def test_no_list_takes_more_queries_as_it_grows(django_assert_max_num_queries: Any) -> None:
    vera = calling("Vera")
    publication = factories.published()
    editions = f"{V1}/publications/{publication.pk}/editions/"
    paths = [f"{V1}/publications/", f"{V1}/releases/", editions, f"{V1}/reviews/?state=published"]
    for grown in (False, True):
        if grown:
            for quote in factories.QUOTES[1:]:
                factories.published(quote=quote)
        for path in paths:
            with django_assert_max_num_queries(4):
                assert rows(vera.get(path))
    with django_assert_max_num_queries(4):
        vera.get(f"{V1}/publications/{publication.pk}/")


def test_what_was_published_is_the_article_that_was_flagged() -> None:
    publication = factories.published()
    payload = calling("Vera").get(f"{V1}/publications/{publication.pk}/editions/1/").json()["payload"]
    assert [place["article"] for place in payload["appearances"]] == [Article.objects.get().pk]
