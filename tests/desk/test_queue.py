"""The queue, my desk, and doing one thing to many claims."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Claim
from factcheck.accounts.models import User
from factcheck.audit.models import Event
from factcheck.jobs.models import JobStatus
from publishing.actions import publish
from publishing.models import Edition, Publication, Release
from reviews import actions
from reviews.limits import MOST_AT_ONCE
from reviews.models import Review
from reviews.states import WORDS, having, shown_state, statuses_of
from tests import factories as make
from tests.cast import person, signed_in
from tests.database import nothing_changes
from tests.desk.hand import text_of
from tests.kept import kept


def _listed(browser: Client, query: str = "") -> list[int]:
    return [row.pk for row in browser.get(f"/desk/queue/{query}").context["rows"]]


# --- One state in two words ----------------------------------------------------------------------


def _corrected() -> Review:
    publication = make.published()
    review = make.second_verdict(publication.review)
    release = make.requested(review, kind=Edition.Kind.CORRECTION, note="The year was wrong.")
    make.carry_out(release)
    return review


def _retracted() -> Review:
    publication = make.published()
    Publication.objects.filter(pk=publication.pk).update(state=Publication.State.WITHDRAWN)
    return publication.review


IN_STATE: dict[str, Callable[[], Review]] = {
    "flagged": make.flagged,
    "research": make.researched,
    "draft": make.drafted,
    "returned": make.returned,
    "signoff": make.submitted,
    "ready": make.approved,
    "scheduled": lambda: make.requested().publication.review,
    "published": lambda: make.published().review,
    "corrected": _corrected,
    "retracted": _retracted,
    "declined": make.declined,
}


def test_lists_and_pages_say_the_same_of_every_state(db: None) -> None:
    assert set(IN_STATE) == set(WORDS)
    made = {state: build().pk for state, build in IN_STATE.items()}
    again = make.second_verdict(make.published().review)
    reviews = Review.objects.with_state()
    assert {state: shown_state(reviews.get(pk=pk)) for state, pk in made.items()} == {s: s for s in made}
    for state in WORDS:
        found = reviews.filter(having(state))
        assert {shown_state(review) for review in found} == {state}
        assert {review.status for review in found} == statuses_of(state)
    # A live edition that a newer verdict has overtaken: that verdict is ready.
    assert shown_state(reviews.get(pk=again.pk)) == "ready"
    assert again in reviews.filter(having("ready"))
    assert reviews.filter(having(*WORDS)).count() == Review.objects.count()


def test_what_is_scheduled_is_the_verdict_that_was_approved_last(dov: User) -> None:
    def told(review: Review) -> tuple[str, bool]:
        found = Review.objects.with_state().get(pk=review.pk)
        assert found in Review.objects.with_state().filter(having(found.shown_state))
        return found.shown_state, found in Review.objects.to_publish_by(dov, timezone.now())

    tomorrow = timezone.now() + timedelta(days=1)
    review = make.requested(publish_at=tomorrow).publication.review
    assert told(review) == ("scheduled", False)
    review = make.second_verdict(review)
    # Nobody has asked for this one, and the release of the first will be held.
    assert told(review) == ("ready", True)
    release = publish(review, actor=dov, publish_at=tomorrow)
    assert told(review) == ("scheduled", False)
    Release.objects.filter(pk=release.pk).update(status=JobStatus.FAILED)
    assert told(review) == ("ready", True)

    update = make.second_verdict(make.published().review)
    assert told(update) == ("ready", True)
    publish(update, actor=dov, publish_at=tomorrow, note="A new table.")
    assert told(update) == ("scheduled", False)


# --- Filters -------------------------------------------------------------------------------------


def test_the_queue_shows_what_is_open_and_what_is_due_first(db: None, cleo: User) -> None:
    later, sooner, never = make.flagged(), make.drafted(), make.submitted()
    make.approved()
    make.declined()
    now = timezone.now()
    for review, hours in ((later, 20), (sooner, 5)):
        actions.prioritise(make.review_of(review), actor=cleo, due_at=now + timedelta(hours=hours))
    assert _listed(signed_in(cleo)) == [sooner.pk, later.pk, never.pk]


def test_filters_choose(ada: User, ben: User, cleo: User) -> None:
    flagged = make.flagged(quote=make.QUOTES[1])
    by_ada = make.drafted(slug="false")
    by_ben = make.researched(by=ben)
    late = make.submitted()
    done = make.approved()
    now = timezone.now()
    actions.prioritise(make.review_of(late), actor=cleo, priority=3, due_at=now - timedelta(hours=1))
    actions.prioritise(make.review_of(by_ben), actor=cleo, priority=1, due_at=now + timedelta(days=3))
    browser = signed_in(ada)
    article = make.passage_of(by_ada.claim).revision.article_id
    wanted: dict[str, set[Review]] = {
        "": {flagged, by_ada, by_ben, late},
        "?state=flagged": {flagged},
        "?state=flagged&state=signoff": {flagged, late},
        "?state=ready": {done},
        "?assignee=nobody": {flagged},
        "?assignee=me": {by_ada, late},
        f"?assignee={ben.pk}": {by_ben},
        f"?assignee={ben.pk}&assignee=nobody": {by_ben, flagged},
        "?priority=high": {late},
        "?priority=high&priority=low": {late, by_ben},
        "?due=overdue": {late},
        "?due=today": {late},
        "?due=week": {late, by_ben},
        "?rating=false": {by_ada},
        "?rating=none": {flagged, by_ben},
        f"?article={article}": {by_ada},
        "?q=twice": {flagged},
        "?q=TWICE": {flagged},
        "?q=%25": set(),
        "?q=herald": set(),
        "?assignee=999999": set(),
        "?assignee=me&state=signoff&priority=high&due=overdue&q=ferry": {late},
    }
    for query, reviews in wanted.items():
        assert set(_listed(browser, query)) == {review.pk for review in reviews}, query


def test_words_are_looked_for_in_claimant_and_outlet(ada: User) -> None:
    named = make.flagged(claimant="Ilse Maar")
    printed = make.flagged(article=make.imported_article(outlet_name="Example Herald"))
    browser = signed_in(ada)
    assert _listed(browser, "?q=ilse") == [named.pk]
    assert _listed(browser, "?q=herald") == [printed.pk]


@kept
def _a_hundred_and_twenty(cleo: User) -> None:
    """Claims of one article, some of them urgent or due."""
    lines = (f"Line {n:03} of it." for n in range(120))
    article, now = make.imported_article(text="\n".join(lines)), timezone.now()
    for n in range(120):
        review = make.flagged(article=article, quote=f"Line {n:03} of it.")
        if n % 3:
            due = now + timedelta(hours=n % 7)
            actions.prioritise(review, actor=cleo, priority=1 + n % 3, due_at=due)


@pytest.mark.parametrize("sort", ["due", "priority", "age", "touched"])
def test_pages_follow_each_other_without_gap_or_double(sort: str, cleo: User) -> None:
    _a_hundred_and_twenty(cleo)
    browser = signed_in(cleo)
    url, seen, sizes = f"/desk/queue/?sort={sort}", [], []
    first = url
    while url:
        page = browser.get(url).context
        sizes.append(len(page["rows"]))
        seen += [row.pk for row in page["rows"]]
        last, url = url, page["pager"]["next_url"] and "/desk/queue/" + page["pager"]["next_url"]
    assert sizes == [50, 50, 20]
    assert len(set(seen)) == 120
    # and back again
    back = browser.get(last).context["pager"]["previous_url"]
    assert [row.pk for row in browser.get("/desk/queue/" + back).context["rows"]] == seen[50:100]
    assert [row.pk for row in browser.get(first).context["rows"]] == seen[:50]


@pytest.mark.case("A6", "Z3")
@pytest.mark.parametrize(
    "query",
    [
        "?state=open",
        "?state=%00",
        "?assignee=everybody",
        "?assignee=-1",
        "?assignee=" + "9" * 30,
        "?assignee=٣",
        "?rating=fal%00se",
        "?rating=%27%20OR%201=1",
        "?priority=urgent",
        "?due=someday",
        "?article=x",
        "?article=" + "9" * 30,
        "?sort=assignee__password",
        "?q=" + "(" * 5000,
        "?q=a%00b",
        "?cursor=tampered",
        "?cursor=" + "x" * 900,
    ],
)
def test_a_query_that_makes_no_sense_is_400(query: str, ada: User) -> None:
    assert signed_in(ada).get(f"/desk/queue/{query}").status_code == 400


@pytest.mark.case("A6")
def test_parameters_that_nobody_knows_choose_nothing(ada: User) -> None:
    review = make.flagged()
    assert _listed(signed_in(ada), "?assignee__password__startswith=x&status=declined") == [review.pk]


def test_a_cursor_of_another_order_is_refused(cleo: User) -> None:
    article = make.imported_article(text="\n".join(f"Line {n:03} of it." for n in range(60)))
    for n in range(60):
        make.flagged(article=article, quote=f"Line {n:03} of it.")
    browser = signed_in(cleo)
    link = browser.get("/desk/queue/?sort=age").context["pager"]["next_url"]
    assert browser.get(f"/desk/queue/{link}").status_code == 200
    assert browser.get(f"/desk/queue/{link.replace('sort=age', 'sort=due')}").status_code == 400


def test_a_person_who_left_is_still_found_by_number(ada: User) -> None:
    old = person("Old", "reporter")
    review = make.drafted(by=old)
    User.objects.filter(pk=old.pk).update(is_active=False)
    assert _listed(signed_in(ada), f"?assignee={old.pk}") == [review.pk]


# --- Many at once --------------------------------------------------------------------------------


def _bulk(user: User, *reviews: Review, **wish: Any) -> Any:
    fields = {"review": [review.pk for review in reviews], "next": "/desk/queue/?state=flagged", **wish}
    return signed_in(user).post("/desk/queue/bulk/", fields, follow=True)


def test_an_editor_assigns_several(cleo: User, ben: User) -> None:
    reviews = [make.flagged() for _ in range(3)]
    answer = _bulk(cleo, *reviews, assignee=ben.pk)
    assert answer.redirect_chain == [("/desk/queue/?state=flagged", 303)]
    assert "3 claims changed" in text_of(answer)
    assert set(Review.objects.values_list("assignee", flat=True)) == {ben.pk}


def test_priority_and_due_date_of_several(cleo: User) -> None:
    reviews = [make.flagged() for _ in range(2)]
    _bulk(cleo, *reviews, priority="high", due_at="")
    _bulk(cleo, *reviews, due_at="2026-12-01T18:30", set="due")
    due = datetime(2026, 12, 1, 18, 30, tzinfo=timezone.get_default_timezone())
    assert list(Review.objects.values_list("priority", "due_at")) == [(3, due)] * 2
    _bulk(cleo, *reviews, due_at="", set="due")
    assert list(Review.objects.values_list("due_at", flat=True)) == [None, None]


def test_each_claim_has_its_own_result(cleo: User, ben: User) -> None:
    free, gone = make.flagged(quote=make.QUOTES[1]), Review(pk=987654, claim_id=1)
    html = text_of(_bulk(cleo, free, gone, assignee=ben.pk))
    assert "1 claim changed" in html
    assert "#987654" in html
    assert Review.objects.get().assignee == ben


def test_a_reporter_has_no_boxes_and_no_way(ada: User, ben: User) -> None:
    review = make.flagged()
    assert 'name="review"' not in text_of(signed_in(ada).get("/desk/queue/"))
    with nothing_changes():
        html = text_of(_bulk(ada, review, priority="high"))
    assert "do not let you assign and prioritise" in html


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"review": ["1"]},
        {"priority": "high"},
        {"review": ["x"], "priority": "high"},
        {"review": ["9" * 30], "priority": "high"},
        {"review": ["-1"], "priority": "high"},
        {"review": [str(n + 1) for n in range(MOST_AT_ONCE + 1)], "priority": "high"},
        {"review": ["1"], "priority": "urgent"},
        {"review": ["1"], "assignee": "somebody"},
        {"review": ["1"], "assignee": "9" * 30},
        {"review": ["1"], "due_at": "tomorrow", "set": "due"},
        {"review": ["1"], "due_at": "0001-01-01T00:00", "set": "due"},
        {"review": ["1"], "due_at": "9999-12-31T23:59", "set": "due"},
        {"review": ["1"], "due_at": "2026-12-01T18:30"},
    ],
)
def test_a_wish_that_makes_no_sense_is_400(fields: dict[str, Any], cleo: User) -> None:
    make.flagged()
    with nothing_changes():
        assert signed_in(cleo).post("/desk/queue/bulk/", fields).status_code == 400


# --- My desk -------------------------------------------------------------------------------------


def _sections(user: User) -> dict[str, list[int]]:
    context = signed_in(user).get("/desk/").context
    return {each["key"]: [row.pk for row in each["rows"]] for each in context["sections"]}


def test_each_person_finds_what_waits_for_them(ada: User, ben: User, cleo: User, dov: User) -> None:
    mine, back = make.researched(), make.returned(note="Name the year.")
    waiting, by_cleo = make.submitted(), make.submitted(by=cleo)
    ready, out = make.approved(), make.published()
    assert _sections(ada) == {"returned": [back.pk], "mine": [mine.pk]}
    assert _sections(cleo) == {"signoff": [waiting.pk]}
    assert _sections(person("Dan")) == {"signoff": [waiting.pk, by_cleo.pk]}
    assert _sections(dov) == {"ready": [ready.pk]}
    assert out.review.pk not in [pk for found in _sections(dov).values() for pk in found]
    html = text_of(signed_in(ada).get("/desk/"))
    assert "Cleo: “Name the year.”" in html
    assert "Written by Ada" in text_of(signed_in(cleo).get("/desk/"))


def test_nothing_to_do_says_so(ada: User) -> None:
    assert "Nothing waits for you" in text_of(signed_in(ada).get("/desk/"))


def test_the_activity_of_the_desk_names_no_hidden_source(cleo: User, dov: User) -> None:
    make.confidential_evidence(make.flagged())
    for user in (cleo, dov):
        html = text_of(signed_in(user).get("/desk/"))
        assert "added source 1" in html
        assert "Marten Oss" not in html


# --- What it costs -------------------------------------------------------------------------------


@kept
def _fill(count: int, uma: User) -> None:
    for n in range(count):
        article = make.imported_article(outlet_name="Example Herald")
        make.flagged(article=article)
        make.drafted(article=article, quote=make.QUOTES[1])
        make.submitted(article=article, quote=make.QUOTES[2], by=person("Ben"))
        if n < 3:
            make.returned(article=article, quote=make.QUOTES[3])
            make.approved(article=article, quote=make.QUOTES[4])
    actions.assign(make.flagged(by=uma), actor=uma, assignee=person("Ada"))


@pytest.mark.parametrize("path", ["/desk/", "/desk/queue/", "/desk/queue/?state=signoff&assignee=me&q=a"])
def test_a_list_costs_the_same_however_long(path: str, db: None, django_assert_max_num_queries: Any) -> None:
    uma = person("Uma", "reporter", "editor", "publisher")
    browser, costs = signed_in(uma), []
    make.drafted(by=uma)
    for count in (3, 9):
        _fill(count, uma)
        with django_assert_max_num_queries(12) as queries:
            text_of(browser.get(path))
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_no_more_than_a_hundred_are_counted(ada: User) -> None:
    claims = Claim.objects.bulk_create(
        Claim(statement=f"No. {n}", flagged_by=ada, language="en") for n in range(120)
    )
    Review.objects.bulk_create(Review(claim=claim, signoffs_required=1) for claim in claims)
    html = text_of(signed_in(ada).get("/desk/queue/"))
    # Only the counts: an address in the page may well have 120 in its number.
    counts = re.findall(r'class="count"[^>]*>([^<]*)<', html)
    assert set(counts) == {"99+", "0"}
    assert counts.count("99+") == 3


def test_the_log_is_not_written_by_looking(ada: User) -> None:
    make.submitted()
    before = Event.objects.count()
    for path in ("/desk/", "/desk/queue/", "/desk/articles/"):
        signed_in(ada).get(path)
    assert Event.objects.count() == before
