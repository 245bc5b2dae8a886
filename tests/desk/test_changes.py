"""A changed article: what became of each passage, deciding on those that wait, and the texts themselves."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from articles.actions import add_article, revise
from articles.models import Article, Claim, Placement
from factcheck.accounts.models import User
from reviews import actions
from reviews.models import Review
from tests import factories as make
from tests.cast import person, signed_in
from tests.database import nothing_changes
from tests.desk.hand import forms_in, text_of
from tests.kept import kept

A, B, C, D, E = make.QUOTES
OTHER_WORDS = (C, "No other ferry on this coast is cheaper")


@pytest.fixture
@kept
def article(db: None) -> Article:
    """Three flagged passages: one has other words now, one stands twice, one is gone; a fourth stays."""
    article = make.imported_article()
    for quote in (A, C, D, "the old boat still sailed"):
        make.flagged_claim(article=article, quote=quote)
    twice = make.newest_revision(article).text.replace(D, "").replace(*OTHER_WORDS)
    revise(article, actor=person("Ada"), text=f"{A}.\n{twice}\n{A}.".replace("\n", "\n\n"))
    return article


def placed(article: Article, quote: str) -> Placement:
    """What became of the passage with these words in the newest text."""
    found = Placement.objects.filter(revision__article=article, passage__exact=quote)
    return found.select_related("passage__claim", "revision", "result").latest("pk")


def page(user: User, article: Article) -> str:
    return text_of(signed_in(user).get(f"/desk/articles/{article.pk}/changes/"))


def panel(html: str, placement: Placement) -> str:
    """The part of the page that is about one passage."""
    found = re.search(
        rf'<section class="recon-panel[^>]*id="passage-{placement.pk}".*?</form>', html, re.DOTALL
    )
    assert found
    return found.group()


def decide(user: User, placement: Placement, **fields: Any) -> Any:
    path = f"/desk/articles/{placement.revision.article_id}/changes/{placement.pk}/"
    return signed_in(user).post(path, fields)


def undo(user: User, placement: Placement) -> Any:
    path = f"/desk/articles/{placement.revision.article_id}/changes/{placement.pk}/undo/"
    return signed_in(user).post(path)


def waits(placement: Placement) -> bool:
    return Placement.objects.undecided().filter(pk=placement.pk).exists()


# --- What is shown -------------------------------------------------------------------------------


def test_each_passage_is_shown_with_what_became_of_it(article: Article, ada: User) -> None:
    html = page(ada, article)
    assert "0 of 3" in html
    assert "cannot be published until" in html
    assert re.search(r'href="/desk/articles/\d+/" aria-disabled="true"', html)
    changed = panel(html, placed(article, C))
    assert "<del>crossing</del>" in changed
    assert "<ins>ferry</ins>" in changed
    assert "words are the same and in the same order" in changed
    assert "accepted places start at 0.60" in changed
    twice = panel(html, placed(article, A))
    assert twice.count('type="radio"') == 3
    assert twice.count('class="hl cand-alt"') == 2
    lost = panel(html, placed(article, D))
    assert f"<del>{D}</del>" in lost
    assert "the passage stood here" in lost
    assert 'value="accepted" aria-disabled="true"' in lost
    assert "1 needs no decision" in html
    assert "same words" in html


def test_an_article_with_one_text_has_nothing_to_decide(ada: User) -> None:
    article = make.flagged_claim().passages.get().revision.article
    html = page(ada, article)
    assert "There is one text of this article" in html
    assert "recon-panel" not in html


def test_vera_who_only_reads_sees_why_and_no_button(article: Article, vera: User) -> None:
    html = page(vera, article)
    assert [each for each in forms_in(html) if "/changes/" in each] == []
    assert "whole-text" not in html
    with nothing_changes():
        text_of(decide(vera, placed(article, C), decision="accepted"), 403)


@pytest.mark.case("A8")
def test_the_page_tells_nothing_of_confidential_evidence(article: Article, ben: User) -> None:
    claim = placed(article, C).passage.claim
    make.confidential_evidence(make.review_of(claim))
    html = page(ben, article)
    for secret in ("Marten", "crew", "call of 3 May"):
        assert secret not in html


@pytest.mark.parametrize("count", [1, 12])
def test_the_page_costs_the_same_however_many_passages(
    count: int, ada: User, django_assert_num_queries: Any
) -> None:
    said = {n: f"Boat {n} {'carried' if n < 15 else 'brought'} {n} thousand people" for n in range(30)}
    article = make.imported_article(text="\n\n".join(f"{words} to Vell." for words in said.values()))
    for n in range(count):
        make.flagged_claim(article=article, quote=said[n])
        make.flagged_claim(article=article, quote=said[29 - n])
    make.revised(article, ("carried", "took"))
    browser = signed_in(ada)
    with django_assert_num_queries(9):
        html = text_of(browser.get(f"/desk/articles/{article.pk}/changes/"))
    assert html.count('class="recon-item"') == count
    assert html.count("<small>same words, same place</small>") == count


def test_what_followed_by_itself_into_other_words_is_shown_with_them(ada: User) -> None:
    article = make.imported_article()
    make.flagged_claim(article=article, quote="the old boat still sailed")
    make.revised(article, ("the old boat still sailed", "nobody believes that the old boat still sailed"))
    assert placed(article, "the old boat still sailed").is_certain
    html = page(ada, article)
    assert "same words, same place, other words around them" in html
    assert "nobody believes that <b>the old boat still sailed</b>" in html
    assert '<details class="details" open>' in html


def rail(user: User, article: Article) -> dict[str, str]:
    """The cards of the article's page by the statement, and the number of each."""
    html = text_of(signed_in(user).get(f"/desk/articles/{article.pk}/"))
    cards = re.findall(r'<li class="card".*?</li>', html, re.DOTALL)
    return {re.search(r"<h3><a[^>]*>(.*?)</a>", card, re.DOTALL).group(1): card for card in cards}  # type: ignore[union-attr]


