"""The annotated copy: what it says, and what it never says."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import pytest
from django.utils.timezone import localtime, now
from docx import Document

from articles.actions import mark_sentences
from articles.models import Article, ReadingMark
from factcheck.accounts.models import User
from reviews import actions
from reviews.annotated.document import MEDIA_TYPE
from tests import factories as make
from tests.api.callers import V1, calling
from tests.api.client import check_problem
from tests.cast import person, signed_in
from tests.desk.hand import text_of

SECRETS = ("Marten Oss", "They told us to count the crew", "call of 3 May", "would lose his place")
DESCRIBED = "An interview with a member of the crew"


@pytest.fixture
def article(db: None) -> Article:
    return make.imported_article(outlet_name="Harbour Post", byline="Jo Field")


def _path(article: Article) -> str:
    return f"/desk/articles/{article.pk}/annotated-copy/"


def _page(user: User, article: Article, query: str = "") -> str:
    return text_of(signed_in(user).get(_path(article) + query))


def _words(copy: str) -> str:
    """What a copy says, on one line; of a page without its legend and with the words that styles add."""
    copy = copy.split('class="sheet-foot"')[0]
    copy = re.sub(r'data-draft="([^"]*)">(.*?)</span>', r">\2\1</span>", copy)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", copy)).split())


def _document(data: bytes) -> str:
    """All that a DOCX file says: text, tables, foot, and the properties of the file."""
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    foot = [each.text for each in document.sections[0].footer.paragraphs]
    properties = document.core_properties
    about = [properties.title, properties.author, properties.comments, properties.last_modified_by]
    return "\n".join([*(each.text for each in document.paragraphs), *cells, *foot, *about])


def _file(user: User, article: Article) -> str:
    answer = signed_in(user).get(f"{_path(article)}document/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == MEDIA_TYPE
    assert answer["Content-Disposition"].startswith('attachment; filename="annotated-copy-')
    return _document(answer.content)


def _opened(user: User, article: Article) -> Any:
    return Document(io.BytesIO(signed_in(user).get(f"{_path(article)}document/").content))


def _everywhere(user: User, article: Article) -> dict[str, str]:
    """The copy as this person gets it: page, file, and both by program."""
    api, path = calling(user.name), f"{V1}/articles/{article.pk}/annotated-copy/"
    return {
        "page": _page(user, article),
        "file": _file(user, article),
        "api page": api.get(path, Accept="text/html").content.decode(),
        "api file": _document(api.get(path, Accept=MEDIA_TYPE).content),
    }


# --- What it says --------------------------------------------------------------------------------


def test_a_signed_off_claim_stands_with_all_that_was_agreed(article: Article, ada: User) -> None:
    make.approved(article=article, quote=make.QUOTES[1], claimant="Harbour board")
    make.flagged(article=article, quote=make.QUOTES[3])
    today = localtime(now()).strftime("%-d %B %Y")
    for where, words in _everywhere(ada, article).items():
        said = _words(words)
        for each in (
            "Outlet Harbour Post Author Jo Field",
            "Revision 1 of",
            make.newest_revision(article).digest,
            "Mostly false",
            make.SUMMARY,
            "Harbour board",
            "Evidence 1.1, 1.2. Written by Ada. Signed off by Cleo.",
            "Passengers in all: 38,900",
            f"{today}, ",
            "2 marked: 1 decided, 0 drafted, 1 without a rating",
            "Flagged",
        ):
            assert each in said, (where, each)
        assert "· draft" not in said, where
    html = _page(ada, article)
    assert re.search(r'<mark class="hl" id="p1" data-claim="1" data-v="mostly-false">That is twice', html)
    assert 'href="#n1"' in html
    assert '<li id="n1" data-v="mostly-false">' in html


@pytest.mark.parametrize(
    ("make_review", "words", "unsaid"),
    [
        (make.drafted, "Mostly false · draft", "Signed off by Cleo."),
        (make.submitted, "Mostly false · draft", "Signed off by Cleo."),
        (make.returned, "returned by Cleo", "Signed off by Cleo."),
        (make.declined, "Declined", "Mostly false"),
        (make.researched, "In research", "Signed off by Cleo."),
    ],
)
def test_what_is_not_signed_off_is_a_draft(
    make_review: Any, words: str, unsaid: str, article: Article, ada: User
) -> None:
    make_review(article=article)
    for where, copy in _everywhere(ada, article).items():
        assert words in _words(copy), where
        assert unsaid not in _words(copy), where


def test_where_there_is_no_verdict_nobody_wrote_one_and_no_evidence_is_headed(ada: User) -> None:
    article = make.imported_article(byline="Jo Field")
    make.flagged_claim(article=article, statement="In Ada's own words.", by=ada)
    for where, copy in _everywhere(ada, article).items():
        said = _words(copy)
        assert "Written by Ada" not in said, where
        assert "Author Jo Field" in said, where
        assert "Outlet" not in said, where
    assert "Numbered claim.source" not in _page(ada, article)
    headings = [each.text for each in _opened(ada, article).paragraphs if each.style.name == "Heading 1"]
    assert headings == ["Claims", "Who wrote and who signed off"]


def test_a_verdict_on_other_words_than_stand_in_the_text_is_noted(article: Article, ada: User) -> None:
    review = make.approved(article=article)
    quote = make.passage_of(review.claim).exact
    make.revised(article, make.OTHER_FIGURE)
    for where, copy in _everywhere(ada, article).items():
        said = _words(copy)
        assert "other words" not in said, where
        assert "Not in this text claim 1: its words changed, and nobody has decided yet" in said, where
    actions.decide_placement(make.placement_of(review.claim), actor=ada, decision="accepted")
    for where, copy in _everywhere(ada, article).items():
        assert f"Verdict 1 was given to other words: “{quote}”." in _words(copy), where
    assert "other words" not in _page(ada, article, "?revision=1")
    make.submit(make.review_of(review))
    for where, copy in _everywhere(ada, article).items():
        assert "other words" not in copy, where
    assert "Verdict 2 was given to other words: " in _words(_page(ada, article, "?revision=1"))


def test_a_numbered_list_has_its_numbers_and_no_bullets(ada: User) -> None:
    article = make.imported_article(text="Three things are to be done.\n\n1. Paint the ferry.\n2. Sell it.")
    html = _page(ada, article)
    assert html.count('class="anno-item is-numbered"') == 2
    assert "•  1." not in _file(ada, article)


def test_a_reopened_claim_is_a_draft_again(article: Article, ada: User) -> None:
    review = make.approved(article=article)
    actions.reopen(review, actor=person("Cleo"), reason="New figures came in.")
    make.draft(review, summary="Another summary.")
    said = _file(ada, article)
    assert "Mostly false · draft" in said
    assert "Another summary." in said
    assert "Signed off by Cleo" not in said


def test_the_copy_follows_the_order_of_the_text(article: Article, ada: User) -> None:
    for quote in reversed(make.QUOTES[:4]):
        make.flagged(article=article, quote=quote)
    html = _page(ada, article)
    found = [html.index(f'<li id="n{n}"') for n in range(1, 5)]
    assert found == sorted(found)
    assert [html.index(quote) for quote in make.QUOTES[:4]] == sorted(html.index(q) for q in make.QUOTES[:4])
    text = _file(ada, article)
    assert [text.index(f"{quote}[{n}]") > 0 for n, quote in enumerate(make.QUOTES[:4], 1)] == [True] * 4


def test_reading_marks_are_counted(article: Article, ada: User) -> None:
    place = make.place_of(make.QUOTES[3], revision := make.newest_revision(article))
    mark_sentences(revision, actor=ada, kind=ReadingMark.Kind.OPINION, **place)
    assert "1 of 6 read" in _words(_page(ada, article))


def test_a_text_without_claims_and_in_another_script(ada: User) -> None:
    article = make.imported_article(text="قال المدير إن العدد تضاعف.\n", title="عبّارة الليل", language="ar")
    assert "No claims are flagged in this text." in _page(ada, article)
    answer = signed_in(ada).get(f"{_path(article)}document/")
    assert "قال المدير" in _document(answer.content)
    body = Document(io.BytesIO(answer.content)).element.xml
    assert "<w:bidi/>" in body
    assert "<w:rtl/>" in body


@pytest.mark.case("X1")
def test_hostile_words_are_words(ada: User) -> None:
    bad = "<script>alert(1)</script> & \ufffe\u202e ]]> {{ 7*7 }} said so."
    article = make.imported_article(text=f"{bad}\n", title=bad)
    make.flagged(article=article, quote="said so", statement=bad.replace("\ufffe", ""))
    for where, copy in _everywhere(ada, article).items():
        assert "<script>alert" not in copy or "file" in where
        assert "{{ 7*7 }}" in copy, where


# --- What it never says --------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["research", "signoff", "ready"])
def test_confidential_evidence_is_described_and_no_more_to_anybody(state: str, article: Article) -> None:
    review = make.drafted(article=article)
    make.confidential_evidence(review, shared_with=[person("Ben")])
    if state != "research":
        make.submit(review)
    if state == "ready":
        make.sign_off(review)
    # Ada wrote it, Ben is named, Cleo signs off: at the desk all three see it.
    for name in ("Ada", "Ben", "Cleo", "Vera"):
        for where, copy in _everywhere(person(name), article).items():
            assert DESCRIBED in copy, (name, where)
            assert "1.3" in copy, (name, where)
            assert not [secret for secret in SECRETS if secret in copy], (name, where)


def test_evidence_that_was_removed_is_gone(article: Article, ada: User) -> None:
    review = make.drafted(article=article)
    piece = review.evidence.first()
    actions.remove_evidence(piece, actor=ada)
    said = _file(ada, article)
    assert piece.source.title not in said
    assert "1.2" in said


# --- The doors -----------------------------------------------------------------------------------


def test_a_program_says_what_it_can_read(article: Article) -> None:
    ada, path = calling("Ada"), f"{V1}/articles/{article.pk}/annotated-copy"
    assert ada.get(path)["Content-Type"].startswith("text/html")
    assert ada.get(path, Accept=MEDIA_TYPE)["Content-Type"] == MEDIA_TYPE
    check_problem(ada.get(path, Accept="application/json"), 406, "not_acceptable")
    check_problem(ada.get(f"{path}?revision=5"), 400, "invalid")
    check_problem(ada.get(f"{V1}/articles/999999/annotated-copy"), 404, "not_found")


def test_a_revision_that_is_not_there_is_404(article: Article, ada: User) -> None:
    browser = signed_in(ada)
    for query in ("?revision=7", "?revision=x", "?revision=" + "9" * 40):
        assert browser.get(_path(article) + query).status_code == 404
        assert browser.get(f"{_path(article)}document/{query}").status_code == 404


@pytest.mark.parametrize("count", [2, 20])
def test_the_copy_costs_the_same_however_many_claims(
    count: int, ada: User, django_assert_num_queries: Any
) -> None:
    sentences = [f"Sentence number {n} has {n} words." for n in range(count)]
    article = make.imported_article(text="\n".join(sentences))
    for n, sentence in enumerate(sentences):
        (make.approved if n % 2 else make.drafted)(article=article, quote=sentence)
    browser = signed_in(ada)
    for path, queries in ((_path(article), 10), (f"{_path(article)}document/", 9)):
        with django_assert_num_queries(queries):
            browser.get(path)
