"""Repairing what was taken for an article's text, and what outlives the next fetch of its page."""

from __future__ import annotations

import pytest

from articles.actions import (
    change_article,
    mark_sentences,
    repair_text,
    request_import,
    revise,
)
from articles.actions.repairs import ClaimsStandThere, NewerTextCame, PassagesWait
from articles.actions.revisions import SameTextElsewhere
from articles.extraction import extract
from articles.extraction.document import MAX_LEFT_OUT, drafts_of, lay_out
from articles.found import found_in, lines_of, newer_headline, to_check
from articles.models import Article, Extraction, Passage, Placement, ReadingMark, Revision
from articles.tasks import run_import
from factcheck.accounts.models import User
from factcheck.audit import verify
from factcheck.audit.models import Event
from factcheck.errors import DomainError, Forbidden, Malformed
from publishing.changes import changes
from reviews.actions import flag_claim
from tests import factories as make
from tests.articles.originals import (
    CAPTION,
    CRANE,
    PAGE,
    PASSENGERS,
    TWICE,
    block_with,
    given_anew,
    imported,
    left_out_with,
)
from tests.cast import person
from tests.database import nothing_changes, triggers_off

pytestmark = pytest.mark.django_db


def repaired(article: Article) -> Revision:
    """The article with the caption in its text, and without its last line."""
    revision = make.newest_revision(article)
    return repair_text(
        revision,
        actor=person("Ada"),
        leave_out=[block_with(revision, CRANE)],
        take_in=[left_out_with(revision, CAPTION)],
    )


def flagged(article: Article, quote: str) -> Passage:
    return make.passage_of(make.flagged_claim(article=article, quote=quote))


def repaired_and_back(article: Article) -> Revision:
    """The article with the lines that it had to begin with, two revisions later."""
    second = repaired(article)
    return repair_text(
        second,
        actor=person("Ada"),
        leave_out=[block_with(second, CAPTION)],
        take_in=[left_out_with(second, CRANE)],
    )


# --- What is kept --------------------------------------------------------------------------------


def test_every_line_of_the_page_is_kept_in_its_place() -> None:
    revision = make.newest_revision(imported())
    lines = [(line.text[:30], line.is_left_out) for line in lines_of(revision)]
    assert lines == [
        ("World", True),
        ("Sport", True),
        ("Night ferry breaks its record", True),
        (PASSENGERS[:30], False),
        (CAPTION[:30], True),
        (TWICE[:30], False),
        ("A single ticket costs 9 crowns", False),
        ("The crane on the north quay is", False),
    ]


def test_what_was_found_is_kept_with_how() -> None:
    found = found_in(make.newest_revision(imported()))
    assert {name: (str(field.value), field.how) for name, field in found.items()} == {
        "title": ("Night ferry breaks its record", "text"),
        "byline": ("Ilse Maar", "json-ld"),
        "published_at": ("2025-05-03 06:00:00+00:00", "json-ld"),
        "language": ("en", "meta"),
    }


def test_what_a_person_should_look_at_is_named() -> None:
    article = make.imported_article(title="", language="en")
    assert to_check(article, make.newest_revision(article)) == [
        "Headline (a guess)",
        "Author (not found)",
        "Outlet (not found)",
        "Published (not found)",
    ]


def test_the_nearest_lines_are_kept_of_very_many() -> None:
    links = "".join(f"<li><a href='/{n}'>Story {n}</a></li>" for n in range(MAX_LEFT_OUT + 200))
    page = PAGE.replace("<div>", f"<div><ul>{links}</ul>")
    left_out = extract(page.encode(), filename="ferry.html").left_out
    assert len(left_out) == MAX_LEFT_OUT
    assert CAPTION in {line.text for line in left_out}
    assert left_out[0].text != "Story 0"
    assert "Sport" in {line.text for line in left_out}


def test_lines_are_laid_out_again_as_they_were() -> None:
    found = extract(PAGE.encode(), filename="ferry.html")
    assert lay_out(drafts_of(found.text, found.blocks, found.left_out)) == (
        found.text,
        found.blocks,
        found.left_out,
    )


# --- Repairing -----------------------------------------------------------------------------------


def test_a_repair_is_the_next_revision_of_the_same_original() -> None:
    article = imported()
    first = make.newest_revision(article)
    second = repaired(article)
    assert (second.number, second.original, second.created_by) == (2, first.original, person("Ada"))
    assert CRANE not in second.text
    assert CAPTION in second.text
    assert second.blocks[1]["kind"] == "caption"
    assert [second.text[b["start"] : b["end"]] for b in second.blocks] == second.text.split("\n")
    first.refresh_from_db()
    assert CRANE in first.text
    article.refresh_from_db()
    assert article.text_digest == second.digest
    event = Event.objects.filter(action="article.repaired").get()
    assert event.actor == person("Ada")
    assert list(verify.faults()) == []


