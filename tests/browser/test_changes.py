"""A changed article, decided on by hand: by keys alone, by dragging, by touch, and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from articles.models import Article, Placement
from factcheck.accounts.models import User
from tests import factories as make
from tests.browser import hands
from tests.browser.test_looks import LOOKS, faults_of

A, B, C, D, E = make.QUOTES
OTHER = "No other ferry 🚢 on this coast is cheaper"
CHOSEN = "the harbour 👩‍👩‍👧 board said on Monday"


@pytest.fixture
def article(ada: User) -> Article:
    """Three passages that wait: one with other words, one that stands twice, one that is gone."""
    article = make.imported_article(by=ada, title="Ferry figures")
    for quote in (A, C, D, E):
        make.flagged_claim(article=article, quote=quote, by=ada)
    make.revised(
        article,
        ("the harbour board said on Monday", f"{CHOSEN}. 🚢🚢 Nobody asked. {A}, it is said"),
        (C, OTHER),
        (f"{D} ", ""),
        ("That is", "This is"),
        by=ada,
    )
    return article


@pytest.fixture
def page(context: BrowserContext, desk_server: str, ada: User, article: Article) -> Page:
    """Ada has the changes open."""
    return opened(context, desk_server, ada, article)


def opened(context: BrowserContext, origin: str, user: User, article: Article) -> Page:
    hands.sign_in(context, origin, user)
    page = context.new_page()
    page.goto(f"/desk/articles/{article.pk}/changes/")
    return page


def placed(quote: str) -> Placement:
    return (
        Placement.objects.select_related("result").filter(passage__exact=quote, is_certain=False).latest("pk")
    )


def is_decided(page: Page, quote: str, said: str) -> None:
    """Wait until the panel of a passage says what was decided."""
    panel = page.locator(f"#passage-{placed(quote).pk}")
    expect(panel.locator(".recon-done b")).to_have_text(said)


_ARE_SHOWN = "(all) => all.map((each) => each.checkVisibility())"


def in_list(page: Page, quote: str) -> str:
    return f'.recon-list a[href="#passage-{placed(quote).pk}"]'


def test_all_is_decided_by_keys(page: Page, article: Article) -> None:
    expect(page.locator(".recon-progress b")).to_have_text("0 of 3")
    expect(page.get_by_role("link", name="Finish")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("link", name="Finish").click(force=True)
    expect(page).to_have_url(f"{page.url.split('/desk')[0]}/desk/articles/{article.pk}/changes/")

    # The first that waits is open: other words.
    page.keyboard.press("1")
    is_decided(page, C, "Place accepted")
    expect(page.locator(f"#passage-{placed(C).pk}")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator(".recon-progress b")).to_have_text("0 of 3")
    assert placed(C).decision == ""
    page.keyboard.press("1")
    is_decided(page, C, "Place accepted")
    assert placed(C).result is not None
    assert placed(C).result.exact == OTHER

    # The next in the list after the one that is open: the same words in two places.
    page.keyboard.press("j")
    expect(page.locator(in_list(page, A))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"#passage-{placed(A).pk}")).to_be_focused()
    expect(page.locator(in_list(page, A))).to_have_attribute("aria-current", "true")
    page.keyboard.press("4")
    is_decided(page, A, "Kept on revision 1")

    # The lost one: no place to accept, so other words are chosen, sentence by sentence and word by word.
    page.locator(in_list(page, D)).press("Enter")
    page.keyboard.press("1")
    expect(page.locator(f"#passage-{placed(D).pk} [data-choices]")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator("#whole-text")).to_be_focused()
    for _ in range(20):
        page.keyboard.press("k")
    page.keyboard.press("j")
    assert page.evaluate("String(getSelection())") == "🚢🚢 Nobody asked."
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator("[data-pick-count]:visible")).to_have_text("3 words")
    page.keyboard.press("Enter")
    is_decided(page, D, "Another place chosen")
    assert placed(D).result is not None
    assert placed(D).result.exact == "🚢🚢 Nobody asked"

    expect(page.locator(".recon-progress b")).to_have_text("3 of 3")
    page.get_by_role("link", name="Finish").click()
    expect(page.locator("h1")).to_have_text("Ferry figures")


@pytest.mark.case("X18")
def test_another_place_is_chosen_by_dragging(page: Page) -> None:
    page.locator(in_list(page, D)).click()
    page.get_by_role("button", name="Choose another place").click()
    expect(page.get_by_role("button", name="Use these words")).to_have_attribute("aria-disabled", "true")
    hands.drag_over(page, "harbour 👩‍👩‍👧 board said on Mon")
    expect(page.locator("[data-pick-count]:visible")).to_have_text("6 words")
    page.get_by_role("button", name="Use these words").click()
    is_decided(page, D, "Another place chosen")
    result = placed(D).result
    assert result is not None
    assert result.exact == "harbour 👩‍👩‍👧 board said on Monday"
    text = result.revision.text
    assert text[result.start : result.end] == result.exact
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".recon-progress b")).to_have_text("0 of 3")
    assert placed(D).decision == ""


def test_choosing_is_given_up_without_a_trace(page: Page) -> None:
    page.keyboard.press("2")
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#whole-text")).to_be_hidden()
    page.keyboard.press("2")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#whole-text")).to_be_hidden()
    expect(page.locator(".recon-panel:visible [data-near]")).to_be_visible()
    # Opening another passage while one is being chosen ends that as well.
    page.keyboard.press("2")
    page.locator(in_list(page, A)).click()
    expect(page.locator("#whole-text")).to_be_hidden()
    assert Placement.objects.undecided().count() == 3


def test_single_keys_can_be_switched_off(page: Page) -> None:
    page.keyboard.press("?")
    page.get_by_role("dialog").get_by_label("Single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    for key in "1234":
        page.keyboard.press(key)
    expect(page.locator("#whole-text")).to_be_hidden()
    assert Placement.objects.undecided().count() == 3


@pytest.mark.case("X18")
def test_another_place_is_chosen_by_touch(
    open_browser: Callable[..., BrowserContext], desk_server: str, ada: User, article: Article
) -> None:
    phone = open_browser(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = opened(phone, desk_server, ada, article)
    page.locator(in_list(page, D)).tap()
    page.get_by_role("button", name="Choose another place").tap()
    page.evaluate("""() => {
      const node = document.querySelector('#whole-text p').firstChild;
      const at = node.data.indexOf('harbour');
      getSelection().setBaseAndExtent(node, at, node, node.data.indexOf(' said on'));
    }""")
    page.get_by_role("button", name="Use these words").tap()
    is_decided(page, D, "Another place chosen")
    assert placed(D).result is not None
    assert placed(D).result.exact == "harbour 👩‍👩‍👧 board"


def test_without_scripts_passages_are_decided_by_plain_forms(
    open_browser: Callable[..., BrowserContext], desk_server: str, ada: User, article: Article
) -> None:
    page = opened(open_browser(java_script_enabled=False), desk_server, ada, article)
    expect(page.get_by_role("button", name="Choose another place")).to_have_count(0)
    page.locator(in_list(page, A)).click()
    page.get_by_label("Place 2").check()
    page.get_by_role("button", name="Accept the marked place").click()
    is_decided(page, A, "Another place chosen")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".recon-progress b")).to_have_text("0 of 3")


def test_who_comes_second_sees_what_stands(page: Page, watch: object, ben: User) -> None:
    from reviews.actions import decide_placement

    watch.expect("the server responded with a status of 409")  # type: ignore[attr-defined]
    decide_placement(placed(C), actor=ben, decision="removed")
    page.keyboard.press("1")
    expect(page.get_by_role("alert")).to_contain_text("has decided on this meanwhile: Removed by the outlet")
    is_decided(page, C, "Removed by the outlet")


def test_a_key_pressed_twice_decides_once_and_says_nothing_of_others(page: Page) -> None:
    button = page.locator(".recon-panel:visible button[value=accepted]")
    button.evaluate("(el) => { el.click(); setTimeout(() => el.click()); }")
    is_decided(page, C, "Place accepted")
    expect(page.locator(".toast")).to_have_text("Decided.")
    expect(page.locator(".banner.notice")).to_have_count(0)


def test_who_comes_by_a_link_sees_in_the_list_where_they_are(page: Page) -> None:
    here = page.url
    page.goto("/desk/")
    page.goto(f"{here}#passage-{placed(D).pk}")
    expect(page.locator(f"#passage-{placed(D).pk}")).to_be_focused()
    expect(page.locator(in_list(page, D))).to_have_attribute("aria-current", "true")
    expect(page.locator(".recon-list [aria-current]")).to_have_count(1)


def test_on_a_phone_the_decision_comes_before_the_list(
    open_browser: Callable[..., BrowserContext], desk_server: str, ada: User, article: Article
) -> None:
    phone = open_browser(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = opened(phone, desk_server, ada, article)
    decision, listed = (
        page.locator(".recon-panel:visible").bounding_box(),
        page.locator(".recon-list").bounding_box(),
    )
    assert decision is not None
    assert listed is not None
    assert decision["y"] + decision["height"] <= listed["y"]
    assert not any(page.locator(".recon-panel:visible kbd, .recon-list kbd").evaluate_all(_ARE_SHOWN))
    page.locator(in_list(page, A)).tap()
    expect(page.locator(f"#passage-{placed(A).pk}")).to_be_in_viewport()


def test_nothing_sticks_out_while_choosing(page: Page) -> None:
    found = []
    for theme in LOOKS:
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        for size, with_axe in LOOKS[theme]:
            page.set_viewport_size(size)
            page.reload()
            page.keyboard.press("2")
            page.keyboard.press("j")
            expect(page.get_by_role("button", name="Use these words")).to_have_attribute(
                "aria-disabled", "false"
            )
            found += faults_of(page, with_axe=with_axe)
    assert found == []
