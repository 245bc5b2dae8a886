"""Evidence and sources through the API; and that confidential evidence reaches nobody it should not."""

from __future__ import annotations

from typing import Any

import pytest

from factcheck.accounts.models import User
from reviews import actions
from reviews.models import Evidence, Review, Source
from tests import factories
from tests.api.callers import V1, calling, change, etag, ids, pointers, rows
from tests.api.client import Api, check_problem
from tests.cast import person
from tests.database import nothing_changes

pytestmark = pytest.mark.django_db

SOURCES = f"{V1}/sources/"
NEW = {"title": "Passenger table", "url": "https://harbour.example/table", "publisher": "Harbour board"}
TELLING = ("Marten", "Oss", "They told us", "call of 3 May", "would lose his place")


def evidence_of(review: Review, piece: Evidence | None = None) -> str:
    return f"{V1}/reviews/{review.pk}/evidence/{f'{piece.pk}/' if piece else ''}"


# --- Working with it -----------------------------------------------------------------------------


def test_evidence_comes_with_a_new_source_or_a_known_one() -> None:
    review = factories.flagged()
    ada = calling("Ada")
    wish = {"source": NEW, "stance": "refutes", "quote": "Passengers in all: 38,900", "locator": "row 7"}
    answer = ada.post(evidence_of(review), wish)
    assert answer.status_code == 201, answer.content
    first = answer.json()
    assert answer["Location"].removeprefix("http://testserver") + "/" == (
        f"{evidence_of(review)}{first['id']}/"
    )
    assert first["number"] == 1
    assert first["source"]["title"] == "Passenger table"
    assert answer["ETag"] == etag(ada, f"{evidence_of(review)}{first['id']}/")

    answer = ada.post(evidence_of(review), {"source": first["source"]["id"], "stance": "context"})
    assert answer.json()["number"] == 2
    assert Source.objects.count() == 1
    assert [row["number"] for row in rows(ada.get(evidence_of(review)))] == [1, 2]
    assert [row["number"] for row in rows(ada.get(f"{evidence_of(review)}?stance=context"))] == [2]


def test_evidence_is_changed_and_removed_and_its_number_is_not_given_again() -> None:
    review = factories.approved()
    first = review.evidence.order_by("number")[0]
    ada = calling("Ada")
    answer = change(ada, evidence_of(review, first), {"stance": "supports", "quote": "41,000"})
    assert (answer.json()["stance"], answer.json()["quote"]) == ("supports", "41,000")
    assert answer["ETag"] == etag(ada, evidence_of(review, first))
    review.refresh_from_db()
    assert review.status == "researching"
    answer = ada.call("delete", evidence_of(review, first), If_Match=answer["ETag"])
    assert answer.status_code == 204
    check_problem(ada.get(evidence_of(review, first)), 404, "not_found")
    assert ada.post(evidence_of(review), {"source": NEW, "stance": "context"}).json()["number"] == 3


def test_evidence_and_its_source_are_changed_in_one_call() -> None:
    review = factories.researched()
    first = review.evidence.order_by("number")[0]
    path, ada = evidence_of(review, first), calling("Ada")
    read = etag(ada, path)
    both = {"note": "Counted twice.", "source": {"publisher": "Harbour office"}}
    shown = ada.patch(path, both, If_Match=read).json()
    assert (shown["note"], shown["source"]["publisher"]) == ("Counted twice.", "Harbour office")
    assert shown["source"]["title"] == first.source.title
    bad = {"note": "Counted once.", "source": {"url": "javascript:alert(1)"}}
    with nothing_changes():
        check_problem(ada.patch(path, both, If_Match=read), 412, "precondition_failed")
        answer = ada.patch(path, bad, If_Match=etag(ada, path))
        assert pointers(check_problem(answer, 400, "invalid")) == ["/url"]


@pytest.mark.case("R7")
@pytest.mark.parametrize("method", ["patch", "delete"])
def test_evidence_is_not_changed_from_an_old_version(method: str) -> None:
    review = factories.researched()
    first = review.evidence.order_by("number")[0]
    path = evidence_of(review, first)
    ada, ben = calling("Ada"), calling("Ben")
    read = etag(ben, path)
    assert change(ada, path, {"note": "Counted twice."}).status_code == 200
    body = {"note": "Counted once."} if method == "patch" else None
    with nothing_changes():
        check_problem(ben.call(method, path, body), 428, "precondition_required")
        check_problem(ben.call(method, path, body, If_Match=read), 412, "precondition_failed")


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"source": None}, "/source"),
        ({"source": "4294967296"}, "/source"),
        ({"source": True}, "/source"),
        ({"source": []}, "/source"),
        ({"source": {}}, "/source/title"),
        ({"source": {"title": "No address"}}, "/source/url"),
        ({"source": NEW | {"id": "1"}}, "/source/id"),
        ({"source": NEW | {"created_by": "1"}}, "/source/created_by"),
        ({"source": NEW | {"kind": "rumour"}}, "/source/kind"),
        ({"stance": "doubts"}, "/stance"),
        ({"confidential": True}, "/public_description"),
        ({"shared_with": ["4294967296"]}, "/shared_with"),
        ({"shared_with": ["x"]}, "/shared_with/0"),
        ({"shared_with": ["1"] * 51}, "/shared_with"),
    ],
)
def test_evidence_that_cannot_be_taken_is_refused_with_a_pointer(
    fields: dict[str, Any], pointer: str
) -> None:
    review = factories.flagged()
    ada = calling("Ada")
    with nothing_changes():
        answer = ada.post(evidence_of(review), {"source": NEW, "stance": "refutes"} | fields)
        problem = check_problem(answer, 400, "invalid")
    assert pointer in pointers(problem)


