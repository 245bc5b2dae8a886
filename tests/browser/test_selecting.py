"""Selecting words in an article, with every kind of hand: what was selected is what is stored (X18)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from articles.models import Article, Claim, Passage
from factcheck.accounts.models import User
from factcheck.accounts.roles import Role
from tests import factories as make
from tests.browser import hands
from tests.browser.watching import Watch
from tests.cast import take_role

FAMILY = "👨‍👩‍👧‍👦"
TEXT = f"""\
The ferry 🚢 to Vell {FAMILY} carried 41,000 passengers in 2024, said Zoe\u0308 Maar. “It pays,” she said.

In Nn\u0308a\u0303 and हिन्दी the café kept 🇩🇪🇫🇷 flags 𝒳 for years. Nobody counted them twice.

قال المدير 🚢 إن السفينة نقلت 41 ألف راكب في عام 2024. ثم سكت.

ראש העיר אמר שהגשר ייפתח 🌉 באביב הבא. איש לא שאל מתי.

The board named three reasons for its figures, and it gave them in this order on Monday morning:

- Nine crowns 💰 are less than a bus ticket
- The crew is counted as passengers
- Children under six are counted twice

The vote is due in spring, and the second boat is to sail from May.
"""


@pytest.fixture
def article(ada: User) -> Article:
    return make.imported_article(text=TEXT, title="Ferry figures")


def open_article(context: BrowserContext, origin: str, user: User, article: Article) -> Page:
    hands.sign_in(context, origin, user)
    page = context.new_page()
    page.goto(f"/desk/articles/{article.pk}/")
    return page


@pytest.fixture
def reading(context: BrowserContext, desk_server: str, ada: User, article: Article) -> Page:
    """Ada has the article open."""
    return open_article(context, desk_server, ada, article)


def newest_passage() -> Passage:
    """Return what was stored last, which has to be the words that stand at its place."""
    passage = Passage.objects.select_related("revision").latest("pk")
    text = passage.revision.text
    assert passage.exact == text[passage.start : passage.end]
    assert text[: passage.start].endswith(passage.prefix)
    assert text[passage.end :].startswith(passage.suffix)
    return passage


def shown(page: Page, passage: Passage) -> str:
    """Return the words that the page marks as the newest passage's claim."""
    card = page.locator(f'.card[data-claim-id="{passage.claim_id}"]')
    number = card.get_attribute("data-for")
    return "".join(page.locator(f'#text mark[data-claim="{number}"]').evaluate_all(_OWN_TEXT))


# Marks of other claims inside a mark are part of it; a mark inside one of its own claim is not.
_OWN_TEXT = "(marks) => marks.map((m) => m.textContent)"


# --- By mouse ------------------------------------------------------------------------------------


@pytest.mark.case("X18")
def test_words_that_are_dragged_over_are_the_passage(reading: Page) -> None:
    for words in (
        "carried 41,000 passengers in 2024",  # behind astral characters and joined ones
        f"Vell {FAMILY} carried",
        "🚢 to Vell",
        "Zoë Maar. “It pays,” she said.",
        "Nn\u0308ã and",
        "हिन्दी",
        "🇩🇪🇫🇷 flags 𝒳",
        "السفينة نقلت 41 ألف راكب",
        "قال المدير 🚢 إن",
        "שהגשר ייפתח 🌉 באביב",
        "Nine crowns 💰 are less than a bus ticket",
        "spring, and the second boat is to sail from May.",
    ):
        card = hands.flag(reading, words)
        expect(card.locator("[data-quote]")).to_have_text(words)
        hands.save_claim(reading, card)
        passage = newest_passage()
        assert passage.exact == words
        assert shown(reading, passage) == words