def test_a_claim_that_waits_is_in_the_rail_and_leads_to_the_changes(article: Article, ada: User) -> None:
    cards = rail(ada, article)
    assert len(cards) == 4
    for quote in (A, C, D):
        waiting = placed(article, quote)
        assert f"/changes/#passage-{waiting.pk}" in cards[waiting.passage.claim.statement]
    stands = placed(article, "the old boat still sailed")
    assert "/changes/" not in cards[stands.passage.claim.statement]


def test_a_claim_that_stays_behind_says_where_it_is_quoted(article: Article, ada: User) -> None:
    for quote, decision, words in (
        (C, "kept", "Stands in revision 1"),
        (D, "removed", "Removed by the outlet"),
    ):
        decide(ada, placed(article, quote), decision=decision)
        card = rail(ada, article)[placed(article, quote).passage.claim.statement]
        assert words in card
        assert "?revision=1" in card


def test_claims_have_one_number_on_every_page_whatever_is_decided(article: Article, ada: User) -> None:
    def numbers() -> dict[str, str]:
        return {
            statement: re.search(r'class="card-num"[^>]*>(\d+)', card).group(1)  # type: ignore[union-attr]
            for statement, card in rail(ada, article).items()
        }

    first = numbers()
    assert sorted(first.values()) == ["1", "2", "3", "4"]
    for quote, decision in ((C, "accepted"), (D, "removed"), (A, "kept")):
        decide(ada, placed(article, quote), decision=decision)
        html = page(ada, article)
        for each in (A, C, D):
            found = placed(article, each)
            number = first[found.passage.claim.statement]
            assert f"Open claim {number}</a>" in panel(html, found)
        assert numbers() == first
        copy = text_of(signed_in(ada).get(f"/desk/articles/{article.pk}/annotated-copy/"))
        for card in re.findall(
            r'<tr.*?<th scope="row" class="num">(\d+)</th><td class="serif" dir="auto">(.*?)</td>', copy
        ):
            assert first[card[1]] == card[0]


# --- Deciding ------------------------------------------------------------------------------------


def test_the_proposed_place_is_accepted(article: Article, ada: User) -> None:
    placement = placed(article, C)
    answer = decide(ada, placement, decision="accepted", start="", end="")
    assert (answer.status_code, answer["Location"]) == (
        303,
        f"/desk/articles/{article.pk}/changes/#passage-{placement.pk}",
    )
    placement = placed(article, C)
    assert placement.result is not None
    assert placement.result.exact == OTHER_WORDS[1]
    html = page(ada, article)
    assert "1 of 3" in html
    assert "Place accepted" in panel(html, placement)
    assert "by you" in panel(html, placement)


