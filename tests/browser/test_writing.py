"""Writing a verdict: it saves itself, and nothing that happens meanwhile loses anybody's words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from factcheck.accounts.models import User
from reviews.models import Review
from tests import factories as make
from tests.browser import hands
from tests.browser.watching import Watch

Open = Callable[..., BrowserContext]


@pytest.fixture
def review(ada: User) -> Review:
    return make.researched(by=ada)


@pytest.fixture
def desk_of(open_browser: Open, desk_server: str) -> Callable[..., Page]:
    """Give a function that opens a review's page in a browser of somebody's own."""

    def open_one(user: User, review: Review, **options: object) -> Page:
        context = open_browser(**options)
        hands.sign_in(context, desk_server, user)
        page = context.new_page()
        page.goto(f"/desk/claims/{review.claim_id}/")
        return page

    return open_one


@pytest.fixture
def writing(desk_of: Callable[..., Page], ada: User, review: Review) -> Page:
    """Ada has the claim open, and its modules run."""
    page = desk_of(ada, review)
    hands.wait_for_modules(page)
    return page


def summary(page: Page) -> Locator:
    return page.get_by_label("Summary, one sentence")


def explanation(page: Page) -> Locator:
    return page.get_by_label("Explanation", exact=True)


def status(page: Page) -> Locator:
    return page.locator("[data-save-status]")


def saved(review: Review) -> Review:
    return make.review_of(review)


def reload_without(page: Page, module: str) -> Callable[[], None]:
    """Load the page again but for one module; return what lets that one come."""
    hands.wait_for_modules(page)  # or the first page's request is the one that is held
    held: list[Route] = []
    page.route(f"**/checkdesk/{module}", lambda route: held.append(route))
    page.reload(wait_until="commit")
    while not held:
        page.evaluate("null")  # handlers run while something is waited for
    return held.pop().continue_


@pytest.fixture
def later(writing: Page, desk_of: Callable[..., Page], ada: User, review: Review, watch: Watch) -> Page:
    """Ada comes back to words that were never saved: the browser kept them, and that is all there is.

    The first page stays without a network: one that closes would try once more, at a time of its own.
    """
    watch.expect("net::ERR_")
    writing.context.set_offline(True)
    summary(writing).fill("Typed on a train.")
    expect(status(writing)).to_have_text("Not saved")
    return desk_of(ada, review, storage_state=writing.context.storage_state())


# --- Saving --------------------------------------------------------------------------------------


def test_it_is_said_in_the_zone_of_the_desk_when_it_was_saved(
    desk_of: Callable[..., Page], ada: User, review: Review
) -> None:
    far = desk_of(ada, review, timezone_id="Asia/Tokyo")
    hands.wait_for_modules(far)
    summary(far).fill("Typed on a journey.")
    expect(status(far)).to_contain_text("Draft saved")
    at = saved(review).saved_at
    assert at
    expect(status(far)).to_have_text(f"Draft saved {at:%H:%M}")


def test_words_save_themselves(writing: Page, review: Review) -> None:
    expect(status(writing)).to_have_text("Nothing written yet")
    writing.get_by_role("radio", name="Misleading").check()
    summary(writing).fill("The table says otherwise 🚢.")
    expect(status(writing)).to_have_text("Not saved yet")
    expect(status(writing)).to_contain_text("Draft saved")
    assert saved(review).summary == "The table says otherwise 🚢."
    assert saved(review).rating.slug == "misleading"  # type: ignore[union-attr]
    expect(writing.locator("[data-blockers] li")).to_have_count(1)
    explanation(writing).fill("It ends at 38,900 [1].")
    expect(writing.locator("[data-blockers]")).to_be_hidden()
    assert saved(review).explanation == "It ends at 38,900 [1]."
    writing.reload()
    expect(summary(writing)).to_have_value("The table says otherwise 🚢.")
    expect(writing.locator("[data-kept]")).to_be_hidden()


def test_words_typed_before_the_modules_are_there_are_saved_too(
    desk_of: Callable[..., Page], ada: User, review: Review
) -> None:
    page = desk_of(ada, review)
    let_go = reload_without(page, "autosave.js")
    summary(page).fill("Typed on a slow line.")
    let_go()
    expect(status(page)).to_contain_text("Draft saved")
    assert saved(review).summary == "Typed on a slow line."


@pytest.mark.parametrize("late", ["earlier.js", "autosave.js"])
def test_words_typed_while_the_modules_arrive_do_not_replace_those_kept(
    later: Page, review: Review, late: str
) -> None:
    let_go = reload_without(later, late)
    later.wait_for_load_state()
    summary(later).fill("Typed on a slow line.")
    let_go()
    expect(status(later)).to_contain_text("Draft saved")
    expect(later.locator("[data-kept]")).to_be_hidden()
    aside = later.locator("[data-aside]")
    aside.locator("summary").click()
    expect(aside).to_contain_text("Typed on a train.")
    assert saved(review).summary == "Typed on a slow line."


def test_control_s_saves_now(writing: Page, review: Review) -> None:
    explanation(writing).fill("It ends at 38,900 [1].")
    explanation(writing).press("Control+s")
    expect(writing.locator("#toasts")).to_have_text("Draft saved")
    assert saved(review).explanation == "It ends at 38,900 [1]."
    expect(explanation(writing)).to_be_focused()


def test_control_enter_sends_what_was_just_typed(writing: Page, review: Review) -> None:
    writing.get_by_role("radio", name="Misleading").check()
    summary(writing).fill(make.SUMMARY)
    explanation(writing).fill(make.EXPLANATION)
    explanation(writing).press("Control+Enter")
    expect(writing.locator(".claim-line .state")).to_have_attribute("data-s", "signoff")
    assert saved(review).verdict.explanation == make.EXPLANATION  # type: ignore[union-attr]


def test_what_was_typed_is_saved_before_another_form_is_sent(writing: Page, review: Review) -> None:
    summary(writing).fill("Typed a moment ago.")
    hands.add_source(
        writing, title="One more table", url="https://harbour.example/9", stance="Context", passage="Nine."
    )
    expect(summary(writing)).to_have_value("Typed a moment ago.")
    assert saved(review).summary == "Typed a moment ago."


def test_a_source_is_changed_in_its_dialog(desk_of: Callable[..., Page], ada: User, review: Review) -> None:
    piece = review.evidence.order_by("number")[0]
    type(piece).objects.filter(pk=piece.pk).update(number=piece.pk)  # numbers and keys are not the same thing
    page = desk_of(ada, review)
    page.get_by_role("button", name=f"Actions for source {piece.pk}", exact=True).click()
    page.get_by_role("button", name="Edit").last.click()
    dialog = page.get_by_role("dialog", name=f"Source {piece.pk}", exact=True)
    dialog.get_by_label("Title").fill("The table of 2024")
    dialog.get_by_role("button", name="Save source").click()
    expect(page.locator("#sources").get_by_role("link", name="The table of 2024")).to_be_visible()


def test_a_verdict_that_lacks_something_stays_with_the_reason(
    writing: Page, review: Review, watch: Watch
) -> None:
    watch.expect("the server responded with a status of 4")
    summary(writing).fill("No rating yet.")
    writing.get_by_role("button", name="Send for sign-off").click()
    expect(writing.get_by_role("alert").first).to_be_visible()
    expect(summary(writing)).to_have_value("No rating yet.")
    assert saved(review).status == Review.Status.RESEARCHING


def test_the_preview_is_what_readers_get(writing: Page) -> None:
    explanation(writing).fill("**Bold**, and <script>alert(1)</script> [1]")
    writing.get_by_role("button", name="Preview").click()
    preview = writing.get_by_role("region", name="Preview of the explanation")
    expect(preview.locator("strong")).to_have_text("Bold")
    expect(preview.locator("script")).to_have_count(0)
    writing.get_by_role("button", name="Write", exact=True).click()
    expect(explanation(writing)).to_be_visible()


# --- Two people ----------------------------------------------------------------------------------


@pytest.mark.case("R7")
def test_two_drafts_are_compared_and_nobodys_words_are_lost(
    writing: Page, desk_of: Callable[..., Page], ada: User, ben: User, review: Review, watch: Watch
) -> None:
    watch.expect("the server responded with a status of 409")
    other = desk_of(ben, review)
    hands.wait_for_modules(other)
    summary(other).fill("Ben's sentence.")
    explanation(other).fill("Ben's explanation [1].")
    other.keyboard.press("Control+s")
    expect(status(other)).to_contain_text("Draft saved")

    summary(writing).fill("Ada's sentence.")
    explanation(writing).fill("Ada's explanation [2].")
    dialog = writing.get_by_role("dialog", name="Two drafts of this verdict")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Ben")
    expect(dialog.get_by_role("group")).to_have_count(2)
    for words in ("Ben's sentence.", "Ada's sentence.", "Ben's explanation [1].", "Ada's explanation [2]."):
        expect(dialog.locator("[data-fields]")).to_contain_text(words)
    assert saved(review).summary == "Ben's sentence."

    # Later, after some more words.
    dialog.get_by_role("button", name="Decide later").click()
    summary(writing).fill("Ada's longer sentence.")
    writing.keyboard.press("Control+s")
    assert saved(review).summary == "Ben's sentence."
    writing.get_by_role("button", name="Compare").click()
    dialog.get_by_role("group", name="Summary").get_by_label("Take theirs").check()
    dialog.get_by_role("button", name="Go on with these").click()

    expect(status(writing)).to_contain_text("Draft saved")
    expect(summary(writing)).to_have_value("Ben's sentence.")
    aside = writing.locator("[data-aside]")
    aside.locator("summary").click()
    expect(aside).to_contain_text("Ada's longer sentence.")
    expect(explanation(writing)).to_have_value("Ada's explanation [2].")
    assert saved(review).summary == "Ben's sentence."
    assert saved(review).explanation == "Ada's explanation [2]."
    # Ben's explanation, which Ada wrote over, stands in the history for as long as there is one.
    writing.reload()
    expect(writing.locator("#history")).to_contain_text("Ben")


def test_of_two_long_drafts_only_the_words_that_differ_are_marked(
    writing: Page, desk_of: Callable[..., Page], ben: User, review: Review, watch: Watch
) -> None:
    watch.expect("the server responded with a status of 409")
    long = " ".join(f"word{number}" for number in range(2_000))
    other = desk_of(ben, review)
    hands.wait_for_modules(other)
    explanation(other).fill(f"{long} by Ben {long}")
    other.keyboard.press("Control+s")
    expect(status(other)).to_contain_text("Draft saved")

    explanation(writing).fill(f"{long} by Ada {long}")
    group = writing.get_by_role("dialog").get_by_role("group", name="Explanation")
    expect(group.locator("ins")).to_have_text(["Ben", "Ada"])


@pytest.mark.case("R7")
def test_two_tabs_of_one_person_do_not_write_over_each_other(
    writing: Page, review: Review, watch: Watch
) -> None:
    watch.expect("the server responded with a status of 409")
    second = writing.context.new_page()
    second.goto(writing.url)
    hands.wait_for_modules(second)
    explanation(second).fill("Written in the second tab.")
    second.keyboard.press("Control+s")
    expect(status(second)).to_contain_text("Draft saved")
    explanation(writing).fill("Written in the first tab.")
    expect(writing.get_by_role("dialog", name="Two drafts of this verdict")).to_be_visible()
    assert saved(review).explanation == "Written in the second tab."


# --- No desk -------------------------------------------------------------------------------------


def test_words_outlast_an_absent_desk_and_a_closed_tab(writing: Page, review: Review, watch: Watch) -> None:
    watch.expect("net::ERR_")
    writing.route("**/draft/", lambda route: route.abort())
    summary(writing).fill("Typed on a train.")
    problem = writing.locator("[data-save-problem]")
    expect(problem).to_contain_text("the desk does not answer")
    expect(status(writing)).to_have_text("Not saved")
    assert saved(review).summary == ""

    later = writing.context.new_page()
    later.goto(writing.url)
    writing.close()
    expect(summary(later)).to_have_value("")
    later.get_by_role("button", name="Put them back").click()
    expect(summary(later)).to_have_value("Typed on a train.")
    expect(status(later)).to_contain_text("Draft saved")
    assert saved(review).summary == "Typed on a train."
    later.reload()
    expect(later.locator("[data-kept]")).to_be_hidden()


def test_whoever_writes_on_finds_the_kept_words_set_aside(later: Page) -> None:
    expect(later.get_by_role("button", name="Put them back")).to_be_visible()
    summary(later).fill("Typed at the office.")
    expect(status(later)).to_contain_text("Draft saved")
    later.reload()
    expect(summary(later)).to_have_value("Typed at the office.")
    aside = later.locator("[data-aside]")
    aside.locator("summary").click()
    expect(aside).to_contain_text("Typed on a train.")


def test_a_save_whose_answer_was_lost_is_nobody_elses(writing: Page, review: Review, watch: Watch) -> None:
    watch.expect("net::ERR_")
    watch.expect("the server responded with a status of 409")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    writing.route("**/draft/", lose, times=1)
    summary(writing).fill("Typed on a train.")
    expect(writing.locator("[data-save-problem]")).to_be_visible()
    assert saved(review).summary == "Typed on a train."
    summary(writing).fill("Typed on a train, to the end.")
    expect(status(writing)).to_contain_text("Draft saved")
    assert saved(review).summary == "Typed on a train, to the end."


def test_what_a_closed_tab_saved_late_is_nobody_elses(
    later: Page, ada: User, review: Review, watch: Watch
) -> None:
    watch.expect("the server responded with a status of 409")
    expect(later.get_by_role("button", name="Put them back")).to_be_visible()
    make.draft(review, by=ada, summary="Typed on a train.")
    summary(later).fill("Typed at the office.")
    expect(status(later)).to_contain_text("Draft saved")
    assert saved(review).summary == "Typed at the office."


def test_what_was_on_its_way_when_the_page_was_opened_is_not_written_over(
    later: Page, ada: User, review: Review, watch: Watch
) -> None:
    watch.expect("the server responded with a status of 409")
    expect(later.get_by_role("button", name="Put them back")).to_be_visible()
    make.draft(review, by=ada, summary="Typed on a train.")
    later.get_by_label("Statement as checked").fill("Said otherwise.")
    later.get_by_role("button", name="Send for sign-off").click()
    expect(later.locator("#toasts")).to_contain_text("Look at the draft once more")
    expect(summary(later)).to_have_value("Typed on a train.")
    expect(status(later)).to_contain_text("Draft saved")
    now = saved(review)
    assert (now.claim.statement, now.summary) == ("Said otherwise.", "Typed on a train.")
    assert now.status == Review.Status.RESEARCHING


def test_words_that_were_thrown_away_do_not_come_back_when_they_arrive_late(
    later: Page, ada: User, review: Review, watch: Watch
) -> None:
    watch.expect("the server responded with a status of 409")
    later.locator("[data-kept] [data-forget]").click()
    make.draft(review, by=ada, summary="Typed on a train.")
    later.get_by_label("Statement as checked").fill("Said otherwise.")
    later.keyboard.press("Control+s")
    expect(later.get_by_role("dialog")).to_contain_text("Typed on a train.")
    assert saved(review).summary == "Typed on a train."


def test_try_now_saves_when_the_desk_is_back(writing: Page, review: Review, watch: Watch) -> None:
    watch.expect("net::ERR_")
    writing.route("**/draft/", lambda route: route.abort())
    summary(writing).fill("Typed on a train.")
    writing.keyboard.press("Control+s")
    expect(writing.locator("[data-save-problem]")).to_be_visible()
    writing.unroute("**/draft/")
    writing.get_by_role("button", name="Try now").click()
    expect(writing.locator("[data-save-problem]")).to_be_hidden()
    expect(status(writing)).to_contain_text("Draft saved")
    assert saved(review).summary == "Typed on a train."


@pytest.mark.case("R7")
def test_words_of_yesterday_do_not_write_over_those_of_today(
    writing: Page, review: Review, ben: User, watch: Watch
) -> None:
    watch.expect("net::ERR_")
    writing.route("**/draft/", lambda route: route.abort())
    summary(writing).fill("Typed on a train.")
    writing.keyboard.press("Control+s")
    expect(writing.locator("[data-save-problem]")).to_be_visible()
    make.draft(review, by=ben, summary="Ben wrote this since.")

    later = writing.context.new_page()
    later.goto(writing.url)
    writing.close()
    later.get_by_role("button", name="Put them back").click()
    dialog = later.get_by_role("dialog", name="Two drafts of this verdict")
    expect(dialog).to_contain_text("Ben wrote this since.")
    expect(dialog).to_contain_text("Typed on a train.")
    assert saved(review).summary == "Ben wrote this since."


def test_whoever_was_signed_out_signs_in_elsewhere_and_goes_on(
    writing: Page, review: Review, ada: User, watch: Watch
) -> None:
    watch.expect("the server responded with a status of 40")
    writing.context.clear_cookies()
    summary(writing).fill("Typed over night.")
    expect(writing.locator("[data-save-problem]")).to_contain_text("signed out")
    other = writing.context.new_page()
    hands.type_password(other, ada)
    writing.get_by_role("button", name="Try now").click()
    expect(status(writing)).to_contain_text("Draft saved")
    assert saved(review).summary == "Typed over night."


def test_signing_out_leaves_no_words_behind(writing: Page, watch: Watch) -> None:
    watch.expect("net::ERR_")
    writing.route("**/draft/", lambda route: route.abort())
    summary(writing).fill("Nobody else should read this.")
    expect(writing.locator("[data-save-problem]")).to_be_visible()
    writing.goto("/desk/")
    assert "Nobody else" in writing.evaluate("JSON.stringify(localStorage)")
    writing.locator('[popovertarget="user-menu"]').click()
    writing.get_by_role("button", name="Sign out").click()
    expect(writing.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "Nobody else" not in writing.evaluate("JSON.stringify(localStorage)")


# --- Without scripts -----------------------------------------------------------------------------


def test_the_whole_of_a_review_without_scripts(desk_of: Callable[..., Page], ada: User, cleo: User) -> None:
    review = make.flagged(by=ada)
    page = desk_of(ada, review, java_script_enabled=False)
    hands.add_source(
        page, title="Passenger table", url="https://harbour.example/1", stance="Refutes", passage="38,900"
    )
    page.get_by_role("radio", name="Mostly false").check()
    summary(page).fill(make.SUMMARY)
    page.get_by_role("button", name="Save draft").click()
    expect(summary(page)).to_have_value(make.SUMMARY)
    assert saved(review).summary == make.SUMMARY
    explanation(page).fill("The table ends at 38,900 [1].")
    page.get_by_role("button", name="Send for sign-off").click()
    expect(page.locator(".claim-line .state")).to_have_attribute("data-s", "signoff")

    editor = desk_of(cleo, review, java_script_enabled=False)
    editor.get_by_role("button", name="Return with a note").click()
    dialog = editor.get_by_role("dialog", name="Return with a note")
    dialog.get_by_label("What should change?").fill("Name the year.")
    dialog.get_by_role("button", name="Return", exact=True).click()
    expect(editor.locator(".claim-line .state")).to_have_attribute("data-s", "returned")

    page.reload()
    expect(page.locator(".signoff-note").first).to_contain_text("Name the year.")
    explanation(page).fill("The table of 2024 ends at 38,900 [1].")
    page.get_by_role("button", name="Send for sign-off").click()
    editor.goto(page.url)
    editor.get_by_role("button", name="Sign off", exact=True).click()
    expect(editor.locator(".claim-line .state")).to_have_attribute("data-s", "ready")
    assert saved(review).status == Review.Status.APPROVED


@pytest.mark.case("R7")
def test_two_drafts_without_scripts(
    desk_of: Callable[..., Page], ada: User, ben: User, review: Review, watch: Watch
) -> None:
    watch.expect("the server responded with a status of 409")
    page = desk_of(ada, review, java_script_enabled=False)
    make.draft(review, by=ben, summary="Ben's sentence.", rating=make.rating("half-true"))
    page.get_by_role("radio", name="Misleading").check()
    summary(page).fill("Ada's sentence.")
    explanation(page).fill("Ada's explanation.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("heading", name="Two drafts of this verdict")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Ben's sentence.")
    expect(page.locator("main")).to_contain_text("Half true")
    mine = page.get_by_label("Summary, to be saved")
    expect(mine).to_have_value("Ada's sentence.")
    assert saved(review).summary == "Ben's sentence."
    mine.fill("Ada's and Ben's sentence.")
    page.get_by_role("button", name="Save these").click()
    expect(summary(page)).to_have_value("Ada's and Ben's sentence.")
    assert saved(review).explanation == "Ada's explanation."
    assert saved(review).rating.slug == "misleading"  # type: ignore[union-attr]


def test_a_sentence_that_is_too_long_comes_back_without_scripts(
    desk_of: Callable[..., Page], ada: User, review: Review, watch: Watch
) -> None:
    watch.expect("the server responded with a status of 400")
    page = desk_of(ada, review, java_script_enabled=False)
    summary(page).evaluate("(el) => { el.removeAttribute('maxlength'); el.value = 'long '.repeat(60) }")
    explanation(page).fill("Words that must come back.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#sum-e")).to_be_visible()
    expect(explanation(page)).to_have_value("Words that must come back.")
    expect(summary(page)).to_have_attribute("aria-invalid", "true")
    assert saved(review).explanation == ""
