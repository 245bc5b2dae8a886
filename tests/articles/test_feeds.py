"""Feeds: each entry becomes an import once, whatever the feed says (SECURITY, P15, P16, P20)."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.actions import (
    add_feed,
    carry_out_poll,
    change_feed,
    pause_feed,
    poll_feed_now,
    polling,
    remove_feed,
    retry_import,
)
from articles.actions.polling import MOST_AT_ONCE, SOON
from articles.extraction.document import too_complex
from articles.feeds.models import Feed, FeedEntry
from articles.fetching import failures as why_not
from articles.models import Article, Import, Revision
from articles.tasks import poll_feed, run_import
from factcheck.accounts.models import User
from factcheck.audit.models import Event
from factcheck.errors import Conflict, Malformed
from factcheck.jobs.runner import LeaseLost
from factcheck.jobs.sweep import sweep
from tests import factories as make
from tests.api.callers import calling
from tests.articles.canary import Server, page, redirect
from tests.articles.feeding import article, atom, feed_page, item, json_feed, rss
from tests.cast import person, signed_in
from tests.database import nothing_changes
from tests.desk.hand import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def allowed(server: Server, settings: Any) -> None:
    settings.FETCH_ALLOW = [server.place]


@pytest.fixture
def feed(server: Server) -> Feed:
    """A feed with nothing in it yet."""
    return make.feed(url=server.says("/feed", feed_page(rss())))


def polled(feed: Feed) -> Feed:
    """The feed after one more poll, whatever pause it is in."""
    Feed.objects.filter(pk=feed.pk).update(run_after=timezone.now())
    poll_feed(feed.pk)
    feed = Feed.objects.get(pk=feed.pk)
    assert feed.attempts == 0, feed.error_detail  # the poll ended, and was not broken off
    return feed


def says(server: Server, *items: str, **more: str) -> None:
    server.says("/feed", feed_page(rss(*items, **more)))


def import_all() -> None:
    for job in Import.objects.filter(status="queued"):
        Import.objects.filter(pk=job.pk).update(run_after=timezone.now())
        run_import(job.pk)


def links() -> list[str]:
    return list(Import.objects.order_by("pk").values_list("url", flat=True))


# --- What comes of an entry ----------------------------------------------------------------------


def test_each_entry_becomes_an_article_of_its_page(feed: Feed, server: Server) -> None:
    for number in (1, 2):
        server.says(f"/articles/{number}", article(number))
    says(server, item(1), item(2))
    feed = polled(feed)
    assert (feed.title, feed.failures, feed.error_detail) == ("Example Herald", 0, "")
    import_all()
    assert {job.status for job in Import.objects.all()} == {"done"}
    assert Article.objects.count() == 2
    found = Article.objects.get(title="Night ferry (1)")
    assert (found.origin, found.canonical_url) == ("feed_entry", server.url("/articles/1"))
    assert make.QUOTE in Revision.objects.get(article=found).text
    polled(feed)
    assert Import.objects.count() == 2


def test_what_an_administrator_knows_of_the_feed_goes_to_its_articles(server: Server) -> None:
    url = server.says("/feed", feed_page(rss(item(1))))
    server.says("/articles/1", article(1))
    polled(make.feed(url=url, outlet_name="Vell Courier", language="en-GB", title="Ferries"))
    import_all()
    found = Article.objects.get()
    assert (str(found.outlet), found.language) == ("Vell Courier", "en-GB")


def test_what_a_feed_brought_in_names_the_feed_and_nobody(feed: Feed, server: Server) -> None:
    server.says("/articles/1", article(1))
    says(server, item(1), title="Herald & Sons")
    polled(feed)
    import_all()
    found = Article.objects.get()
    assert (found.imported_by, found.feed, Import.objects.get().requested_by) == (None, feed, None)
    assert Revision.objects.get().created_by is None
    for action in ("import.requested", "article.imported"):
        event = Event.objects.get(action=action)
        assert (event.actor, event.data["feed"]) == (None, "Herald & Sons")
    reader = signed_in(person("Vera"))
    for address in ("/desk/articles/", f"/desk/articles/{found.pk}/"):
        html = reader.get(address).content.decode()
        assert f'href="/desk/settings/feeds/{feed.pk}/"><bdi>Herald &amp; Sons</bdi>' in html
    shown = calling("Vera").get(f"/api/v1/articles/?feed={feed.pk}").json()["results"]
    assert [(each["imported_by"], each["feed"]) for each in shown] == [(None, str(feed.pk))]


def test_an_article_is_brought_in_by_a_person_or_a_feed_and_not_by_both_or_nobody(feed: Feed) -> None:
    make.imported_article()
    for facts in ({"feed": feed}, {"imported_by": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Article.objects.update(**facts)


FULL = (
    "<content:encoded><![CDATA[<p>The night ferry to Vell Island carried 41,000 passengers last year.</p>"
    "<p>The board counts crew as well, it says.</p>]]></content:encoded>"
)


def with_text(number: int, **parts: str) -> str:
    return item(number, **parts).replace("</item>", f"{FULL}</item>")


@pytest.mark.parametrize("answer", [page("", status="403 No"), page("x", "Content-Type: image/png")])
def test_the_whole_text_in_the_feed_stands_in_where_the_page_cannot_be_had(
    answer: bytes, feed: Feed, server: Server
) -> None:
    server.says("/articles/1", answer)
    says(server, with_text(1))
    polled(feed)
    import_all()
    revision = Revision.objects.get()
    assert "41,000 passengers" in revision.text
    assert [each["code"] for each in revision.warnings] == ["text_of_feed"]
    assert revision.article.title == "Night ferry breaks its record (1)"
    assert revision.article.canonical_url == server.url("/articles/1")
    assert revision.article.published_at is not None


def test_a_page_that_is_only_away_is_waited_for(feed: Feed, server: Server) -> None:
    server.says("/articles/1", page("", status="503 Away"))
    says(server, with_text(1))
    polled(feed)
    import_all()
    assert Import.objects.get().status == "queued"
    server.says("/articles/1", article(1))
    import_all()
    assert make.QUOTE in Revision.objects.get().text
    assert Revision.objects.get().warnings == []


def test_an_entry_without_an_address_is_taken_as_it_stands(feed: Feed, server: Server) -> None:
    says(server, with_text(1, link=""))
    polled(feed)
    import_all()
    found = Article.objects.get()
    assert (found.title, found.canonical_url) == ("Night ferry breaks its record (1)", "")


def test_atom_and_json_feeds_are_read_too(server: Server) -> None:
    entry = (
        '<entry><title type="html">&lt;b&gt;Ferry&lt;/b&gt;</title><id>tag:a</id><link href="/articles/1"/>'
        "<updated>2026-03-03T10:00:00Z</updated><author><name>Jo Field</name></author>"
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Whole text.</p></div></content></entry>'
    )
    polled(make.feed(url=server.says("/atom", atom(entry))))
    polled(
        make.feed(
            url=server.says("/json", json_feed({"id": 7, "url": "/articles/2", "content_html": "<p>A.</p>"}))
        )
    )
    assert links() == [server.url("/articles/1"), server.url("/articles/2")]
    entry = Import.objects.order_by("pk")[0]
    assert entry.given["entry"] == {"title": "Ferry", "byline": "Jo Field"}


# --- Hostile and odd feeds -----------------------------------------------------------------------


@pytest.mark.case("P15")
@pytest.mark.parametrize(
    "date",
    [
        "Mon, 01 Jan 0000 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "next Tuesday",
        "2999-01-01",
        "1" * 400,
    ],
)
def test_a_date_that_cannot_be_is_left_out(date: str, feed: Feed, server: Server) -> None:
    says(server, item(1, pubDate=date))
    feed = polled(feed)
    assert (feed.failures, Import.objects.get().given["entry"].get("published_at")) == (0, None)


@pytest.mark.case("P15")
def test_relative_links_and_html_in_titles_come_out_plain(feed: Feed, server: Server) -> None:
    says(
        server,
        item(
            1,
            link="a/../articles/1?utm_source=rss#top",
            title="<b onclick=x>Ferry</b> &amp; <script>x</script>sea",
        ),
    )
    polled(feed)
    job = Import.objects.get()
    assert job.url == server.url("/articles/1")
    assert job.given["entry"]["title"] == "Ferry & sea"


@pytest.mark.case("P15")
@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "http://u:p@herald.example/", "http://[x"]
)
def test_a_link_that_is_no_web_address_is_none(link: str, feed: Feed, server: Server) -> None:
    says(server, with_text(1, link=link), item(2))
    assert polled(feed).failures == 0
    assert links() == ["", server.url("/articles/2")]


@pytest.mark.case("P15")
def test_entries_without_ids_or_with_the_same_are_told_apart_by_their_addresses(
    feed: Feed, server: Server
) -> None:
    says(server, item(1, guid=""), item(2, guid="same"), item(3, guid="same"))
    polled(feed)
    polled(feed)
    assert links() == [server.url(f"/articles/{number}") for number in (1, 2, 3)]
    # One feed gives every entry the same id, one at a time.
    says(server, item(4, guid="same"))
    polled(feed)
    assert links()[3:] == [server.url("/articles/4")]


@pytest.mark.case("P15")
def test_an_entry_whose_id_or_address_was_changed_is_not_a_new_one(feed: Feed, server: Server) -> None:
    says(server, item(1), item(2), with_text(3, link=""))
    polled(feed)
    says(server, item(1, guid="another"), item(2, link="/moved/2"), with_text(3, link=""))
    polled(feed)
    polled(feed)
    # Where it moved to it is known from then on, whatever its title becomes.
    says(server, item(2, link="/moved/2", title="Another title", guid="a third"))
    polled(feed)
    assert Import.objects.count() == FeedEntry.objects.count() == 3


@pytest.mark.case("P15")
def test_the_same_entry_twice_in_a_feed_is_one(feed: Feed, server: Server) -> None:
    says(server, item(1), item(1), item(1, guid="another"))
    polled(feed)
    assert links() == [server.url("/articles/1")]


@pytest.mark.case("P15", "P21")
def test_a_poll_takes_so_many_and_the_next_ones_the_rest(feed: Feed, server: Server) -> None:
    items = [item(number) for number in range(MOST_AT_ONCE * 2 + 50)]
    server.says("/feed", feed_page(rss(*items), 'ETag: "a"'))
    for expected in (MOST_AT_ONCE, MOST_AT_ONCE * 2):
        feed = polled(feed)
        assert Import.objects.count() == expected
        # What is left would not come with a 304.
        assert feed.etag == ""
        assert feed.run_after < timezone.now() + SOON * 1.1
    feed = polled(feed)
    assert Import.objects.count() == len(items)
    assert feed.etag == '"a"'
    assert feed.run_after > timezone.now() + timedelta(minutes=feed.interval_minutes - 1)


@pytest.mark.case("P15")
def test_of_200_000_items_the_first_are_read_in_no_time(feed: Feed, server: Server) -> None:
    server.says(
        "/feed", feed_page(rss(*(f"<item><link>/{number}</link></item>" for number in range(200_000))))
    )
    began = time.monotonic()
    feed = polled(feed)
    assert time.monotonic() - began < 8
    assert (feed.failures, Import.objects.count()) == (0, MOST_AT_ONCE)


@pytest.mark.case("P15")
def test_50_mb_are_refused_and_the_feed_is_tried_later(feed: Feed, server: Server) -> None:
    server.says("/feed", feed_page(b"<rss><channel>" + b" " * (50 * 1024 * 1024)))
    feed = polled(feed)
    assert (feed.status, feed.failures, feed.error_code) == ("queued", 1, "too_large")
    assert Import.objects.count() == 0


BOMB = (
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY a 'ha'>{}<!ENTITY f SYSTEM 'file:///etc/hostname'>]>"
    + rss(item(1).replace("ferry", "&z; &f;")).partition("?>")[2]
)


@pytest.mark.case("P3", "P15")
def test_entities_are_neither_expanded_nor_fetched(feed: Feed, server: Server) -> None:
    lots = "".join(
        f"<!ENTITY {name} '{f'&{before};' * 10}'>"
        for before, name in zip("abcdefghijklmnopqrstuvwxy", "bcdefghijklmnopqrstuvwxyz", strict=True)
    )
    server.says("/feed", feed_page(BOMB.format(lots)))
    feed = polled(feed)
    host = Path("/etc/hostname").read_text().strip()
    for job in Import.objects.all():
        assert host not in str(job.given)
        assert len(str(job.given)) < 1000
    assert len(server.requests) == 1


@pytest.mark.case("P15")
@pytest.mark.parametrize(
    "body", ["", "<html><body>Moved</body></html>", "{}", '{"items": 3}', "\x00\x01", "[" * 90_000]
)
def test_what_is_no_feed_says_so_and_stops_no_other(body: str, feed: Feed, server: Server) -> None:
    other = make.feed(url=server.says("/other", feed_page(rss(item(1)))))
    server.says("/feed", page(body, "Content-Type: text/html"))
    feed = polled(feed)
    assert (feed.status, feed.failures, feed.error_code) == ("queued", 1, "no_feed")
    assert polled(other).failures == 0
    assert Import.objects.count() == 1


# --- When it is polled ---------------------------------------------------------------------------


def test_a_feed_is_asked_whether_it_changed(feed: Feed, server: Server) -> None:
    server.says(
        "/feed", feed_page(rss(item(1)), 'ETag: "v1"', "Last-Modified: Tue, 03 Mar 2026 10:00:00 GMT")
    )
    feed = polled(feed)
    server.says("/feed", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n")
    feed = polled(feed)
    assert b'If-None-Match: "v1"\r\n' in server.requests[-1]
    assert b"If-Modified-Since: Tue, 03 Mar 2026 10:00:00 GMT\r\n" in server.requests[-1]
    assert (feed.failures, feed.status, feed.etag) == (0, "queued", '"v1"')


def test_pauses_grow_while_a_feed_is_away_and_end_when_it_is_back(feed: Feed, server: Server) -> None:
    server.says("/feed", page("", status="503 Away"))
    pauses = []
    for failures in range(1, 9):
        feed = polled(feed)
        assert (feed.status, feed.failures, feed.error_code) == ("queued", failures, "site_error")
        pauses.append(feed.run_after - timezone.now())
    half_hour = timedelta(minutes=30)
    assert [round(pause / half_hour) for pause in pauses] == [1, 2, 4, 8, 16, 32, 48, 48]
    assert "HTTP 503" in signed_in(person("Max")).get("/desk/settings/feeds/").content.decode()
    says(server, item(1))
    feed = polled(feed)
    assert (feed.failures, feed.error_code, Import.objects.count()) == (0, "", 1)


def test_a_site_that_names_a_time_is_not_asked_before(feed: Feed, server: Server) -> None:
    server.says("/feed", page("", "Retry-After: 20000", status="429 Too Many Requests"))
    feed = polled(feed)
    assert abs(feed.run_after - timezone.now() - timedelta(seconds=20_000)) < timedelta(seconds=30)


@pytest.mark.case("P15")
@pytest.mark.parametrize(
    ("status", "lasting"), [("301 Moved", True), ("308 Moved", True), ("302 Found", False)]
)
def test_a_feed_is_read_where_it_moved_for_good(
    status: str, lasting: bool, feed: Feed, server: Server
) -> None:
    server.says("/new", feed_page(rss(item(1))))
    server.says("/feed", redirect("/new", status))
    assert polled(feed).url == server.url("/new" if lasting else "/feed")
    assert Import.objects.count() == 1
    assert Event.objects.filter(action="feed.moved").count() == lasting


def test_two_feeds_that_moved_to_one_place_stay_two(feed: Feed, server: Server) -> None:
    other = make.feed(url=server.says("/new", feed_page(rss(item(1)))))
    server.says("/feed", redirect("/new", "301 Moved"))
    assert polled(feed).url == server.url("/feed")
    assert Feed.objects.get(pk=other.pk).url == server.url("/new")


def test_the_sweep_sends_what_is_due_and_not_what_is_paused(feed: Feed) -> None:
    Feed.objects.filter(pk=feed.pk).update(sent_at=None)
    assert sweep() == 1
    polled(feed)
    assert sweep() == 0
    Feed.objects.filter(pk=feed.pk).update(run_after=timezone.now())
    assert sweep() == 1
    pause_feed(feed, actor=person("Max"))
    Feed.objects.filter(pk=feed.pk).update(run_after=timezone.now(), sent_at=None)
    assert sweep() == 0


def test_a_feed_that_is_paused_while_it_is_read_takes_nothing_more(feed: Feed, server: Server) -> None:
    says(server, item(1))
    real = Feed.objects.get(pk=feed.pk)

    Feed.objects.take(real.pk, timezone.now())
    real.refresh_from_db()
    pause_feed(feed, actor=person("Max"))
    with pytest.raises(LeaseLost):
        carry_out_poll(real)
    assert Import.objects.count() == 0
    assert not Feed.objects.get(pk=feed.pk).is_active
    assert poll_feed_now(feed, actor=person("Max")).is_active


def test_a_worker_whose_lease_ran_out_takes_nothing_while_another_reads(feed: Feed, server: Server) -> None:
    says(server, item(1))
    now = timezone.now()
    assert Feed.objects.take(feed.pk, now)
    slow = Feed.objects.get()
    assert Feed.objects.take(feed.pk, now + Feed.lease * 2)
    with pytest.raises(LeaseLost):
        carry_out_poll(slow)
    assert Import.objects.count() == 0
    carry_out_poll(Feed.objects.get())
    assert Import.objects.count() == 1


def test_a_name_that_is_given_while_the_feed_is_read_stays(feed: Feed, server: Server) -> None:
    says(server, item(1), title="Its own name")
    Feed.objects.take(feed.pk, timezone.now())
    feed.refresh_from_db()
    change_feed(Feed.objects.get(pk=feed.pk), actor=person("Max"), title="Our name")
    carry_out_poll(feed)
    assert Feed.objects.get().title == "Our name"


def test_a_name_that_is_taken_away_gives_way_to_the_feeds_own(feed: Feed, server: Server) -> None:
    server.says("/feed", feed_page(rss(title="Its own name"), 'ETag: "v1"'))
    change_feed(feed, actor=person("Max"), title="Our name")
    feed = polled(feed)
    assert (feed.title, feed.etag) == ("Our name", '"v1"')
    change_feed(feed, actor=person("Max"), title="")
    assert Feed.objects.get().validators == {}
    assert polled(feed).title == "Its own name"


def test_where_a_feed_stands_is_told_in_the_words_of_feeds(feed: Feed, server: Server) -> None:
    server.says("/feed", page("", status="404 Gone"))
    feed = polled(feed)
    html = signed_in(person("Max")).get(f"/desk/settings/feeds/{feed.pk}/").content.decode()
    assert "There is nothing at this address. Look on the site for its RSS or Atom address." in html
    assert "article" not in feed.shown_error
    part = signed_in(person("Vera")).get(
        f"/desk/settings/feeds/{feed.pk}/",
        headers={"HX-Request": "true", "HX-Target": f"feed-{feed.pk}-state"},
    )
    assert part.content.decode().strip().startswith('<div class="feed-state"')


def test_an_entry_that_failed_stands_on_the_page_of_its_feed_and_can_be_tried_again(
    feed: Feed, server: Server, ada: User
) -> None:
    server.says("/articles/1", page("", status="404 Gone"))
    says(server, item(1))
    polled(feed)
    import_all()
    job = Import.objects.get()
    where = f"/desk/settings/feeds/{feed.pk}/"
    assert f"/desk/imports/{job.pk}/retry/" not in signed_in(person("Max")).get(where).content.decode()
    browser = signed_in(ada)
    html = browser.get(where).content.decode()
    assert "Night ferry breaks its record (1)" in html
    assert "0 of 1 imported, 1 failed" in " ".join(html.split())
    server.says("/articles/1", article(1))
    answer = browser.post(f"/desk/imports/{job.pk}/retry/", {"next": where})
    assert (answer.status_code, answer["Location"]) == (303, where)
    import_all()
    assert "1 of 1 imported" in browser.get(where).content.decode()


# --- P16: the publisher edits what is on the desk ------------------------------------------------


@pytest.mark.case("P16")
def test_an_entry_that_was_edited_leads_to_another_look_and_a_new_revision(
    feed: Feed, server: Server
) -> None:
    server.says("/articles/1", article(1))
    says(server, item(1))
    polled(feed)
    import_all()
    claim = make.flagged_claim(article=Article.objects.get())
    server.says("/articles/1", page(article(1).partition(b"\r\n\r\n")[2].replace(b"41,000", b"38,900")))
    says(server, item(1, title="Night ferry carried 38,900"))
    polled(feed)
    polled(feed)
    assert Import.objects.filter(revises=Article.objects.get()).count() == 1
    import_all()
    assert Article.objects.get().revisions.count() == 2
    assert make.placement_of(claim).outcome == "changed"


@pytest.mark.case("P16", "P21")
def test_many_edited_entries_are_looked_at_some_in_each_poll(
    feed: Feed, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        server.says(f"/articles/{number}", article(number))
    says(server, *(item(number) for number in range(3)))
    polled(feed)
    import_all()
    monkeypatch.setattr(polling, "MOST_AT_ONCE", 2)
    says(server, *(item(number, title=f"Edited ({number})") for number in range(3)))
    for expected in (2, 3, 3):
        feed = polled(feed)
        assert Import.objects.filter(kind="url", revises__isnull=False).count() == expected
    assert feed.run_after > timezone.now() + SOON * 2


@pytest.mark.case("P16")
def test_an_edited_entry_without_an_address_is_its_own_new_text(feed: Feed, server: Server) -> None:
    says(server, with_text(1, link=""))
    polled(feed)
    import_all()
    says(server, with_text(1, link="").replace("41,000", "38,900"))
    polled(feed)
    import_all()
    assert "38,900" in Article.objects.get().revisions.order_by("-number")[0].text


@pytest.mark.case("P16")
def test_an_entry_that_is_edited_before_it_is_imported_is_looked_at_then(feed: Feed, server: Server) -> None:
    says(server, with_text(1, link=""))
    polled(feed)
    says(server, with_text(1, link="").replace("41,000", "38,900"))
    polled(feed)
    import_all()
    polled(feed)
    import_all()
    assert "38,900" in Article.objects.get().revisions.order_by("-number")[0].text


def test_the_text_of_a_feed_outlives_a_page_that_says_nothing(feed: Feed, server: Server) -> None:
    server.says("/articles/1", page("<html><body></body></html>"))
    says(server, with_text(1))
    polled(feed)
    import_all()
    job = Import.objects.get()
    assert job.status == "failed"
    server.says("/articles/1", page("", status="404 Gone"))
    retry_import(job, actor=person("Ada"))
    import_all()
    revision = Article.objects.get().revisions.get()
    assert [each["code"] for each in revision.warnings] == ["text_of_feed"]
    assert "41,000" in revision.text


@pytest.mark.case("P16")
def test_what_changes_by_itself_is_no_edit(feed: Feed, server: Server) -> None:
    def made_at(minute: int) -> None:
        updated = f"<updated>2026-03-03T10:{minute}:00Z</updated>"
        entries = [
            f'<entry><title>Ferry {n}</title><id>{n}</id><link href="/articles/{n}"/>{updated}'
            f'<content type="html">&lt;p&gt;A.&lt;/p&gt;&lt;img src="/pixel/{minute}"&gt;</content></entry>'
            for n in (1, 2)
        ]
        server.says("/feed", atom(*entries))

    for number in (1, 2):
        server.says(f"/articles/{number}", article(number))
    made_at(10)
    polled(feed)
    import_all()
    made_at(20)
    polled(feed)
    assert Import.objects.count() == 2


# --- Which feeds ---------------------------------------------------------------------------------


@pytest.mark.case("P20")
def test_the_same_feed_twice_is_refused(max_: User) -> None:
    make.feed(url="https://Herald.example:443/feed?utm_source=x")
    with pytest.raises(Conflict):
        add_feed(actor=max_, url="https://herald.example/feed")
    assert Feed.objects.count() == 1


@pytest.mark.case("P20")
def test_an_entry_that_is_on_the_desk_already_is_recognised(feed: Feed, server: Server, ada: User) -> None:
    server.says("/articles/1", article(1))
    known = make.imported_article(canonical_url=server.url("/articles/1"))
    says(server, item(1))
    polled(feed)
    import_all()
    job = Import.objects.get(kind="feed_entry")
    assert (job.was_known, job.article) == (True, known)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "/etc/passwd", "ftp://herald.example/", "http://u@herald.example/"]
)
def test_only_web_addresses_are_feeds(url: str, max_: User) -> None:
    with pytest.raises(Malformed):
        add_feed(actor=max_, url=url)
    assert Feed.objects.count() == 0


@pytest.mark.case("S1")
def test_a_feed_at_an_inner_address_is_not_asked(settings: Any, server: Server) -> None:
    feed = make.feed(url=f"http://127.0.0.1:{server.port}/feed")
    settings.FETCH_ALLOW = []
    feed = polled(feed)
    assert (feed.failures, feed.error_code) == (1, "own_host")
    assert server.requests == []
    feed = polled(make.feed(url="http://169.254.169.254/feed"))
    assert (feed.failures, feed.error_code) == (1, "url_blocked")


@pytest.mark.parametrize(
    ("url", "code", "why"),
    [
        ("http://10.1.2.3/feed", "url_blocked", "This address is in a private network"),
        ("http://herald.example:8080/feed", "url_refused", "pages are fetched from ports 80 and 443 only"),
        ("http://desk.example/feed", "own_host", "This is the address of the desk itself"),
    ],
)
def test_a_feed_that_the_desk_will_not_fetch_says_what_to_do_and_waits_long(
    url: str, code: str, why: str, settings: Any, max_: User
) -> None:
    settings.FETCH_ALLOW = []
    settings.PUBLIC_ORIGIN = "https://desk.example"
    feed = make.feed()
    Feed.objects.filter(pk=feed.pk).update(url=url)  # as where a rule of the desk is newer than its feed
    feed = polled(feed)
    assert (feed.failures, feed.error_code) == (1, code)
    assert timedelta(hours=23) < feed.run_after - timezone.now() <= timedelta(days=1)
    for path in ("/desk/settings/feeds/", f"/desk/settings/feeds/{feed.pk}/"):
        html = text_of(signed_in(max_).get(path))
        assert why in html
        assert "Trying again will not help: stop following it" in html


def test_an_administrator_adds_changes_and_pauses_a_feed_on_the_settings_page(max_: User) -> None:
    browser = signed_in(max_)
    sent = {"url": "https://herald.example/feed", "title": "Herald", "interval_minutes": "3"}
    answer = browser.post("/desk/settings/feeds/", sent)
    assert answer.status_code == 400
    assert 'value="https://herald.example/feed"' in answer.content.decode()
    assert browser.post("/desk/settings/feeds/", sent | {"interval_minutes": "60"}).status_code == 303
    feed = Feed.objects.get()
    again = browser.post("/desk/settings/feeds/", sent | {"interval_minutes": "60"})
    assert again.status_code == 409
    assert "has this feed already" in again.content.decode()
    browser.post(f"/desk/settings/feeds/{feed.pk}/", {"outlet": "Example Herald", "interval_minutes": "15"})
    feed = Feed.objects.get()
    assert (str(feed.outlet), feed.interval_minutes, feed.title) == ("Example Herald", 15, "")
    browser.post(f"/desk/settings/feeds/{feed.pk}/pause/")
    assert "Paused" in browser.get("/desk/settings/feeds/").content.decode()
    browser.post(f"/desk/settings/feeds/{feed.pk}/poll/")
    assert Feed.objects.get().is_active
    assert [event.action for event in Event.objects.filter(object_type="articles.feed")] == [
        "feed.added",
        "feed.changed",
        "feed.paused",
        "feed.poll_requested",
    ]


@pytest.mark.parametrize("url", ["https://desk.example/feed.atom", "https://DESK.example./desk/"])
def test_the_desk_does_not_follow_itself(url: str, settings: Any, max_: User) -> None:
    settings.PUBLIC_ORIGIN = "https://desk.example"
    with nothing_changes():
        answer = signed_in(max_).post("/desk/settings/feeds/", {"url": url, "interval_minutes": "30"})
    html = answer.content.decode()
    assert answer.status_code == 400
    assert "This is the address of the desk itself, which has no feed to follow." in html
    assert 'aria-describedby="feed-url-e' in html


@pytest.mark.parametrize("minutes", ["", "4", "10081", "1e9", "half an hour", "99999999999999999999"])
def test_an_interval_that_cannot_be_is_told_with_its_bounds(minutes: str, max_: User) -> None:
    with nothing_changes():
        answer = signed_in(max_).post(
            "/desk/settings/feeds/", {"url": "https://herald.example/feed", "interval_minutes": minutes}
        )
    assert answer.status_code == 400
    assert "Give a whole number of minutes, from 5 to 10080 (a week)." in answer.content.decode()


@pytest.mark.parametrize(
    "error",
    [
        why_not.url_blocked("h"),
        why_not.own_host("h"),
        why_not.unreachable("h"),
        why_not.timed_out("h", 30),
        why_not.too_many_redirects("h", 5),
        why_not.too_large("h", 1),
        why_not.untrusted("h"),
        why_not.bad_answer("h"),
        why_not.wrong_type("h", ""),
        *(why_not.bad_status("h", status) for status in (401, 404, 418, 429, 503)),
        too_complex("a bomb"),
    ],
    ids=lambda error: str(error.code),
)
def test_a_feed_that_was_saved_does_not_say_that_nothing_was(error: Any, feed: Feed, max_: User) -> None:
    now = timezone.now()
    Feed.objects.filter(pk=feed.pk).update(
        failures=1, polled_at=now, run_after=now + timedelta(hours=1), error_code=error.code,
        error_detail=error.detail,
    )  # fmt: skip
    for path in ("/desk/settings/feeds/", f"/desk/settings/feeds/{feed.pk}/"):
        html = text_of(signed_in(max_).get(path))
        assert "Nothing was saved" not in html
        assert "Failed once" in html
        assert "Tried " in html
        assert "Read " not in html.partition("Failed once")[2].partition("Next:")[0]


def test_a_feed_that_is_followed_no_more_leaves_what_it_brought(
    feed: Feed, server: Server, max_: User
) -> None:
    server.says("/articles/1", article(1))
    says(server, item(1))
    polled(feed)
    import_all()
    brought = Article.objects.get()
    browser = signed_in(max_)
    page_of_feed = f"/desk/settings/feeds/{feed.pk}/"
    assert f"{page_of_feed}remove/" in browser.get(page_of_feed).content.decode()
    with nothing_changes(leave_out={"articles_feed"}):
        assert browser.post(f"{page_of_feed}remove/").status_code == 303
    for path in ("/desk/settings/feeds/", "/api/v1/feeds/"):
        assert feed.url not in browser.get(path).content.decode(), path
    html = browser.get(page_of_feed).content.decode()
    assert "Not followed any more" in html
    assert f"{page_of_feed}remove/" not in html
    assert page_of_feed in browser.get("/desk/articles/").content.decode()
    assert Article.objects.get(feed=feed) == brought
    assert Feed.objects.unsent(timezone.now() + timedelta(days=99)).count() == 0
    assert Event.objects.filter(action="feed.removed").count() == 1
    browser.post(f"{page_of_feed}remove/")
    assert Event.objects.filter(action="feed.removed").count() == 1


@pytest.mark.parametrize("way", ["add", "poll"])
def test_a_feed_that_is_followed_again_imports_nothing_twice(
    way: str, feed: Feed, server: Server, max_: User
) -> None:
    server.says("/articles/1", article(1))
    says(server, item(1))
    polled(feed)
    import_all()
    browser = signed_in(max_)
    browser.post(f"/desk/settings/feeds/{feed.pk}/remove/")
    if way == "add":
        sent = {"url": feed.url, "interval_minutes": "60", "title": "Again"}
        assert browser.post("/desk/settings/feeds/", sent).status_code == 303
        assert (Feed.objects.get().title, Feed.objects.get().interval_minutes) == ("Again", 60)
    else:
        browser.post(f"/desk/settings/feeds/{feed.pk}/poll/")
    assert feed.url in browser.get("/desk/settings/feeds/").content.decode()
    polled(Feed.objects.get())
    import_all()
    assert (Feed.objects.count(), Article.objects.count()) == (1, 1)
    assert Feed.objects.get().removed_at is None


ADDS = {
    "desk": lambda url: signed_in(person("Max")).post(
        "/desk/settings/feeds/", {"url": url, "interval_minutes": "30"}
    ),
    "api": lambda url: calling("Max").post("/api/v1/feeds/", {"url": url}),
}


@pytest.mark.parametrize("door", ADDS)
@pytest.mark.parametrize("where", ["/feed", "/new"])
def test_a_feed_that_moved_and_was_removed_is_the_same_again_by_either_address(
    where: str, door: str, feed: Feed, server: Server, max_: User
) -> None:
    server.says("/articles/1", article(1))
    server.says("/new", feed_page(rss(item(1))))
    server.says("/feed", redirect("/new", "301 Moved"))
    assert polled(feed).url == server.url("/new")
    remove_feed(feed, actor=max_)
    assert ADDS[door](server.url(where)).status_code < 400
    again = Feed.objects.get()
    assert (again.pk, again.removed_at, again.url) == (feed.pk, None, server.url(where))
    moved = Event.objects.filter(action="feed.moved").order_by("pk").values_list("actor", "data")
    assert len(moved) == (2 if where == "/feed" else 1)
    if where == "/feed":
        assert moved[1] == (max_.pk, {"was": server.url("/new"), "now": server.url("/feed")})
    assert polled(again).url == server.url("/new")
    import_all()
    assert (Import.objects.count(), Article.objects.count()) == (1, 1)


@pytest.mark.parametrize("door", ADDS)
def test_an_address_that_another_feed_has_now_is_not_taken_from_it(
    door: str, feed: Feed, server: Server, max_: User
) -> None:
    server.says("/new", feed_page(rss()))
    server.says("/feed", redirect("/new", "301 Moved"))
    polled(feed)
    other = make.feed(url=server.url("/feed"))
    remove_feed(feed, actor=max_)
    with nothing_changes(leave_out={"accounts_apitoken"}):
        assert ADDS[door](server.url("/feed")).status_code == 409
    assert Feed.objects.followed().get() == other


def test_the_feed_that_was_at_the_address_last_comes_back_before_one_that_left_it(
    feed: Feed, server: Server, max_: User
) -> None:
    server.says("/new", feed_page(rss()))
    server.says("/feed", redirect("/new", "301 Moved"))
    polled(feed)
    here = make.feed(url=server.url("/feed"))
    remove_feed(here, actor=max_)
    remove_feed(feed, actor=max_)
    assert add_feed(actor=max_, url=server.url("/feed")).pk == here.pk
    assert Feed.objects.get(pk=feed.pk).url == server.url("/new")


def test_a_feed_moves_to_where_one_was_that_is_followed_no_more(
    feed: Feed, server: Server, max_: User
) -> None:
    gone = make.feed(url=server.says("/new", feed_page(rss(item(1)))))
    remove_feed(gone, actor=max_)
    server.says("/feed", redirect("/new", "301 Moved"))
    assert polled(feed).url == server.url("/new")
    assert Feed.objects.get(pk=gone.pk).url == server.url("/new")
    assert Event.objects.get(action="feed.moved").object_id == str(feed.pk)
    # What stands there is read by one: the other is not taken up again beside it.
    browser, program = signed_in(max_), calling("Max")
    with nothing_changes():
        answer = browser.post(f"/desk/settings/feeds/{gone.pk}/poll/", follow=True)
        assert "The desk follows another feed at this address already." in text_of(answer)
        assert program.post(f"/api/v1/feeds/{gone.pk}/poll/").status_code == 409
        assert program.post("/api/v1/feeds/", {"url": server.url("/new")}).status_code == 409
    # And of two that were there, the one that was removed last comes back.
    remove_feed(feed, actor=max_)
    assert add_feed(actor=max_, url=server.url("/new")).pk == feed.pk
    assert Feed.objects.followed().get().pk == feed.pk


def test_a_feed_that_is_removed_while_it_is_read_takes_nothing_more(feed: Feed, server: Server) -> None:
    says(server, item(1))
    Feed.objects.take(feed.pk, timezone.now())
    under_way = Feed.objects.get()
    remove_feed(feed, actor=person("Max"))
    with pytest.raises(LeaseLost):
        carry_out_poll(under_way)
    assert Import.objects.count() == 0
    assert Feed.objects.get().removed_at is not None
