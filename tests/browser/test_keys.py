"""The desk by keyboard alone: DESIGN.md's table of keys, and where the focus goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from factcheck.accounts.models import User
from reviews import actions
from reviews.models import Review
from tests import factories as make
from tests.browser import hands

FIRST, SECOND, THIRD = make.QUOTES[:3]


@pytest.fixture
def reviews(ada: User) -> list[Review]:
    """Three claims of one article, all of them open."""
    article = make.imported_article(by=ada)
    claims = [make.flagged_claim(article=article, quote=quote, by=ada) for quote in (FIRST, SECOND, THIRD)]
    return [make.review_of(claim) for claim in claims]


@pytest.fixture
def desk_of(context: BrowserContext, desk_server: str) -> Callable[[User, str], Page]:
    """Give a function that opens one page for somebody."""

    def open_one(user: User, path: str) -> Page:
        hands.sign_in(context, desk_server, user)
        page = context.new_page()
        page.goto(path)
        if "/claims/" in path:
            hands.wait_for_modules(page)
        return page

    return open_one


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_the_palette_finds_places_and_words(
    desk_of: Callable[[User, str], Page], ada: User, reviews: list[Review]
) -> None:
    page = desk_of(ada, "/desk/")
    page.get_by_role("link", name="Articles").first.focus()
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Search claims and articles")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Articles").first).to_be_focused()

    page.keyboard.press("Control+k")
    page.keyboard.type("queue")
    chosen = page.locator('#palette [aria-selected="true"]')
    expect(chosen).to_contain_text("Review queue")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Review queue", level=1)).to_be_visible()

    page.wait_for_load_state("load")  # keys are heard once the modules are there
    page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    page.keyboard.type("twice as many")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(chosen).to_contain_text("Search claims for “twice as many”")
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="Claims").locator("tbody tr")).to_have_count(1)
    expect(page.get_by_role("link", name=SECOND)).to_be_visible()


def test_single_keys_lead_everywhere(
    desk_of: Callable[[User, str], Page], ada: User, reviews: list[Review]
) -> None:
    page = desk_of(ada, "/desk/")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    for key, path in (("a", "/desk/articles/"), ("q", "/desk/queue/"), ("d", "/desk/"), ("p", "/")):
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(path)
    page.goto("/desk/")
    page.keyboard.press("i")
    expect(page.get_by_role("dialog", name="Import an article")).to_be_visible()
    expect(page.get_by_label("Address of the article")).to_be_focused()
    page.goto("/desk/articles/")
    page.keyboard.press("i")
    expect(page.get_by_label("Address of the article")).to_be_focused()
    # The key opens the dialog and is not typed into it.
    expect(page.get_by_label("Address of the article")).to_have_value("")


MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15"


@pytest.mark.parametrize(
    ("machine", "save", "step"), [({}, "Ctrl+S", "Shift+→"), ({"user_agent": MAC}, "⌘S", "⇧→")]
)
def test_the_list_of_keys_calls_them_as_the_keyboard_does(
    machine: dict[str, str],
    save: str,
    step: str,
    open_browser: Callable[..., BrowserContext],
    desk_server: str,
    ada: User,
    reviews: list[Review],
) -> None:
    context = open_browser(**machine)
    hands.sign_in(context, desk_server, ada)
    page = context.new_page()
    page.goto(f"/desk/claims/{reviews[0].claim_id}/")
    page.keyboard.press("?")
    rows = page.get_by_role("dialog", name="Keyboard shortcuts").locator(".k")
    expect(rows.filter(has_text="Save draft")).to_contain_text(save)
    expect(rows.filter(has_text="Widen")).to_contain_text(step)
    foreign = "Ctrl" if machine else "⌘"
    assert foreign not in page.locator("body").inner_text()


def test_the_list_of_keys_has_those_of_ones_own_roles(
    open_browser: Callable[..., BrowserContext],
    desk_server: str,
    ada: User,
    cleo: User,
    dov: User,
    reviews: list[Review],
) -> None:
    listed = {}
    for user in (ada, cleo, dov):
        context = open_browser()
        hands.sign_in(context, desk_server, user)
        page = context.new_page()
        page.goto("/desk/queue/")
        page.keyboard.press("?")
        dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
        expect(dialog).to_be_visible()
        listed[user] = set(dialog.locator(".k > span:first-child").all_text_contents())
    writing = {
        "Flag the selection as a claim",
        "Next unread sentence",
        "Undo a decision",
        "Send for sign-off",
    }
    sorting = {"Select", "Assign", "Set priority"}
    assert writing < listed[ada]
    assert not sorting & listed[ada]
    assert writing | sorting < listed[cleo]
    assert not (writing | sorting) & listed[dov]
    assert {"Search or jump to", "Next / previous", "Next / previous sentence"} < listed[dov]


def test_lists_are_walked_with_j_and_k(
    desk_of: Callable[[User, str], Page], ada: User, reviews: list[Review]
) -> None:
    page = desk_of(ada, "/desk/queue/")
    for key, statement in (("j", 0), ("j", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        rows = page.locator("tbody tr a.title").all_text_contents()
        assert focused(page) == rows[statement]
    # Not while somebody types.
    search = page.get_by_role("searchbox", name="Search claims")
    search.press_sequentially("jk?x")
    expect(search).to_have_value("jk?x")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.locator("tbody tr a.title").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Statement as checked")).to_be_visible()


def test_claims_are_selected_and_assigned_by_keyboard(
    desk_of: Callable[[User, str], Page], cleo: User, ben: User, reviews: list[Review]
) -> None:
    page = desk_of(cleo, "/desk/queue/")
    bar = page.get_by_role("region", name="Actions for selected claims")
    expect(bar).to_be_hidden()
    page.locator("tbody tr a.title").first.focus()
    page.keyboard.press("x")
    expect(bar.get_by_role("status")).to_have_text("1 selected")
    boxes = page.locator('tbody input[type="checkbox"]')
    boxes.nth(2).click(modifiers=["Shift"])
    # A range begins with a click: this was the first.
    expect(bar.get_by_role("status")).to_have_text("2 selected")
    page.get_by_label("Select all claims shown").check()
    expect(bar.get_by_role("status")).to_have_text("3 selected")
    page.locator("tbody tr a.title").first.focus()
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(bar.get_by_role("status")).to_have_text("3 selected")
    page.keyboard.press("a")
    page.locator("#b-assign").get_by_role("button", name="Ben").click()
    expect(page.locator("#toasts")).to_contain_text("3 claims changed.")
    assert {make.review_of(review).assignee for review in reviews} == {ben}

    page.locator("tbody tr a.title").first.focus()
    page.keyboard.press("x")
    page.keyboard.press("p")
    expect(page.locator("#b-prio").get_by_role("button", name="High")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("tbody tr a.title").first).to_be_focused()
    page.keyboard.press("p")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("1 claim changed.")
    assert sorted(make.review_of(review).priority for review in reviews) == [2, 2, 3]


@pytest.mark.parametrize("scripts", [True, False])
def test_enter_in_a_box_of_the_queue_changes_nothing(
    scripts: bool,
    open_browser: Callable[..., BrowserContext],
    desk_server: str,
    cleo: User,
    reviews: list[Review],
) -> None:
    due = timezone.now() + timedelta(days=1)
    actions.prioritise(reviews[0], actor=cleo, priority=Review.Priority.HIGH, due_at=due)
    context = open_browser(java_script_enabled=scripts)
    hands.sign_in(context, desk_server, cleo)
    page = context.new_page()
    page.goto("/desk/queue/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.locator('tbody input[type="checkbox"]').first.check()
    page.keyboard.press("Enter")
    page.goto("/desk/")
    assert "POST" not in sent
    assert make.review_of(reviews[0]).due_at == due


def test_number_keys_rate_while_the_form_has_the_focus(
    desk_of: Callable[[User, str], Page], ada: User
) -> None:
    review = make.researched(by=ada)
    page = desk_of(ada, f"/desk/claims/{review.claim_id}/")
    page.keyboard.press("3")
    expect(page.locator('[name="rating"]:checked')).to_have_count(0)
    page.get_by_role("button", name="Save draft").focus()
    page.keyboard.press("3")
    expect(page.get_by_role("radio", name="Half true")).to_be_checked()
    page.keyboard.press("6")
    expect(page.get_by_role("radio", name="Misleading")).to_be_checked()
    page.get_by_label("Summary, one sentence").press_sequentially("38,900 in 2024")
    expect(page.get_by_role("radio", name="Misleading")).to_be_checked()
    expect(page.locator("[data-save-status]")).to_contain_text("Draft saved")
    saved = make.review_of(review)
    assert (saved.summary, saved.rating and saved.rating.slug) == ("38,900 in 2024", "misleading")


def test_a_source_is_cited_by_keyboard(desk_of: Callable[[User, str], Page], ada: User) -> None:
    review = make.researched(by=ada)
    page = desk_of(ada, f"/desk/claims/{review.claim_id}/")
    explanation = page.get_by_label("Explanation", exact=True)
    explanation.fill("The table ends at 38,900")
    explanation.press("Control+Shift+C")
    expect(page.locator("#cite-menu")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.locator("#cite-menu").get_by_role("button").nth(1).press("Enter")
    expect(explanation).to_have_value("The table ends at 38,900 [2]")
    expect(explanation).to_be_focused()


@pytest.mark.parametrize(
    ("path", "opener", "dialog"),
    [
        ("/desk/articles/", "Import article", "Import an article"),
        ("/desk/claims/{claim}/", "Add source", "Add a source"),
    ],
)
def test_dialogs_give_the_focus_back(
    desk_of: Callable[[User, str], Page], ada: User, path: str, opener: str, dialog: str
) -> None:
    review = make.researched(by=ada)
    page = desk_of(ada, path.format(claim=review.claim_id))
    button = page.get_by_role("button", name=opener).first
    for close in ("Escape", "Cancel", "Close"):
        button.focus()
        page.keyboard.press("Enter")
        opened = page.get_by_role("dialog", name=dialog)
        expect(opened).to_be_visible()
        assert opened.evaluate("(d) => d.contains(document.activeElement)")
        if close == "Escape":
            page.keyboard.press("Escape")
        else:
            opened.locator("[data-close]").filter(has_text=close).first.click()
        expect(opened).to_be_hidden()
        expect(button).to_be_focused()


def test_the_first_tab_leads_past_the_sidebar(desk_of: Callable[[User, str], Page], ada: User) -> None:
    page = desk_of(ada, "/desk/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
