"""What endpoints are told: everything they want, once, in order, and nothing that is not public."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from factcheck.audit.models import Event
from publishing.actions import call_off, release_again
from publishing.models import Edition, Publication, Release
from publishing.tasks import repair_site
from publishing.webhooks import payloads, telling
from publishing.webhooks.actions import add_endpoint, change_endpoint, switch_off_endpoint, switch_on_endpoint
from publishing.webhooks.kinds import Kind, kind_of, wanted
from publishing.webhooks.models import Delivery, Endpoint
from publishing.webhooks.payloads import messages_of
from publishing.webhooks.telling import SLACK, tell, tell_endpoints
from reviews import actions
from reviews.models import Review
from tests import factories as make
from tests.articles.test_repairs import imported, repaired
from tests.cast import person
from tests.database import nothing_changes
from tests.publishing.conftest import Site
from tests.webhooks.receiving import Receiver, run

pytestmark = pytest.mark.django_db


def kinds() -> list[str]:
    """What was told, in the order in which it goes."""
    return list(Delivery.objects.order_by("pk").values_list("kind", flat=True))


def edition(review: Review, kind: str) -> None:
    """One more edition of what was published."""
    again = make.second_verdict(review)
    make.carry_out(make.requested(again, kind=kind, note="New figures."))


# --- What is told --------------------------------------------------------------------------------


def test_all_that_happens_on_the_way_of_a_claim_is_told_in_order(
    endpoint: Endpoint, receiver: Receiver, site: Site
) -> None:
    review = make.published(slug="ferry").review
    edition(review, "update")
    edition(review, "correction")
    make.revised(make.passage_of(review.claim).revision.article, make.OTHER_FIGURE)
    endpoint = run(endpoint)
    told = ["review.submitted", "review.approved"]
    assert [message.kind for message in receiver.messages] == [
        *("article.imported", "claim.flagged", *told, "publication.published"),
        *(*told, "publication.updated", *told, "publication.corrected", "article.changed"),
    ]
    assert (endpoint.status, endpoint.failures, endpoint.error_detail) == ("done", 0, "")
    assert set(Delivery.objects.values_list("status", "attempts")) == {("delivered", 1)}


def test_giving_a_review_away_and_sending_it_back_is_told(endpoint: Endpoint) -> None:
    review = make.returned()
    actions.assign(make.review_of(review), actor=person("Cleo"), assignee=person("Ben"))
    actions.assign(make.review_of(review), actor=person("Cleo"), assignee=None)
    tell(endpoint)
    assert kinds()[-3:] == ["review.returned", "review.assigned", "review.assigned"]


def test_what_no_editor_returned_is_not_told_as_returned(endpoint: Endpoint) -> None:
    make.withdrawn()
    edited = make.submitted()
    make.draft(edited, summary="Other words.")
    assert make.review_of(edited).status == Review.Status.RESEARCHING
    actions.reopen(make.approved(), actor=person("Cleo"), reason="New figures.")
    tell(endpoint)
    assert "review.returned" not in kinds()


@pytest.mark.parametrize("note", ["withdrawn", "edited"])
def test_what_an_editor_returned_is_told_whatever_the_note_says(endpoint: Endpoint, note: str) -> None:
    make.returned(note=note)
    tell(endpoint)
    assert kinds()[-1] == "review.returned"


def test_a_publication_is_told_once_its_page_stands(
    endpoint: Endpoint, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker died between the edition and its page, for longer than looks go back."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        release = make.requested(slug="ferry")
        with monkeypatch.context() as broken:
            broken.setattr("publishing.actions.build_for", _no_room)
            make.carry_out(release)
        assert Edition.objects.count() == 1
        for _ in range(4):
            tell_endpoints()
            clock.shift(SLACK)
        assert not site.files()
        assert "publication.published" not in kinds()
        make.carry_out(release)
        assert "checks/ferry/index.html" in site.files()
        tell_endpoints()
    assert kinds()[-1] == "publication.published"
    assert kinds().count("publication.published") == 1


def test_a_page_that_the_repair_puts_up_is_told_once(
    endpoint: Endpoint, site: Site, cleo: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk was full until the release was given up, and nobody can ask for it any more."""
    release = make.requested(slug="ferry")
    with time_machine.travel(timezone.now(), tick=False) as clock, monkeypatch.context() as broken:
        broken.setattr("publishing.actions.build_for", _no_room)
        while make.carry_out(release).status == "queued":
            clock.shift(timedelta(hours=1))
        assert (release.status, release.error_code) == ("failed", "gave_up")
    actions.reopen(release.publication.review, actor=cleo, reason="New figures.")
    assert Publication.objects.get().state == "live"
    for _ in range(3):
        repair_site()
        assert "checks/ferry/index.html" in site.files()
        make.carry_out(release)
        tell_endpoints()
        assert kinds().count("publication.published") == 1
    assert (release.status, release.error_code) == ("done", "")