def test_one_of_several_places_is_accepted(article: Article, ada: User) -> None:
    placement = placed(article, A)
    start, end = placement.others[-1]
    decide(ada, placement, decision="accepted", place=f"{start}-{end}")
    result = placed(article, A).result
    assert result is not None
    assert (result.start, result.end, result.exact) == (start, end, A)
    assert placed(article, A).decision == "chosen"
    again = placed(article, A)
    undo(ada, again)
    decide(ada, again, decision="accepted", place=f"{placement.start}-{placement.end}")
    assert placed(article, A).decision == "accepted"


def test_another_place_is_chosen(article: Article, ada: User) -> None:
    placement = placed(article, D)
    place = make.place_of("The board wants to add a second boat", placement.revision)
    decide(ada, placement, decision="chosen", **place)
    result = placed(article, D).result
    assert result is not None
    assert result.exact == "The board wants to add a second boat"
    assert "Another place chosen" in page(ada, article)


@pytest.mark.parametrize(
    ("decision", "said"), [("removed", "Removed by the outlet"), ("kept", "Kept on revision 1")]
)
def test_a_passage_may_be_left_behind_and_taken_up_again(
    decision: str, said: str, article: Article, ada: User, ben: User
) -> None:
    placement = placed(article, D)
    decide(ada, placement, decision=decision)
    assert not waits(placement)
    assert said in panel(page(ben, article), placement)
    assert "by Ada" in panel(page(ben, article), placement)
    assert undo(ben, placement).status_code == 303
    assert waits(placement)


def test_when_all_are_decided_one_can_finish(article: Article, ada: User) -> None:
    for quote in (A, C, D):
        decide(ada, placed(article, quote), decision="kept")
    html = page(ada, article)
    assert "3 of 3" in html
    assert "aria-disabled" not in re.sub(r"<dialog.*?</dialog>", "", html, flags=re.DOTALL)
    assert "cannot be published" not in html


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "Say what became of the passage"),
    "another decision": ({"decision": "superseded"}, "Say what became of the passage"),
    "no selection": ({"decision": "chosen"}, "Select the words"),
    "outside of the text": ({"decision": "chosen", "start": 90000, "end": 90010}, ""),
    "the wrong way round": ({"decision": "chosen", "start": 9, "end": 3}, ""),
    "no number": ({"decision": "chosen", "start": "x", "end": "3"}, "whole number"),
    "a number too large": ({"decision": "chosen", "start": 2**70, "end": 2**71}, ""),
    "no place": ({"decision": "accepted", "place": "x"}, "valid value"),
}


