"""An article changes under its check: nothing goes out unseen, and readers are told."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from articles.actions import repair_text, revise
from articles.models import Article, Passage
from factcheck.accounts.models import User
from factcheck.errors import NotReady
from factcheck.templatetags.times import day_text
from publishing import site as building
from publishing.actions import publish
from publishing.changes import changed_at, changes
from publishing.models import Edition, Publication, Summary
from publishing.readiness import blockers
from publishing.tasks import repair_site, show_changes
from reviews.actions import add_passage, decide_placement, flag_claim, remove_passage, undo_placement
from reviews.models import DeclinedOffer, Review
from tests import factories as make
from tests.articles import originals
from tests.cast import signed_in
from tests.database import nothing_changes
from tests.publishing.conftest import Site

pytestmark = pytest.mark.django_db

AFTER = "after this check"


def _changed(review: Review) -> Any:
    return make.waiting_placement(review.claim)


# --- Before it goes out --------------------------------------------------------------------------


def test_what_nobody_has_looked_at_cannot_be_published(site: Site, dov: User) -> None:
    review = make.approved()
    _changed(review)
    assert [each["code"] for each in blockers(make.review_of(review))] == ["passage_undecided"]
    with nothing_changes(), pytest.raises(NotReady):
        publish(make.review_of(review), actor=dov)


def test_the_page_of_the_claim_says_so_and_leads_to_where_it_is_decided(site: Site, dov: User) -> None:
    review = make.approved()
    article = make.passage_of(review.claim).revision.article_id
    _changed(review)
    html = signed_in(dov).get(reverse("desk:claim", args=[review.claim_id])).content.decode()
    assert "passage stands now" in html
    assert f"/desk/articles/{article}/changes/" in html
    assert reverse("desk:publish", args=[review.claim_id]) not in html


def test_it_is_asked_again_when_the_release_is_carried_out(site: Site, dov: User) -> None:
    release = make.requested()
    _changed(release.publication.review)
    make.carry_out(release)
    assert (release.status, release.error_code) == ("failed", "not_ready")
    assert "Changes" in release.error_detail
    assert not Edition.objects.exists()
    assert site.files() == {}


@pytest.mark.parametrize("decision", ["removed", "kept"])
def test_once_it_is_decided_that_the_old_text_stays_it_can_go_out(
    site: Site, ada: User, dov: User, decision: str
) -> None:
    review = make.approved()
    decide_placement(_changed(review), actor=ada, decision=decision)
    release = make.carry_out(publish(make.review_of(review), actor=dov))
    assert release.status == "done"
    assert AFTER in site.check(release.publication.slug)


def test_other_claims_of_the_article_go_out(site: Site, dov: User) -> None:
    article = make.imported_article()
    changed = make.approved(article=article)
    other = make.approved(article=article, quote=make.QUOTES[3])
    _changed(changed)
    assert make.carry_out(publish(make.review_of(other), actor=dov)).status == "done"


# --- What is out already -------------------------------------------------------------------------


@pytest.fixture
def ferry(site: Site) -> Publication:
    return make.published(slug="ferry")


def test_readers_are_told_on_the_page_and_on_the_kept_edition(site: Site, ferry: Publication) -> None:
    assert AFTER not in site.check("ferry")
    _changed(ferry.review)
    assert show_changes() == 1
    assert AFTER in site.check("ferry")
    assert AFTER in site.check("ferry", 1)
    assert show_changes() == 0
    assert repair_site() == 0


def test_the_hourly_repair_would_tell_them_too(site: Site, ferry: Publication) -> None:
    _changed(ferry.review)
    assert repair_site() == 2  # the check and the page of its article
    assert AFTER in site.check("ferry")
    assert _said_of(site, ferry) == [make.QUOTE]
    assert repair_site() == 0


def test_words_that_stand_are_no_change(site: Site, ferry: Publication) -> None:
    article = make.passage_of(ferry.review.claim).revision.article
    make.revised(article, ("9 crowns", "12 crowns"))
    assert (show_changes(), repair_site()) == (0, 0)
    assert AFTER not in site.check("ferry")


def test_a_figure_that_is_put_right_again_is_no_change_any_more(site: Site, ferry: Publication) -> None:
    placement = _changed(ferry.review)
    show_changes()
    make.revised(placement.revision.article, make.OTHER_FIGURE[::-1], ("9 crowns", "12 crowns"))
    assert show_changes() == 1
    assert AFTER not in site.check("ferry")


@pytest.mark.parametrize("decision", ["removed", "kept", "accepted"])
def test_what_was_decided_stays_said(site: Site, ferry: Publication, ada: User, decision: str) -> None:
    decide_placement(_changed(ferry.review), actor=ada, decision=decision)
    show_changes()
    assert AFTER in site.check("ferry")


def test_a_new_edition_of_the_new_words_is_after_the_change(
    site: Site, ferry: Publication, ada: User
) -> None:
    placement = _changed(ferry.review)
    decide_placement(placement, actor=ada, decision="accepted")
    review = make.sign_off(make.submit(make.review_of(ferry.review)))
    make.carry_out(make.requested(review, kind="update", note="The article gives another figure."))
    assert AFTER not in site.check("ferry")
    assert AFTER in site.check("ferry", 1)


def test_taking_a_decision_back_says_nothing_less(site: Site, ferry: Publication, ada: User) -> None:
    placement = _changed(ferry.review)
    decide_placement(placement, actor=ada, decision="kept")
    undo_placement(placement, actor=ada)
    show_changes()
    assert AFTER in site.check("ferry")


def test_the_same_words_chosen_at_another_place_are_no_change(
    site: Site, ferry: Publication, ada: User
) -> None:
    article = make.passage_of(ferry.review.claim).revision.article
    text = f"Some say so. {make.QUOTE}, they add.\n\nOthers do. {make.QUOTE}, these say.\n\nThe sea is calm."
    revision, _made = revise(article, actor=ada, text=text)
    placement = make.placement_of(ferry.review.claim)
    assert not placement.is_certain
    second = revision.text.rindex(make.QUOTE)
    where = {"start": second, "end": second + len(make.QUOTE)}
    assert changed_at(ferry.editions.all())
    decide_placement(placement, actor=ada, decision="chosen", **where)
    show_changes()
    assert AFTER not in site.check("ferry")


def test_the_day_is_that_of_the_first_text_that_reads_otherwise(site: Site, ferry: Publication) -> None:
    first = _changed(ferry.review).revision
    make.revised(first.article, (make.OTHER_FIGURE[1], "37,100"))
    assert changed_at(ferry.editions.all()) == {ferry.edition_id: {first.article_id: first.created_at}}


def test_a_repair_is_not_the_outlets_doing(site: Site, ada: User) -> None:
    article = originals.imported()
    first = make.newest_revision(article)
    crane = originals.block_with(first, originals.CRANE)
    repair_text(first, actor=ada, leave_out=[crane])
    place = make.place_of(originals.CRANE, first)
    claim = flag_claim(actor=ada, revision=first, **place)
    assert not make.placement_of(claim).is_certain
    assert not changes().exists()
    originals.given_anew(article, originals.PAGE.replace("9 crowns", "8 crowns"))
    assert changes().exists()


def test_the_statements_do_not_grow_with_the_checks(site: Site, django_assert_num_queries: Any) -> None:
    for slug in ("one", "two", "three"):
        _changed(make.published(slug=slug).review)
    show_changes()
    with django_assert_num_queries(3):
        assert building.show_changes() == 0


# --- The page of the article ---------------------------------------------------------------------


def _said_of(site: Site, publication: Publication) -> list[str]:
    """The quotations on the article's page at which it says that the article was changed."""
    article = publication.edition.payload["appearances"][0]["article"]
    html = site.text(f"{Summary.objects.get(article=article).path.strip('/')}/index.html")
    today = day_text(timezone.now())
    findings = html.split("<blockquote")[1:]
    noted = [
        each for each in findings if f"The article was changed here on {today}" in unescape(strip_tags(each))
    ]
    at_the_top = f"The article was changed on {today}, {AFTER}" in unescape(strip_tags(html.split("<h1")[0]))
    assert at_the_top == bool(noted)
    return [unescape(each).split("“")[1].split("”")[0] for each in noted]


