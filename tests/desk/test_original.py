"""The page of what was read: an original beside its text, and mending both there."""

from __future__ import annotations

import html
import re
import time

import pytest
from django.test import Client
from django.urls import reverse

from articles.actions import add_article, request_import
from articles.found import details_of
from articles.models import Article, Revision
from articles.tasks import run_import
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
from tests.kept import kept

pytestmark = pytest.mark.django_db


@pytest.fixture
@kept
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
    assert "3 lines were left out." in page
    make.flagged_claim(article=article, quote=TWICE)
    assert "compare the text with its original" not in browser.get(at("article", article)).content.decode()


def test_the_page_shows_every_line_and_how_each_field_was_found(article: Article, browser: Client) -> None:
    page = browser.get(at("original", article)).content.decode()
    assert page.count(">left out<") == 3
    assert page.count("taken as: Headline") == 1
    assert CAPTION in page
    assert "Found: from what the page tells search engines." in page
    assert "Not found in the original." in page  # the outlet


def test_lines_that_say_who_and_when_are_not_counted_as_left_out(browser: Client, ada: User) -> None:
    text = (
        f"Night ferry breaks its record\n\nBy Mara Lind\n\n12 March 2026\n\nShare this article\n\n{make.TEXT}"
    )
    job = request_import(actor=ada, text=text)
    run_import(job.pk)
    article = Article.objects.get()
    assert "1 line was left out." in browser.get(at("article", article)).content.decode()
    page = browser.get(at("original", article)).content.decode()
    for taken in ("Headline", "Author", "Published"):
        assert f"taken as: {taken}" in page
    assert page.count(">left out<") == 1
    choice = as_shown(article, take_in=left_out_with(make.newest_revision(article), "By Mara Lind"))
    assert (
        "The text was repaired: 1 line."
        in browser.post(at("mend", article), choice, follow=True).content.decode()
    )


def test_what_a_person_typed_is_not_said_to_be_missing(article: Article, browser: Client) -> None:
    assert "Not found in the original." in browser.get(at("original", article)).content.decode()
    browser.post(at("mend", article), as_shown(article, outlet="Harbour Post"))
    page = browser.get(at("original", article)).content.decode()
    assert "As the desk has it; the original does not say." in page
    assert "Not found in the original." not in page


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
    wish = as_shown(article, title="Ferry record", language="de")
    page = browser.post(at("mend", article), wish, follow=True).content.decode()
    assert "Details saved." in page
    assert "The original says “English”" in page
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


# --- Texts of many lines -------------------------------------------------------------------------


@pytest.fixture
@kept
def long(ada: User) -> Article:
    """An article of 250 lines, on three pages."""
    lines = (f"Line {n} says that the ferry carried {n * 7} people to the island." for n in range(250))
    return add_article(actor=ada, text="\n".join(lines), given={"title": "The ferry, line by line"})[0]


def typed_on(page: str) -> dict[str, list[str]]:
    """What a browser sends of the form as it stands, without the button."""
    found: dict[str, list[str]] = {}
    form = page.split('<form action="/desk/articles/')[1].split("</form>")[0]
    for field in re.findall(r"<input[^>]*>", form):
        if 'type="checkbox"' in field and " checked" not in field:
            continue
        name, value = (re.search(f' {part}="([^"]*)"', field) for part in ("name", "value"))
        if name and name[1] != "csrfmiddlewaretoken":
            found.setdefault(name[1], []).append(html.unescape(value[1]) if value else "on")
    found["language"] = re.findall(r'<option value="([^"]*)"[^>]* selected>', form)
    return found


def seen(browser: Client, article: Article, **query: str) -> str:
    return browser.get(at("original", article), query).content.decode()


def sent(browser: Client, article: Article, form: dict[str, list[str]], **more: str) -> str:
    return browser.post(at("mend", article), {**form, **more}, follow=True).content.decode()


def test_a_long_text_is_shown_a_page_at_a_time(long: Article, browser: Client, vera: User) -> None:
    first = seen(browser, long)
    assert "Lines 1 to 100 of 250 (page 1 of 3)." in first
    assert first.count('name="leave_out"') == 100
    last = seen(signed_in(vera), long, page="3")
    assert "Lines 201 to 250 of 250" in last
    assert "Line 249 says" in last
    assert "?page=2#h-lines" in last
    assert "Line 99 says" not in last