@pytest.mark.parametrize(("fields", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_decision_changes_nothing(
    fields: dict[str, Any], sentence: str, article: Article, ada: User
) -> None:
    with nothing_changes():
        answer = decide(ada, placed(article, C), **fields)
    assert answer.status_code in {400, 422}
    html = answer.content.decode()
    assert sentence in html
    assert 'class="recon"' in html


@pytest.mark.parametrize("span", [{"start": 90000, "end": 90010}, {"start": 9, "end": 3}])
def test_no_place_is_refused_where_it_is_decided_already_too(
    span: dict[str, int], article: Article, ada: User, ben: User
) -> None:
    placement = placed(article, C)
    decide(ben, placement, decision="removed")
    with nothing_changes():
        assert decide(ada, placement, decision="chosen", **span).status_code in {400, 422}


def test_a_place_that_was_not_proposed_is_not_accepted(article: Article, ada: User) -> None:
    with nothing_changes():
        answer = decide(ada, placed(article, D), decision="accepted")
    assert "No place is proposed" in answer.content.decode()


def test_who_comes_second_is_told_what_stands_now(article: Article, ada: User, ben: User) -> None:
    placement = placed(article, C)
    decide(ben, placement, decision="removed")
    with nothing_changes():
        html = text_of(decide(ada, placement, decision="accepted"), 409)
    assert "Ben" in html
    assert "has decided on this meanwhile: Removed by the outlet" in html
    assert "Removed by the outlet" in panel(html, placement)
    undo(ada, placement)
    with nothing_changes():
        assert "taken back already" in text_of(undo(ben, placement), 409)


def test_a_key_pressed_twice_decides_once_and_says_nothing_wrong(article: Article, ada: User) -> None:
    placement = placed(article, C)
    decide(ada, placement, decision="accepted")
    with nothing_changes():
        answer = decide(ada, placement, decision="accepted")
    assert answer.status_code == 303
    html = page(ada, article)
    assert "meanwhile" not in html
    undo(ada, placement)
    with nothing_changes():
        assert "meanwhile" not in text_of(undo(ada, placement), 409)


def test_whoever_decides_on_an_older_text_is_shown_the_newest(article: Article, ada: User) -> None:
    placement = placed(article, C)
    make.revised(article, ("cheaper", "dearer"))
    with nothing_changes():
        html = text_of(decide(ada, placement, decision="accepted"), 409)
    assert "A newer text has come meanwhile" in html
    assert f'id="passage-{placement.pk}"' not in html
    assert f'id="passage-{placed(article, C).pk}"' in html


def test_a_decision_cannot_be_sent_to_another_article(article: Article, ada: User) -> None:
    placement, other = placed(article, C), make.imported_article()
    with nothing_changes():
        path = f"/desk/articles/{other.pk}/changes/{placement.pk}/"
        assert signed_in(ada).post(path, {"decision": "removed"}).status_code == 404
        assert signed_in(ada).post(f"{path}undo/").status_code == 404


def test_other_words_send_a_signed_off_claim_back_and_the_page_says_so(ada: User) -> None:
    review = make.approved()
    article = make.passage_of(review.claim).revision.article
    make.revised(article, make.OTHER_FIGURE)
    placement = make.placement_of(Claim.objects.get(pk=review.claim_id))
    assert "the claim goes back to research" in panel(page(ada, article), placement)
    decide(ada, placement, decision="accepted")
    assert make.review_of(review).status == "researching"


# --- The texts -----------------------------------------------------------------------------------


def compare(user: User, article: Article, query: str = "") -> Any:
    return signed_in(user).get(f"/desk/articles/{article.pk}/compare/{query}")


def test_any_two_texts_are_compared(ada: User, vera: User) -> None:
    article = make.imported_article()
    make.revised(article, make.OTHER_FIGURE)
    make.revised(article, ("9 crowns", "11 crowns"))
    html = text_of(compare(vera, article))
    assert "<del>9</del>" in html
    assert "<ins>11</ins>" in html
    assert "<del>41,000</del>" not in html
    html = text_of(compare(vera, article, "?from=1&to=3"))
    assert "<del>41,000</del>" in html
    assert "<ins>11</ins>" in html
    assert "2 paragraphs read otherwise" in html
    html = text_of(compare(vera, article, "?from=3&to=1"))
    assert "<ins>41,000</ins>" in html
    assert "Every word is the same" in text_of(compare(vera, article, "?from=2&to=2"))
    assert f"/desk/articles/{article.pk}/compare/" in text_of(
        signed_in(ada).get(f"/desk/articles/{article.pk}/")
    )


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ((("{first}\n{second}", "{second}\n{first}"),), "1 paragraph reads otherwise or moved."),
        (
            (("{first}\n{second}\n{third}", "{second}\n{third}\n{first}"), ("9 crowns", "11 crowns")),
            "2 paragraphs read otherwise or moved.",
        ),
        ((("{second}\n", ""),), "1 paragraph reads otherwise or moved."),
    ],
)
def test_a_paragraph_that_moved_is_counted_once(edits: tuple[tuple[str, str]], said: str, vera: User) -> None:
    article = make.imported_article()
    first, second, third, *_rest = make.newest_revision(article).text.split("\n")
    words = {"first": first, "second": second, "third": third}
    make.revised(article, *((old.format(**words), new.format(**words)) for old, new in edits))
    assert said in text_of(compare(vera, article))