@pytest.mark.parametrize("state", ["called off", "replaced"])
def test_no_release_is_carried_out_again_whose_edition_does_not_stand(
    state: str, site: Site, dov: Any
) -> None:
    if state == "called off":
        call_off(make.requested(publish_at=timezone.now() + SLACK).publication, actor=dov)
    else:
        edition(make.published(slug="ferry").review, "update")
        Release.objects.filter(pk=Release.objects.earliest("pk").pk).update(status="failed")
    with nothing_changes():
        assert release_again() == 0


def _no_room(_publication: Publication) -> None:
    raise OSError("No space left on device")


def test_what_the_desk_mends_in_its_reading_is_no_change_of_the_article(endpoint: Endpoint) -> None:
    repaired(imported())
    assert Event.objects.filter(action="article.repaired").exists()
    tell(endpoint)
    assert kinds() == ["article.imported"]


def test_each_kind_is_asked_for_as_it_is_told(site: Site) -> None:
    """The condition in the database and the one in the code name the same events, each kind some."""
    review = make.published(slug="ferry").review
    edition(review, "update")
    edition(review, "correction")
    make.revised(make.passage_of(review.claim).revision.article, make.OTHER_FIGURE)
    actions.assign(make.returned(), actor=person("Cleo"), assignee=person("Ben"))
    make.withdrawn()
    events = list(Event.objects.all())
    for kind in Kind:
        mine = {event.pk for event in events if kind_of(event) == kind}
        assert mine
        assert set(Event.objects.filter(wanted([kind])).values_list("pk", flat=True)) == mine
    told = {event.pk for event in events if kind_of(event)}
    assert set(Event.objects.filter(wanted(Kind.values)).values_list("pk", flat=True)) == told
    assert len(told) < len(events)


def test_an_endpoint_is_told_what_it_asked_for_and_no_more(site: Site) -> None:
    few = make.endpoint(kinds=["publication.corrected", "review.approved"])
    review = make.published(slug="ferry").review
    edition(review, "correction")
    tell(few)
    assert kinds() == ["review.approved", "review.approved", "publication.corrected"]


# --- What a message says -------------------------------------------------------------------------


def test_a_message_of_a_publication_has_the_public_facts(site: Site, settings: Any) -> None:
    publication = make.published(slug="ferry")
    event = Event.objects.get(action="publication.shown")
    [(_event, kind, text)] = messages_of([event])
    origin, pk = settings.PUBLIC_ORIGIN, publication.pk
    assert kind == "publication.published"
    assert json.loads(text) == {
        "type": "publication.published",
        "timestamp": event.at.isoformat().replace("+00:00", "Z"),
        "data": {
            "publication_id": str(pk),
            "slug": "ferry",
            "url": f"{origin}/checks/ferry/",
            "edition": 1,
            "edition_kind": "first",
            "api_url": f"{origin}/api/v1/publications/{pk}",
        },
    }