@pytest.mark.parametrize("let_go_first", [False, True])
def test_words_selected_while_the_text_is_renewed_stay_selected(reading: Page, let_go_first: bool) -> None:
    held: list[Route] = []
    reading.route("**/desk/articles/*/", lambda route: held.append(route))
    card = hands.flag(reading, "carried 41,000 passengers in 2024")
    with reading.expect_request("**/desk/articles/*/"):
        card.get_by_role("button", name="Save claim").click()
    words = "spring, and the second boat is to sail from May."
    hands.drag_over(reading, words, let_go=let_go_first)
    held[0].continue_()
    if not let_go_first:
        reading.wait_for_timeout(300)
        reading.mouse.up()
    expect(reading.locator("#text .hl").first).to_be_visible()
    expect(hands.popover(reading)).to_be_visible()
    assert reading.evaluate("String(getSelection())").strip() == words


def test_what_is_said_again_does_not_pile_up_over_the_text(reading: Page) -> None:
    """Nine flags in five seconds once covered the tenth sentence."""
    theme = reading.locator("[data-theme-toggle]").first
    theme.evaluate("(button) => { for (let n = 0; n < 9; n++) button.click(); }")
    assert len(set(reading.locator("#toasts .toast").all_text_contents())) == 3
    expect(reading.locator("#toasts .toast")).to_have_count(3)


@pytest.mark.case("X18")
def test_half_a_word_counts_as_the_whole(reading: Page) -> None:
    card = hands.flag(reading, "rried 41,000 passen")
    hands.save_claim(reading, card)
    assert newest_passage().exact == "carried 41,000 passengers"
    # At the very beginning of the text as well, before which no line ends.
    card = hands.flag(reading, "The fer")
    hands.save_claim(reading, card)
    assert newest_passage().exact == "The ferry"


@pytest.mark.case("X18")
def test_a_passage_may_run_over_paragraphs_and_a_list(reading: Page) -> None:
    card = hands.flag(reading, "three reasons", until="counted as passengers")
    hands.save_claim(reading, card)
    passage = newest_passage()
    assert passage.exact == (
        "three reasons for its figures, and it gave them in this order on Monday morning:\n"
        "Nine crowns 💰 are less than a bus ticket\n"
        "The crew is counted as passengers"
    )
    assert shown(reading, passage) == passage.exact.replace("\n", "")
    expect(reading.locator("#text .ref")).to_have_count(1)

    card = hands.flag(reading, "In Nn", until="السفينة")
    hands.save_claim(reading, card)
    passage = newest_passage()
    assert passage.exact.startswith("In Nn")
    assert passage.exact.endswith("twice.\nقال المدير 🚢 إن السفينة")


@pytest.mark.case("X18")
def test_passages_may_overlap(reading: Page, article: Article) -> None:
    make.flagged_claim(article=article, quote="41,000 passengers in 2024")
    reading.reload()
    words = [
        "carried 41,000 passengers",  # over its beginning
        "in 2024, said",  # over its end
        "passengers",  # within
        "to Vell",  # beside
    ]
    for each in words:
        hands.save_claim(reading, hands.flag(reading, each))
        passage = newest_passage()
        assert passage.exact == each
        assert shown(reading, passage).replace("passengerspassengers", "passengers") == each
    expect(reading.locator("#claim-list > .card")).to_have_count(5)
    # The numbers of the claims stand between the words and are none of them.
    assert article.revisions.get().text.startswith(
        reading.locator("#text p").first.evaluate("(p) => p.textContent")
    )


def test_letting_go_shows_the_popover_and_a_click_elsewhere_hides_it(reading: Page) -> None:
    hands.drag_over(reading, "carried 41,000 passengers in 2024")
    popover = hands.popover(reading)
    expect(popover).to_be_visible()
    expect(popover).to_contain_text("5 words")
    reading.locator("h1").click()
    expect(popover).to_be_hidden()
    assert reading.evaluate("String(getSelection())") == ""


def test_who_may_not_flag_sees_why_and_no_popover(
    context: BrowserContext, desk_server: str, vera: User, article: Article
) -> None:
    page = open_article(context, desk_server, vera, article)
    hands.drag_over(page, "carried 41,000 passengers in 2024")
    expect(page.locator("#flag-pop")).to_have_count(0)
    expect(page.locator(".reader-tools p")).not_to_be_empty()


