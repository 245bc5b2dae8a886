"""Claims through the API: flagging a passage, by offsets or by its words."""

from __future__ import annotations

from typing import Any

import pytest

from articles.models import Claim
from reviews.models import DraftWriter, Review
from tests import factories
from tests.api.callers import V1, calling, change, etag, ids, pointers, rows
from tests.api.client import check_problem
from tests.cast import person
from tests.database import nothing_changes

pytestmark = pytest.mark.django_db

CLAIMS = f"{V1}/claims/"
SHIP = "A 🚢 sails to Vell. The 👩‍👩‍👧 family paid 9 crowns.\n\nNobody else did."


def test_a_passage_is_flagged_by_its_offsets() -> None:
    article = factories.imported_article()
    place = factories.place_of(factories.QUOTE, factories.newest_revision(article))
    ada = calling("Ada")
    answer = ada.post(
        CLAIMS,
        {
            "article": str(article.pk),
            **place,
            "statement": "41,000 people took the night ferry.",
            "claimant": "Harbour board",
            "said_on": "2025-05-01",
            "said_where": "a press notice",
            "topics": ["Ferries", "Tourism"],
        },
    )
    assert answer.status_code == 201, answer.content
    claim = answer.json()
    assert answer["Location"] == f"http://testserver{CLAIMS}{claim['id']}"
    assert claim["statement"] == "41,000 people took the night ferry."
    assert claim["claimant"]["name"] == "Harbour board"
    assert [topic["slug"] for topic in claim["topics"]] == ["ferries", "tourism"]
    (passage,) = claim["passages"]
    assert passage["exact"] == factories.QUOTE
    assert passage["article"] == str(article.pk)
    assert passage["revision"] == 1
    assert claim["review"]["status"] == "unassigned"
    assert answer["ETag"] == etag(ada, f"{CLAIMS}{claim['id']}/")


@pytest.mark.parametrize(
    ("place", "exact"),
    [
        ({"start": 2, "end": 9}, "🚢 sails"),
        ({"start": 2, "end": 10, "offset_unit": "utf-16"}, "🚢 sails"),
        ({"start": 3, "end": 10, "offset_unit": "utf-16"}, "🚢 sails"),
        ({"selector": {"exact": "The 👩‍👩‍👧 family paid"}}, "The 👩‍👩‍👧 family paid"),
        ({"selector": {"exact": "crowns.\nNobody else"}}, "crowns.\nNobody else"),
        ({"selector": {"exact": "l", "prefix": "Vel"}}, "l"),
        ({"revision": 1, "start": 0, "end": 1}, "A"),
    ],
)
def test_offsets_and_words_name_the_same_passage(place: dict[str, Any], exact: str) -> None:
    article = factories.imported_article(text=SHIP)
    answer = calling("Ada").post(CLAIMS, {"article": str(article.pk), **place})
    assert answer.status_code == 201, answer.content
    assert answer.json()["passages"][0]["exact"] == exact


@pytest.mark.parametrize(
    ("place", "pointer", "code"),
    [
        ({}, "/start", "required"),
        ({"start": 1}, "/end", "required"),
        ({"end": 4, "offset_unit": "utf-16"}, "/start", "required"),
        ({"start": 4, "end": 4}, "/start", "no_such_passage"),
        ({"start": 9, "end": 4}, "/start", "no_such_passage"),
        ({"start": 0, "end": 100_000}, "/start", "no_such_passage"),
        ({"start": 0, "end": 100_000, "offset_unit": "utf-16"}, "/start", "no_such_passage"),
        ({"start": 1, "end": 2}, "/start", "no_such_passage"),
        ({"start": -1, "end": 4}, "/start", "min_value"),
        ({"start": 0, "end": 2**62}, "/end", "max_value"),
        ({"start": 0, "end": 4, "offset_unit": "bytes"}, "/offset_unit", "invalid_choice"),
        ({"revision": 2, "start": 0, "end": 4}, "/revision", "does_not_exist"),
        ({"selector": {"exact": "not there"}}, "/selector", "no_such_passage"),
        ({"selector": {"exact": "s"}}, "/selector", "ambiguous"),
        ({"selector": {"exact": "sails", "prefix": "wrong"}}, "/selector", "no_such_passage"),
        ({"selector": {"exact": ""}}, "/selector/exact", "blank"),
        ({"selector": {"exact": "sails"}, "start": 1, "end": 2}, "/selector", "ambiguous"),
        ({"selector": "sails"}, "/selector", "invalid"),
    ],
)
def test_a_place_that_is_none_is_refused_with_a_pointer(
    place: dict[str, Any], pointer: str, code: str
) -> None:
    article = factories.imported_article(text=SHIP)
    ada = calling("Ada")
    with nothing_changes():
        problem = check_problem(ada.post(CLAIMS, {"article": str(article.pk), **place}), 400, "invalid")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]