@pytest.mark.case("S20")
def test_no_message_says_anything_that_is_not_public(endpoint: Endpoint, receiver: Receiver) -> None:
    """A confidential source, a draft, who said it, what an editor noted: a receiver is told ids and addresses."""
    secret = {"claimant": "Ilse Maar", "said_where": "the harbour", "topics": ["Shipping"]}
    review = make.drafted(**secret)
    make.confidential_evidence(review)
    make.submit(review)
    actions.return_verdict(make.review_of(review), actor=person("Cleo"), note="Name the year.")
    actions.assign(make.review_of(review), actor=person("Cleo"), assignee=person("Ben"))
    article = make.passage_of(review.claim).revision.article
    make.revised(article, make.OTHER_FIGURE)
    run(endpoint)
    assert {message.kind for message in receiver.messages} == {
        *("article.imported", "article.changed", "claim.flagged"),
        *("review.assigned", "review.submitted", "review.returned"),
    }
    said = "\n".join(
        f"{message.body.decode()} {' '.join(message.headers.values())}" for message in receiver.messages
    )
    words = [
        *("Marten", "crew", "call of 3 May", "member", "Maar", "harbour", "Shipping", "year", "Night ferry"),
        *("mostly", "false", "38,900", "41,000", "ticket", "Ada", "Ben", "Cleo", make.SUMMARY, article.title),
    ]
    assert [word for word in words if word in said] == []


LINKS = {"api_url", "desk_url"}
REVIEW = {"review_id", "claim_id", *LINKS}
PUBLIC = {"publication_id", "slug", "url", "edition", "edition_kind", "api_url"}
SAID = {
    "article.imported": {"article_id", *LINKS},
    "article.changed": {"article_id", "revision", *LINKS},
    "claim.flagged": {"claim_id", "article_id", *LINKS},
    "review.assigned": {*REVIEW, "assignee_id"},
    "review.submitted": {*REVIEW, "verdict"},
    "review.returned": REVIEW,
    "review.approved": REVIEW,
    "publication.published": PUBLIC,
    "publication.updated": PUBLIC,
    "publication.corrected": PUBLIC,
}


def test_each_kind_says_these_things_and_no_others(site: Site) -> None:
    review = make.published(slug="ferry").review
    edition(review, "update")
    edition(review, "correction")
    make.revised(make.passage_of(review.claim).revision.article, make.OTHER_FIGURE)
    actions.assign(make.returned(), actor=person("Cleo"), assignee=person("Ben"))
    messages = [json.loads(text) for _event, _kind, text in messages_of(list(Event.objects.all()))]
    assert {message["type"]: set(message["data"]) for message in messages} == SAID
    assert set(SAID) == set(Kind.values)
    for message in messages:
        assert set(message) == {"type", "timestamp", "data"}
        numbers = {"edition", "revision", "verdict"}
        assert all(isinstance(value, int) == (name in numbers) for name, value in message["data"].items())


def test_the_words_of_a_message_do_not_change_after_it_was_told(
    endpoint: Endpoint, receiver: Receiver, settings: Any
) -> None:
    make.imported_article()
    tell(endpoint)
    before = Delivery.objects.get().body
    settings.PUBLIC_ORIGIN = "https://elsewhere.example"
    run(endpoint)
    [message] = receiver.messages
    assert message.body.decode() == before


# --- Once, and never not -------------------------------------------------------------------------


def test_what_was_before_an_endpoint_is_not_told() -> None:
    make.imported_article()
    endpoint = make.endpoint()
    assert tell(endpoint) == 0
    make.imported_article()
    assert tell(endpoint) == 1


def test_nothing_is_told_twice_however_often_one_looks(endpoint: Endpoint) -> None:
    make.flagged()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert tell_endpoints() == 2
        for _ in range(60):
            clock.shift(timedelta(minutes=1))
            assert tell_endpoints() == 0


def test_a_day_without_workers_loses_nothing(endpoint: Endpoint) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(24):
            make.imported_article()
            clock.shift(timedelta(hours=1))
        assert tell_endpoints() == 24
        endpoint.refresh_from_db()
        assert endpoint.told_until == timezone.now() - SLACK


