"""A place where the claim does not stand is taken back, through either door, and nothing brings it back."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from articles.models import Article, Claim, Passage, Placement
from factcheck.accounts.models import User
from factcheck.audit import verify
from factcheck.audit.models import Event
from factcheck.errors import AlreadyDone, NotThere
from publishing import site as building
from publishing.models import Summary
from publishing.readiness import blockers
from reviews import actions
from reviews.models import Review, Verdict
from tests import factories as make
from tests.api.callers import V1, calling, etag
from tests.api.client import check_problem
from tests.cast import person, signed_in
from tests.database import nothing_changes
from tests.desk.hand import at, page, post, text_of
from tests.kept import kept
from tests.publishing.conftest import Site, site  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db

# Whoever asks as a program is given a token first.
TOKENS = ("accounts_apitoken",)


@pytest.fixture
def courier() -> Article:
    return make.imported_article(title="Ferry record", outlet_name="Courier")


@pytest.fixture
def herald() -> Article:
    return make.imported_article(title="Record on the ferry", outlet_name="Herald")


def _link(claim: Claim, article: Article, quote: str = make.QUOTE) -> Passage:
    """Ada says that the claim also stands there; returns where it stands now."""
    revision = make.newest_revision(article)
    place = make.place_of(quote, revision)
    claim = make.review_of(claim).claim
    return actions.add_passage(claim, actor=person("Ada"), revision=revision, **place)


@pytest.fixture
@kept
def review(courier: Article, herald: Article) -> Review:
    """A free claim, flagged in the Courier and linked in the Herald."""
    claim = make.flagged_claim(article=courier)
    _link(claim, herald)
    return make.review_of(claim)


def _places(review: Review) -> dict[int, list[str]]:
    """By article, the words that the claim has there now."""
    found: dict[int, list[str]] = {}
    for each in Passage.objects.standing().filter(claim=review.claim).select_related("revision"):
        found.setdefault(each.revision.article_id, []).append(each.exact)
    return found


def _place(review: Review, article: Article) -> Passage:
    standing = Passage.objects.standing().filter(claim=review.claim, revision__article=article)
    return standing.select_related("revision").get()


def _remove(user: User, review: Review, place: Passage) -> Any:
    return post(user, "place_remove", review, place.pk)


def _opened(user: User, review: Review, place: Passage) -> str:
    """The page with the dialog that asks whether it is meant."""
    return text_of(signed_in(user).get(at("claim", review), {"open": f"place-dialog-{place.pk}"}))


def _address(review: Review, place: Passage) -> str:
    return f"{V1}/claims/{review.claim_id}/passages/{place.pk}/"


def _tag(review: Review) -> str:
    return etag(calling("Ada"), f"{V1}/claims/{review.claim_id}/")


def _delete(name: str, review: Review, place: Passage, tag: str = "") -> Any:
    return calling(name).call("delete", _address(review, place), If_Match=tag or _tag(review))


# --- Removed -------------------------------------------------------------------------------------


def test_a_wrong_link_is_taken_back_at_the_desk(review: Review, herald: Article, ben: User) -> None:
    place = _place(review, herald)
    html = page(ben, review)
    assert html.count("Remove this place…") == 2
    assert at("place_remove", review, place.pk) not in html
    assert at("place_remove", review, place.pk) in _opened(ben, review, place)
    answer = _remove(ben, review, place)
    assert (answer.status_code, answer["Location"]) == (303, f"{at('claim', review)}#quote")
    assert herald.pk not in _places(review)
    html = page(ben, review)
    assert "Herald" not in html[html.index('id="quote"') : html.index('id="sources"')]
    assert "removed a place where the claim does not stand" in html
    assert "Remove this place…" not in html
    article = signed_in(ben).get(reverse("desk:article", args=[herald.pk]))
    assert f'data-claim-id="{review.claim_id}"' not in text_of(article)


def test_a_wrong_link_is_taken_back_by_a_program(review: Review, herald: Article) -> None:
    place = _place(review, herald)
    assert _delete("Ben", review, place).status_code == 204
    left = calling("Ben").get(f"{V1}/claims/{review.claim_id}/").json()["passages"]
    assert str(herald.pk) not in [each["article"] for each in left]
    check_problem(_delete("Ben", review, place), 404, "not_found")


def test_the_log_keeps_what_was_removed(review: Review, herald: Article, ben: User) -> None:
    make.revised(herald, ("9 crowns", "12 crowns"))
    old, place = Passage.objects.select_related("revision").filter(revision__article=herald).order_by("pk")
    _remove(ben, review, place)
    event = Event.objects.get(action="claim.passage_removed")
    assert (event.actor, event.object_id) == (ben, str(review.claim_id))
    assert event.data == {
        "passage": place.pk,
        "exact": make.QUOTE,
        "article": herald.pk,
        "places": [
            {"revision": number, "start": each.start, "end": each.end, "exact": make.QUOTE}
            for number, each in ((1, old), (2, place))
        ],
    }
    assert list(verify.faults()) == []


@pytest.mark.parametrize("named", [0, 1, 2])
def test_it_goes_from_all_texts_whichever_names_it_and_no_newer_text_brings_it_back(
    named: int, review: Review, courier: Article, herald: Article, ben: User
) -> None:
    make.revised(herald, make.OTHER_FIGURE)
    waiting = make.placement_of(review.claim)
    actions.decide_placement(waiting, actor=ben, decision="accepted")
    make.revised(herald, ("9 crowns", "12 crowns"))
    texts = Passage.objects.select_related("revision").filter(revision__article=herald).order_by("pk")
    assert len(texts) == 3
    assert _delete("Ben", review, texts[named]).status_code == 204
    assert not Passage.objects.filter(revision__article=herald).exists()
    assert not Placement.objects.filter(revision__article=herald).exists()
    make.revised(herald, ("a second boat", "a third boat"))
    assert list(_places(review)) == [courier.pk]
    assert list(verify.faults()) == []


def test_two_places_that_a_newer_text_made_one_go_together(
    review: Review, courier: Article, herald: Article, ben: User
) -> None:
    first = make.newest_revision(herald)
    newest = make.revised(herald, ("9 crowns", "12 crowns"))
    actions.add_passage(
        make.review_of(review).claim, actor=ben, revision=newest, **make.place_of(make.QUOTES[1], newest)
    )
    place = make.place_of(make.QUOTES[1], first)
    actions.add_passage(make.review_of(review).claim, actor=ben, revision=first, **place)
    assert Passage.objects.filter(revision__article=herald).count() == 4
    [other] = Passage.objects.standing().filter(revision=newest, exact=make.QUOTES[1])
    _remove(ben, review, other)
    # Its other place in the same article stays.
    assert _places(review) == {courier.pk: [make.QUOTE], herald.pk: [make.QUOTE]}
    assert Passage.objects.filter(revision__article=herald).count() == 2


def test_of_two_places_in_one_article_the_page_says_which(courier: Article, ada: User) -> None:
    claim = make.flagged_claim(article=courier)
    _link(claim, courier, make.QUOTES[3])
    review = make.review_of(claim)
    html = page(ada, review)
    assert "Also stands in 1 other place of this article" in html
    assert html.count("Remove this place…") == 2
    [other] = Passage.objects.filter(claim=claim, exact=make.QUOTES[3])
    _remove(ada, review, other)
    assert _places(review) == {courier.pk: [make.QUOTE]}


def test_the_article_in_which_it_was_flagged_can_be_the_wrong_one(
    review: Review, courier: Article, herald: Article, ada: User
) -> None:
    _remove(ada, review, _place(review, courier))
    assert list(_places(review)) == [herald.pk]
    assert "Herald, revision 1" in page(ada, review)


def test_it_can_be_linked_again(review: Review, herald: Article, ada: User) -> None:
    _remove(ada, review, _place(review, herald))
    _link(review.claim, herald)
    assert herald.pk in _places(review)


def test_without_scripts_the_page_opens_the_dialog(review: Review, herald: Article, ada: User) -> None:
    place = _place(review, herald)
    html = _opened(ada, review, place)
    dialog = html.partition(f'id="place-dialog-{place.pk}"')[2].partition("</dialog>")[0]
    assert dialog.partition(">")[0].endswith(" open")
    assert f'action="{at("place_remove", review, place.pk)}"' in dialog
    assert "Record on the ferry" in dialog
    assert "signed off again" not in dialog


# --- What it means for the review and for readers ------------------------------------------------


def test_a_free_claim_stays_free(review: Review, herald: Article, ben: User) -> None:
    _remove(ben, review, _place(review, herald))
    review = make.review_of(review)
    assert (review.status, review.assignee) == ("unassigned", None)
    assert ben in [writer.person for writer in review.draft_writers.all()]


def _published(review: Review, slug: str) -> Any:
    for _ in range(2):
        make.add_evidence(make.review_of(review))
    return make.published(make.sign_off(make.submit(make.draft(make.review_of(review)))), slug=slug)


def test_a_verdict_is_signed_off_again_and_what_is_published_stays_until_then(
    review: Review,
    courier: Article,
    herald: Article,
    ben: User,
    site: Site,  # noqa: F811
) -> None:
    publication = _published(review, "ferry")
    frozen = Verdict.objects.values_list("context", "digest")[0], publication.edition.digest
    pages = site.files()
    place = _place(review, herald)
    assert "signed off again" in _opened(ben, review, place)
    assert _remove(ben, review, place).status_code == 303
    review = make.review_of(review)
    assert review.status == "researching"
    publication.edition.refresh_from_db()
    assert (
        Verdict.objects.values_list("context", "digest")[0],
        publication.edition.compute_digest(),
    ) == frozen
    building.repair()
    building.build_shared(Summary.objects.all())
    building.build_for(publication)
    assert site.files() == pages

    review = make.submit(make.draft(review, summary="Signed off again."))
    assert [each["article"] for each in make.verdict_of(review).context["appearances"]] == [courier.pk]
    make.carry_out(make.requested(make.sign_off(review), kind="update", note="Not in the Herald."))
    for article, is_there in ((courier, True), (herald, False)):
        summary = site.text(f"summaries/{Summary.objects.get(article=article).slug}/index.html")
        assert ("/checks/ferry/" in summary) == is_there
    assert "Herald" not in site.check("ferry").partition("<footer")[0].replace("Not in the Herald.", "")
    assert "/summaries/record-on-the-ferry/" not in site.text("sitemaps/summaries-0.xml")
    assert building.repair() == 0


def test_a_place_that_waits_keeps_the_claim_from_nothing_once_it_is_removed(
    review: Review, herald: Article, ada: User
) -> None:
    for _ in range(2):
        make.add_evidence(make.review_of(review))
    make.revised(herald, make.OTHER_FIGURE)
    placement = make.placement_of(review.claim)
    _remove(ada, review, _place(review, herald))
    approved = make.sign_off(make.submit(make.draft(make.review_of(review))))
    assert blockers(make.review_of(approved)) == []
    assert review.claim.statement not in text_of(signed_in(ada).get("/desk/queue/?passage=changed"))
    with nothing_changes():
        where = reverse("desk:decide_place", args=[herald.pk, placement.pk])
        assert signed_in(ada).post(where, {"decision": "accepted"}).status_code == 404


@pytest.mark.parametrize("act", ["decide", "undo"])
def test_a_decision_on_a_place_that_is_gone_by_now_is_refused(
    act: str, review: Review, herald: Article, ada: User
) -> None:
    make.revised(herald, make.OTHER_FIGURE)
    placement = make.placement_of(review.claim)
    if act == "undo":
        actions.decide_placement(placement, actor=ada, decision="removed")
    _remove(ada, review, _place(review, herald))
    again = {
        "undo": partial(actions.undo_placement, placement),
        "decide": partial(actions.decide_placement, placement, decision="accepted"),
    }
    with nothing_changes(), pytest.raises(NotThere, match="meanwhile"):
        again[act](actor=ada)


# --- Refused -------------------------------------------------------------------------------------


def test_the_last_place_stays(review: Review, courier: Article, herald: Article, ada: User) -> None:
    place = _place(review, courier)
    _remove(ada, review, _place(review, herald))
    with nothing_changes(leave_out=TOKENS):
        html = text_of(_remove(ada, review, place), 409)
        assert "it keeps this place. If it is not to be checked, decline it." in html
        check_problem(_delete("Ada", review, place), 409, "last_place")


def test_what_the_outlet_removed_is_a_place_as_well(
    review: Review, courier: Article, herald: Article, ada: User
) -> None:
    make.revised(herald, make.OTHER_FIGURE)
    actions.decide_placement(make.placement_of(review.claim), actor=ada, decision="removed")
    _remove(ada, review, _place(review, courier))
    with nothing_changes(leave_out=TOKENS):
        check_problem(_delete("Ada", review, _place(review, herald)), 409, "last_place")


def test_whoever_does_not_flag_removes_nothing_and_sees_no_button(
    review: Review, herald: Article, vera: User
) -> None:
    assert "Remove this place…" not in page(vera, review)
    assert "Remove this place?" not in _opened(vera, review, _place(review, herald))
    with nothing_changes(leave_out=TOKENS):
        assert _remove(vera, review, _place(review, herald)).status_code == 403
        for scopes in (["read"], ["read", "review"]):
            caller = calling("Ada", *scopes)
            answer = caller.call("delete", _address(review, _place(review, herald)), If_Match=_tag(review))
            check_problem(answer, 403, "forbidden")


def test_of_a_claim_that_was_set_aside_no_place_is_removed(
    review: Review, herald: Article, cleo: User
) -> None:
    actions.decline(review, actor=cleo, reason="An opinion.")
    assert "Remove this place…" not in page(cleo, review)
    assert "Remove this place?" not in _opened(cleo, review, _place(review, herald))
    with nothing_changes(leave_out=TOKENS):
        assert _remove(cleo, review, _place(review, herald)).status_code == 409
        check_problem(_delete("Cleo", review, _place(review, herald)), 409, "illegal_transition")


@pytest.mark.case("A4")
def test_a_place_of_another_claim_is_not_there(review: Review, ada: User) -> None:
    other = make.flagged_claim()
    make.second_place(other)
    with nothing_changes(leave_out=TOKENS):
        for place in other.passages.all():
            assert _remove(ada, review, place).status_code == 404
            check_problem(_delete("Ada", review, place), 404, "not_found")
            with pytest.raises(NotThere):
                actions.remove_passage(review.claim, actor=ada, passage=place)


def test_a_program_names_the_version_that_it_read(review: Review, herald: Article) -> None:
    place, tag = _place(review, herald), _tag(review)
    _link(review.claim, herald, make.QUOTES[3])
    with nothing_changes(leave_out=TOKENS):
        check_problem(_delete("Ada", review, place, tag), 412, "precondition_failed")
        answer = calling("Ada").call("delete", _address(review, place))
        check_problem(answer, 428, "precondition_required")


def test_the_second_of_two_clicks_takes_no_verdict_back(
    review: Review, courier: Article, herald: Article, ada: User
) -> None:
    place = _place(review, herald)
    _remove(ada, review, place)
    make.second_place(review.claim)
    for _ in range(2):
        make.add_evidence(make.review_of(review))
    approved = make.sign_off(make.submit(make.draft(make.review_of(review))))
    with nothing_changes(), pytest.raises(AlreadyDone):
        actions.remove_passage(approved.claim, actor=ada, passage=place)