def test_books_are_compared_by_sentences_and_the_page_says_so(ada: User) -> None:
    tale = "\n\n".join(f"Sentence {n} tells of the ferry. The {n}th bridge stays." for n in range(4_000))
    article, _known = add_article(actor=ada, text=tale, given={"title": "A book", "language": "en"})
    make.revised(article, ("Sentence 77 tells", "Sentence 77 says"))
    html = text_of(compare(ada, article))
    assert "<ins>Sentence 77 says of the ferry.</ins>" in html
    assert "whole sentences are compared" in html
    usual = make.imported_article()
    make.revised(usual, make.OTHER_FIGURE)
    assert "whole sentences" not in text_of(compare(ada, usual))


@pytest.mark.case("Z3")
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?from=9", 404),
        ("?to=9", 404),
        ("?from=x", 400),
        ("?from=-1", 400),
        (f"?to={2**70}", 400),
        ("?from=0", 400),
    ],
)
def test_a_text_that_is_not_there_is_not_compared(query: str, status: int, ada: User) -> None:
    assert compare(ada, make.imported_article(), query).status_code in {
        status,
        422 if status == 400 else status,
    }


def test_what_did_not_change_is_folded_away(ada: User) -> None:
    lines = [f"Paragraph number {n} of a long text about boats." for n in range(40)]
    article = make.imported_article(text="\n\n".join(lines))
    make.revised(article, ("number 20 of", "number twenty of"))
    html = text_of(compare(ada, article))
    assert html.count("<details") == 2
    assert "18 paragraphs are unchanged" in html
    assert html.count("Paragraph number 7 of") == 2


def test_ten_thousand_words_are_compared_in_no_time(ada: User, django_assert_num_queries: Any) -> None:
    words = [f"word{n * n % 7919}" for n in range(10_000)]
    text = "\n\n".join(" ".join(words[at : at + 80]) + "." for at in range(0, 10_000, 80))
    article = make.imported_article(text=text)
    make.flagged_claim(article=article, quote=" ".join(words[800:812]))
    make.revised(article, (words[801], "another"), (words[5000], "other words"))
    browser = signed_in(ada)
    for name in ("compare", "changes"):
        browser.get(f"/desk/articles/{article.pk}/{name}/")
        began = time.perf_counter()
        text_of(browser.get(f"/desk/articles/{article.pk}/{name}/"))
        took = time.perf_counter() - began
        print(name, round(took, 3))
        assert took < 1  # 0.3 on a machine that does nothing else


# --- The claim's page: words that are older than those it quotes --------------------------------


def noted(user: User, claim: Claim) -> list[str]:
    """The quotations of which the claim's page says that it was written for them."""
    html = text_of(signed_in(user).get(f"/desk/claims/{claim.pk}/"))
    return re.findall(r'written for other words:\s*<q class="serif"[^>]*>(.*?)</q>', html)


def test_the_claim_says_that_it_was_written_for_other_words_until_it_is_written_anew(ada: User) -> None:
    review = make.drafted()
    placement = make.waiting_placement(review.claim)
    assert noted(ada, review.claim) == []
    assert decide(ada, placement, decision="accepted").status_code == 303
    assert noted(ada, review.claim) == [A]
    make.revised(placement.revision.article, ("9 crowns", "12 crowns"))
    assert noted(ada, review.claim) == [A]
    draft = {"version": make.review_of(review).version, "summary": "It is 38,900 by now."}
    draft |= {"statement": review.claim.statement, "rating": "true", "explanation": make.EXPLANATION}
    assert signed_in(ada).post(f"/desk/claims/{review.claim_id}/draft/", draft).status_code == 303
    assert noted(ada, review.claim) == []


def test_so_does_one_whose_verdict_was_signed_off_until_it_is_sent_again(ada: User) -> None:
    review = make.approved()
    placement = make.waiting_placement(review.claim)
    decide(ada, placement, decision="accepted")
    assert noted(person("Cleo"), review.claim) == [A]
    undo(ada, placement)
    assert noted(ada, review.claim) == []
    decide(ada, placement, decision="accepted")
    make.submit(make.review_of(review))
    assert noted(ada, review.claim) == []