def test_what_took_minutes_to_commit_is_told_all_the_same(endpoint: Endpoint) -> None:
    """Its time is from before the last look, which could not see it."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        clock.shift(timedelta(hours=1))
        make.imported_article()
        tell(endpoint)
        clock.shift(-(SLACK - timedelta(seconds=1)))
        make.imported_article()
        clock.shift(SLACK)
        assert tell(Endpoint.objects.get()) == 1


def test_a_look_takes_so_many_and_the_next_one_goes_on(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "MOST_AT_ONCE", 2)
    articles = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(5):
            clock.shift(timedelta(hours=1))
            articles.append(make.imported_article().pk)
        found = [tell(Endpoint.objects.get()) for _ in range(4)]
    assert found == [2, 2, 1, 0]
    order = Delivery.objects.order_by("pk").values_list("event__object_id", flat=True)
    assert list(order) == [str(pk) for pk in articles]


def test_one_that_is_switched_off_is_told_the_rest_when_it_is_on(endpoint: Endpoint, max_: Any) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first = make.imported_article()
        tell(endpoint)
        switch_off_endpoint(endpoint, actor=max_)
        for _ in range(3):
            clock.shift(timedelta(days=1))
            make.imported_article()
            assert tell_endpoints() == 0
        switch_on_endpoint(endpoint, actor=max_)
        assert tell_endpoints() == 3
    order = [int(pk) for pk in Delivery.objects.order_by("pk").values_list("event__object_id", flat=True)]
    assert order == sorted(order)
    assert order[0] == first.pk


def test_a_kind_that_is_added_counts_from_then_on(max_: Any) -> None:
    endpoint = make.endpoint(kinds=["claim.flagged"])
    with time_machine.travel(timezone.now(), tick=False) as clock:
        make.imported_article()
        clock.shift(timedelta(hours=1))
        tell_endpoints()
        change_endpoint(Endpoint.objects.get(), actor=max_, kinds=["claim.flagged", "article.imported"])
        assert tell(Endpoint.objects.get()) == 0
        article = make.imported_article()
        assert tell(Endpoint.objects.get()) == 1
    assert Delivery.objects.get().event is not None
    assert Delivery.objects.get().event.object_id == str(article.pk)
    assert endpoint.pk


# --- What a look costs ---------------------------------------------------------------------------


def test_a_look_at_nothing_is_one_query_for_each_endpoint(django_assert_num_queries: Any) -> None:
    for _ in range(3):
        make.endpoint()
    with django_assert_num_queries(1 + 3):
        tell_endpoints()


def test_a_look_does_not_cost_more_where_there_is_more_to_tell(
    endpoint: Endpoint, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        make.submitted()
    with django_assert_max_num_queries(9):
        assert tell(endpoint) == 9


@pytest.mark.sqlite
def test_a_look_reads_the_log_by_an_index(endpoint: Endpoint) -> None:
    plan = telling.untold(endpoint).explain()
    assert "SCAN audit_event" not in plan
    assert "INDEX" in plan


def test_an_event_of_which_no_message_can_be_made_holds_up_nothing(
    endpoint: Endpoint, receiver: Receiver, caplog: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.flagged()
    _, odd, *_rest = messages_of(Event.objects.order_by("pk"))
    made = payloads._DATA[Kind.CLAIM_FLAGGED]

    def fails_for_one(event: Event, known: Any) -> Any:
        return made(event, known) if event.pk != odd[0].pk else event.data["no such thing"]

    monkeypatch.setitem(payloads._DATA, Kind.CLAIM_FLAGGED, fails_for_one)
    make.flagged()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(4):
            run(endpoint)
            clock.shift(SLACK)
        assert not telling.untold(Endpoint.objects.get()).exists()
    assert [message.kind for message in receiver.messages] == [
        *("article.imported", "article.imported", "claim.flagged"),
    ]
    assert "No message can be made" in caplog.text


def test_an_endpoint_that_cannot_be_told_holds_up_no_other(
    caplog: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, well = make.endpoint(), make.endpoint()
    make.imported_article()

    def fails_for_one(endpoint: Endpoint) -> int:
        if endpoint == broken:
            raise RuntimeError("out of order")
        return tell(endpoint)

    monkeypatch.setattr(telling, "tell", fails_for_one)
    assert tell_endpoints() == 1
    assert [delivery.endpoint for delivery in Delivery.objects.all()] == [well]
    assert "out of order" in caplog.text


def test_endpoints_may_differ_in_what_they_are_told(max_: Any) -> None:
    first, _secret = add_endpoint(actor=max_, url="https://one.example/", kinds=["claim.flagged"])
    second, _secret = add_endpoint(actor=max_, url="https://two.example/", kinds=["article.imported"])
    make.flagged()
    assert tell_endpoints() == 2
    assert first.deliveries.get().kind == "claim.flagged"
    assert second.deliveries.get().kind == "article.imported"
    assert first.deliveries.get().key != second.deliveries.get().key
