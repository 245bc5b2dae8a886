"""What has to fit: in one line of a wide desk, on a phone without a table that is cut."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from articles.models import Article
from factcheck.accounts.models import User
from tests import factories as make
from tests.browser import hands

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def article(ada: User) -> Article:
    """An article with a claim, and a second text."""
    article = make.imported_article(by=ada, title="A harbour town bets on its night ferry")
    make.drafted(article=article, by=ada)
    make.revised(article, ("9 crowns", "11 crowns"), by=ada)
    return article


@pytest.fixture
def open_page(
    open_browser: Callable[..., BrowserContext], desk_server: str, ada: User
) -> Callable[..., Page]:
    """Give a function that opens an address for Ada."""

    def open_one(path: str, **options: object) -> Page:
        context = open_browser(**options)
        hands.sign_in(context, desk_server, ada)
        page = context.new_page()
        page.goto(path)
        return page

    return open_one


def _box(locator: Locator) -> dict[str, float]:
    box = locator.bounding_box()
    assert box
    return dict(box) | {"end": box["y"] + box["height"]}


def test_the_head_of_an_article_with_two_texts_is_one_row(
    open_page: Callable[..., Page], article: Article
) -> None:
    page = open_page(f"/desk/articles/{article.pk}/")
    assert _box(page.locator(".work-side"))["y"] < _box(page.locator(".work-title"))["end"]
    page.get_by_role("button", name="Revision 2").click()
    page.get_by_role("navigation", name="Revisions").get_by_role("link", name="Revision 1").click()
    page.wait_for_url("**/?revision=1")
    expect(page.get_by_role("button", name="Revision 1")).to_be_visible()
    expect(page.locator("#text")).to_contain_text("9 crowns")


def test_the_frame_of_the_text_leaves_the_line_above_it_free(
    open_page: Callable[..., Page], article: Article
) -> None:
    page = open_page(f"/desk/articles/{article.pk}/")
    offset = page.locator("#text").evaluate(
        "(el) => { el.focus({ focusVisible: true }); const s = getComputedStyle(el);"
        " return parseFloat(s.outlineOffset) + parseFloat(s.outlineWidth); }"
    )
    assert offset > 0
    assert _box(page.locator(".reader-tools"))["end"] <= _box(page.locator("#text"))["y"] - offset


def test_no_line_of_facts_begins_with_a_dot(open_page: Callable[..., Page], article: Article) -> None:
    page = open_page(f"/desk/articles/{article.pk}/", viewport=PHONE)
    # Where the line's dots may be seen: not in the margin of the first part of each line.
    seen = page.locator(".work-meta").evaluate(
        """(line) => {
          const cut = parseFloat(getComputedStyle(line).clipPath.match(/\\(.*\\)/)[0].slice(1).split(' ').at(-1));
          const edge = line.getBoundingClientRect().left + cut;
          const dot = (part) => part.getBoundingClientRect().left + parseFloat(getComputedStyle(part, '::before').left);
          const lines = [];
          for (const part of line.children) {
            if (!lines.length || part.offsetLeft <= part.previousElementSibling.offsetLeft) lines.push([]);
            lines.at(-1).push(dot(part) > edge);
          }
          return lines;
        }"""
    )
    assert len(seen) > 1
    for first, *others in seen:
        assert not first
        assert all(others)


def test_on_a_phone_the_ways_to_import_stand_in_one_line(open_page: Callable[..., Page]) -> None:
    page = open_page("/desk/articles/", viewport=PHONE)
    page.get_by_role("button", name="Import article").first.click()
    ways = page.get_by_role("dialog").locator(".segmented label")
    boxes = [_box(way) for way in ways.all()]
    assert len({box["y"] for box in boxes}) == 1
    assert all(box["x"] + box["width"] < PHONE["width"] for box in boxes)
    for way in ways.all():
        assert way.evaluate("(el) => el.scrollWidth <= el.clientWidth")


def test_on_a_phone_the_age_of_a_claim_says_that_it_is_one(
    open_page: Callable[..., Page], article: Article
) -> None:
    page = open_page("/desk/queue/", viewport=PHONE)
    label = page.locator(".c-age[data-label]").evaluate("(el) => getComputedStyle(el, '::before').content")
    assert "Age" in label


def test_on_a_phone_the_tables_of_the_annotated_copy_are_not_cut(
    open_page: Callable[..., Page], article: Article
) -> None:
    page = open_page(f"/desk/articles/{article.pk}/annotated-copy/", viewport=PHONE)
    for table in page.locator(".table-wrap").all():
        assert table.evaluate("(el) => el.scrollWidth <= el.clientWidth")
        for cell in table.locator("td").all():
            assert "none" not in cell.evaluate("(el) => getComputedStyle(el, '::before').content")
