"""The page of what was read: an original beside its text, and mending both there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import Article, Revision
from factcheck.accounts.models import User
from tests import factories as make
from tests.articles.originals import (
    CAPTION,
    CRANE,
    PAGE,
    TWICE,
    block_with,
    given_anew,
    imported,
    left_out_with,
)
from tests.cast import signed_in
from tests.database import nothing_changes

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    return imported()


@pytest.fixture
def browser(ada: User) -> Client:
    return signed_in(ada)


def at(name: str, article: Article) -> str:
    return reverse(f"desk:{name}", args=[article.pk])


def test_a_fresh_article_asks_to_be_compared_and_a_flagged_one_no_longer(
    article: Article, browser: Client
) -> None:
    page = browser.get(at("article", article)).content.decode()
    assert "compare the text with its original" in page
    assert "4 lines were left out." in page
    make.flagged_claim(article=article, quote=TWICE)
    assert "compare the text with its original" not in browser.get(at("article", article)).content.decode()


def test_the_page_shows_every_line_and_how_each_field_was_found(article: Article, browser: Client) -> None:
    page = browser.get(at("original", article)).content.decode()
    assert page.count("is-out") == 4
    assert CAPTION in page
    assert "Found: from what the page tells search engines." in page
    assert "Not found in the original." in page  # the outlet


def test_lines_are_chosen_and_the_repaired_text_is_shown(article: Article, browser: Client) -> None:
    revision = make.newest_revision(article)
    choice = {
        "revision": 1,
        "leave_out": block_with(revision, CRANE),
        "take_in": left_out_with(revision, CAPTION),
    }
    answer = browser.post(at("repair", article), choice, follow=True)
    page = answer.content.decode()
    assert "The text was repaired: 2 lines." in page
    assert CAPTION in page
    assert CRANE not in page


def test_a_refused_choice_comes_back_and_changes_nothing(article: Article, browser: Client) -> None:
    make.flagged_claim(article=article, quote=TWICE)
    revision = make.newest_revision(article)
    choice = {
        "revision": 1,
        "leave_out": block_with(revision, TWICE),
        "take_in": left_out_with(revision, CAPTION),
    }
    with nothing_changes():
        answer = browser.post(at("repair", article), choice)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"A claim quotes “{TWICE}”" in page
    assert f'name="take_in" value="{choice["take_in"]}" checked' in page
    assert Revision.objects.count() == 1


@pytest.mark.parametrize(
    "choice", [{"revision": "x"}, {"leave_out": "9" * 30}, {"leave_out": "a"}, {"take_in": "-1"}]
)
def test_junk_is_refused(article: Article, browser: Client, choice: dict[str, str]) -> None:
    with nothing_changes():
        assert browser.post(at("repair", article), {"revision": "1", **choice}).status_code == 400


def test_the_headline_is_mended(article: Article, browser: Client) -> None:
    wish = {"version": 1, "title": "Ferry record", "byline": "Ilse Maar", "published_at": "2025-05-03"}
    page = browser.post(at("details", article), wish, follow=True).content.decode()
    assert "Details saved." in page
    assert "The original says “Night ferry breaks its record”" in page
    was = article.published_at
    article.refresh_from_db()
    assert (article.title, article.published_at) == ("Ferry record", was)


def test_details_that_another_changed_meanwhile_come_back_as_typed(article: Article, browser: Client) -> None:
    wish = {"version": 1, "title": "Ferry record"}
    browser.post(at("details", article), wish)
    with nothing_changes():
        answer = browser.post(at("details", article), {"version": 1, "title": "Another"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert 'value="Another"' in page
    assert "The desk now says “Ferry record”." in page


def test_an_article_keeps_a_headline(article: Article, browser: Client) -> None:
    with nothing_changes():
        answer = browser.post(at("details", article), {"version": 1, "title": " "})
    assert answer.status_code == 400
    assert "An article needs a headline." in answer.content.decode()


def test_vera_sees_what_was_read_and_mends_nothing(article: Article, vera: User) -> None:
    page = signed_in(vera).get(at("original", article)).content.decode()
    assert CAPTION in page
    assert "Make a repaired text" not in page
    assert "Save details" not in page


def test_the_outlets_new_headline_is_told_on_the_article(article: Article, browser: Client) -> None:
    given_anew(article, PAGE.replace("breaks its record", "sinks").replace("9 crowns", "8 crowns"))
    page = browser.get(at("article", article)).content.decode()
    assert (
        "The outlet changed its headline from “Night ferry breaks its record” to “Night ferry sinks”." in page
    )


def test_the_comparison_says_what_was_the_desks_own_doing(article: Article, browser: Client) -> None:
    revision = make.newest_revision(article)
    browser.post(at("repair", article), {"revision": 1, "leave_out": block_with(revision, CRANE)})
    page = browser.get(at("compare", article)).content.decode()
    assert "Revision 2 is a repair of what was read" in page


def test_the_page_takes_few_statements(
    article: Article, browser: Client, django_assert_max_num_queries: object
) -> None:
    for quote in (TWICE, "A single ticket costs 9 crowns."):
        make.flagged_claim(article=article, quote=quote)
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        browser.get(at("original", article))