def test_a_source_whose_address_is_no_address_is_refused() -> None:
    ada = calling("Ada")
    with nothing_changes():
        answer = ada.post(SOURCES, {"title": "x", "url": "javascript:alert(1)"})
        assert pointers(check_problem(answer, 400, "invalid")) == ["/url"]


def test_those_who_may_see_it_stand_in_one_order_in_every_answer() -> None:
    review, ada = factories.flagged(), calling("Ada")
    ben, cleo, dan = (str(person(name).pk) for name in ("Ben", "Cleo", "Dan"))
    secret = {"confidential": True, "public_description": "A member of the crew", "stance": "context"}
    made = ada.post(evidence_of(review), {"source": NEW, "shared_with": [dan, cleo], **secret})
    path = made["Location"]
    assert made["ETag"] == etag(ada, path)
    changed = ada.patch(path, {"shared_with": [dan, cleo, ben]}, If_Match=made["ETag"])
    assert changed["ETag"] == etag(ada, path)
    assert [each["id"] for each in changed.json()["shared_with"]] == [ben, cleo, dan]


def test_what_becomes_a_web_page_needs_an_address() -> None:
    ada = calling("Ada")
    made = ada.post(SOURCES, {"title": "What the master said", "kind": "interview"}).json()
    path = f"{SOURCES}{made['id']}/"
    with nothing_changes():
        answer = ada.patch(path, {"kind": "url"}, If_Match=etag(ada, path))
        assert pointers(check_problem(answer, 400, "invalid")) == ["/url"]


@pytest.mark.case("A7")
@pytest.mark.parametrize("field", ["id", "number", "review", "created_by", "removed_at", "status", "source"])
def test_evidence_takes_no_more_than_its_fields(field: str) -> None:
    review = factories.researched()
    first = review.evidence.order_by("number")[0]
    ada = calling("Ada")
    read = etag(ada, evidence_of(review, first))
    with nothing_changes():
        answer = ada.patch(evidence_of(review, first), {"note": "x", field: "1"}, If_Match=read)
        assert pointers(check_problem(answer, 400, "invalid")) == [f"/{field}"]


def test_the_evidence_of_another_review_is_not_here() -> None:
    review, other = factories.researched(), factories.researched(quote=factories.QUOTES[1])
    piece = other.evidence.order_by("number")[0]
    ada = calling("Ada")
    check_problem(ada.get(evidence_of(review, piece)), 404, "not_found")
    for pk in ("4294967296", "9999999999999999999"):
        check_problem(ada.get(f"{V1}/reviews/{pk}/evidence/"), 404, "not_found")
        check_problem(ada.get(f"{V1}/reviews/{pk}/verdicts/"), 404, "not_found")


def test_a_source_that_changes_returns_what_cites_it_to_research() -> None:
    review = factories.approved()
    source = review.evidence.order_by("number")[0].source
    ben = calling("Ben")
    answer = change(ben, f"{SOURCES}{source.pk}/", {"title": "Another title", "published_on": "2025-01-31"})
    assert answer.status_code == 200
    assert answer.json()["published_on"] == "2025-01-31"
    assert answer["ETag"] == etag(ben, f"{SOURCES}{source.pk}/")
    review.refresh_from_db()
    assert review.status == "researching"


@pytest.mark.case("R7")
def test_a_source_is_not_changed_from_an_old_version() -> None:
    source = actions.add_source(actor=person("Ada"), **factories.a_source())
    path = f"{SOURCES}{source.pk}/"
    ada, ben = calling("Ada"), calling("Ben")
    read = etag(ben, path)
    assert change(ada, path, {"title": "Ada's title"}).status_code == 200
    with nothing_changes():
        check_problem(ben.patch(path, {"title": "Ben's"}), 428, "precondition_required")
        check_problem(ben.patch(path, {"title": "Ben's"}, If_Match=read), 412, "precondition_failed")


