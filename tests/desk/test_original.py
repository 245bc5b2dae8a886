"""The page of what was read: an original beside its text, and mending both there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from articles.found import details_of
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
    choice = as_shown(
        article, leave_out=block_with(revision, CRANE), take_in=left_out_with(revision, CAPTION)
    )
    answer = browser.post(at("mend", article), choice, follow=True)
    page = answer.content.decode()
    assert "The text was repaired: 2 lines." in page
    assert CAPTION in page
    assert CRANE not in page


def test_a_refused_choice_comes_back_and_changes_nothing(article: Article, browser: Client) -> None:
    make.flagged_claim(article=article, quote=TWICE)
    revision = make.newest_revision(article)
    choice = as_shown(
        article, leave_out=block_with(revision, TWICE), take_in=left_out_with(revision, CAPTION)
    )
    with nothing_changes():
        answer = browser.post(at("mend", article), choice)
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
        assert browser.post(at("mend", article), as_shown(article) | choice).status_code == 400


def as_shown(article: Article, **typed: object) -> dict[str, object]:
    """What a browser sends of the form of this article, with what was typed and chosen in it."""
    revision = make.newest_revision(article)
    shown = details_of(article)
    kept = {"version": article.version, "revision": revision.number, **shown}
    return kept | {f"initial-{name}": value for name, value in shown.items()} | typed


def test_the_headline_is_mended(article: Article, browser: Client) -> None:
    page = browser.post(
        at("mend", article), as_shown(article, title="Ferry record"), follow=True
    ).content.decode()
    assert "Details saved." in page
    assert "The text was repaired" not in page
    assert "The original says “Night ferry breaks its record”" in page
    was = article.published_at
    article.refresh_from_db()
    assert (article.title, article.published_at) == ("Ferry record", was)


def test_what_is_typed_and_what_is_chosen_are_saved_together(article: Article, browser: Client) -> None:
    crane = block_with(make.newest_revision(article), CRANE)
    wish = as_shown(article, title="Ferry record", byline="Ilse Maar", leave_out=crane)
    page = browser.post(at("mend", article), wish, follow=True).content.decode()
    assert "The text was repaired: 1 line." in page
    assert "Details saved." in page
    article.refresh_from_db()
    assert (article.title, article.byline) == ("Ferry record", "Ilse Maar")
    assert CRANE not in make.newest_revision(article).text


def test_nothing_is_said_to_be_saved_where_nothing_was_typed(article: Article, browser: Client) -> None:
    with nothing_changes():
        page = browser.post(at("mend", article), as_shown(article), follow=True).content.decode()
    assert "Nothing was changed" in page
    assert "Details saved." not in page


def test_a_refused_choice_keeps_what_was_typed(article: Article, browser: Client) -> None:
    make.flagged_claim(article=article, quote=TWICE)
    twice = block_with(make.newest_revision(article), TWICE)
    with nothing_changes():
        answer = browser.post(at("mend", article), as_shown(article, title="Ferry record", leave_out=twice))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="Ferry record"' in page
    assert f"A claim quotes “{TWICE}”" in page


def test_refused_words_keep_what_was_chosen(article: Article, browser: Client) -> None:
    crane = block_with(make.newest_revision(article), CRANE)
    with nothing_changes():
        answer = browser.post(at("mend", article), as_shown(article, title=" ", leave_out=crane))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "An article needs a headline." in page
    assert f'name="leave_out" value="{crane}" checked' in page


def test_details_that_another_changed_meanwhile_come_back_as_typed(article: Article, browser: Client) -> None:
    mine = as_shown(article, title="Another", byline="Ilse Maar")
    browser.post(at("mend", article), as_shown(article, title="Ferry record"))
    with nothing_changes():
        answer = browser.post(at("mend", article), mine)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert 'value="Another"' in page
    assert 'value="Ilse Maar"' in page
    assert "The desk now says “Ferry record”." in page


def test_lines_that_were_repaired_are_not_chosen_again_beside_details_that_were_refused(
    article: Article, browser: Client
) -> None:
    crane = block_with(make.newest_revision(article), CRANE)
    mine = as_shown(article, title="Another", leave_out=crane)
    browser.post(at("mend", article), as_shown(article, title="Ferry record"))
    page = browser.post(at("mend", article), mine).content.decode()
    assert "The text was repaired: 1 line." in page
    assert 'value="Another"' in page
    assert " checked" not in page.split('id="h-lines"')[1].split("save-bar")[0]
    assert make.newest_revision(article).number == 2


def test_who_only_chose_lines_does_not_undo_what_another_typed_meanwhile(
    article: Article, browser: Client
) -> None:
    mine = as_shown(article, leave_out=block_with(make.newest_revision(article), CRANE))
    browser.post(at("mend", article), as_shown(article, title="Ferry record"))
    assert browser.post(at("mend", article), mine).status_code == 303
    article.refresh_from_db()
    assert article.title == "Ferry record"
    assert make.newest_revision(article).number == 2


def test_vera_sees_what_was_read_and_mends_nothing(article: Article, vera: User) -> None:
    page = signed_in(vera).get(at("original", article)).content.decode()
    assert CAPTION in page
    assert "Save what was mended" not in page


def test_the_outlets_new_headline_is_told_on_the_article(article: Article, browser: Client) -> None:
    given_anew(article, PAGE.replace("breaks its record", "sinks").replace("9 crowns", "8 crowns"))
    page = browser.get(at("article", article)).content.decode()
    assert (
        "The outlet changed its headline from “Night ferry breaks its record” to “Night ferry sinks”." in page
    )


def test_the_comparison_says_what_was_the_desks_own_doing(article: Article, browser: Client) -> None:
    revision = make.newest_revision(article)
    browser.post(at("mend", article), as_shown(article, leave_out=block_with(revision, CRANE)))
    page = browser.get(at("compare", article)).content.decode()
    assert "Revision 2 is a repair of what was read" in page


def test_the_page_takes_few_statements(
    article: Article, browser: Client, django_assert_max_num_queries: object
) -> None:
    for quote in (TWICE, "A single ticket costs 9 crowns."):
        make.flagged_claim(article=article, quote=quote)
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        browser.get(at("original", article))