# --- By keyboard ---------------------------------------------------------------------------------


@pytest.mark.case("X18")
def test_sentences_are_stepped_through_and_flagged_by_keyboard(reading: Page) -> None:
    reading.locator("#text").focus()
    for key in ("j", "j", "j", "k"):
        reading.keyboard.press(key)
    assert reading.evaluate("String(getSelection())") == "“It pays,” she said."
    expect(reading.locator("#flag-live")).to_contain_text("Sentence 2 of")
    reading.keyboard.press("k")
    for _ in range(3):  # the full stop, and two words
        reading.keyboard.press("Shift+ArrowLeft")
    reading.keyboard.press("f")
    card = reading.locator(".card.is-new")
    statement = card.get_by_label("Statement as checked")
    expect(statement).to_be_focused()
    reading.keyboard.press("Tab")
    reading.keyboard.type("Zoë Maar")
    reading.keyboard.press("Enter")
    expect(reading.get_by_text(re.compile(r"Claim \d+ flagged")).last).to_be_attached()
    passage = newest_passage()
    assert passage.exact == f"The ferry 🚢 to Vell {FAMILY} carried 41,000 passengers in 2024, said"
    assert str(Claim.objects.get().claimant) == "Zoë Maar"
    # One is where one was: in the text, behind the words that were flagged.
    expect(reading.locator("#text")).to_be_focused()
    reading.keyboard.press("j")
    assert reading.evaluate("String(getSelection())") == "“It pays,” she said."
    reading.keyboard.press("k")
    assert reading.evaluate("String(getSelection())").startswith("The ferry 🚢 to Vell")


@pytest.mark.parametrize("field", ["Statement as checked", "Who said it", "When", "Topics"])
def test_a_new_claim_is_saved_from_any_of_its_fields(reading: Page, field: str) -> None:
    card = hands.flag(reading, "carried 41,000 passengers in 2024")
    card.get_by_label("Where").fill("In the harbour")
    card.get_by_label(field).press("Control+Enter")
    expect(reading.get_by_text("Claim 1 flagged")).to_be_attached()
    assert Claim.objects.get().said_where == "In the harbour"


@pytest.mark.case("X18")
def test_right_to_left_sentences_are_flagged_by_keyboard(reading: Page) -> None:
    reading.locator("#text").focus()
    for _ in range(5):
        reading.keyboard.press("j")
    assert (
        reading.evaluate("String(getSelection())") == "قال المدير 🚢 إن السفينة نقلت 41 ألف راكب في عام 2024."
    )
    reading.keyboard.press("f")
    hands.save_claim(reading, reading.locator(".card.is-new"))
    assert newest_passage().exact == "قال المدير 🚢 إن السفينة نقلت 41 ألف راكب في عام 2024."


def test_the_popover_is_reached_with_the_tab_key(reading: Page) -> None:
    reading.locator("#text").focus()
    reading.keyboard.press("j")
    expect(hands.popover(reading)).to_be_visible()
    reading.keyboard.press("Tab")
    expect(hands.popover(reading).get_by_role("button", name="Flag claim")).to_be_focused()
    reading.keyboard.press("Enter")
    expect(reading.locator(".card.is-new").get_by_label("Statement as checked")).to_be_focused()


def test_escape_clears_and_single_keys_can_be_switched_off(reading: Page) -> None:
    reading.locator("#text").focus()
    reading.keyboard.press("j")
    reading.keyboard.press("Escape")
    assert reading.evaluate("getSelection().isCollapsed")
    expect(hands.popover(reading)).to_be_hidden()
    reading.keyboard.press("?")
    reading.get_by_role("dialog").get_by_label("Single-key shortcuts").uncheck()
    reading.keyboard.press("Escape")
    hands.drag_over(reading, "carried 41,000 passengers in 2024")
    reading.keyboard.press("f")
    expect(reading.locator(".card.is-new")).to_have_count(0)


# --- By touch ------------------------------------------------------------------------------------