@pytest.mark.case("A12")
def test_research_needs_the_scope_and_the_role() -> None:
    review = factories.flagged()
    for caller in (calling("Ada", "read", "flag"), calling("Vera"), calling("Dov"), calling("Max")):
        with nothing_changes():
            answer = caller.post(evidence_of(review), {"source": NEW, "stance": "refutes"})
            check_problem(answer, 403, "forbidden")
            check_problem(caller.post(SOURCES, NEW), 403, "forbidden")


def test_evidence_that_is_sent_twice_is_attached_once() -> None:
    review = factories.flagged()
    ada = calling("Ada")
    wish = {"source": NEW, "stance": "refutes"}
    first = ada.post(evidence_of(review), wish, Idempotency_Key="e-1")
    again = ada.post(evidence_of(review), wish, Idempotency_Key="e-1")
    assert first.json() == again.json()
    assert (Evidence.objects.count(), Source.objects.count()) == (1, 1)


# --- Confidential: for its author, those it names, and those who sign off ------------------------


@pytest.fixture
def secret(ada: User) -> Evidence:
    """Ada's interview, shared with nobody, beside one open piece; Ada writes on."""
    review = factories.researched(pieces=1)
    return factories.confidential_evidence(review)


def test_confidential_evidence_is_seen_by_those_who_may(secret: Evidence) -> None:
    for name in ("Ada", "Cleo"):
        found = calling(name).get(evidence_of(secret.review, secret)).json()
        assert found["source"]["title"] == "Marten Oss, first mate"
        assert str(secret.source_id) in ids(calling(name).get(SOURCES))
        assert rows(calling(name).get(f"{V1}/reviews/"))[0]["evidence_count"] == 2
    actions.change_evidence(secret, actor=person("Ada"), shared_with=[person("Ben")])
    assert calling("Ben").get(evidence_of(secret.review, secret)).status_code == 200


OTHERS = ["Ben", "Vera", "Dov", "Max"]


@pytest.mark.case("A3")
@pytest.mark.parametrize("name", OTHERS)
def test_confidential_evidence_is_not_there_for_others(name: str, secret: Evidence) -> None:
    caller = calling(name)
    missing = caller.get(f"{V1}/reviews/{secret.review_id}/evidence/4294967296/").content
    assert caller.get(evidence_of(secret.review, secret)).content == missing
    assert caller.get(f"{SOURCES}{secret.source_id}/").content == missing
    for method in ("patch", "delete"):
        with nothing_changes():
            answer = caller.call(method, evidence_of(secret.review, secret), {"note": "x"}, If_Match="*")
            assert answer.status_code == (404 if name == "Ben" else answer.status_code)
            assert answer.status_code in {403, 404}
    with nothing_changes():
        answer = caller.patch(f"{SOURCES}{secret.source_id}/", {"title": "x"}, If_Match="*")
        assert answer.status_code in {403, 404}


@pytest.mark.case("A4")
def test_a_hidden_source_cannot_be_named_in_a_body(secret: Evidence) -> None:
    ben = calling("Ben")
    other = factories.flagged(quote=factories.QUOTES[1])
    with nothing_changes():
        hidden = ben.post(evidence_of(other), {"source": str(secret.source_id), "stance": "context"})
        missing = ben.post(evidence_of(other), {"source": "4294967296", "stance": "context"})
    check_problem(hidden, 400, "invalid")
    assert hidden.content == missing.content.replace(b"4294967296", str(secret.source_id).encode())


@pytest.mark.case("A5", "A8")
@pytest.mark.parametrize("name", OTHERS)
def test_no_filter_search_or_ordering_finds_confidential_evidence(name: str, secret: Evidence) -> None:
    caller = calling(name)
    review = secret.review
    asked = [
        evidence_of(review),
        f"{evidence_of(review)}?stance={secret.stance}",
        f"{evidence_of(review)}?source={secret.source_id}",
        f"{evidence_of(review)}?ordering=-number",
        SOURCES,
        *(f"{SOURCES}?q={words}" for words in ("Marten", "mate")),
        f"{SOURCES}?kind=interview",
        f"{SOURCES}?ordering=title",
        f"{SOURCES}?created_by={person('Ada').pk}",
        f"{V1}/reviews/?q=Marten",
        f"{V1}/reviews/",
        f"{V1}/reviews/{review.pk}/",
        f"{V1}/reviews/{review.pk}/blockers/",
        f"{V1}/claims/{review.claim_id}/",
        f"{V1}/claims/?q=Marten",
    ]
    for path in asked:
        answer = caller.get(path)
        assert answer.status_code == 200, path
        assert not told(answer), path
    assert str(secret.source_id) not in ids(caller.get(SOURCES))
    assert [row["number"] for row in rows(caller.get(evidence_of(review)))] == [1]
    assert rows(caller.get(f"{V1}/reviews/"))[0]["evidence_count"] == 1


