"""Reading an article to the end by keyboard: the next unread sentence, and why it is no claim."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from articles.models import Article, ReadingMark
from factcheck.accounts.models import User
from tests import factories as make
from tests.browser import hands

TEXT = "The ferry 🛥️ sails. It is late! Is it?\nNobody knows. هل هذا صحيح؟ The end.\n"


@pytest.fixture
def article(ada: User) -> Article:
    article = make.imported_article(by=ada, text=TEXT)
    make.flagged_claim(article=article, quote="It is late", by=ada)
    return article


@pytest.fixture
def page(context: BrowserContext, desk_server: str, ada: User, article: Article) -> Page:
    hands.sign_in(context, desk_server, ada)
    page = context.new_page()
    page.goto(f"/desk/articles/{article.pk}/")
    page.evaluate("import('/static/checkdesk/reading.js')")
    return page


def _selected(page: Page) -> str:
    return str(page.evaluate("String(getSelection()).trim()"))


def _meter(page: Page, words: str) -> None:
    expect(page.locator("#coverage")).to_contain_text(words)


def _marks(article: Article) -> list[tuple[str, str]]:
    text = make.newest_revision(article).text
    return [(text[mark.start : mark.end], mark.kind) for mark in ReadingMark.objects.all()]


def test_an_article_is_read_to_the_end_by_keyboard(page: Page, article: Article) -> None:
    page.evaluate("window.stayed = true")
    _meter(page, "1 of 6")
    for n, (key, words, label) in enumerate(
        [
            ("r", "The ferry 🛥️ sails.", "Read"),
            ("o", "Is it?", "Opinion"),
            ("n", "Nobody knows.", "Not checkable"),
            ("c", "هل هذا صحيح؟", "Common knowledge"),
        ],
        2,
    ):
        page.keyboard.press("u")
        assert _selected(page) == words
        page.keyboard.press(key)
        expect(page.locator("#toasts")).to_contain_text(f"{label}: {n} of 6")
        _meter(page, f"{n} of 6")
        expect(page.get_by_role("button", name=label)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("u")
    assert _selected(page) == "The end."
    page.keyboard.press("r")
    _meter(page, "none left")
    page.keyboard.press("u")
    expect(page.locator("#toasts")).to_contain_text("Every sentence has been read.")
    assert [kind for _, kind in _marks(article)] == [
        "read", "opinion", "not_checkable", "common_knowledge", "read",
    ]  # fmt: skip
    assert page.evaluate("window.stayed")


def test_a_mark_is_changed_and_cleared_by_keyboard(page: Page, article: Article) -> None:
    page.keyboard.press("u")
    page.keyboard.press("o")
    _meter(page, "2 of 6")
    page.keyboard.press("r")
    expect(page.get_by_role("button", name="Read")).to_have_attribute("aria-pressed", "true")
    assert _marks(article) == [("The ferry 🛥️ sails.", "read")]
    page.keyboard.press("Backspace")
    _meter(page, "1 of 6")
    assert _marks(article) == []


def test_reading_goes_on_behind_a_claim_that_was_flagged(page: Page) -> None:
    page.keyboard.press("u")
    page.keyboard.press("u")
    assert _selected(page) == "Is it?"
    page.keyboard.press("f")
    page.get_by_label("Topics").fill("Time")
    hands.save_claim(page, page.locator(".card.is-new"))
    expect(page.locator("#toasts")).to_have_text("Claim 2 flagged")
    expect(page.locator("#text")).to_be_focused()
    # Not back to the sentence that was passed over, nor a walk over the cards.
    page.keyboard.press("u")
    assert _selected(page) == "Nobody knows."
    hands.flag(page, "Nobody")
    hands.save_claim(page, page.locator(".card.is-new"))
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.press("j")
    assert _selected(page) == "هل هذا صحيح؟"
    hands.flag(page, "The end")
    page.get_by_role("button", name="Discard").click()
    page.keyboard.press("k")
    assert _selected(page) == "هل هذا صحيح؟"


def test_the_passage_is_in_sight_again_where_the_cards_are_below_the_text(
    open_browser: Callable[..., BrowserContext], desk_server: str, ada: User
) -> None:
    text = "".join(f"The ferry carried {n} passengers in week {n}, said the harbour.\n" for n in range(40))
    article = make.imported_article(by=ada, text=text)
    phone = open_browser(viewport={"width": 390, "height": 844})
    hands.sign_in(phone, desk_server, ada)
    page = phone.new_page()
    page.goto(f"/desk/articles/{article.pk}/")
    page.evaluate("import('/static/checkdesk/reading.js')")
    card = hands.flag(page, "carried 7 passengers in week 7")
    expect(page.locator("#text p").nth(7)).not_to_be_in_viewport()
    hands.save_claim(page, card)
    expect(page.locator("#text p").nth(7)).to_be_in_viewport()


def test_a_sentence_of_two_letters_is_one(context: BrowserContext, desk_server: str, ada: User) -> None:
    article = make.imported_article(by=ada, text="他来了。好。走吧。\n", language="zh")
    hands.sign_in(context, desk_server, ada)
    page = context.new_page()
    page.goto(f"/desk/articles/{article.pk}/")
    page.evaluate("import('/static/checkdesk/reading.js')")
    for words in ("他来了。", "好。", "走吧。"):
        page.keyboard.press("u")
        assert _selected(page) == words
    page.keyboard.press("k")
    page.keyboard.press("o")
    _meter(page, "1 of 3")
    assert _marks(article) == [("好。", "opinion")]


def test_buttons_do_what_the_keys_do(page: Page, article: Article) -> None:
    hands.drag_over(page, "Nobody", "The end")
    hands.popover(page).get_by_role("button", name="Opinion").click()
    _meter(page, "4 of 6")
    assert len(_marks(article)) == 3
    page.get_by_text("2 sentences not read yet").click()
    listed = page.locator("#unread li")
    expect(listed).to_have_count(2)
    listed.first.get_by_role("button", name="Read", exact=True).click()
    _meter(page, "5 of 6")
    expect(listed).to_have_count(1)
    expect(listed.get_by_role("button", name="Opinion")).to_be_focused()


def test_marks_show_when_asked_for(page: Page) -> None:
    first = page.locator("#s0")
    plain = first.evaluate("(el) => getComputedStyle(el).backgroundColor")
    page.get_by_label("Reading marks").check()
    expect(first).not_to_have_css("background-color", plain)
    page.keyboard.press("u")
    page.keyboard.press("n")
    expect(first).to_have_css("background-color", plain)
    label = first.evaluate("(el) => getComputedStyle(el, '::after').content")
    assert label == '"Not checkable"'


def test_single_keys_mark_nothing_while_somebody_types(page: Page, article: Article) -> None:
    hands.flag(page, "Nobody knows")
    page.get_by_label("Statement as checked").fill("")
    page.keyboard.type("run on cue")
    expect(page.get_by_label("Statement as checked")).to_have_value("run on cue")
    assert _marks(article) == []
    page.get_by_label("Statement as checked").fill("Nobody knows it")
    hands.save_claim(page, page.locator(".card.is-new"))
    _meter(page, "2 of 6")


def test_without_script_the_list_of_what_is_left_has_buttons(
    context: BrowserContext, desk_server: str, ada: User, article: Article
) -> None:
    plain = context.browser.new_context(java_script_enabled=False, base_url=desk_server)  # type: ignore[union-attr]
    hands.sign_in(plain, desk_server, ada)
    page = plain.new_page()
    page.goto(f"/desk/articles/{article.pk}/")
    page.get_by_text("5 sentences not read yet").click()
    page.locator("#unread li").first.get_by_role("button", name="Common knowledge").click()
    expect(page.get_by_text("4 sentences not read yet")).to_be_visible()
    assert _marks(article) == [("The ferry 🛥️ sails.", "common_knowledge")]
    plain.close()