def test_the_page_of_the_article_says_so_at_the_quotation_that_it_concerns(site: Site) -> None:
    article = make.imported_article()
    other = make.published(make.approved(article=article, quote=make.QUOTES[3]), slug="ticket")
    ferry = make.published(make.approved(article=article), slug="ferry")
    assert _said_of(site, ferry) == []
    _changed(ferry.review)
    show_changes()
    assert _said_of(site, ferry) == [make.QUOTE]
    make.revised(article, ("9 crowns", "12 crowns"))
    show_changes()
    assert _said_of(site, other) == [make.QUOTE, make.QUOTES[3]]
    make.revised(article, make.OTHER_FIGURE[::-1])
    show_changes()
    assert _said_of(site, ferry) == [make.QUOTES[3]]
    assert (show_changes(), repair_site()) == (0, 0)


def test_only_the_page_of_the_article_that_changed_says_so(site: Site) -> None:
    review = make.drafted()
    elsewhere = make.second_place(review.claim).revision.article
    ferry = make.published(make.sign_off(make.submit(review)), slug="ferry")
    first, second = (Summary.objects.get(article=each["article"]) for each in _places(ferry))
    make.revised(elsewhere, make.OTHER_FIGURE)
    assert show_changes() == 1
    pages = {each: site.text(f"{each.path.strip('/')}/index.html") for each in (first, second)}
    assert {each.article_id for each, html in pages.items() if AFTER in html} == {elsewhere.pk}
    make.revised(next(each for each in pages if each.article_id != elsewhere.pk).article, make.OTHER_FIGURE)
    assert show_changes() == 1
    assert all(AFTER in site.text(f"{each.path.strip('/')}/index.html") for each in pages)
    assert (show_changes(), repair_site()) == (0, 0)


