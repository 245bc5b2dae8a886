"""The workspace: the text with its passages, and flagging one."""

from __future__ import annotations

import re
from typing import Any

import pytest

from articles.models import Article, Claim
from factcheck.accounts.models import User
from reviews.models import Review
from tests import factories as make
from tests.cast import person, signed_in
from tests.database import nothing_changes
from tests.desk.hand import text_of

TRICKY = (
    "Café “Noël” 👩‍👩‍👧 opened in 2024, said its owner.\n"
    "Der Fährmann sagte: 41.000 Menschen — ¼ mehr als zuvor 🛥️.\n"
    "قال المدير إن العدد تضاعف في عام ٢٠٢٤.\n"
    "A last line, so that something stands below.\n"
)


def _flag(user: User, article: Article, quote: str, **fields: Any) -> Any:
    revision = make.newest_revision(article)
    sent = {"revision": 1, "exact": quote, **make.place_of(quote, revision), **fields}
    return signed_in(user).post(
        f"/desk/articles/{article.pk}/flag/", sent, headers={"Accept": "application/json"}
    )


@pytest.fixture
def article(db: None) -> Article:
    return make.imported_article()


def test_selected_words_become_a_claim(article: Article, ada: User) -> None:
    answer = _flag(
        ada,
        article,
        make.QUOTES[1],
        statement="The ferry carries twice as many as in 2019",
        claimant="Harbour board",
        said_on="2026-05-03",
        said_where="a press conference",
        topics="Ferries, Islands, ferries",
    )
    assert answer.status_code == 201
    claim = Claim.objects.get()
    assert answer.json() == {"claim": str(claim.pk), "url": f"/desk/claims/{claim.pk}/"}
    assert claim.passages.get().exact == make.QUOTES[1]
    assert (str(claim.claimant), str(claim.said_on)) == ("Harbour board", "2026-05-03")
    assert [topic.name for topic in claim.topics.all()] == ["Ferries", "Islands"]
    html = text_of(signed_in(ada).get(f"/desk/articles/{article.pk}/"))
    assert f'data-claim-id="{claim.pk}"' in html
    assert re.search(
        rf'<mark class="hl" id="p1" data-claim="1" data-s="flagged">{make.QUOTES[1]}</mark>', html
    )


@pytest.mark.case("X18")
@pytest.mark.parametrize(
    "quote",
    [
        "Café “Noël” 👩‍👩‍👧 opened",
        "👩‍👩‍👧",
        "41.000 Menschen — ¼ mehr als zuvor 🛥️",
        "تضاعف في عام ٢٠٢٤",
        "said its owner.\nDer Fährmann sagte",
    ],
)
def test_what_is_marked_is_what_was_selected(quote: str, ada: User) -> None:
    article = make.imported_article(text=TRICKY)
    revision = make.newest_revision(article)
    exact = quote.replace("\n", "\r\n")  # as forms send it
    place = make.place_of(quote, revision)
    assert _flag(ada, article, quote, exact=exact).status_code == 201
    passage = Claim.objects.get().passages.get()
    assert (passage.start, passage.end, passage.exact) == (place["start"], place["end"], quote)


def test_overlapping_passages_are_marks_inside_marks(article: Article, ada: User) -> None:
    _flag(ada, article, "The night ferry to Vell Island carried 41,000 passengers")
    _flag(ada, article, "41,000 passengers last year")
    html = text_of(signed_in(ada).get(f"/desk/articles/{article.pk}/"))
    assert re.search(
        r'<mark [^>]*data-claim="1"[^>]*><mark [^>]*data-claim="2"[^>]*>41,000 passengers</mark></mark>', html
    )


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "other words": ({"exact": "The day ferry"}, 400, "not what you selected"),
    "no offsets": ({"start": ""}, 400, "required"),
    "backwards": ({"start": 40, "end": 10}, 400, "not what you selected"),
    "beyond the text": ({"start": 10**9, "end": 10**9 + 5}, 400, "not what you selected"),
    "beyond any number": ({"start": 10**30}, 400, "less than or equal"),
    "not a number": ({"start": "one"}, 400, "whole number"),
    "below nothing": ({"start": -5}, 400, "greater than or equal"),
    "no such revision": ({"revision": 7}, 404, "nothing here"),
    "no such person": ({"assignee": 999999}, 400, "nobody of that name"),
    "a person beyond any number": ({"assignee": 10**30}, 400, "nobody of that name"),
    "a person who is no number": ({"assignee": "\x00"}, 400, "Null characters"),
    "a long statement": ({"statement": "x" * 1001}, 400, "1000"),
    "a broken statement": ({"statement": "x\x00"}, 400, "broken"),
    "a bad day": ({"said_on": "yesterday"}, 400, "valid date"),
    "many topics": ({"topics": ",".join(map(str, range(30)))}, 400, "At most 20"),
    "a long topic": ({"topics": "x" * 90}, 400, "80"),
}


