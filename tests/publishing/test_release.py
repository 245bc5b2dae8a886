"""A verdict goes out once, as it was signed off, by somebody who may (SECURITY, R3, R4, A11, A13, R10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from factcheck.accounts.models import User
from factcheck.accounts.roles import Role
from factcheck.audit.models import Event
from factcheck.errors import Forbidden, IllegalTransition, Malformed, NotReady
from factcheck.jobs.models import JobStatus
from publishing.actions import call_off, carry_out_release, publish, reschedule
from publishing.models import Edition, Publication, Release, Summary
from reviews import actions
from reviews.models import Review, Verdict
from reviews.states import having
from tests import factories as make
from tests.cast import person, take_role
from tests.database import nothing_changes, triggers_off
from tests.publishing.conftest import Site

pytestmark = pytest.mark.django_db


def _publication(release: Release) -> Publication:
    return Publication.objects.select_related("edition").get(pk=release.publication_id)


def _held(release: Release) -> Event:
    return Event.objects.filter(
        action="publication.held", object_id=str(release.publication_id), actor=None
    ).latest("pk")


# --- Once ----------------------------------------------------------------------------------------


def test_what_is_published_is_the_verdict_that_was_signed(site: Site, dov: User) -> None:
    review = make.approved()
    publication = make.published(review, publisher=dov)
    assert publication.state == "live"
    edition = publication.edition
    assert (edition.number, edition.kind, edition.published_by) == (1, "first", dov)
    signed = Event.objects.get(action="review.signed_off", object_id=str(review.pk))
    assert edition.payload["verdict"]["digest"] == signed.data["digest"] == review.verdict.digest
    assert edition.payload["written_by"] == ["Ada"]
    assert edition.payload["signed_off_by"] == ["Cleo"]
    log = Event.objects.filter(object_type="publishing.publication").order_by("pk")
    assert [(e.action, e.actor) for e in log] == [
        ("publication.requested", dov),
        ("publication.published", dov),
        ("publication.shown", None),
    ]


@pytest.mark.case("R4")
def test_a_second_click_is_the_same_wish(dov: User) -> None:
    review = make.approved()
    first = make.requested(review, publisher=dov)
    with nothing_changes(leave_out=["reviews_review"]):
        second = publish(make.review_of(review), actor=dov)
    assert first == second
    assert Event.objects.filter(action="publication.requested").count() == 1


@pytest.mark.case("R4")
def test_a_second_click_after_the_page_is_up_publishes_nothing(site: Site, dov: User) -> None:
    publication = make.published()
    for wish in ({}, {"note": "Again."}, {"kind": "update", "note": "Again."}, {"slug": "again"}):
        with nothing_changes(leave_out=["reviews_review"]):
            release = publish(make.review_of(publication.review), actor=dov, **wish)
        assert release.status == JobStatus.DONE
    assert Edition.objects.count() == 1


@pytest.mark.case("R4")
def test_carrying_it_out_twice_makes_one_edition_and_the_same_pages(site: Site) -> None:
    release = make.carry_out(make.requested())
    before = site.files()
    Release.objects.update(status=JobStatus.QUEUED)
    make.carry_out(release)
    assert release.status == JobStatus.DONE
    assert Edition.objects.count() == 1
    assert site.files() == before


def test_a_worker_that_lost_its_lease_in_the_middle_leaves_one_edition(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one makes the pages, another takes the job over and finishes it."""
    release = make.requested()
    real = carry_out_release.__globals__["build_for"]

    def slow(publication: Publication) -> None:
        monkeypatch.setattr("publishing.actions.build_for", real)
        Release.objects.filter(pk=release.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
        make.carry_out(Release.objects.get(pk=release.pk))
        real(publication)

    monkeypatch.setattr("publishing.actions.build_for", slow)
    make.carry_out(release)
    assert (release.status, release.attempts) == (JobStatus.DONE, 2)
    assert Edition.objects.count() == 1


# --- Not any more --------------------------------------------------------------------------------


def _loses_the_role(dov: User) -> None:
    take_role(dov, Role.PUBLISHER)


def _is_deactivated(dov: User) -> None:
    User.objects.filter(pk=dov.pk).update(is_active=False)


@pytest.mark.case("A11", "A13")
@pytest.mark.parametrize("loses", [_loses_the_role, _is_deactivated])
def test_what_dov_asked_for_is_held_when_he_lost_the_right(
    loses: Callable[[User], None], site: Site, dov: User
) -> None:
    release = make.requested(publisher=dov)
    loses(dov)
    with nothing_changes(leave_out=["publishing_release"]):
        make.carry_out(release)
    assert (release.status, release.error_code) == (JobStatus.FAILED, "forbidden")
    assert _held(release).data["code"] == "forbidden"
    assert _publication(release).state == "scheduled"
    assert site.files() == {}


@pytest.mark.case("A11", "F16")
def test_a_scheduled_release_is_held_when_its_publisher_has_left_by_then(site: Site, dov: User) -> None:
    due = timezone.now() + timedelta(hours=3)
    release = make.requested(publisher=dov, publish_at=due)
    _is_deactivated(dov)
    with time_machine.travel(due + timedelta(minutes=1)):
        make.carry_out(release)
    assert release.error_code == "forbidden"
    assert not Edition.objects.exists()


def test_another_publisher_may_ask_again_for_what_was_held(site: Site, dov: User) -> None:
    release = make.requested(publisher=dov)
    take_role(dov, Role.PUBLISHER)
    make.carry_out(release)
    again = publish(make.review_of(release.publication.review), actor=person("Ulla", "publisher"))
    assert again == release
    assert make.carry_out(again).status == JobStatus.DONE
    assert Edition.objects.get().published_by.name == "Ulla"


def _edited(review: Review) -> None:
    make.draft(review, summary="Changed since.")


def _reopened(review: Review) -> None:
    actions.reopen(review, actor=person("Cleo"), reason="New figures.")


def _replaced(review: Review) -> None:
    make.second_verdict(review)


@pytest.mark.case("R3")
@pytest.mark.parametrize(
    ("change", "blocker"),
    [(_edited, "not_approved"), (_reopened, "not_approved"), (_replaced, "other_verdict")],
)
def test_what_changed_between_click_and_worker_does_not_go_out(
    change: Callable[[Review], None], blocker: str, site: Site
) -> None:
    review = make.approved()
    release = make.requested(review)
    change(make.review_of(review))
    with nothing_changes(leave_out=["publishing_release"]):
        make.carry_out(release)
    assert (release.status, release.error_code) == (JobStatus.FAILED, "not_ready")
    assert _held(release).data["code"] == "not_ready"
    assert site.files() == {}
    with pytest.raises(NotReady) as refusal:
        carry_out_release(release)
    assert [b["code"] for b in refusal.value.members["blockers"]] == [blocker]


@pytest.mark.case("R3")
def test_after_a_change_the_new_verdict_goes_out_and_the_old_never(site: Site, dov: User) -> None:
    review = make.approved()
    old = make.requested(review)
    review = make.second_verdict(review)
    new = publish(review, actor=dov)
    make.carry_out(old)
    make.carry_out(new)
    assert [e.verdict.number for e in Edition.objects.all()] == [2]
    assert _publication(new).edition.number == 1


@pytest.mark.case("R3")
def test_words_changed_outside_the_desk_do_not_go_out(site: Site, dov: User) -> None:
    review = make.approved()
    release = make.requested(review)
    with triggers_off("reviews_verdict"):
        Verdict.objects.filter(pk=review.verdict.pk).update(summary="Forged.")
    make.carry_out(release)
    assert release.status == JobStatus.FAILED
    assert "outside the desk" in str(_held(release).data)
    with nothing_changes(), pytest.raises(NotReady) as refusal:
        publish(make.review_of(review), actor=dov)
    assert [b["code"] for b in refusal.value.members["blockers"]] == ["digest_mismatch"]


def test_a_signature_taken_away_outside_the_desk_stops_it(site: Site) -> None:
    release = make.requested()
    with triggers_off("reviews_signature"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM reviews_signature WHERE part = 'approved'")
    make.carry_out(release)
    assert release.error_code == "not_ready"


@pytest.mark.parametrize("state", [make.flagged, make.drafted, make.submitted, make.declined, make.returned])
def test_only_what_is_signed_off_is_published(state: Callable[[], Review], dov: User) -> None:
    review = state()
    with nothing_changes(), pytest.raises(NotReady):
        publish(review, actor=dov)


def test_nobody_but_a_publisher_publishes(max_: User, cleo: User) -> None:
    review = make.approved()
    for user in (max_, cleo, person("Ada"), person("Eve"), person("Sam")):
        with nothing_changes(), pytest.raises(Forbidden):
            publish(review, actor=user)


# --- At a time -----------------------------------------------------------------------------------


def test_a_scheduled_release_waits_for_its_time_and_goes_out_once(site: Site) -> None:
    due = timezone.now() + timedelta(hours=3)
    release = make.requested(publish_at=due)
    make.carry_out(release)
    assert release.status == JobStatus.QUEUED
    assert not Edition.objects.exists()
    with time_machine.travel(due + timedelta(seconds=1)):
        assert make.carry_out(release).status == JobStatus.DONE
        make.carry_out(release)
    assert Edition.objects.count() == 1


def test_a_scheduled_release_is_moved_and_goes_out_at_the_new_time_only(site: Site, dov: User) -> None:
    due = timezone.now() + timedelta(hours=3)
    publication = make.requested(publish_at=due).publication
    fay = person("Fay", "publisher")
    reschedule(publication, actor=fay, publish_at=due + timedelta(hours=1))
    release = Release.objects.get()
    assert release.requested_by == fay
    assert _publication(release).publish_at == due + timedelta(hours=1)
    with time_machine.travel(due + timedelta(minutes=1)):
        assert make.carry_out(release).status == JobStatus.QUEUED
    with time_machine.travel(due + timedelta(minutes=61)):
        assert make.carry_out(release).status == JobStatus.DONE
    assert Event.objects.filter(action="publication.rescheduled", actor=fay).count() == 1


def test_a_time_that_has_passed_publishes_nothing_but_asking_again_is_no_slip(dov: User) -> None:
    due, review = timezone.now() + timedelta(hours=3), make.approved()
    with time_machine.travel(due + timedelta(seconds=1)), nothing_changes(), pytest.raises(Malformed):
        publish(review, actor=dov, publish_at=due)
    release = publish(review, actor=dov, publish_at=due)
    with time_machine.travel(due + timedelta(seconds=1)):
        assert publish(make.review_of(review), actor=dov, publish_at=due) == release
        with nothing_changes(), pytest.raises(Malformed):
            reschedule(release.publication, actor=dov, publish_at=due)


@pytest.mark.case("R7")
def test_of_two_who_move_it_the_last_is_believed_by_job_and_publication(site: Site, dov: User) -> None:
    due = timezone.now() + timedelta(hours=3)
    read_before = make.requested(publish_at=due).publication
    later = due + timedelta(hours=1)
    reschedule(Publication.objects.get(), actor=person("Fay", "publisher"), publish_at=later)
    reschedule(read_before, actor=dov, publish_at=due)
    assert (Release.objects.get().run_after, Publication.objects.get().publish_at) == (due, due)


def test_a_scheduled_release_can_be_moved_to_now(site: Site, dov: User) -> None:
    release = make.requested(publish_at=timezone.now() + timedelta(hours=3))
    reschedule(release.publication, actor=dov, publish_at=None)
    assert make.carry_out(release).status == JobStatus.DONE


def test_what_is_not_signed_off_any_more_is_not_moved(dov: User) -> None:
    release = make.requested(publish_at=timezone.now() + timedelta(hours=3))
    make.draft(release.publication.review, by=person("Ben"), summary="Other words.")
    publication = Publication.objects.get()
    with nothing_changes(), pytest.raises(NotReady):
        reschedule(publication, actor=dov, publish_at=None)
    assert call_off(publication, actor=dov).state == "called_off"


def test_what_is_called_off_does_not_go_out_until_it_is_asked_for_again(site: Site, dov: User) -> None:
    due = timezone.now() + timedelta(hours=3)
    release = make.requested(publish_at=due)
    review = release.publication.review
    call_off(release.publication, actor=dov)
    assert Review.objects.with_state().get(pk=review.pk).shown_state == "ready"
    assert Review.objects.with_state().filter(having("ready"), pk=review.pk).exists()
    with time_machine.travel(due + timedelta(seconds=1)):
        make.carry_out(release)
    assert not Edition.objects.exists()
    assert make.requested(make.review_of(review)) == release
    assert Review.objects.with_state().get(pk=review.pk).shown_state == "scheduled"
    assert make.carry_out(release).status == JobStatus.DONE
    assert _publication(release).state == "live"


def test_calling_off_an_update_leaves_what_is_live(site: Site, dov: User) -> None:
    publication = make.published()
    later = timezone.now() + timedelta(hours=3)
    publish(make.second_verdict(publication.review), actor=dov, publish_at=later, note="New figures.")
    publication = call_off(Publication.objects.get(), actor=dov)
    assert (publication.state, publication.publish_at) == ("live", None)
    assert Edition.objects.count() == 1


@pytest.mark.case("R4")
@pytest.mark.parametrize("moment", ["running", "failed once", "done", "called off"])
def test_what_a_worker_has_begun_is_neither_moved_nor_called_off(moment: str, site: Site, dov: User) -> None:
    release = make.requested()
    publication = release.publication
    match moment:
        case "running":
            assert Release.objects.take(release.pk, timezone.now())
        case "failed once":
            Release.objects.filter(pk=release.pk).update(attempts=1)
        case "done":
            make.carry_out(release)
        case _:
            call_off(publication, actor=dov)
    with nothing_changes():
        with pytest.raises(IllegalTransition):
            reschedule(publication, actor=dov, publish_at=None)
        with pytest.raises(IllegalTransition):
            call_off(publication, actor=dov)


# --- A second edition ----------------------------------------------------------------------------


def _second(review: Review, **wish: Any) -> Publication:
    release = publish(make.second_verdict(review), actor=person("Dov"), **wish)
    assert make.carry_out(release).status == JobStatus.DONE
    return _publication(release)


def test_the_first_edition_stays_readable_for_ever(site: Site) -> None:
    first = make.published(slug="ferry")
    was = site.check("ferry", 1)
    second = _second(first.review, kind="correction", note="The harbour board sent new figures.")
    assert (second.pk, second.edition.number, second.edition.kind) == (first.pk, 2, "correction")

    now, old, kept = site.check("ferry"), site.check("ferry", 1), site.check("ferry", 2)
    assert "39,100 passengers" in now
    assert "39,100 passengers" in kept
    assert "38,900 passengers" in old
    assert "39,100 passengers" not in old
    assert "38,900 passengers" in was
    assert "The harbour board sent new figures." in now
    assert second.edition.payload["first_published_at"] == first.edition.payload["published_at"]
    assert site.data("ferry")["number"] == 2
    assert "39,100 passengers" in site.text("index.html")
    assert "39,100 passengers" in site.text("feed.atom")


def test_a_live_page_stays_as_it_is_until_another_replaces_it(site: Site) -> None:
    publication = make.published()
    before = site.files()
    make.second_verdict(publication.review)
    assert site.files() == before
    publication.refresh_from_db()
    assert publication.state == "live"
    assert publication.is_behind(make.review_of(publication.review))


def test_a_later_edition_tells_readers_why(site: Site, dov: User) -> None:
    publication = make.published()
    review = make.second_verdict(publication.review)
    for note in ("", "  "):
        with nothing_changes(), pytest.raises(Malformed) as refusal:
            publish(review, actor=dov, note=note)
        assert refusal.value.members["errors"][0]["pointer"] == "/note"


# --- Addresses -----------------------------------------------------------------------------------


def test_the_address_is_the_statement_in_short(dov: User) -> None:
    release = make.requested(make.approved(statement="The night ferry: 41,000 people?"))
    assert release.publication.slug == "the-night-ferry-41000-people"


def test_an_address_can_be_chosen(dov: User) -> None:
    assert make.requested(slug="Night Ferry").publication.slug == "night-ferry"


@pytest.mark.case("R10")
def test_two_claims_in_the_same_words_get_two_addresses(dov: User) -> None:
    slugs = [make.requested().publication.slug for _ in range(3)]
    assert len(set(slugs)) == 3
    assert slugs[1].startswith(slugs[0])


@pytest.mark.case("R10")
def test_an_address_that_is_taken_is_refused(site: Site, dov: User) -> None:
    make.published(slug="ferry")
    review = make.approved()
    with nothing_changes(), pytest.raises(Malformed) as refusal:
        publish(review, actor=dov, slug="ferry")
    assert refusal.value.members["errors"][0] | {"detail": ""} == {
        "pointer": "/slug",
        "code": "taken",
        "detail": "",
    }


def test_a_chosen_address_without_letters_is_refused(dov: User) -> None:
    review = make.approved()
    with nothing_changes(), pytest.raises(Malformed):
        publish(review, actor=dov, slug="?!/..")


@pytest.mark.parametrize(
    "statement",
    [
        "🚢🚢🚢",
        "../../etc/passwd",
        "𐍅" * 300,
        "失业率" * 60,
        ".new-",
        "v",
        "a" * 900,
        "<script>alert(1)</script>",
    ],
)
def test_any_statement_gets_an_address_and_a_page(statement: str, site: Site) -> None:
    publication = make.published(make.approved(statement=statement))
    assert site.check(publication.slug)
    assert all(len(part.encode()) < 255 for name in site.files() for part in name.split("/"))
    outside = {p.name for p in site.root.parent.iterdir()}
    assert outside == {"site"}


def test_articles_of_the_same_title_get_two_summaries(site: Site) -> None:
    for _ in range(2):
        article = make.imported_article(title="Ferry news")
        make.published(make.approved(article=article))
    assert len(set(Summary.objects.values_list("slug", flat=True))) == 2