def _places(publication: Publication) -> list[dict[str, Any]]:
    places: list[dict[str, Any]] = publication.edition.payload["appearances"]
    assert len(places) == 2
    return places


def test_where_the_work_is_cut_short_the_page_of_the_article_comes_with_the_next(
    site: Site, ferry: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    _changed(ferry.review)
    for at in ("_build_summary", "_build_check"):
        with monkeypatch.context() as patch:
            patch.setattr(building, at, lambda _each: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                show_changes()
    assert show_changes() == 1
    assert _said_of(site, ferry) == [make.QUOTE]
    assert AFTER in site.check("ferry")


# --- Where the claim is linked no more -----------------------------------------------------------


def _taken_back(publication: Publication, by: User) -> Article:
    """Say of the place that was published that the claim does not stand there; it stands elsewhere."""
    claim = make.review_of(publication.review).claim
    make.second_place(claim)
    place = Passage.objects.filter(claim=claim).select_related("revision__article").order_by("pk")[0]
    remove_passage(claim, actor=by, passage=place)
    return place.revision.article


@pytest.mark.parametrize("decision", ["", "removed", "kept", "accepted"])
def test_taking_the_place_back_says_nothing_less(
    site: Site, ferry: Publication, ada: User, decision: str
) -> None:
    placement = _changed(ferry.review)
    if decision:
        decide_placement(placement, actor=ada, decision=decision)
    show_changes()
    before = site.files()
    assert AFTER in site.check("ferry")
    _taken_back(ferry, ada)
    assert (show_changes(), repair_site()) == (0, 0)
    building.build_for(ferry)
    assert site.files() == before


def test_a_change_after_the_place_was_taken_back_is_said_as_well(
    site: Site, ferry: Publication, ada: User
) -> None:
    article = _taken_back(ferry, ada)
    make.revised(article, ("9 crowns", "12 crowns"))
    assert (show_changes(), repair_site()) == (0, 0)
    assert AFTER not in site.check("ferry")
    newest = make.revised(article, make.OTHER_FIGURE)
    assert show_changes() == 1
    assert AFTER in site.check("ferry")
    assert changed_at(ferry.editions.all()) == {ferry.edition_id: {article.pk: newest.created_at}}
    make.revised(article, make.OTHER_FIGURE[::-1])
    assert show_changes() == 1
    assert AFTER not in site.check("ferry")


def test_a_place_that_was_taken_back_before_the_desk_knew_of_offers_is_followed(
    site: Site, ferry: Publication, ada: User
) -> None:
    article = _taken_back(ferry, ada)
    DeclinedOffer.objects.all().delete()
    make.revised(article, make.OTHER_FIGURE)
    assert show_changes() == 1
    assert AFTER in site.check("ferry")


def test_a_claim_that_was_turned_down_costs_nothing(
    site: Site, ferry: Publication, ada: User, django_assert_num_queries: Any
) -> None:
    elsewhere = make.imported_article()
    DeclinedOffer.objects.create(claim=ferry.review.claim, article=elsewhere, declined_by=ada)
    with django_assert_num_queries(1):
        assert building.show_changes() == 0


def test_texts_are_compared_once_for_a_place_that_was_taken_back(
    site: Site, ferry: Publication, ada: User, django_assert_num_queries: Any
) -> None:
    article = _taken_back(ferry, ada)
    for number in ("12", "15"):
        with django_assert_num_queries(5):
            building.show_changes()
        with django_assert_num_queries(4):
            building.show_changes()
        make.revised(article, (make.QUOTES[3], f"{make.QUOTES[3]} {number}"))
    make.revised(article, make.OTHER_FIGURE)
    assert building.show_changes() == 1
    with django_assert_num_queries(4):
        assert building.show_changes() == 0


def test_of_two_places_in_one_article_either_is_followed(site: Site, ada: User) -> None:
    review = make.approved()
    article = make.passage_of(review.claim).revision.article
    revision = make.newest_revision(article)
    add_passage(review.claim, actor=ada, revision=revision, **make.place_of(make.QUOTES[3], revision))
    review = make.sign_off(make.submit(make.review_of(review)))
    check = make.published(review, slug="two")
    other = Passage.objects.filter(claim=review.claim, exact=make.QUOTES[3]).select_related("revision")[0]
    remove_passage(make.review_of(review).claim, actor=ada, passage=other)
    make.revised(article, ("9 crowns", "12 crowns"))
    assert show_changes() == 1
    assert AFTER in site.check(check.slug)


def test_the_next_edition_without_the_place_says_nothing_of_it(
    site: Site, ferry: Publication, ada: User
) -> None:
    _changed(ferry.review)
    _taken_back(ferry, ada)
    review = make.sign_off(make.submit(make.review_of(ferry.review)))
    make.carry_out(make.requested(review, kind="update", note="It is another article."))
    assert AFTER not in site.check("ferry")
    assert AFTER in site.check("ferry", 1)


# --- In the queue --------------------------------------------------------------------------------


def test_a_published_check_whose_passage_changed_waits_in_the_queue(
    site: Site, ferry: Publication, ben: User
) -> None:
    browser = signed_in(ben)
    assert "Passage changed by the outlet" not in browser.get("/desk/queue/?state=published").content.decode()
    _changed(ferry.review)
    for query in ("passage=changed", "state=published"):
        html = browser.get(f"/desk/queue/?{query}").content.decode()
        assert f"/desk/claims/{ferry.review.claim_id}/" in html, query
        assert "Passage changed by the outlet" in html, query
    assert str(ferry.review.claim) not in browser.get("/desk/queue/").content.decode()


def test_programs_find_them_as_well(site: Site, ferry: Publication, ben: User) -> None:
    browser = signed_in(ben)
    other = make.flagged()
    _changed(ferry.review)
    [row] = browser.get("/api/v1/reviews/?passage_changed=true").json()["results"]
    assert (row["id"], row["passage_changed"]) == (str(ferry.review_id), True)
    [row] = browser.get(f"/api/v1/reviews/?claim={other.claim_id}").json()["results"]
    assert row["passage_changed"] is False