def test_the_claim_says_that_its_words_were_removed(ada: User) -> None:
    claim = make.flagged_claim()
    placement = make.waiting_placement(claim)
    said = "The outlet removed these words in revision 2."
    assert said not in text_of(signed_in(ada).get(f"/desk/claims/{claim.pk}/"))
    decide(ada, placement, decision="removed")
    assert said in text_of(signed_in(ada).get(f"/desk/claims/{claim.pk}/"))
    undo(ada, placement)
    assert said not in text_of(signed_in(ada).get(f"/desk/claims/{claim.pk}/"))


def test_a_claim_that_nobody_wrote_of_says_it_of_its_statement(ada: User) -> None:
    claim = make.flagged_claim()
    decide(ada, make.waiting_placement(claim), decision="accepted")
    assert noted(ada, claim) == [A]
    html = text_of(signed_in(ada).get(f"/desk/claims/{claim.pk}/"))
    assert "The statement was written for other words:" in html


def test_each_place_says_it_of_its_own_words(ada: User) -> None:
    review = make.drafted()
    second = make.second_place(review.claim)
    make.revised(second.revision.article, make.OTHER_FIGURE)
    decide(ada, make.placement_of(review.claim), decision="accepted")
    html = text_of(signed_in(ada).get(f"/desk/claims/{review.claim_id}/"))
    assert "written for other words:" not in html.split('class="appear"')[0]
    assert noted(ada, review.claim) == [A]


@pytest.mark.parametrize("decision", ["removed", "kept"])
def test_what_goes_on_quoting_the_old_words_says_nothing(ada: User, decision: str) -> None:
    claim = make.flagged_claim()
    decide(ada, make.waiting_placement(claim), decision=decision)
    assert noted(ada, claim) == []


def test_words_that_are_back_say_nothing(ada: User) -> None:
    claim = make.flagged_claim()
    placement = make.waiting_placement(claim)
    decide(ada, placement, decision="accepted")
    make.revised(placement.revision.article, make.OTHER_FIGURE[::-1])
    decide(ada, make.placement_of(claim), decision="accepted")
    assert noted(ada, claim) == []


# --- My desk -------------------------------------------------------------------------------------


def on_desk_of(user: User) -> tuple[str, list[str]]:
    """What the person's own page counts, and the claims under the heading of passages to decide on."""
    html = text_of(signed_in(user).get("/desk/"))
    part = re.search(r'<section aria-labelledby="h-changed">.*?</section>', html, re.DOTALL)
    needs = re.search(r"(\d+) things? needs? you", html)
    assert needs
    assert re.search(rf'id="count-desk"[^>]*>{needs[1]}<', html)
    return needs[1], re.findall(r"/desk/claims/(\d+)/", part.group() if part else "")


@pytest.mark.parametrize("state", ["researched", "submitted", "approved"])
def test_a_passage_that_waits_is_on_the_desk_of_whose_claim_it_is(ada: User, state: str) -> None:
    review = getattr(make, state)()
    actions.assign(make.review_of(review), actor=person("Cleo"), assignee=ada)
    before = "1" if state == "researched" else "0"
    assert on_desk_of(ada) == (before, [])
    others = on_desk_of(person("Ben"))
    placement = make.waiting_placement(review.claim)
    assert on_desk_of(ada) == ("1", [str(review.claim_id)])
    assert on_desk_of(person("Ben")) == others
    decide(ada, placement, decision="kept")
    assert on_desk_of(ada) == (before, [])


def test_a_claim_that_was_declined_needs_nobody(ada: User) -> None:
    review = make.researched()
    actions.assign(make.review_of(review), actor=person("Cleo"), assignee=ada)
    make.waiting_placement(review.claim)
    actions.decline(make.review_of(review), actor=person("Cleo"), reason="No longer of interest.")
    assert on_desk_of(ada) == ("0", [])


def test_many_passages_hide_nothing_else_that_waits(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reviews.views.desk.ROWS", 1)
    for review in (make.returned(), *(make.researched() for _ in range(4))):
        actions.assign(make.review_of(review), actor=person("Cleo"), assignee=ada)
    for review in Review.objects.filter(assignee=ada).order_by("-pk")[:4]:
        make.waiting_placement(review.claim)
    html = text_of(signed_in(ada).get("/desk/"))
    counted = dict(re.findall(r'<h2 id="h-(changed|returned)">[^<]*</h2>\s*<span class="count">(\d+)<', html))
    assert counted == {"changed": "4", "returned": "1"}
