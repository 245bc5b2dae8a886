"""Other outlets' versions of an article: named, compared, and their claims linked instead of checked twice."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from articles.actions import add_article, compare_waiting, request_import
from articles.coverage import coverage_of
from articles.models import Article, Claim, Import, Passage
from articles.tasks import compare_article, run_import
from factcheck.accounts.models import User
from factcheck.audit import verify
from factcheck.audit.models import Event
from publishing import claimreview, site as building
from publishing.models import Summary
from publishing.readiness import blockers
from reviews import actions
from reviews.annotated import annotated_copy
from reviews.models import Review
from reviews.offers import offers_for, twins_of
from tests import factories as make
from tests.cast import person, program, signed_in
from tests.database import nothing_changes
from tests.desk.hand import text_of
from tests.kept import kept
from tests.publishing.conftest import Site, site  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db

REPORT = """\
The council of Ostermark voted on Tuesday to close the old swimming hall in March, two years early.
Repairs would cost 4.2 million crowns, more than the town earns from its harbour in a year, the mayor said.
Some 1,300 children learn to swim there each winter; their schools were told by letter on Monday evening.
“We were promised a new hall before the old one goes,” said Henning Brok, who heads the rowing club.
The neighbouring town of Lyst offered its own hall on three mornings a week, against a fee for each class.
"""
COST = "Repairs would cost 4.2 million crowns"
CHILDREN = "Some 1,300 children learn to swim there each winter"
LYST = "The neighbouring town of Lyst offered its own hall on three mornings a week"


@kept
def _article(outlet: str, text: str = "", **given: str) -> Article:
    given = {"title": f"Hall closes ({outlet})", "outlet_name": outlet, "language": "en"} | given
    text = text or f"{REPORT}Printed by the {outlet}, which had it from the agency.\n"
    article, _was_known = add_article(actor=person("Ada"), text=text, given=given)
    compare_waiting()
    article.refresh_from_db()
    return article


@pytest.fixture
def courier() -> Article:
    return _article(
        "Courier", published_at="2026-05-03T08:00:00+00:00", canonical_url="https://courier.example/hall"
    )


@pytest.fixture
def herald(courier: Article) -> Article:
    """The later one, as another outlet printed it."""
    return _article(
        "Herald", published_at="2026-05-04T08:00:00+00:00", canonical_url="https://herald.example/hall"
    )


def _page(article: Article, user: User | None = None) -> str:
    return text_of(signed_in(user or person("Ada")).get(reverse("desk:article", args=[article.pk])))


def _offers(article: Article) -> Any:
    revision = make.newest_revision(article)
    return offers_for(revision, twins_of(article), reader=person("Ada")).found


def _wish(claim: Claim, article: Article, quote: str = "") -> dict[str, Any]:
    revision = make.newest_revision(article)
    place = make.place_of(quote or make.passage_of(claim).exact, revision)
    return {"claim": claim.pk, "revision": revision.number, "place": f"{place['start']}-{place['end']}"}


def _link(user: User, claim: Claim, article: Article, changes: dict[str, Any] | None = None) -> Any:
    wish = _wish(claim, article) | (changes or {})
    return signed_in(user).post(reverse("desk:link", args=[article.pk]), wish)


# --- Named and compared --------------------------------------------------------------------------


def test_the_page_says_who_else_published_it_and_leads_to_the_differences(
    courier: Article, herald: Article
) -> None:
    html = _page(herald)
    assert "Also published</h2>" in html
    assert "<b><bdi>Courier</bdi></b>" in html
    address = f"/desk/articles/{herald.pk}/compare/?with={courier.pk}"
    assert address in html
    differences = text_of(signed_in(person("Ada")).get(address))
    assert "How the two versions differ" in differences
    assert "<del>Courier</del>" in differences
    assert "<ins>Herald</ins>" in differences
    heads = differences[differences.index("sides-head") :]
    assert heads.index("<bdi>Courier</bdi>") < heads.index("<bdi>Herald</bdi>")
    assert "Also published</h2>" in _page(courier)


def test_a_copy_of_no_outlet_is_named_by_its_headline(courier: Article, herald: Article) -> None:
    Article.objects.filter(pk=courier.pk).update(outlet=None)
    html = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", _page(herald)))
    assert f"Also published {courier.title}" in html


def test_an_article_without_copies_says_nothing_of_them() -> None:
    assert "Also published</h2>" not in _page(_article("Courier"))


def test_a_copy_with_only_a_part_is_not_called_the_same_in_full(courier: Article) -> None:
    other = _article("Herald", REPORT.replace("Tuesday", "Wednesday"))
    found = re.search(r"(\d+) % of the shorter text is the same", _page(other))
    assert found is not None
    assert 50 < int(found[1]) < 100


def test_many_copies_are_folded_away_but_the_closest(courier: Article) -> None:
    for name in ("Herald", "Mirror", "Post", "Times"):
        _article(name)
    html = _page(courier)
    assert html.count("is the same") == 4
    assert "1 more" in html


@pytest.mark.parametrize(
    "query", ["with=999999", "with=0", "with=x", "with={other}&from=7", "with={other}&to=7"]
)
def test_a_comparison_with_what_is_not_there_is_refused(
    query: str, courier: Article, herald: Article
) -> None:
    address = f"/desk/articles/{herald.pk}/compare/?{query.format(other=courier.pk)}"
    assert signed_in(person("Ada")).get(address).status_code in {400, 404}


def test_the_import_says_so_before_anybody_flags(courier: Article, ada: User) -> None:
    job = request_import(actor=ada, text=f"{REPORT}Another last line.", given={"title": "Hall to close"})
    run_import(job.pk)
    compare_waiting()
    browser = signed_in(ada)
    part = text_of(browser.get(reverse("desk:import", args=[job.pk]), headers={"HX-Request": "true"}))
    assert "A near copy is on the desk already, by Courier" in part
    assert f"/desk/articles/{courier.pk}/" in part
    assert "hx-get" not in part
    assert "A near copy is on the desk already" in text_of(browser.get("/desk/articles/"))


def test_whoever_watches_an_import_waits_for_its_copies(courier: Article, ada: User) -> None:
    job = request_import(actor=ada, text=f"{REPORT}Another last line.")
    run_import(job.pk)
    job = Import.objects.select_related("article").get(pk=job.pk)
    browser, address = signed_in(ada), reverse("desk:import", args=[job.pk])
    waiting = text_of(browser.get(address, headers={"HX-Request": "true"}))
    assert "Looking whether another outlet published the same" in waiting
    assert f"seen={job.seen}" in waiting
    assert browser.get(f"{address}?seen={job.seen}", headers={"HX-Request": "true"}).status_code == 204
    compare_waiting()
    assert browser.get(f"{address}?seen={job.seen}", headers={"HX-Request": "true"}).status_code == 200


def test_a_program_is_told_of_copies(courier: Article) -> None:
    client = program(person("Ada"), "read", "import")
    made = client.post("/api/v1/articles/", {"text": f"{REPORT}Another last line."}, format="json").json()
    assert made["was_known"] is False
    assert client.get(f"/api/v1/articles/{made['id']}/twins/").json()["is_compared"] is False
    compare_article(int(made["id"]))
    answer = client.get(f"/api/v1/articles/{made['id']}/twins/").json()
    assert answer["is_compared"] is True
    [twin] = answer["twins"]
    assert (twin["article"], twin["outlet"]["name"]) == (str(courier.pk), "Courier")
    assert 0.5 < twin["likeness"] <= 1
    job = client.post("/api/v1/imports/", {"text": f"{REPORT}Yet another line."}, format="json").json()
    run_import(int(job["id"]))
    assert client.get(f"/api/v1/imports/{job['id']}/").json()["near_copies"] is None
    compare_waiting()
    assert client.get(f"/api/v1/imports/{job['id']}/").json()["near_copies"] == 2


# --- Offered -------------------------------------------------------------------------------------


def test_a_claim_of_the_other_version_is_offered_where_its_words_stand(
    courier: Article, herald: Article
) -> None:
    claim = make.flagged_claim(article=courier, quote=COST, statement="Repairs cost 4.2 million.")
    [offer] = _offers(herald)
    assert offer.found.is_certain
    text = make.newest_revision(herald).text
    assert text[slice(*offer.places[0])] == COST
    html = _page(herald)
    assert "1 claim flagged there is not linked here yet" in html
    assert "Repairs cost 4.2 million." in html
    assert "flagged in the version of Courier" in html
    assert "Link the claim here" in html
    assert reverse("desk:claim", args=[claim.pk]) in html
    assert "Link the claim here" not in _page(courier)


def test_vera_sees_the_offer_and_no_button(courier: Article, herald: Article, vera: User) -> None:
    make.flagged_claim(article=courier, quote=COST)
    html = _page(herald, vera)
    assert "1 claim flagged there" in html
    assert "Link the claim here" not in html
    assert reverse("desk:link", args=[herald.pk]) not in html


def test_words_that_the_other_outlet_changed_are_for_somebody_to_look_at(courier: Article) -> None:
    make.flagged_claim(article=courier, quote=COST)
    other = _article("Herald", f"{REPORT.replace('4.2 million', '5.1 million')}Printed by the Herald.\n")
    [offer] = _offers(other)
    assert not offer.found.is_certain
    html = _page(other)
    assert "Look before you link" in html
    assert '<input type="radio" name="place"' in html
    assert "checked" not in html[html.index("Look before you link") :].partition("</form>")[0]


def test_a_claim_whose_words_the_other_outlet_left_out_is_counted(courier: Article) -> None:
    make.flagged_claim(article=courier, quote=LYST)
    shorter = _article("Herald", f"{REPORT[: REPORT.index(LYST)]}Printed by the Herald.\n")
    assert [offer.places for offer in _offers(shorter)] == [[]]
    html = _page(shorter)
    assert "The words of 1 claim are not in this text." in html
    assert "Link the claim here" not in html


def test_a_claim_that_was_set_aside_is_shown_and_stays_aside(
    courier: Article, herald: Article, ada: User
) -> None:
    review = make.declined(article=courier, quote=COST)
    html = _page(herald)
    assert "It was set aside:" in html
    assert "Link the claim here" not in html
    with nothing_changes():
        assert _link(ada, review.claim, herald).status_code == 409


def test_of_one_that_was_set_aside_and_turned_down_nothing_is_left_to_press(
    courier: Article, herald: Article, ada: User
) -> None:
    review = make.declined(article=courier, quote=COST)
    assert reverse("desk:link", args=[herald.pk]) in _page(herald)
    _decline(ada, review.claim, herald)
    card = _folded(_page(herald), "1 claim flagged there was turned down here")
    assert "It was set aside:" in card
    assert "<form" not in card
    assert 'class="actions"' not in card


def test_a_claim_in_three_versions_is_offered_once(courier: Article, herald: Article, ada: User) -> None:
    claim = make.flagged_claim(article=courier, quote=COST)
    _link(ada, claim, herald)
    assert len(_offers(_article("Mirror"))) == 1


def test_of_very_long_texts_nothing_is_offered_and_that_is_said(
    monkeypatch: Any, courier: Article, herald: Article
) -> None:
    make.flagged_claim(article=courier, quote=COST)
    length = len(make.newest_revision(courier).text) + len(make.newest_revision(herald).text)
    monkeypatch.setattr("reviews.offers.LENGTH", length)
    client, address = program(person("Ada"), "read"), f"/api/v1/articles/{herald.pk}/offers/"
    assert len(_offers(herald)) == 1
    assert "were not looked for" not in _page(herald)
    assert client.get(address).json()["not_searched"] == []
    monkeypatch.setattr("reviews.offers.LENGTH", length - 1)
    assert _offers(herald) == []
    assert "The claims of 1 version were not looked for here" in _page(herald)
    assert client.get(address).json()["not_searched"] == [str(courier.pk)]


def test_a_long_version_keeps_no_claim_of_a_shorter_one_from_being_offered(
    monkeypatch: Any, courier: Article, herald: Article
) -> None:
    longer = _article("Mirror", f"{REPORT * 2}Printed by the Mirror.\n")
    make.flagged_claim(article=longer, quote=LYST)
    make.flagged_claim(article=courier, quote=COST)
    length = len(make.newest_revision(courier).text) + len(make.newest_revision(herald).text)
    monkeypatch.setattr("reviews.offers.LENGTH", length)
    assert [offer.article for offer in _offers(herald)] == [courier]
    assert "The claims of 1 version were not looked for here" in _page(herald)


def _decline(user: User, claim: Claim, article: Article) -> Any:
    return signed_in(user).post(reverse("desk:decline_offer", args=[article.pk]), {"claim": claim.pk})


def _folded(html: str, summary: str) -> str:
    """What is inside the fold of this name."""
    return next(part for part in html.split("<details")[1:] if summary in part).partition("</details>")[0]


def test_what_an_editor_turned_down_is_offered_no_more_and_can_be_found(
    courier: Article, herald: Article, ada: User, ben: User
) -> None:
    claim = make.flagged_claim(article=courier, quote=COST)
    assert reverse("desk:decline_offer", args=[herald.pk]) in _page(herald)
    answer = _decline(ben, claim, herald)
    assert (answer.status_code, answer["Location"]) == (303, f"/desk/articles/{herald.pk}/#offers")
    assert _offers(herald) == []
    html = _page(herald)
    assert "not linked here yet" not in html
    assert reverse("desk:decline_offer", args=[herald.pk]) not in html
    card = _folded(html, "1 claim flagged there was turned down here")
    assert "Ben said on" in card
    assert "Link the claim here" in card
    assert "Link the claim here" in _page(_article("Mirror"))


def test_what_was_turned_down_keeps_no_other_claim_from_being_offered(
    monkeypatch: Any, courier: Article, herald: Article, ada: User
) -> None:
    monkeypatch.setattr("reviews.offers.CLAIMS", 1)
    first, second, other = (
        make.flagged_claim(article=courier, quote=quote) for quote in (COST, CHILDREN, LYST)
    )
    for claim in (first, second):
        assert [offer.passage.claim for offer in _offers(herald)] == [claim]
        _decline(ada, claim, herald)
    assert [offer.passage.claim for offer in _offers(herald)] == [other]
    # Those that were turned down are looked for within the same limit.
    assert "1 claim flagged there was turned down here" in _page(herald)


def test_what_was_turned_down_can_be_linked_all_the_same(
    courier: Article, herald: Article, ada: User
) -> None:
    claim = make.flagged_claim(article=courier, quote=COST)
    _decline(ada, claim, herald)
    assert _link(ada, claim, herald).status_code == 303
    html = _page(herald)
    assert f'data-claim-id="{claim.pk}"' in html
    assert "turned down here" not in html


def test_no_newer_text_offers_again_what_was_turned_down(
    courier: Article, herald: Article, ada: User
) -> None:
    claim = make.flagged_claim(article=courier, quote=COST)
    _decline(ada, claim, herald)
    make.revised(herald, ("Henning Brok", "Henning Brokk"))
    compare_waiting()
    assert _offers(herald) == []
    assert "turned down here" in _page(herald)


def test_a_place_that_was_removed_counts_as_turned_down(
    courier: Article, herald: Article, ada: User, ben: User
) -> None:
    claim = make.flagged_claim(article=courier, quote=COST)
    for user in (ada, ben):
        _link(user, claim, herald)
        place = claim.passages.get(revision__article=herald)
        signed_in(user).post(reverse("desk:place_remove", args=[claim.pk, place.pk]))
        html = _page(herald)
        assert "not linked here yet" not in html
        assert f"{user.name} said on" in _folded(html, "1 claim flagged there was turned down here")


def test_the_history_of_the_claim_says_who_turned_it_down_where_and_says_it_once(
    courier: Article, herald: Article, ada: User, ben: User
) -> None:
    claim = make.flagged_claim(article=courier, quote=COST)
    review = make.review_of(claim)
    _decline(ben, claim, herald)
    with nothing_changes():
        assert _decline(ada, claim, herald).status_code == 303
    event = Event.objects.get(action="claim.offer_declined")
    facts = {"article": herald.pk, "title": herald.title}
    assert (event.actor, event.object_id, event.data) == (ben, str(claim.pk), facts)
    page = text_of(signed_in(ada).get(reverse("desk:claim", args=[claim.pk])))
    assert "said that the claim does not stand in “Hall closes (Herald)”" in page
    # No edit of the wording: Ben may still sign it off.
    assert make.review_of(claim).version == review.version
    assert not review.draft_writers.exists()
    assert list(verify.faults()) == []


def test_a_verdict_stays_signed_off_where_the_claim_is_turned_down(
    courier: Article, herald: Article, ada: User
) -> None:
    review = make.approved(article=courier, quote=COST)
    _decline(ada, review.claim, herald)
    assert make.review_of(review).status == "approved"


def test_what_is_linked_by_now_is_not_turned_down(courier: Article, herald: Article, ada: User) -> None:
    claim = make.flagged_claim(article=courier, quote=COST)
    client = program(ada, "read", "flag")
    _link(ada, claim, herald)
    address = f"/api/v1/articles/{herald.pk}/offers/decline/"
    with nothing_changes():
        assert "is linked in this article by now" in text_of(_decline(ada, claim, herald), 409)
        answer = client.post(address, {"claim": str(claim.pk)}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize("gone", ["the copy", "the place in it"])
def test_what_is_offered_no_more_is_not_turned_down(
    gone: str, courier: Article, herald: Article, ada: User
) -> None:
    claim = make.flagged_claim(article=courier, quote=LYST)
    client = program(ada, "read", "flag")
    if gone == "the copy":
        make.revised(herald, (REPORT, make.TEXT))
        compare_waiting()
    else:
        make.second_place(claim)
        remove_passage = reverse("desk:place_remove", args=[claim.pk, make.passage_of(claim).pk])
        assert signed_in(ada).post(remove_passage).status_code == 303
    address = f"/api/v1/articles/{herald.pk}/offers/decline/"
    with nothing_changes():
        assert "stands in no near copy of this article" in text_of(_decline(ada, claim, herald), 409)
        answer = client.post(address, {"claim": str(claim.pk)}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_who_does_not_flag_turns_nothing_down(courier: Article, herald: Article, vera: User) -> None:
    claim = make.flagged_claim(article=courier, quote=COST)
    reader = program(person("Ada"), "read")
    address = f"/api/v1/articles/{herald.pk}/offers/decline/"
    assert reverse("desk:decline_offer", args=[herald.pk]) not in _page(herald, vera)
    with nothing_changes():
        assert _decline(vera, claim, herald).status_code == 403
        assert reader.post(address, {"claim": str(claim.pk)}, format="json").status_code == 403


@pytest.mark.parametrize(("claim", "status"), [("", 400), ("x", 400), (999999, 404)])
def test_what_is_no_claim_is_not_turned_down(claim: Any, status: int, herald: Article, ada: User) -> None:
    with nothing_changes():
        where = reverse("desk:decline_offer", args=[herald.pk])
        assert signed_in(ada).post(where, {"claim": claim}).status_code == status
        assert (
            signed_in(ada).post(reverse("desk:decline_offer", args=[999999]), {"claim": 1}).status_code == 404
        )


def test_a_program_turns_down_what_it_is_offered_and_is_told_so(
    courier: Article, herald: Article, ada: User
) -> None:
    make.flagged_claim(article=courier, quote=COST)
    client = program(ada, "read", "flag")
    address = f"/api/v1/articles/{herald.pk}/offers/"
    [offer] = client.get(address).json()["offers"]
    assert (offer["declined_by"], offer["declined_at"]) == (None, None)
    answer = client.post(f"{address}decline/", {"claim": offer["claim"]}, format="json")
    assert answer.status_code == 204
    answer = client.get(address).json()
    assert answer["offers"] == []
    [declined] = answer["declined"]
    assert (declined["claim"], declined["places"]) == (offer["claim"], offer["places"])
    assert declined["declined_by"]["name"] == "Ada"
    for wish in ({}, {"claim": "999999"}):
        with nothing_changes():
            assert client.post(f"{address}decline/", wish, format="json").status_code == 400


def test_offers_stand_beside_the_newest_text_only(courier: Article, herald: Article) -> None:
    make.flagged_claim(article=courier, quote=COST)
    make.revised(herald, ("Henning Brok", "Henning Brokk"))
    old = f"{reverse('desk:article', args=[herald.pk])}?revision=1"
    assert "Link the claim here" not in text_of(signed_in(person("Ada")).get(old))
    assert "Link the claim here" in _page(herald)


def test_a_claim_flagged_in_an_older_text_of_the_other_version_is_offered(
    courier: Article, herald: Article
) -> None:
    make.flagged_claim(article=courier, quote=COST)
    make.revised(courier, ("Henning Brok", "Henning Brokk"))
    [offer] = _offers(herald)
    assert offer.found.is_certain


def test_a_program_sees_the_same_offers(courier: Article, herald: Article) -> None:
    claim = make.flagged_claim(article=courier, quote=COST)
    client = program(person("Ada"), "read", "flag")
    answer = client.get(f"/api/v1/articles/{herald.pk}/offers/").json()
    [offer] = answer["offers"]
    assert (offer["claim"], offer["article"], offer["quote"]) == (str(claim.pk), str(courier.pk), COST)
    assert offer["is_certain"] is True
    [[start, end]] = offer["places"]
    place = {"article": str(herald.pk), "revision": answer["revision"], "start": start, "end": end}
    linked = client.post(f"/api/v1/claims/{claim.pk}/passages/", place, format="json")
    assert linked.status_code == 201
    assert client.get(f"/api/v1/articles/{herald.pk}/offers/").json()["offers"] == []


# --- Linked --------------------------------------------------------------------------------------


def test_linking_puts_the_claim_in_both_articles(courier: Article, herald: Article, ben: User) -> None:
    claim = make.flagged_claim(article=courier, quote=COST, statement="Repairs cost 4.2 million.")
    answer = _link(ben, claim, herald)
    assert (answer.status_code, answer["Location"]) == (303, f"/desk/articles/{herald.pk}/#offers")
    assert Claim.objects.count() == Review.objects.count() == 1
    for article in (courier, herald):
        html = _page(article)
        assert f'data-claim-id="{claim.pk}"' in html
        assert "not linked here yet" not in html
    event = Event.objects.get(action="claim.passage_added")
    assert (event.actor, event.data["article"], event.data["exact"]) == (ben, herald.pk, COST)
    assert list(verify.faults()) == []


def test_a_free_claim_stays_free(courier: Article, herald: Article, ben: User) -> None:
    claim = make.flagged_claim(article=courier, quote=COST)
    _link(ben, claim, herald)
    review = make.review_of(claim)
    assert (review.status, review.assignee) == ("unassigned", None)
    # Readers will see where the claim stands, so whoever said it does not sign it off.
    assert [writer.person for writer in review.draft_writers.all()] == [ben]


def test_a_signed_off_claim_is_signed_off_again_with_its_new_place(
    courier: Article, herald: Article, ben: User
) -> None:
    review = make.approved(article=courier, quote=COST)
    assert "signed off again" in _page(herald)
    _link(ben, review.claim, herald)
    review = make.review_of(review)
    assert review.status == "researching"
    review = make.submit(review)
    places = [place["article"] for place in review.verdict.context["appearances"]]
    assert places == [courier.pk, herald.pk]


def test_the_second_click_links_nothing_twice(courier: Article, herald: Article, ada: User) -> None:
    claim = make.flagged_claim(article=courier, quote=COST)
    _link(ada, claim, herald)
    with nothing_changes():
        assert _link(ada, claim, herald).status_code == 303
    assert Passage.objects.filter(claim=claim).count() == 2


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"place": ""}, 400),
        ({"place": "9-3"}, 400),
        ({"place": "0-999999"}, 400),
        ({"place": "a-b"}, 400),
        ({"claim": 999999}, 404),
        ({"revision": 7}, 404),
    ],
)
def test_a_link_to_nowhere_is_refused(
    changes: dict[str, Any], status: int, courier: Article, herald: Article, ada: User
) -> None:
    claim = make.flagged_claim(article=courier, quote=COST)
    with nothing_changes():
        assert _link(ada, claim, herald, changes).status_code == status


def test_a_link_into_a_text_that_was_replaced_meanwhile_follows_into_the_new_one(
    courier: Article, herald: Article, ada: User
) -> None:
    claim = make.flagged_claim(article=courier, quote=COST)
    wish = _wish(claim, herald)
    newest = make.revised(herald, ("Henning Brok", "Henning Brokk"))
    assert signed_in(ada).post(reverse("desk:link", args=[herald.pk]), wish).status_code == 303
    assert Passage.objects.filter(claim=claim, revision=newest, exact=COST).exists()


# --- What else knows where a claim stands --------------------------------------------------------


@pytest.fixture
@kept
def linked(courier: Article, herald: Article, ada: User) -> Claim:
    """A claim in both, free and flagged in the Courier."""
    claim = make.flagged_claim(article=courier, quote=COST)
    _link(ada, claim, herald)
    return claim


def _publish(claim: Claim, slug: str) -> Any:
    review = make.review_of(claim)
    for _ in range(2):
        make.add_evidence(review)
    return make.published(make.sign_off(make.submit(make.draft(make.review_of(claim)))), slug=slug)


def _summary(site: Site, article: Article) -> str:  # noqa: F811
    return site.text(f"summaries/{Summary.objects.get(article=article).slug}/index.html")


def test_a_published_claim_is_on_the_public_pages_of_both(
    linked: Claim,
    courier: Article,
    herald: Article,
    site: Site,  # noqa: F811
) -> None:
    _publish(linked, "hall")
    for article in (courier, herald):
        assert "/checks/hall/" in _summary(site, article)
        assert "Public summary" in _page(article)
    page = site.text("checks/hall/index.html")
    assert page.count("“Hall closes (Courier)”") == page.count("“Hall closes (Herald)”") == 1


def test_a_claim_that_is_linked_after_it_was_published_is_on_no_other_page_before_it_is_signed_off(
    courier: Article,
    herald: Article,
    ada: User,
    site: Site,  # noqa: F811
) -> None:
    make.published(make.approved(article=herald, quote=LYST), slug="lyst")
    publication = make.published(make.approved(article=courier, quote=COST), slug="hall")
    unpublished = make.flagged_claim(article=courier, quote=CHILDREN, statement="Nobody knows of this yet.")
    before = site.files()
    for claim in (publication.review.claim, unpublished):
        assert _link(ada, claim, herald).status_code == 303
    building.repair()
    building.build_shared(Summary.objects.all())
    building.build_for(publication)
    assert site.files() == before
    assert not any("Nobody knows" in text or CHILDREN in text for text in site.files().values())
    review = make.submit(make.draft(make.review_of(publication.review), summary="Signed off again."))
    make.carry_out(make.requested(make.sign_off(review), kind="update", note="Also in the Herald."))
    assert "/checks/hall/" in _summary(site, herald)
    assert CHILDREN not in _summary(site, herald)


def test_the_claim_review_names_each_article_once_the_earliest_first(
    courier: Article,
    herald: Article,
    ada: User,
    site: Site,  # noqa: F811
) -> None:
    claim = make.flagged_claim(article=herald, quote=COST)
    for quote in (COST, LYST):
        _link(ada, claim, courier, _wish(claim, courier, quote))
    payload = _publish(claim, "hall").edition.payload
    assert [place["article"] for place in payload["appearances"]] == [herald.pk, courier.pk, courier.pk]
    about = claimreview.claim_review(payload)["itemReviewed"]
    assert about["firstAppearance"]["url"] == "https://courier.example/hall"
    assert [place["url"] for place in about["appearance"]] == ["https://herald.example/hall"]


def test_where_no_date_is_known_the_first_that_was_found_is_the_first_appearance() -> None:
    places = [
        {"url": f"https://{name}.example/", "title": name, "outlet": "", "published_on": day}
        for name, day in (("one", None), ("two", None), ("three", "2026-05-03"))
    ]
    assert [place["title"] for place in claimreview._by_date(places[:2])] == ["one", "two"]
    assert [place["title"] for place in claimreview._by_date(places)] == ["three", "one", "two"]


def test_a_change_in_one_of_the_articles_waits_there_and_keeps_the_claim_from_being_published(
    linked: Claim, courier: Article, herald: Article, ada: User
) -> None:
    review = make.review_of(linked)
    for _ in range(2):
        make.add_evidence(review)
    review = make.sign_off(make.submit(make.draft(make.review_of(linked))))
    make.revised(herald, ("4.2 million", "5.1 million"))
    assert [each["code"] for each in blockers(make.review_of(review))] == ["passage_undecided"]
    page = text_of(signed_in(ada).get(reverse("desk:claim", args=[linked.pk])))
    assert reverse("desk:changes", args=[herald.pk]) in page
    assert reverse("desk:changes", args=[courier.pk]) not in page
    assert "waits for somebody" in _page(herald)
    assert "waits for somebody" not in _page(courier)
    assert linked.statement in text_of(signed_in(ada).get("/desk/queue/?passage=changed&state=ready"))
    placement = make.placement_of(linked)
    actions.decide_placement(placement, actor=ada, decision="removed")
    assert blockers(make.review_of(review)) == []


def test_the_claim_page_quotes_where_it_was_found_and_names_the_other(
    linked: Claim, courier: Article, herald: Article
) -> None:
    page = text_of(signed_in(person("Ada")).get(reverse("desk:claim", args=[linked.pk])))
    assert "Also appears in 1 other article" in page
    quote = page[page.index('id="quote"') :]
    assert quote.index("Courier") < quote.index("Also appears") < quote.index("Hall closes (Herald)")


def test_either_article_counts_it_reads_it_and_prints_it(
    linked: Claim, courier: Article, herald: Article
) -> None:
    for article in (courier, herald):
        revision = make.newest_revision(article)
        assert coverage_of(revision).read == 1
        copy = annotated_copy(
            type(revision).objects.select_related("article__outlet").get(pk=revision.pk), reader=person("Ada")
        )
        assert [note.statement for note in copy.notes] == [linked.statement]
        assert "0 of 1" in _page(article)
    rows = text_of(signed_in(person("Ada")).get("/desk/articles/"))
    assert rows.count("0 of 1") == 2


def test_a_linked_claim_makes_the_desk_look_for_changes_of_both(
    linked: Claim, courier: Article, herald: Article
) -> None:
    assert Article.objects.filter(recheck_at__isnull=False).count() == 2


def test_the_claim_is_one_line_of_the_queue(linked: Claim) -> None:
    html = text_of(signed_in(person("Ada")).get("/desk/queue/"))
    assert html.count(f'href="/desk/claims/{linked.pk}/') == 1
    client: Client = program(person("Ada"), "read")
    for article in Article.objects.all():
        found = client.get(f"/api/v1/claims/?article={article.pk}").json()["results"]
        assert [claim["id"] for claim in found] == [str(linked.pk)]
