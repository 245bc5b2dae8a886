"""Near copies: which texts are alike, and how the desk finds them."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.actions import add_article, compare_waiting, comparing, request_import, revise
from articles.models import Article
from articles.tasks import compare_article, compare_articles, run_import
from articles.twins.models import Fingerprint, Twin
from articles.twins.shingles import ALIKE_FROM, Shingles, likeness
from factcheck.accounts.models import User
from tests import factories as make

REPORT = """\
The council of Ostermark voted on Tuesday to close the old swimming hall in March, two years early.
Repairs would cost 4.2 million crowns, more than the town earns from its harbour in a year, the mayor said.
Some 1,300 children learn to swim there each winter; their schools were told by letter on Monday evening.
“We were promised a new hall before the old one goes,” said Henning Brok, who heads the rowing club.
The neighbouring town of Lyst offered its own hall on three mornings a week, against a fee for each class.
"""
FOOT = """\
The editors of this paper answer letters from readers each Thursday afternoon in the hall beside the market.
Our reporters work independently of advertisers and owners; how we work and who pays for it stands here.
All rights are reserved, and no part of this text may be printed elsewhere without our written permission.
"""
OTHER = """\
The council of Ostermark raised the fee for parking at the harbour on Tuesday, from two crowns to three.
The mayor said that the money would go into new buses, of which the town wants to buy four before summer.
Shopkeepers near the market fear for their customers, and have collected nine hundred names against it.
“Nobody takes the bus to buy a cupboard,” said Maren Holst, whose family has sold furniture there since 1931.
"""
CHINESE = "市议会周二投票决定提前两年在三月关闭旧游泳馆。市长说维修费用将达四百二十万克朗，超过该镇港口一年的收入。每年冬天约有一千三百名儿童在那里学习游泳，学校周一晚上收到了通知信。"
THAI = "สภาเมืองลงมติเมื่อวันอังคารให้ปิดสระว่ายน้ำเก่าในเดือนมีนาคมเร็วกว่ากำหนดสองปี นายกเทศมนตรีกล่าวว่าค่าซ่อมแซมจะสูงกว่ารายได้ของท่าเรือทั้งปี เด็กกว่าหนึ่งพันสามร้อยคนเรียนว่ายน้ำที่นั่นทุกฤดูหนาว"


def _words(seed: int, count: int) -> str:
    rng = random.Random(seed)
    return " ".join(f"w{rng.randrange(100_000)}" for _ in range(count))


def _edited(text: str) -> str:
    """Every tenth word is another."""
    words = text.split(" ")
    return " ".join("otherwise" if at % 10 == 9 else word for at, word in enumerate(words))


def _alike(one: str, other: str) -> float:
    return likeness(Shingles(one), Shingles(other))


# --- Which texts are alike -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("copy", "least"),
    [
        (f"Town to lose its hall\n{REPORT}", 1.0),
        (f"From our partners, edited by our own desk.\n{REPORT}\n{FOOT}", 1.0),
        (REPORT[: len(REPORT) * 2 // 3], 0.9),
        ("\n".join(reversed(REPORT.splitlines())), 0.9),
        (REPORT.upper().replace("“", '"').replace("”", '"'), 1.0),
        (_edited(REPORT), ALIKE_FROM),
        (f"{_words(1, 300)}\n{REPORT}\n{_words(2, 300)}", 1.0),
    ],
    ids=[
        "headline",
        "intro and outro",
        "cut",
        "order",
        "case and quotes",
        "a tenth edited",
        "inside a longer one",
    ],
)
def test_a_copy_is_alike(copy: str, least: float) -> None:
    assert _alike(REPORT, copy) == _alike(copy, REPORT) >= least


@pytest.mark.parametrize("text", [CHINESE, THAI], ids=["Chinese", "Thai"])
def test_a_copy_in_a_script_without_spaces_is_alike(text: str) -> None:
    assert _alike(text, f"本报讯 {text[: len(text) * 2 // 3]}") > 0.9
    assert Shingles(text).sketch


def test_texts_of_one_outlet_on_one_matter_are_not_alike() -> None:
    assert _alike(REPORT, OTHER) < 0.1
    assert (
        _alike(
            CHINESE,
            "市议会周二决定把港口停车费从两克朗提高到三克朗。市长说这笔钱将用于购买四辆新公共汽车。市场附近的店主担心顾客减少。",
        )
        < 0.1
    )


def test_a_short_notice_has_no_fingerprints() -> None:
    assert Shingles("The hall is closed on Monday. Read more in our paper.").sketch == []
    assert Shingles("").sketch == []
    assert _alike("", REPORT) == 0.0


# --- How they are found --------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def _article(text: str, outlet: str = "") -> Article:
    given = {"title": f"From {outlet}", "language": "en"} | ({"outlet_name": outlet} if outlet else {})
    article, _was_known = add_article(actor=make.person("Ada"), text=text, given=given)
    compare_waiting()
    return article


def _revise(article: Article, text: str) -> None:
    revise(article, actor=make.person("Ada"), text=text)
    compare_article(article.pk)


def _twins(article: Article) -> list[Article]:
    return [twin.other for twin in Twin.objects.filter(article=article).order_by("other")]


def test_a_copy_is_found_from_either_side_when_it_comes() -> None:
    first = _article(REPORT, "Courier")
    stranger = _article(OTHER, "Courier")
    second = _article(f"Town to lose its hall\n{REPORT}", "Herald")
    assert _twins(second) == [first]
    assert _twins(first) == [second]
    assert _twins(stranger) == []
    assert not Article.objects.uncompared().exists()


def test_a_copy_that_is_imported_by_a_worker_is_found(ada: User) -> None:
    first = _article(REPORT)
    job = request_import(actor=ada, text=f"{REPORT}\nBy our correspondent.")
    run_import(job.pk)
    compare_waiting()
    job.refresh_from_db()
    assert job.article is not None
    assert _twins(job.article) == [first]


def test_a_newer_text_is_looked_at_anew() -> None:
    first, second = _article(REPORT), _article(f"{REPORT}\nBy our own reporter.")
    _revise(second, OTHER)
    assert _twins(first) == _twins(second) == []
    _revise(second, f"{REPORT}\nBy our correspondent.")
    assert _twins(first) == [second]


def test_what_an_outlet_puts_under_all_its_articles_makes_no_copies_of_them() -> None:
    first = _article(f"{REPORT[:200]}\n{FOOT}", "Courier")
    second = _article(f"{OTHER[:200]}\n{FOOT}", "Courier")
    texts = [make.newest_revision(article).text for article in (first, second)]
    assert _alike(*texts) > ALIKE_FROM
    assert _twins(first) == _twins(second) == []


def test_articles_from_before_are_compared_by_the_clock() -> None:
    first, second = _article(REPORT), _article(f"{REPORT}\nBy our own reporter.")
    Fingerprint.objects.all().delete()
    Twin.objects.all().delete()
    Article.objects.update(compared="")
    assert compare_articles() == 2
    assert _twins(first) == [second]
    assert _twins(second) == [first]
    assert compare_waiting() == 0


def test_the_clock_goes_on_where_its_time_was_over() -> None:
    for number in range(3):
        _article(_words(number, 60))
    Article.objects.update(compared="")
    assert compare_waiting(seconds=-1) == 0
    assert Article.objects.uncompared().count() == 3
    assert compare_waiting() == 3


def test_where_the_looking_fails_the_article_is_there_and_the_clock_tries_again(monkeypatch: Any) -> None:
    first = _article(REPORT)

    def fail(_pk: int) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(comparing, "compare", fail)
        second = _article(f"{REPORT}\nBy our own reporter.")
    assert not Article.objects.get(pk=second.pk).is_compared
    assert _twins(second) == []
    assert compare_waiting() == 1
    assert _twins(second) == [first]


def test_nothing_is_written_of_a_text_that_is_no_longer_the_newest(monkeypatch: Any) -> None:
    first, second = _article(REPORT), _article(OTHER)
    look = comparing._alike

    def meanwhile(*args: Any) -> dict[int, float]:
        monkeypatch.setattr(comparing, "_alike", look)
        _revise(second, OTHER)
        return look(*args)

    monkeypatch.setattr(comparing, "_alike", meanwhile)
    _revise(second, f"{REPORT}\nBy our own reporter.")
    assert make.newest_revision(second).text.startswith("The council of Ostermark raised")
    assert _twins(first) == _twins(second) == []
    assert not Article.objects.uncompared().exists()


# --- What it costs -------------------------------------------------------------------------------


def test_a_sentence_under_thousands_of_articles_leads_to_a_few_of_them(monkeypatch: Any) -> None:
    monkeypatch.setattr(comparing, "COMMON", 3)
    for number in range(8):
        _article(f"{_words(number, 40)}\n{FOOT}", "Courier")
    most = max(Fingerprint.objects.filter(value=value).count() for value in Shingles(FOOT).sketch)
    assert most <= 3


def test_a_report_that_everybody_prints_is_still_found(monkeypatch: Any) -> None:
    monkeypatch.setattr(comparing, "COMMON", 3)
    copies = [_article(f"{_words(number, 10)}\n{REPORT}") for number in range(8)]
    assert all(_twins(copy) for copy in copies)


def test_the_copy_is_found_among_many_that_share_what_their_outlet_puts_under_all(monkeypatch: Any) -> None:
    monkeypatch.setattr(comparing, "LOOKED_AT", 2)
    first = _article(f"{REPORT}\n{FOOT}", "Courier")
    for number in range(6):
        _article(f"{_words(number, 40)}\n{FOOT}", "Herald")
    assert _twins(_article(f"Town to lose its hall\n{REPORT}\n{FOOT}", "Herald")) == [first]


def test_looking_costs_the_same_however_many_articles_there_are() -> None:
    costs = []
    for more in (3, 12):
        for _ in range(more):
            _article(f"{_words(random.randrange(10**9), 10)}\n{REPORT}")
        last = Article.objects.order_by("-pk")[0]
        with CaptureQueriesContext(connection) as queries:
            comparing.compare(last.pk)
        said = [
            q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))
        ]
        costs.append(len(said))
    assert costs[0] == costs[1] <= 9


@pytest.mark.parametrize(
    "text",
    [
        "The committee regrets that nothing can be said about this at present. " * 70_000,
        "x" * 5_000_000,
        "!?" * 2_500_000,
        "言" * 5_000_000,
    ],
    ids=["one sentence", "one word", "signs", "one character"],
)
def test_a_text_that_repeats_itself_has_no_fingerprints_and_costs_little(text: str) -> None:
    began = time.process_time()
    assert Shingles(text).sketch == []
    assert time.process_time() - began < 2


def test_of_a_very_long_text_the_beginning_is_looked_at() -> None:
    long = _words(3, 700_000)
    began = time.process_time()
    assert _alike(long, f"Another headline over it\n{long}") > 0.9
    assert time.process_time() - began < 4