@pytest.mark.parametrize(("said", "page"), [("0", 1), ("x", 1), ("", 1), ("99", 3), ("9" * 40, 1)])
def test_a_page_that_there_is_not_is_the_nearest(
    said: str, page: int, long: Article, browser: Client
) -> None:
    assert f"(page {page} of 3)" in seen(browser, long, page=said)


def test_what_is_chosen_and_typed_survives_turning_pages(long: Article, browser: Client) -> None:
    """Without a script: the buttons that turn pages send the form, and nothing is saved by that."""
    form = typed_on(seen(browser, long)) | {"leave_out": ["0", "3", "4"], "title": ["Ferry record"]}
    with nothing_changes():
        page = sent(browser, long, form, page="3")
        assert "(page 3 of 3)" in page
        assert "3 lines are chosen on the other pages." in page
        form = typed_on(page)
        assert form["leave_out"] == ["0,3-4"]
        form["leave_out"] += ["249"]
        form = typed_on(sent(browser, long, form, page="1"))
    assert form["leave_out"] == ["249", "0", "3", "4"]
    assert form["title"] == ["Ferry record"]
    assert "The text was repaired: 4 lines." in sent(browser, long, form)
    text = make.newest_revision(long).text.split("\n")
    assert (len(text), text[0].split(" says")[0], text[-1].split(" says")[0]) == (246, "Line 1", "Line 248")
    long.refresh_from_db()
    assert long.title == "Ferry record"


def test_what_is_taken_back_on_a_page_is_taken_back(long: Article, browser: Client) -> None:
    form = typed_on(seen(browser, long)) | {"leave_out": ["0-2,120"]}
    form = typed_on(sent(browser, long, form, page="2"))
    assert form["leave_out"] == ["0-2", "120"]
    form["leave_out"].remove("120")
    sent(browser, long, form)
    assert "Line 120 says" in make.newest_revision(long).text
    assert "Line 2 says" not in make.newest_revision(long).text


def test_thousands_of_lines_are_left_out_at_once_and_taken_in_again(ada: User, browser: Client) -> None:
    lines = "\n".join(f"Line {n} of this long list stays or goes." for n in range(3_000))
    article, _known = add_article(actor=ada, text=lines, given={"title": "A list"})
    form = typed_on(seen(browser, article)) | {"leave_out": ["0-2498", "2500"]}
    assert "The text was repaired: 2500 lines." in sent(browser, article, form)
    newest = make.newest_revision(article)
    assert newest.text.startswith("Line 2499 of")
    assert len(newest.extraction.left_out) == 2_500
    sent(browser, article, typed_on(seen(browser, article)) | {"take_in": ["0-2499"]})
    assert make.newest_revision(article).text == lines


def test_a_refusal_comes_back_on_the_page_that_was_seen(long: Article, browser: Client) -> None:
    form = typed_on(sent(browser, long, typed_on(seen(browser, long)), page="2"))
    form |= {"leave_out": ["5", "120"], "title": [" "]}
    with nothing_changes():
        answer = browser.post(at("mend", long), form)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "An article needs a headline." in page
    assert "(page 2 of 3)" in page
    assert typed_on(page)["leave_out"] == ["5", "120"]


def test_no_page_is_turned_in_a_text_that_is_no_longer_the_newest(long: Article, browser: Client) -> None:
    form = typed_on(seen(browser, long)) | {"leave_out": ["0"]}
    make.revised(long, ("Line 7 says that", "Line 7 says also that"))
    with nothing_changes():
        answer = browser.post(at("mend", long), {**form, "page": "2"})
    assert answer.status_code == 409
    assert "A newer text of this article came in meanwhile." in answer.content.decode()
    assert "chosen on the other pages" not in answer.content.decode()


def test_turning_the_page_says_what_another_saved_meanwhile(long: Article, browser: Client) -> None:
    form = typed_on(seen(browser, long))
    browser.post(at("mend", long), as_shown(long, title="Another"))
    page = sent(browser, long, form, title="Mine", page="2")
    assert 'value="Mine"' in page
    assert "The desk now says “Another”." in page


