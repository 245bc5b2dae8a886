"""The coverage meter and reading marks, at both doors."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from articles.actions import mark_sentences
from articles.models import Article, ReadingMark
from factcheck.accounts.models import User
from tests import factories as make
from tests.api.callers import V1, calling, pointers
from tests.api.client import check_problem
from tests.cast import signed_in
from tests.database import nothing_changes
from tests.desk.hand import text_of

TEXT = "The ferry sails. It is late! Is it?\nNobody knows. The end.\n"


@pytest.fixture
def article(db: None) -> Article:
    return make.imported_article(text=TEXT)


def _path(article: Article) -> str:
    return f"/desk/articles/{article.pk}/"


def _send(user: User, article: Article, words: str, kind: str = "opinion", **fields: Any) -> Any:
    headers = fields.pop("headers", {"Accept": "application/json"})
    place = make.place_of(words, make.newest_revision(article))
    sent = {"revision": 1, "kind": kind, **place, **fields}
    return signed_in(user).post(f"{_path(article)}mark/", sent, headers=headers)


def _said(html: str) -> str:
    meter = html[html.index('id="coverage"') :]
    words = re.sub(r"<[^>]+>", "", meter[meter.index(">") + 1 : meter.index("</div>")])
    return " ".join(words.split())


def _marks() -> list[tuple[int, int, str]]:
    return list(ReadingMark.objects.values_list("start", "end", "kind"))


# --- The page ------------------------------------------------------------------------------------


def test_the_meter_counts_claims_and_marks(article: Article, ada: User, vera: User) -> None:
    make.flagged_claim(article=article, quote="ferry")
    _send(ada, article, "Nobody knows.")
    for user in (ada, vera):
        assert _said(text_of(signed_in(user).get(_path(article)))) == "2 of 5 sentences read, 3 left"


def test_a_script_is_told_what_changed(article: Article, ada: User) -> None:
    answer = _send(ada, article, "late! Is", "common_knowledge")
    assert answer.status_code == 200
    told = answer.json()
    assert told["sentences"] == [[17, 28], [29, 35]]
    assert (told["kind"], told["label"]) == ("common_knowledge", "Common knowledge")
    assert _said(told["parts"]["coverage"]) == "2 of 5 sentences read, 3 left"
    assert "Is it?" not in told["parts"]["unread"]
    html = text_of(signed_in(ada).get(_path(article)))
    assert (
        '<span class="sen" id="s17" data-mark="common_knowledge" data-label="Common knowledge">It is' in html
    )
    assert '<span class="sen" id="s0">The ferry sails.</span>' in html


def test_a_form_leads_back_to_what_is_left(article: Article, ada: User) -> None:
    answer = _send(ada, article, "Is it?", headers={})
    assert (answer.status_code, answer["Location"]) == (303, f"{_path(article)}?revision=1#unread")
    assert _marks() == [(29, 35, "opinion")]
    assert _send(ada, article, "Is it?", "clear", headers={}).status_code == 303
    assert _marks() == []


def test_every_sentence_left_has_its_buttons(article: Article, ada: User, vera: User) -> None:
    html = text_of(signed_in(ada).get(_path(article)))
    assert html.count('<form class="actions"') == 5
    assert 'class="actions"' not in text_of(signed_in(vera).get(_path(article))).split('id="unread"')[1]
    _send(ada, article, TEXT.strip(), "read")
    assert "Every sentence has been read." in text_of(signed_in(ada).get(_path(article)))


REFUSED: dict[str, tuple[dict[str, Any], int]] = {
    "another kind": ({"kind": "boring"}, 400),
    "no kind": ({"kind": ""}, 400),
    "no place": ({"start": ""}, 400),
    "backwards": ({"start": 20, "end": 3}, 400),
    "beyond the text": ({"end": 10**6}, 400),
    "beyond any number": ({"end": 10**40}, 400),
    "no such revision": ({"revision": 9}, 404),
}


@pytest.mark.parametrize(("fields", "status"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_changes_nothing(fields: dict[str, Any], status: int, article: Article, ada: User) -> None:
    with nothing_changes():
        assert _send(ada, article, "Is it?", **fields).status_code == status
        assert _send(ada, article, "Is it?", headers={}, **fields).status_code == status


@pytest.mark.parametrize("count", [2, 60])
def test_the_page_costs_the_same_however_much_is_marked(
    count: int, ada: User, django_assert_num_queries: Any
) -> None:
    text = "\n".join(f"Sentence number {n} is here. It has another after it." for n in range(count))
    article = make.imported_article(text=text)
    revision = make.newest_revision(article)
    mark_sentences(revision, actor=ada, start=0, end=len(revision.text) // 2, kind=ReadingMark.Kind.READ)
    browser = signed_in(ada)
    with django_assert_num_queries(11):
        text_of(browser.get(_path(article)))
    with django_assert_num_queries(12):
        browser.post(
            f"{_path(article)}mark/",
            {"revision": 1, "kind": "opinion", "start": 0, "end": 30},
            headers={"Accept": "application/json"},
        )


def test_ten_thousand_sentences_are_shown_and_marked_in_a_moment(ada: User) -> None:
    article = make.imported_article(
        text="\n".join(f"The ferry carried {n} people. It was late. Was it?" for n in range(3400))
    )
    browser = signed_in(ada)
    started = time.process_time()
    html = text_of(browser.get(_path(article)))
    shown = time.process_time() - started
    assert _said(html) == "0 of 10,200 sentences read, 10,200 left"
    started = time.process_time()
    assert _send(ada, article, "It was late.").status_code == 200
    marked = time.process_time() - started
    assert shown < 4
    assert marked < 2


# --- The API -------------------------------------------------------------------------------------


def test_a_program_reads_the_coverage_and_marks(article: Article) -> None:
    ada, path = calling("Ada"), f"{V1}/articles/{article.pk}/coverage/"
    make.flagged_claim(article=article, quote="ferry")
    answer = ada.post(path, {"selector": {"exact": "Is it?"}, "kind": "not_checkable"})
    assert answer.status_code == 200
    told = answer.json()
    assert told == ada.get(path).json()
    counts = {name: told[name] for name in ("article", "revision", "total", "read", "left")}
    assert counts == {"article": str(article.pk), "revision": 1, "total": 5, "read": 2, "left": 3}
    assert told["sentences"][0] == {"start": 0, "end": 16, "has_claim": True, "mark": None}
    assert told["sentences"][2] == {"start": 29, "end": 35, "has_claim": False, "mark": "not_checkable"}
    assert ada.post(path, {"start": 29, "end": 35, "kind": None}).json()["read"] == 1


def test_a_program_may_count_in_utf16_units(ada: User) -> None:
    article = make.imported_article(text="😀😀 sail. The end.\n")
    path = f"{V1}/articles/{article.pk}/coverage/"
    calling("Ada").post(path, {"start": 11, "end": 14, "offset_unit": "utf-16", "kind": "read"})
    assert _marks() == [(9, 17, "read")]


def test_what_a_program_sends_amiss_is_pointed_at(article: Article) -> None:
    ada, path = calling("Ada"), f"{V1}/articles/{article.pk}/coverage/"
    for body, pointer in [
        ({"start": 0, "end": 4}, "/kind"),
        ({"start": 0, "end": 4, "kind": "boring"}, "/kind"),
        ({"kind": "read"}, "/start"),
        ({"start": 4, "end": 4, "kind": "read"}, "/start"),
        ({"selector": {"exact": "Nowhere"}, "kind": "read"}, "/selector"),
        ({"start": 0, "end": 4, "kind": "read", "revision": 5}, "/revision"),
    ]:
        with nothing_changes(leave_out=["api_answer"]):
            problem = check_problem(ada.post(path, body), 400, "invalid")
        assert pointers(problem) == [pointer], body
    assert ada.get(f"{path}?revision=x").status_code == 400
    assert ada.get(f"{path}?revision={'9' * 40}").status_code == 400
    assert ada.get(f"{path}?revision=7").status_code == 400
    assert ada.get(f"{path}?revision=1").status_code == 200
    assert ada.get(f"{V1}/articles/999999/coverage/").status_code == 404


def test_the_coverage_of_a_long_text_costs_no_more(django_assert_max_num_queries: Any, ada: User) -> None:
    costs = []
    for count in (3, 300):
        article = make.imported_article(text="\n".join(f"Line {n} is here." for n in range(count)))
        api = calling("Ada")
        with django_assert_max_num_queries(12) as queries:
            assert api.get(f"{V1}/articles/{article.pk}/coverage/").json()["total"] == count
        costs.append(len(queries))
    assert costs[0] == costs[1]