def test_what_was_left_out_can_be_taken_in_again() -> None:
    article = imported()
    first = make.newest_revision(article)
    third = repaired_and_back(article)
    assert (third.text, third.blocks) == (first.text, first.blocks)


def test_claims_and_marks_move_along_for_certain() -> None:
    article = imported()
    passage = flagged(article, TWICE)
    first = make.newest_revision(article)
    words = make.place_of("A single ticket costs 9 crowns.", first)
    mark_sentences(first, actor=person("Ada"), kind=ReadingMark.Kind.READ, **words)
    second = repaired(article)
    (placement,) = Placement.objects.filter(revision=second)
    assert (placement.is_certain, placement.outcome) == (True, "kept")
    now = Passage.objects.get(revision=second)
    assert (now.exact, now.claim) == (TWICE, passage.claim)
    assert second.text[now.start : now.end] == TWICE
    assert second.marks.get().kind == "read"
    assert not changes().exists()


def test_nothing_chosen_changes_nothing() -> None:
    revision = make.newest_revision(imported())
    with nothing_changes():
        assert repair_text(revision, actor=person("Ada")) == revision


def check_refused(
    error: type[DomainError], revision: Revision, actor: User | None = None, **lines: list[int]
) -> None:
    with nothing_changes(), pytest.raises(error):
        repair_text(revision, actor=actor or person("Ada"), **lines)


def test_a_line_with_a_claim_in_it_cannot_go() -> None:
    article = imported()
    flagged(article, TWICE)
    revision = make.newest_revision(article)
    check_refused(ClaimsStandThere, revision, leave_out=[block_with(revision, TWICE)])


def test_no_line_can_come_into_the_middle_of_a_passage() -> None:
    article = imported()
    revision = make.newest_revision(article)
    flagged(article, revision.text[: revision.text.index(TWICE) + len(TWICE)])
    check_refused(ClaimsStandThere, revision, take_in=[left_out_with(revision, CAPTION)])


def test_lines_of_an_overtaken_text_cannot_be_chosen() -> None:
    article = imported()
    first = make.newest_revision(article)
    repaired(article)
    check_refused(NewerTextCame, first, leave_out=[0])


def test_while_passages_wait_nothing_is_repaired() -> None:
    article = imported()
    flagged(article, PASSENGERS)
    revision = make.revised(article, ("41,000", "43,000"))
    check_refused(PassagesWait, revision, leave_out=[2])


@pytest.mark.parametrize("lines", [{"leave_out": [99]}, {"take_in": [-1]}, {"leave_out": [0, 1, 2, 3]}])
def test_lines_that_are_not_there_are_refused_and_so_is_an_empty_text(lines: dict[str, list[int]]) -> None:
    check_refused(Malformed, make.newest_revision(imported()), **lines)


def test_the_text_of_another_article_is_refused() -> None:
    article = imported()
    revision = make.newest_revision(article)
    without = [block for number, block in enumerate(revision.blocks) if number != 3]
    text = "\n\n".join(revision.text[block["start"] : block["end"]] for block in without)
    make.imported_article(text=text)
    check_refused(SameTextElsewhere, revision, leave_out=[3])


def test_who_may_not_import_may_not_repair() -> None:
    revision = make.newest_revision(imported())
    check_refused(Forbidden, revision, person("Vera", "viewer"), leave_out=[3])


def test_a_claim_of_an_old_text_that_reads_like_the_newest_is_carried_over() -> None:
    article = imported()
    first = make.newest_revision(article)
    third = repaired_and_back(article)
    assert third.text == first.text
    flag_claim(actor=person("Ada"), revision=first, **make.place_of(TWICE, first))
    assert Passage.objects.filter(revision=third).get().exact == TWICE
    fourth = repair_text(third, actor=person("Ada"), leave_out=[block_with(third, CRANE)])
    assert Passage.objects.filter(revision=fourth).get().exact == TWICE


# --- The next fetch ------------------------------------------------------------------------------


def test_the_same_page_fetched_again_does_not_undo_a_repair() -> None:
    article = imported()
    second = repaired(article)
    again = given_anew(article, PAGE.replace("</html>", "<!-- made at noon --></html>"))
    assert again == second