def test_turning_pages_does_not_hide_what_another_saved_meanwhile(long: Article, browser: Client) -> None:
    """However many pages are turned, saving is refused once, and replaces only what was told."""
    form = typed_on(seen(browser, long)) | {"title": ["Mine"]}
    browser.post(at("mend", long), as_shown(long, title="Another", byline="Ilse Maar"))
    form = typed_on(sent(browser, long, form, page="2"))
    page = sent(browser, long, form, page="3")
    assert "The desk now says “Another”." in page
    with nothing_changes():
        refused = browser.post(at("mend", long), typed_on(page))
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "The desk now says “Another”." in page
    sent(browser, long, typed_on(page))
    long.refresh_from_db()
    assert (long.title, long.byline) == ("Mine", "Ilse Maar")


def test_a_refusal_does_not_hide_what_another_saved_meanwhile(article: Article, browser: Client) -> None:
    form = typed_on(seen(browser, article)) | {"title": ["Mine"], "published_at": ["soon"]}
    browser.post(at("mend", article), as_shown(article, title="Another"))
    refused = browser.post(at("mend", article), form)
    assert refused.status_code == 400
    page = refused.content.decode()
    assert "The desk now says “Another”." in page
    with nothing_changes():
        assert browser.post(at("mend", article), typed_on(page) | {"published_at": [""]}).status_code == 409


@pytest.mark.parametrize("said", ["5-2", "1-", "-", "0-999999", ",".join(["0-99999"] * 2), "1;2", "٣"])
def test_junk_for_ranges_is_refused_in_words(said: str, long: Article, browser: Client) -> None:
    form = typed_on(seen(browser, long)) | {"leave_out": [said]}
    with nothing_changes():
        answer = browser.post(at("mend", long), form)
    assert answer.status_code == 400
    assert "This text has no such line." in answer.content.decode()


def test_a_page_of_twenty_thousand_lines_is_light(ada: User, browser: Client) -> None:
    lines = "\n".join(f"Line {n} says so." for n in range(20_000))
    article, _known = add_article(actor=ada, text=lines, given={"title": "A list"})
    seen(browser, article)
    costs = []
    for page in ("1", "100", "200"):
        began = time.thread_time()
        assert len(seen(browser, article, page=page)) < 500_000
        costs.append(time.thread_time() - began)
    assert min(costs) < 0.3  # 0.1 s on an idle core


def test_lines_of_any_length_make_pages_that_can_be_drawn(ada: User, browser: Client) -> None:
    lines = "\n".join(["言葉のことば" * 20_000, *("言葉のことば" * 1_500 + f"{n}" for n in range(60))])
    article, _known = add_article(actor=ada, text=lines, given={"title": "Words"})
    pages = [seen(browser, article, page=str(number)) for number in range(1, 15)]
    assert max(len(page.encode()) for page in pages) < 500_000
    assert "70000 more characters, not shown here" in pages[0]
    assert all(f"{n}</p>" in "".join(pages) for n in range(60))


# --- Equal lines ---------------------------------------------------------------------------------


def test_of_equal_lines_the_chosen_one_is_kept_however_many_are_left_out(browser: Client) -> None:
    same = "This very line stands here more than once, and says the same each time."
    words = [
        f"Line {n} says that the ferry carried {n * 7} people to the island on that day." for n in range(600)
    ]
    words[1] = words[300] = words[598] = same
    lines = "".join(f"<p>{line}</p>" for line in words)
    page = f"<html><body><article><h1>Ferry</h1>{lines}</article></body></html>"
    article = imported(page)
    assert make.newest_revision(article).text.split("\n") == words
    browser.post(at("mend", article), as_shown(article, leave_out=["0-399,401-598"]))
    third = left_out_with(make.newest_revision(article), same, before=1)
    browser.post(at("mend", article), as_shown(article, take_in=[str(third)]))
    mended = make.newest_revision(article)
    assert mended.text.split("\n") == [words[400], same, words[599]]
    assert given_anew(article, page).pk == mended.pk  # the same page again is the same text