@pytest.mark.case("A4")
def test_whoever_flags_may_take_it_at_once_but_not_give_it_away() -> None:
    article = factories.imported_article()
    wish = {"article": str(article.pk), "start": 0, "end": 30}
    ada, cleo = calling("Ada"), calling("Cleo")
    mine = ada.post(CLAIMS, wish | {"assignee": str(person("Ada").pk)}).json()
    assert mine["review"]["status"] == "researching"
    ben, eve = str(person("Ben").pk), str(person("Eve").pk)
    with nothing_changes():
        check_problem(ada.post(CLAIMS, wish | {"assignee": ben}), 403, "forbidden")
        problem = check_problem(cleo.post(CLAIMS, wish | {"assignee": eve}), 400, "invalid")
    assert pointers(problem) == ["/assignee"]
    given = cleo.post(CLAIMS, wish | {"assignee": ben}).json()
    assert Review.objects.get(pk=given["review"]["id"]).assignee == person("Ben")


def test_whoever_leaves_the_words_as_they_are_has_written_nothing() -> None:
    article = factories.imported_article()
    wish = {"article": str(article.pk), "selector": {"exact": factories.QUOTE}}
    claim = calling("Cleo").post(CLAIMS, wish).json()
    assert claim["statement"] == factories.QUOTE
    assert not DraftWriter.objects.exists()


def test_a_claim_can_stand_in_another_article_too() -> None:
    review = factories.submitted()
    article = factories.imported_article()
    path = f"{CLAIMS}{review.claim_id}/"
    ada = calling("Ada")
    wish = {"article": str(article.pk), "selector": {"exact": factories.QUOTE}}
    read = etag(ada, path)
    answer = ada.post(f"{path}passages/", wish, If_Match=read)
    assert answer.status_code == 201, answer.content
    assert [passage["article"] for passage in answer.json()["passages"]][-1] == str(article.pk)
    assert len(answer.json()["passages"]) == 2
    assert answer.json()["review"]["status"] == "researching"
    check_problem(ada.post(f"{path}passages/", wish, If_Match=read), 412, "precondition_failed")


def test_changing_who_said_it_returns_the_review_to_research() -> None:
    review = factories.approved()
    path = f"{CLAIMS}{review.claim_id}/"
    body = {"claimant": "Ilse Maar", "said_on": "2025-05-02", "topics": ["Ferries"]}
    answer = change(calling("Ben"), path, body)
    assert answer.status_code == 200
    assert answer.json()["claimant"]["name"] == "Ilse Maar"
    assert answer.json()["said_on"] == "2025-05-02"
    assert answer.json()["review"]["status"] == "researching"


@pytest.mark.case("R7")
def test_a_claim_is_not_changed_from_an_old_version() -> None:
    claim = factories.flagged_claim()
    path = f"{CLAIMS}{claim.pk}/"
    ada, ben = calling("Ada"), calling("Ben")
    read = etag(ben, path)
    assert change(ada, path, {"said_where": "on the radio"}).status_code == 200
    with nothing_changes():
        check_problem(ben.patch(path, {"said_where": "in print"}), 428, "precondition_required")
        check_problem(ben.patch(path, {"said_where": "in print"}, If_Match=read), 412, "precondition_failed")