_LONG_PRESS = """
([from, to]) => {
  const walk = document.createTreeWalker(document.querySelector('[data-flaggable]'), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    const [start, end] = [node.data.indexOf(from), node.data.indexOf(to)];
    if (start < 0 || end < 0) continue;
    node.parentElement.scrollIntoView({ block: 'center', behavior: 'instant' });
    getSelection().setBaseAndExtent(node, start, node, start + from.length);
    // The handle is pulled further, with no pointer event that a page would see.
    getSelection().extend(node, end + to.length);
    return;
  }
}
"""


@pytest.mark.case("X18")
def test_a_long_press_selects_and_a_tap_flags(
    open_browser: Callable[..., BrowserContext], desk_server: str, ada: User, article: Article
) -> None:
    phone = open_browser(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    page = open_article(phone, desk_server, ada, article)
    page.evaluate(_LONG_PRESS, ["שהגשר", "באביב"])
    popover = hands.popover(page)
    expect(popover).to_be_visible()
    # Below the words, where the system's own menu is not.
    words = page.evaluate("getSelection().getRangeAt(0).getBoundingClientRect().bottom")
    box = popover.bounding_box()
    assert box is not None
    assert box["y"] > words
    popover.get_by_role("button", name="Flag claim").tap()
    card = page.locator(".card.is-new")
    expect(card.get_by_label("Statement as checked")).to_be_focused()
    expect(card).to_be_in_viewport()
    card.get_by_role("button", name="Save claim").tap()
    expect(page.get_by_text(re.compile(r"Claim \d+ flagged")).last).to_be_attached()
    assert newest_passage().exact == "שהגשר ייפתח 🌉 באביב"


# --- What can go wrong ---------------------------------------------------------------------------


def refuse(page: Page, card: Locator) -> Locator:
    """Send the card, which comes back; return what it says."""
    card.get_by_role("button", name="Save claim").click()
    said = card.get_by_role("alert")
    expect(said).to_be_visible()
    expect(card.get_by_label("Statement as checked")).to_have_value("Words that took a while to find")
    expect(card.get_by_label("Who said it")).to_have_value("Zoë Maar")
    return said


@pytest.fixture
def filled(reading: Page) -> Locator:
    """A card with words in it."""
    card = hands.flag(reading, "carried 41,000 passengers in 2024")
    card.get_by_label("Statement as checked").fill("Words that took a while to find")
    card.get_by_label("Who said it").fill("Zoë Maar")
    return card


def test_what_the_desk_refuses_keeps_the_typed_words(reading: Page, filled: Locator, watch: Watch) -> None:
    watch.expect("the server responded with a status of 4")
    # The text is not the one that the page shows.
    filled.locator('[name="exact"]').evaluate("(el) => { el.value = 'carried 14,000 passengers in 2024' }")
    expect(refuse(reading, filled)).not_to_contain_text("(4")
    assert not Claim.objects.exists()
    filled.locator('[name="exact"]').evaluate("(el) => { el.value = 'carried 41,000 passengers in 2024' }")
    filled.get_by_label("Topics").fill(", ".join(f"topic {n}" for n in range(40)))
    refuse(reading, filled)
    assert not Claim.objects.exists()
    filled.get_by_label("Topics").fill("Ferries")
    hands.save_claim(reading, filled)
    assert Claim.objects.get().statement == "Words that took a while to find"


def test_a_right_that_was_taken_meanwhile_costs_no_words(
    reading: Page, filled: Locator, watch: Watch, ada: User
) -> None:
    watch.expect("the server responded with a status of 403")
    take_role(ada, Role.REPORTER)
    refuse(reading, filled)
    assert not Claim.objects.exists()


def test_without_the_desk_the_card_says_so_and_can_be_sent_again(
    reading: Page, filled: Locator, watch: Watch
) -> None:
    watch.expect("net::ERR_FAILED")
    reading.route("**/flag/", lambda route: route.abort())
    expect(refuse(reading, filled)).to_contain_text("the desk did not answer")
    reading.unroute("**/flag/")
    hands.save_claim(reading, filled)
    assert newest_passage().exact == "carried 41,000 passengers in 2024"


def test_whoever_was_signed_out_signs_in_elsewhere_and_saves_the_card(
    reading: Page, filled: Locator, ada: User, watch: Watch
) -> None:
    watch.expect("the server responded with a status of 40[13]")
    reading.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    filled.get_by_role("button", name="Save claim").click()
    expect(filled.locator("[data-error]")).to_contain_text("You are signed out.")
    hands.type_password(reading.context.new_page(), ada)
    hands.save_claim(reading, filled)
    assert Claim.objects.count() == 1


def test_a_card_in_the_making_is_not_lost_to_a_second_one(reading: Page, filled: Locator) -> None:
    hands.drag_over(reading, "Nobody counted them")
    hands.popover(reading).get_by_role("button", name="Flag claim").click()
    expect(reading.locator(".card.is-new")).to_have_count(1)
    expect(filled.get_by_label("Statement as checked")).to_have_value("Words that took a while to find")
    expect(filled.get_by_label("Statement as checked")).to_be_focused()


# --- Words that are not flagged yet --------------------------------------------------------------


def is_as_left(card: Locator) -> None:
    """Wait until the card has its words again."""
    expect(card.get_by_label("Statement as checked")).to_have_value("Words that took a while to find")
    expect(card.get_by_label("Who said it")).to_have_value("Zoë Maar")
    expect(card.locator("[data-quote]")).to_have_text("carried 41,000 passengers in 2024")


def test_a_half_written_claim_comes_back_until_it_is_flagged(reading: Page, filled: Locator) -> None:
    filled.get_by_label("Topics").fill("Ferries")
    here = reading.url
    reading.goto("/desk/")
    reading.goto(here)
    is_as_left(filled)
    expect(filled.get_by_label("Topics")).to_have_value("Ferries")
    expect(filled.locator("[data-kept]")).to_be_visible()
    hands.save_claim(reading, filled)
    assert "took a while" not in reading.evaluate("JSON.stringify(localStorage)")
    passage = newest_passage()
    assert passage.exact == "carried 41,000 passengers in 2024"
    assert passage.claim.statement == "Words that took a while to find"
    reading.reload()
    expect(reading.locator("#claim-list .card")).to_have_count(1)
    expect(filled).to_have_count(0)


def test_a_half_written_claim_is_forgotten_when_it_is_thrown_away(reading: Page, filled: Locator) -> None:
    reading.reload()
    is_as_left(filled)
    filled.get_by_role("button", name="Discard").click()
    reading.reload()
    expect(reading.locator("[data-no-claims]")).to_be_visible()
    expect(filled).to_have_count(0)


def test_a_half_written_claim_about_an_older_text_is_flagged_there(
    reading: Page, filled: Locator, article: Article
) -> None:
    make.revised(article, ("The vote is due", "Before all this the vote was due"))
    reading.reload()
    is_as_left(filled)
    hands.save_claim(reading, filled)
    first = Passage.objects.select_related("revision").order_by("pk")[0]
    assert (first.revision.number, first.exact) == (1, "carried 41,000 passengers in 2024")


def test_a_claim_whose_flagging_was_not_heard_of_is_not_offered_again(
    reading: Page, filled: Locator, watch: Watch
) -> None:
    watch.expect("net::ERR_FAILED")

    def deaf(route: Route) -> None:
        route.fetch()
        route.abort()

    reading.route("**/flag/", deaf)
    refuse(reading, filled)
    assert Claim.objects.count() == 1
    reading.reload()
    expect(reading.locator("#claim-list .card")).to_have_count(1)
    expect(filled).to_have_count(0)


def test_signing_out_takes_a_half_written_claim_along(reading: Page, filled: Locator) -> None:
    assert "took a while" in reading.evaluate("JSON.stringify(localStorage)")
    reading.locator('[popovertarget="user-menu"]').click()
    reading.get_by_role("button", name="Sign out").click()
    expect(reading.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "took a while" not in reading.evaluate("JSON.stringify(localStorage)")
