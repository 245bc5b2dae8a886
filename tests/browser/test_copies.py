"""Other outlets' versions of an article by keyboard alone, and what moves the text beside its claims."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from articles.actions import compare_waiting
from articles.models import Article, Passage
from factcheck.accounts.models import User
from reviews import actions
from tests import factories as make
from tests.browser import hands
from tests.browser.test_looks import faults_of
from tests.browser.watching import Watch

# What is done by hand does not depend on the database.
pytestmark = pytest.mark.sqlite

_MORE = """\
The boat leaves at ten in the evening and is at the island at six.
Cabins are sold from the first of March, at the harbour and in the villages.
Dogs travel free, as they have since the war.
The board meets again in June, when the figures of the spring are known.
"""

# How far each card is from where it belongs: level with its passage, or right below the card before it.
_OFF = """
() => {
  let end = -Infinity;
  return [...document.querySelectorAll('[data-align] > *')].map((card) => {
    const passage = document.querySelector(`.hl[data-claim="${card.dataset.for}"]`).getBoundingClientRect();
    const { top, bottom } = card.getBoundingClientRect();
    const off = Math.abs(top - Math.max(passage.top - 6, end + 8));
    end = bottom;
    return Math.round(off);
  });
}
"""


@pytest.fixture
def page_of(context: BrowserContext, desk_server: str) -> Callable[[User, str], Page]:
    """Give a function that opens one page for somebody."""

    def open_one(user: User, path: str) -> Page:
        hands.sign_in(context, desk_server, user)
        page = context.new_page()
        page.goto(path)
        return page

    return open_one


def _tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus."""
    for _ in range(80):
        if wanted.evaluate("(each) => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {wanted}")


def _article(outlet: str) -> Article:
    text = f"{make.TEXT}{_MORE}Printed by the {outlet}, which had it from the harbour board’s own notice.\n"
    return make.imported_article(text=text, outlet_name=outlet, title=f"Ferry record ({outlet})")


def test_places_are_removed_by_keyboard(page_of: Callable[[User, str], Page], ada: User) -> None:
    claim = make.flagged_claim(article=_article("Courier"))
    for outlet in ("Herald", "Mirror"):
        revision = make.newest_revision(_article(outlet))
        actions.add_passage(claim, actor=ada, revision=revision, **make.place_of(make.QUOTE, revision))
    page = page_of(ada, f"/desk/claims/{claim.pk}/")
    dialog = page.get_by_role("dialog", name="Remove this place?")
    for outlet in ("Mirror", "Herald"):
        button = page.get_by_role("button", name=f"Remove this place… Ferry record ({outlet})")
        _tab_to(page, button)
        page.keyboard.press("Enter")
        expect(dialog).to_contain_text(outlet)
        assert dialog.evaluate("(each) => each.contains(document.activeElement)")
        assert faults_of(page) == []
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(button).to_be_focused()
    page.keyboard.press("Enter")
    _tab_to(page, dialog.get_by_role("button", name="Remove", exact=True))
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Removed.")
    assert Passage.objects.filter(claim=claim).count() == 2


def test_versions_are_compared_and_claims_turned_down_by_keyboard(
    page_of: Callable[[User, str], Page], ada: User
) -> None:
    courier, herald = _article("Courier"), _article("Herald")
    make.flagged_claim(article=courier)
    make.revised(herald, ("9 crowns", "12 crowns"))
    compare_waiting()
    page = page_of(ada, f"/desk/articles/{herald.pk}/")
    _tab_to(page, page.get_by_role("link", name="Differences"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="How the two versions differ")).to_be_visible()
    expect(page.locator("ins", has_text="12")).to_be_visible()
    _tab_to(page, page.locator("summary", has_text="unchanged").first)
    page.keyboard.press("Enter")
    expect(page.locator(".folded").first.locator(".sides").first).to_be_visible()
    page.reload()
    _tab_to(page, page.get_by_label("Text on the right"))
    page.keyboard.press("ArrowDown")
    _tab_to(page, page.get_by_role("button", name="Compare"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/compare/?with={courier.pk}&from=1&to=1")
    expect(page.locator("ins", has_text="12")).to_have_count(0)

    page.goto(f"/desk/articles/{herald.pk}/")
    _tab_to(page, page.locator("summary", has_text="not linked here yet"))
    page.keyboard.press("Enter")
    _tab_to(page, page.get_by_role("button", name="Does not stand here"))
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Turned down.")
    expect(page.locator("summary", has_text="turned down here")).to_be_visible()


def test_cards_stay_level_with_their_passages_when_something_comes_above_the_text(
    page_of: Callable[[User, str], Page], ada: User
) -> None:
    article = _article("Herald")
    for quote in (make.QUOTES[0], make.QUOTES[2], make.QUOTES[3]):
        make.flagged_claim(article=article, quote=quote)
    page = page_of(ada, f"/desk/articles/{article.pk}/")
    expect(page.get_by_text("Looking whether another outlet")).to_be_visible()
    page.wait_for_function(f"() => ({_OFF})().every((off) => off <= 1)")
    make.flagged_claim(article=_article("Courier"), quote=make.QUOTES[1])
    compare_waiting()
    expect(page.get_by_role("heading", name="Also published")).to_be_visible()
    page.wait_for_function(f"() => ({_OFF})().every((off) => off <= 1)")
    page.locator("summary", has_text="not linked here yet").press("Enter")
    expect(page.get_by_role("button", name="Does not stand here")).to_be_visible()
    page.wait_for_function(f"() => ({_OFF})().every((off) => off <= 1)")


def test_the_foot_of_a_short_page_is_at_the_end_of_the_window(context: BrowserContext, watch: Watch) -> None:
    watch.expect("status of 404")
    page = context.new_page()
    page.goto("/checks/there-is-none/")
    foot = page.locator("footer").evaluate("(each) => each.getBoundingClientRect().bottom")
    assert round(foot) == 900
    assert page.evaluate("document.documentElement.scrollHeight") == 900
