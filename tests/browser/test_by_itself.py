"""What goes on in the background is shown when it is there, and disturbs nobody who reads or writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from articles.actions import request_batch, request_import
from articles.feeds.models import Feed, FeedEntry
from articles.models import Import
from articles.tasks import run_batch, run_import
from factcheck.accounts.models import User
from factcheck.jobs.models import JobStatus
from publishing.models import Release
from tests import factories as make
from tests.browser import hands
from tests.browser.watching import Watch

# What is shown by itself does not depend on the database.
pytestmark = pytest.mark.sqlite


@pytest.fixture
def open_page(context: BrowserContext, desk_server: str) -> Callable[[User, str], Page]:
    """Give a function that opens one page for somebody, and marks it so that a reload would be seen."""

    def open_one(user: User, path: str) -> Page:
        hands.sign_in(context, desk_server, user)
        page = context.new_page()
        page.goto(path)
        page.evaluate("window.stayed = true")
        return page

    return open_one


# --- Publishing ----------------------------------------------------------------------------------


def test_the_claim_says_by_itself_that_it_is_published(
    open_page: Callable[[User, str], Page], dov: User
) -> None:
    review = make.approved()
    page = open_page(dov, f"/desk/claims/{review.claim_id}/")
    expect(page.locator("#count-desk")).to_have_text("1")
    page.get_by_role("button", name="Publish", exact=True).click()
    panel = page.locator("#signoff")
    expect(panel).to_contain_text("It is on its way")
    page.evaluate("window.stayed = true")
    page.get_by_role("link", name="Open in the article").focus()
    make.carry_out(Release.objects.get())
    expect(panel.get_by_role("link", name="Open the public page")).to_be_visible()
    expect(panel).not_to_contain_text("on its way")
    expect(page.locator("#claim-line .state")).to_have_attribute("data-s", "published")
    expect(page.locator("#history")).to_contain_text("published edition 1")
    expect(page.locator("#toasts")).to_contain_text("Published just now")
    expect(page.locator("#count-desk")).to_have_text("0")
    expect(page.get_by_role("link", name="Open in the article")).to_be_focused()
    assert page.evaluate("window.stayed")


def test_whoever_writes_beside_it_keeps_words_and_focus(
    open_page: Callable[[User, str], Page], cleo: User
) -> None:
    release = make.requested()
    page = open_page(cleo, f"/desk/claims/{release.publication.review.claim_id}/")
    page.get_by_role("button", name="Reopen").click()
    reason = page.locator("#reopen-dialog textarea")
    reason.press_sequentially("The board has")
    make.carry_out(release)
    expect(page.locator("#signoff")).to_contain_text("Published just now")
    expect(reason).to_be_focused()
    page.keyboard.type(" a new table.")
    expect(reason).to_have_value("The board has a new table.")
    assert page.evaluate("window.stayed")


def test_a_button_that_is_still_there_keeps_the_focus(
    open_page: Callable[[User, str], Page], cleo: User
) -> None:
    release = make.requested()
    page = open_page(cleo, f"/desk/claims/{release.publication.review.claim_id}/")
    button = page.get_by_role("button", name="Reopen")
    button.focus()
    make.carry_out(release)
    expect(page.locator("#signoff")).to_contain_text("Published just now")
    expect(button).to_be_focused()


def test_what_was_held_says_why_and_not_that_it_is_published(
    open_page: Callable[[User, str], Page], dov: User
) -> None:
    release = make.requested()
    page = open_page(dov, f"/desk/claims/{release.publication.review.claim_id}/")
    make.waiting_placement(release.publication.review.claim)
    make.carry_out(release)
    expect(page.locator("#signoff").get_by_role("alert")).to_contain_text("Not published:")
    expect(page.locator("#toasts")).to_be_empty()


def test_it_is_looked_again_where_the_desk_was_away(
    open_page: Callable[[User, str], Page], dov: User, watch: Watch
) -> None:
    watch.expect("net::ERR_")
    release = make.requested()
    page = open_page(dov, f"/desk/claims/{release.publication.review.claim_id}/")
    page.evaluate("import('/static/checkdesk/waiting.js')")
    with page.expect_event("requestfailed"):
        page.context.set_offline(True)
    make.carry_out(release)
    page.context.set_offline(False)
    expect(page.locator("#signoff")).to_contain_text("Published just now")
    assert page.evaluate("window.stayed")


def test_without_scripts_there_is_a_link(
    open_browser: Callable[..., BrowserContext], desk_server: str, dov: User
) -> None:
    release, feed = make.requested(), make.feed()
    context = open_browser(java_script_enabled=False)
    hands.sign_in(context, desk_server, dov)
    page = context.new_page()
    page.goto(f"/desk/claims/{release.publication.review.claim_id}/")
    make.carry_out(release)
    page.get_by_role("link", name="Look again").click()
    expect(page.locator("#signoff")).to_contain_text("Published just now")
    page.goto(f"/desk/settings/feeds/{feed.pk}/")
    Feed.objects.update(status=JobStatus.DONE)
    page.get_by_role("link", name="Look again").click()
    expect(page.locator(".feed-state")).not_to_contain_text("Being read")


# --- Feeds ---------------------------------------------------------------------------------------


def test_the_page_of_a_feed_follows_what_becomes_of_its_entries(
    open_page: Callable[[User, str], Page], ada: User
) -> None:
    feed = make.feed()
    page = open_page(ada, f"/desk/settings/feeds/{feed.pk}/")
    facts = page.locator("#going")
    expect(facts).to_contain_text("Being read")
    jobs = []
    for number in range(2):
        jobs.append(
            Import.objects.create(kind=Import.Kind.FEED_ENTRY, url=f"https://herald.example/{number}")
        )
        FeedEntry.objects.create(
            feed=feed, key=f"{number}" * 64, digest="1" * 64, title="Ferry", job=jobs[-1]
        )
    now = timezone.now()
    Feed.objects.update(title="Example Herald", polled_at=now, run_after=now + timedelta(hours=1))
    expect(facts).to_contain_text("0 of 2 imported, 2 on their way")
    expect(facts).to_contain_text("Works")
    expect(page.get_by_role("heading", level=1)).to_have_text("Example Herald")
    for job, status in zip(jobs, (JobStatus.DONE, JobStatus.FAILED), strict=True):
        job.status, job.finished_at = status, now
        job.save()
    expect(facts).to_contain_text("1 of 2 imported, 1 failed")
    expect(facts).not_to_contain_text("on their way")
    expect(page.get_by_role("heading", name="Entries that are no article")).to_be_visible()
    assert page.evaluate("window.stayed")


# --- Imports -------------------------------------------------------------------------------------


def test_the_list_of_articles_says_that_an_import_added_to_it(
    open_page: Callable[[User, str], Page], ada: User
) -> None:
    make.imported_article(by=ada)
    job = request_import(actor=ada, text=make.TEXT, given={"title": "Night ferry, a record"})
    page = open_page(ada, "/desk/articles/?q=ferry")
    expect(page.locator("#count-articles")).to_have_text("1")
    rows = page.locator("table.articles tbody tr")
    listed = rows.count()
    bar = page.locator("form.filterbar").evaluate("(bar) => bar.offsetHeight")
    search = page.get_by_role("searchbox", name="Search articles")
    search.fill("half a wo")
    run_import(job.pk)
    expect(page.locator("#result-count")).to_contain_text("This list is older than the import.")
    expect(page.locator("#count-articles")).to_have_text("2")
    expect(page.locator("#at-desk")).to_have_text("2 articles at the desk.")
    expect(search).to_be_focused()
    expect(search).to_have_value("half a wo")
    assert rows.count() == listed
    assert page.locator("form.filterbar").evaluate("(bar) => bar.offsetHeight") == bar
    assert page.evaluate("window.stayed")
    page.get_by_role("link", name="Show it anew").click()
    expect(rows.get_by_role("link", name="Night ferry, a record")).to_be_visible()
    assert page.url.endswith("/desk/articles/?q=ferry")


def test_an_import_that_adds_nothing_does_not_say_so(
    open_page: Callable[[User, str], Page], ada: User
) -> None:
    run_import(request_import(actor=ada, text=make.TEXT, given={"title": "Night ferry"}).pk)
    job = request_import(actor=ada, text=make.TEXT, given={"title": "Night ferry"})
    page = open_page(ada, "/desk/articles/")
    run_import(job.pk)
    expect(page.locator(f"#import-{job.pk}")).to_contain_text("on the desk already")
    expect(page.locator("#result-count")).to_have_text("1 article")


def test_a_batch_that_ended_says_so_as_well(open_page: Callable[[User, str], Page], ada: User) -> None:
    file = f'text\n"{make.TEXT.splitlines()[0]}"\n'.encode()
    batch = request_batch(actor=ada, file=file, filename="ferries.csv")
    page = open_page(ada, "/desk/articles/")
    report = page.context.new_page()
    report.goto(f"/desk/batches/{batch.pk}/")
    run_batch(batch.pk)
    run_import(Import.objects.get().pk)
    expect(page.locator("#result-count")).to_contain_text("This list is older than the import.")
    expect(page.locator("#count-articles")).to_have_text("1")
    expect(report.locator("#report")).to_contain_text("Each row became an article.")
    expect(report.locator("#count-articles")).to_have_text("1")