def test_the_next_text_of_the_page_is_repaired_alike() -> None:
    article = imported()
    repaired(article)
    third = given_anew(article, PAGE.replace("second boat", "third boat"))
    assert third.number == 3
    assert "third boat" in third.text
    assert CAPTION in third.text
    assert CRANE not in third.text
    assert not third.extraction.is_repair
    assert "article.revised" in Event.objects.values_list("action", flat=True)


def test_of_lines_with_the_same_words_only_the_chosen_one_goes() -> None:
    star = "<p>Rain is expected on the whole coast until the end of the week, the office says.</p>"
    page = PAGE.replace("<p>That is", f"{star}<p>That is").replace("<p>A single", f"{star}<p>A single")
    article = imported(page)
    revision = make.newest_revision(article)
    rain = [n for n, b in enumerate(revision.blocks) if revision.text.startswith("Rain", b["start"])]
    assert len(rain) == 2
    repair_text(revision, actor=person("Ada"), leave_out=[rain[1]])
    assert given_anew(article, page.replace("9 crowns", "8 crowns")).text.count("Rain is expected") == 1


def test_a_new_headline_is_shown_and_not_taken_over() -> None:
    article = imported()
    revision = given_anew(
        article, PAGE.replace("breaks its record", "breaks all records").replace("9 crowns", "8 crowns")
    )
    article.refresh_from_db()
    assert article.title == "Night ferry breaks its record"
    headline = newer_headline(article, revision)
    assert headline is not None
    assert (headline.was, headline.value) == (article.title, "Night ferry breaks all records")
    change_article(article, actor=person("Ada"), version=article.version, title=str(headline.value))
    assert newer_headline(article, revision) is None


def test_a_text_that_somebody_gives_is_taken_as_it_is() -> None:
    article = imported()
    repaired(article)
    revision, made = revise(article, actor=person("Ada"), text=f"{CRANE} is green now, and no longer grey.")
    assert made
    assert CRANE in revision.text
    assert given_anew(article, PAGE).text == article.revisions.get(number=2).text


@pytest.mark.parametrize(
    "text", [f"The board met.\n\n{TWICE}, it said.", "On Monday the board met. It said no."]
)
def test_words_that_were_guessed_to_be_a_headline_are_no_new_one(text: str) -> None:
    article = imported()
    revision, _made = revise(article, actor=person("Ada"), text=text)
    assert newer_headline(article, revision) is None


def test_a_typed_headline_is_no_earlier_one() -> None:
    job = request_import(
        actor=person("Ada"), file=PAGE.encode(), filename="ferry.html", given={"title": "Ferries"}
    )
    run_import(job.pk)
    article = Article.objects.get()
    revision = given_anew(article, PAGE.replace("9 crowns", "8 crowns"))
    assert (article.title, newer_headline(article, revision)) == ("Ferries", None)


def test_a_new_headline_is_shown_until_somebody_decides() -> None:
    article = imported()
    page = PAGE.replace("breaks its record", "breaks all records").replace("9 crowns", "8 crowns")
    given_anew(article, page)
    assert newer_headline(article, given_anew(article, page.replace("8 crowns", "7 crowns"))) is not None


def test_a_headline_that_was_mended_needs_no_look() -> None:
    article = make.imported_article(
        title="", byline="Ilse Maar", outlet_name="Courier", published_at="2025-05-03T06:00:00Z"
    )
    revision = make.newest_revision(article)
    assert to_check(article, revision) == ["Headline (a guess)"]
    change_article(article, actor=person("Ada"), version=1, title="Ferry record")
    assert to_check(article, revision) == []


def test_a_repaired_text_asks_no_longer_to_be_compared() -> None:
    prose = "The board met on the pier in the rain, and nobody came to hear what it had to say about that."
    text = "\n\n".join(["Ferry", *(f"{prose} {n}." for n in range(2)), "About the author", *[prose] * 6])
    article = make.imported_article(text=text)
    revision = make.newest_revision(article)
    assert [each["code"] for each in revision.warnings] == ["furniture_doubtful"]
    author = block_with(revision, "About the author")
    second = repair_text(revision, actor=person("Ada"), leave_out=[author])
    assert second.warnings == []


def test_an_old_text_that_nothing_is_known_of_can_be_shortened() -> None:
    article = make.imported_article()
    with triggers_off():
        Extraction.objects.update(found={}, left_out=[])
    revision = make.newest_revision(article)
    second = repair_text(revision, actor=person("Ada"), leave_out=[len(revision.blocks) - 1])
    assert [line["text"] for line in second.extraction.left_out] == [revision.text.split("\n")[-1]]
    assert found_in(revision) == {}
