"""What was read of an article, mended by hand; and a newer text of it, given by hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from articles.models import Article, Import
from articles.tasks import run_import
from factcheck.accounts.models import User
from tests import factories as make
from tests.articles.originals import CRANE, imported
from tests.browser import hands


@pytest.fixture
def article(ada: User) -> Article:
    return imported()


@pytest.fixture
def page(context: BrowserContext, desk_server: str, ada: User, article: Article) -> Page:
    """Ada has what was read open."""
    hands.sign_in(context, desk_server, ada)
    page = context.new_page()
    page.goto(f"/desk/articles/{article.pk}/original/")
    return page


def test_a_headline_and_a_line_are_mended_with_one_button(page: Page, article: Article) -> None:
    page.get_by_label("Headline").fill("Ferry record")
    page.locator(".line", has_text=CRANE).get_by_label("Leave out").check()
    page.get_by_role("button", name="Save what was mended").click()
    expect(page.locator(".toast")).to_have_text(["The text was repaired: 1 line.", "Details saved."])
    expect(page.locator("h1")).to_have_text("Ferry record")
    expect(page.locator("#text")).not_to_contain_text(CRANE)
    article.refresh_from_db()
    assert article.title == "Ferry record"


def test_enter_in_a_field_saves_what_was_chosen_too(page: Page, article: Article) -> None:
    page.locator(".line", has_text=CRANE).get_by_label("Leave out").check()
    page.get_by_label("Author").fill("Jo Field")
    page.get_by_label("Author").press("Enter")
    expect(page.locator(".toast")).to_have_count(2)
    assert CRANE not in make.newest_revision(article).text


def test_a_pasted_text_is_watched_until_it_is_there(page: Page, article: Article) -> None:
    page.goto(f"/desk/articles/{article.pk}/")
    page.get_by_role("button", name="New text").click()
    text = make.newest_revision(article).text.replace("41,000", "38,900").replace("\n", "\n\n")
    page.get_by_label("What the article says now").fill(text)
    page.get_by_role("button", name="Take this text").click()
    watched = page.locator(".watched")
    expect(watched).to_contain_text("The pasted text is being read.")
    run_import(Import.objects.latest("pk").pk)
    expect(watched).to_contain_text("The newer text is here.")
    expect(page.locator("#text")).to_contain_text("41,000")
    watched.get_by_role("link", name="Read the newest").click()
    expect(page.locator("#text")).to_contain_text("38,900")
    expect(page.locator(".watched")).to_have_count(0)