@pytest.mark.case("A7")
@pytest.mark.parametrize(
    "field",
    ["id", "statement", "flagged_by", "created_at", "version", "review", "passages", "status", "rating"],
)
def test_what_belongs_to_others_cannot_be_set_on_a_claim(field: str) -> None:
    claim = factories.flagged_claim()
    ada = calling("Ada")
    path = f"{CLAIMS}{claim.pk}/"
    read = etag(ada, path)
    with nothing_changes():
        answer = ada.patch(path, {"said_where": "in print", field: "1"}, If_Match=read)
        assert pointers(check_problem(answer, 400, "invalid")) == [f"/{field}"]


@pytest.mark.case("A7")
@pytest.mark.parametrize("field", ["id", "flagged_by", "version", "status", "priority", "verdict", "slug"])
def test_a_claim_is_not_made_with_more_than_its_fields(field: str) -> None:
    article = factories.imported_article()
    ada = calling("Ada")
    with nothing_changes():
        answer = ada.post(CLAIMS, {"article": str(article.pk), "start": 0, "end": 9, field: "1"})
        assert pointers(check_problem(answer, 400, "invalid")) == [f"/{field}"]


@pytest.mark.parametrize("article", ["4294967296", "0", "x", None, True, 1.5, ["1"], {"id": "1"}])
def test_an_article_that_is_not_there_cannot_be_flagged(article: Any) -> None:
    ada = calling("Ada")
    with nothing_changes():
        problem = check_problem(ada.post(CLAIMS, {"article": article, "start": 0, "end": 9}), 400, "invalid")
    assert pointers(problem) == ["/article"]


@pytest.mark.case("A12")
def test_flagging_needs_the_scope_and_the_role() -> None:
    article = factories.imported_article()
    wish = {"article": str(article.pk), "start": 0, "end": 9}
    for caller in (
        calling("Ada", "read", "import", "review"),
        calling("Vera"),
        calling("Dov"),
        calling("Max"),
    ):
        check_problem(caller.post(CLAIMS, wish), 403, "forbidden")
    assert not Claim.objects.exists()


def test_claims_are_found_by_article_claimant_topic_and_words() -> None:
    article = factories.imported_article()
    first = factories.flagged_claim(article=article, claimant="Ilse Maar", topics=["Ferries"])
    other = factories.flagged_claim(quote=factories.QUOTES[3])
    vera = calling("Vera")
    assert ids(vera.get(CLAIMS)) == [str(other.pk), str(first.pk)]
    assert first.claimant is not None
    for query in (
        f"article={article.pk}",
        f"claimant={first.claimant.pk}",
        f"topic={first.topics.get().pk}",
        "q=passengers",
    ):
        assert ids(vera.get(f"{CLAIMS}?{query}")) == [str(first.pk)], query
    assert ids(vera.get(f"{V1}/topics/?q=ferr")) == [str(first.topics.get().pk)]
    assert ids(vera.get(f"{V1}/claimants/?q=ilse")) == [str(first.claimant.pk)]


def test_no_list_of_claims_takes_more_queries_as_it_grows(django_assert_max_num_queries: Any) -> None:
    vera = calling("Vera")
    claim = factories.flagged_claim(claimant="Ilse Maar", topics=["Ferries"])
    paths = [CLAIMS, f"{V1}/topics/", f"{V1}/claimants/"]
    for grown in (False, True):
        if grown:
            for number in range(12):
                factories.flagged_claim(claimant=f"Claimant {number}", topics=["Ferries", f"Topic {number}"])
        for path in paths:
            with django_assert_max_num_queries(6):
                assert rows(vera.get(path))
    with django_assert_max_num_queries(5):
        vera.get(f"{CLAIMS}{claim.pk}/")