@pytest.mark.parametrize(("fields", "status", "words"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_is_told_in_json(
    fields: dict[str, Any], status: int, words: str, article: Article, cleo: User
) -> None:
    with nothing_changes():
        answer = _flag(cleo, article, make.QUOTE, **fields)
    assert answer.status_code == status
    problem = answer.json()
    assert words in problem["detail"] + " ".join(each["detail"] for each in problem.get("errors", []))


def test_white_space_is_no_claim(article: Article, ada: User) -> None:
    revision = make.newest_revision(article)
    at = revision.text.index(" ")
    with nothing_changes():
        answer = _flag(ada, article, make.QUOTE, start=at, end=at + 1, exact=" ")
    assert answer.status_code == 400


def test_vera_sees_the_text_and_cannot_flag(article: Article, vera: User) -> None:
    html = text_of(signed_in(vera).get(f"/desk/articles/{article.pk}/"))
    assert "new-claim" not in html
    assert "do not let you flag claims" in html
    with nothing_changes():
        assert _flag(vera, article, make.QUOTE).status_code == 403


@pytest.mark.case("A4")
def test_a_reporter_gives_no_work_to_others(article: Article, ada: User, ben: User) -> None:
    with nothing_changes():
        assert _flag(ada, article, make.QUOTE, assignee=ben.pk).status_code == 403


def test_an_editor_assigns_while_flagging(article: Article, cleo: User, ben: User) -> None:
    assert _flag(cleo, article, make.QUOTE, assignee=ben.pk).status_code == 201
    assert Review.objects.get().assignee == ben


@pytest.mark.parametrize("path", ["999999", "9" * 25, "9" * 5000])
def test_an_article_that_is_not_there_is_404(path: str, ada: User) -> None:
    assert signed_in(ada).get(f"/desk/articles/{path}/").status_code == 404


@pytest.mark.parametrize("number", ["2", "0", "x", "9" * 30, "-1", "%00", "٣"])
def test_a_revision_that_is_not_there_is_404(number: str, article: Article, ada: User) -> None:
    browser = signed_in(ada)
    assert browser.get(f"/desk/articles/{article.pk}/?revision={number}").status_code == 404
    assert browser.get(f"/desk/articles/{article.pk}/?revision=1").status_code == 200


@pytest.mark.case("X1")
def test_hostile_words_are_words(ada: User) -> None:
    hostile = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>{{ 7 }}"
    article = make.imported_article(title=hostile, byline=hostile, text=f"{hostile}\n{make.TEXT}")
    _flag(ada, article, make.QUOTE, statement=hostile, claimant=hostile, topics=hostile.replace(",", ""))
    for path in (f"/desk/articles/{article.pk}/", "/desk/articles/", "/desk/queue/", "/desk/"):
        html = text_of(signed_in(ada).get(path))
        assert "<img src=x" not in html
        assert "<script>alert" not in html
        assert "&lt;img src=x" in html, path


@pytest.mark.parametrize("count", [3, 30])
def test_an_article_costs_the_same_however_many_claims(
    count: int, django_assert_max_num_queries: Any, cleo: User
) -> None:
    sentences = [f"Sentence number {n} has {n} words." for n in range(count)]
    article = make.imported_article(text="\n".join(sentences))
    for n, sentence in enumerate(sentences):
        review = make.flagged(article=article, quote=sentence)
        if n < 2:
            make.draft(make.review_of(review), summary="Two", explanation="Two")
    make.returned(article=article, quote=sentences[0])
    browser = signed_in(person("Uma", "reporter", "editor", "publisher"))
    with django_assert_max_num_queries(14) as queries:
        text_of(browser.get(f"/desk/articles/{article.pk}/"))
    assert len(queries) == 14