@pytest.mark.case("A8")
@pytest.mark.parametrize("name", OTHERS)
def test_verdict_and_publication_hold_its_description_only(name: str) -> None:
    review = factories.researched(pieces=1)
    factories.confidential_evidence(review)
    review = factories.sign_off(factories.submit(factories.draft(review)))
    publication = factories.published(review)
    caller = calling(name)
    for path in (
        f"reviews/{review.pk}/",
        f"reviews/{review.pk}/verdicts/1/",
        f"publications/{publication.pk}/editions/1/",
    ):
        answer = caller.get(f"{V1}/{path}")
        assert not told(answer)
        assert b"An interview with a member of the crew" in answer.content


@pytest.mark.case("A8")
def test_the_log_tells_administrators_nothing_of_confidential_evidence(secret: Evidence) -> None:
    actions.change_evidence(secret, actor=person("Ada"), note="Marten Oss called again.")
    actions.change_source(secret.source, actor=person("Ada"), author="Marten Oss")
    max_, cleo = calling("Max"), calling("Cleo")
    for query in ("", f"?object_type=reviews.source&object_id={secret.source_id}", "?actor=me"):
        answer = max_.get(f"{V1}/events/{query}")
        assert not told(answer)
    mine = {row["data"].get("number") for row in rows(max_.get(f"{V1}/events/?object_type=reviews.review"))}
    assert secret.number not in mine
    assert not ids(max_.get(f"{V1}/events/?object_type=reviews.source&object_id={secret.source_id}"))
    assert ids(cleo.get(f"{V1}/events/?object_type=reviews.source&object_id={secret.source_id}"))


@pytest.mark.case("A8")
def test_the_log_forgets_for_others_what_was_said_of_evidence_before_it_was_hidden() -> None:
    review = factories.researched(pieces=1)
    piece = review.evidence.get()
    actions.change_evidence(piece, actor=person("Ada"), quote="Marten said so.")
    assert b"Marten" in calling("Max").get(f"{V1}/events/").content
    piece.refresh_from_db()
    actions.change_evidence(
        piece, actor=person("Ada"), confidential=True, public_description="A member of the crew"
    )
    assert not told(calling("Max").get(f"{V1}/events/"))
    assert b"Marten" in calling("Cleo").get(f"{V1}/events/").content


def told(answer: Any) -> bool:
    """Whether an answer gives away anything of the confidential piece."""
    return any(words.encode() in answer.content for words in TELLING)


# --- The log -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Ada", "Dov", "Vera", "Sam", "Eve"])
def test_the_log_is_for_editors_and_administrators(name: str) -> None:
    check_problem(calling(name).get(f"{V1}/events/"), 403, "forbidden")


def test_the_log_is_found_by_object_actor_action_and_time() -> None:
    review = factories.submitted()
    cleo = calling("Cleo")
    here = f"{V1}/events/?object_type=reviews.review&object_id={review.pk}"
    assert {row["object_id"] for row in rows(cleo.get(here))} == {str(review.pk)}
    (submitted,) = rows(cleo.get(f"{here}&action=review.submitted"))
    assert submitted["actor"] == {"id": str(person("Ada").pk), "name": "Ada"}
    assert ids(cleo.get(f"{here}&actor={person('Ada').pk}&action=review.submitted")) == [submitted["id"]]
    assert not ids(cleo.get(f"{here}&actor=me"))
    assert not ids(cleo.get(f"{here}&until=2020-01-01T00:00:00Z"))
    assert ids(cleo.get(f"{here}&since=2020-01-01T00:00:00Z"))
    assert cleo.get(f"{V1}/events/{submitted['id']}/").json() == submitted


def test_who_does_not_administer_reads_nothing_of_accounts() -> None:
    cleo, max_ = calling("Cleo"), calling("Max")
    assert not ids(cleo.get(f"{V1}/events/?object_type=accounts.apitoken"))
    assert ids(max_.get(f"{V1}/events/?object_type=accounts.apitoken"))


@pytest.mark.parametrize("name", ["Cleo", "Ben"])
def test_no_list_takes_more_queries_as_it_grows(name: str, django_assert_max_num_queries: Any) -> None:
    caller: Api = calling(name)
    review = factories.researched(pieces=1)
    factories.confidential_evidence(review, shared_with=[person("Ben"), person("Cleo")])
    paths = [evidence_of(review), SOURCES]
    if name == "Cleo":
        paths.append(f"{V1}/events/")
    for grown in (False, True):
        if grown:
            for _ in range(10):
                factories.add_evidence(factories.review_of(review))
        for path in paths:
            with django_assert_max_num_queries(6):
                assert rows(caller.get(path))
