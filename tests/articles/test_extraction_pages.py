"""What surrounds articles on real pages: each rule by a small page of its own."""

from __future__ import annotations

import pytest

from articles.extraction import Extracted, extract, html_article
from tests.articles.samples import left_out

ONE = (
    "The council met on Monday to discuss the bridge, the ferry and the price of both, and agreed on neither."
)
TWO = "The harbour master, who has run the port since 2009, said that the ferry could carry no more lorries."
THREE = (
    "Nobody had asked the islanders, said Vera Holt, who has sold tickets on the quay for thirty-one years."
)
FOUR = "A vote is planned for the last week of June, when the engineers will have seen the third pier again."
ARTICLE = [ONE, TWO, THREE, FOUR]


def read(body: str, head: str = "") -> Extracted:
    html = f"<!doctype html><html lang=en><head><title>Bridge</title>{head}</head><body>{body}</body></html>"
    return extract(html.encode(), content_type="text/html; charset=utf-8")


def lines(body: str, head: str = "") -> list[str]:
    return read(body, head).text.split("\n")


def paragraphs(*words: str) -> str:
    return "".join(f"<p>{word}</p>" for word in words)


def in_article(extra: str) -> str:
    """Put something between the second and the third paragraph of an article."""
    return (
        f"<article><h1>Bridge</h1><div class=body>{paragraphs(ONE, TWO)}{extra}{paragraphs(THREE, FOUR)}"
        "</div></article>"
    )


def guess_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library take the whole page for the article."""
    monkeypatch.setattr(html_article, "guessed", lambda _, page: [True] * len(page))


class TestWhatBelongsToIt:
    def test_a_stray_quote_in_a_tag_swallows_nothing(self) -> None:
        link = '<a class="share"" href="/s">Share</a>' + "<i class='x'></i>" * 600
        assert lines(in_article(f"<p>{link}</p>")) == ARTICLE

    def test_a_body_that_is_hidden_until_a_script_shows_it(self) -> None:
        body = f"<div hidden id=S:0><article>{paragraphs(*ARTICLE)}</article></div>"
        assert lines(f"{body}<div hidden><p>Out of order today.</p></div>") == ARTICLE

    def test_a_text_in_several_containers_of_one_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The library takes the first for the whole."""
        monkeypatch.setattr(html_article, "guessed", lambda _, page: [p.words in ARTICLE for p in page])
        more = [f"One. {ONE}", f"Two. {TWO}"]
        chunks = [f"<div class=chunk>{paragraphs(*part)}</div>" for part in (ARTICLE, more)]
        advert = "<div class=ad-slot><p>Buy two tickets and pay for three of them, today only.</p></div>"
        assert lines(f"<main>{advert.join(chunks)}</main>") == [*ARTICLE, *more]

    def test_a_short_sentence_that_the_library_drops(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(html_article, "guessed", lambda _, page: [p.words in ARTICLE for p in page])
        assert lines(in_article("<p>Nobody did.</p>")) == [ONE, TWO, "Nobody did.", THREE, FOUR]

    def test_the_standfirst_that_the_page_calls_its_description(self) -> None:
        opening = "After nine years of repairs the council cannot say who pays for the bridge"
        page = f"<header><div class=dek>{opening}</div></header>{in_article('')}"
        assert lines(page, f'<meta name=description content="{opening}">') == [opening, *ARTICLE]

    def test_a_text_that_its_site_calls_subscribers_only(self) -> None:
        page = "".join(f"<p class='subscriber paywall'>{words}</p>" for words in ARTICLE)
        assert lines(f"<article>{page}</article>") == ARTICLE

    def test_lines_that_the_article_itself_repeats(self) -> None:
        refrain = "Drink it within thirty minutes after your workout."
        page = paragraphs(ONE, refrain, TWO, refrain, THREE, refrain, FOUR)
        assert lines(f"<article>{page}</article>").count(refrain) == 3

    def test_what_follows_a_box_that_looks_like_the_end(self) -> None:
        box = "<h4>Related articles</h4><p>A cat was found in the town hall</p>"
        before = [*ARTICLE, *(f"Again. {words}" for words in ARTICLE)]
        after = [f"Three. {ONE} {TWO}", f"Four. {ONE} {TWO}", f"Five. {THREE} {FOUR}"]
        assert lines(f"<article>{paragraphs(*before)}{box}{paragraphs(*after)}") == [*before, *after]


class TestWhatDoesNot:
    @pytest.mark.parametrize(
        "box",
        [
            "<figure><img src=a.jpg><figcaption>The bridge at dawn, before the fog.</figcaption></figure>",
            "<div class=image-caption><p>The bridge at dawn, before the fog had gone.</p></div>",
            "<div class=photo><img src=a.jpg><p>The bridge at dawn, before the fog had gone.</p></div>",
            "<div class=newsletter-box><p>Our best stories of the week in your inbox, for free.</p></div>",
            "<div class='offer hidden'><p>Read all that our four hundred reporters find out.</p></div>",
            '<p><a href="/cat">A cat was found in the town hall and nobody knows how it came there</a></p>',
            '<h3>More on this</h3><ul><li><a href="/1">Cat in the hall</a></li><li><a href="/2">Dog</a></li></ul>',
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("takes_all", [False, True])
    def test_a_box_in_the_middle(self, box: str, takes_all: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        if takes_all:
            guess_everything(monkeypatch)
        assert lines(in_article(box)) == ARTICLE

    def test_captions_can_be_seen_as_left_out(self) -> None:
        found = read(in_article("<figure><img src=a><figcaption>The bridge at dawn.</figcaption></figure>"))
        assert "The bridge at dawn." in left_out(found)

    def test_the_captions_of_a_photo_story_are_its_text(self) -> None:
        pictures = "".join(
            f"<figure><img src=a><figcaption>{words}</figcaption></figure>" for words in ARTICLE
        )
        assert lines(f"<article><h1>Bridge</h1>{pictures}</article>") == ARTICLE

    def test_a_class_that_hides_on_small_screens_only_hides_nothing(self) -> None:
        assert TWO in lines(f"<article>{paragraphs(ONE)}<div class='hidden md:block'><p>{TWO}</p></div>"
                            f"{paragraphs(THREE, FOUR)}</article>")  # fmt: skip

    def test_a_notice_said_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        guess_everything(monkeypatch)
        notice = "You can react to this article once you have an account here."
        box = f"<div class=x><div class=y>{notice}</div></div>"
        assert lines(f"<article>{paragraphs(*ARTICLE)}{box * 2}</article>").count(notice) == 1

    @pytest.mark.parametrize(
        "ending",
        [
            "(Reporting by Ana Ruiz in Lima; Editing by Tom O'Neil)",
            "Associated Press writer R. J. Holt contributed to this report.",
            "With files from The Canadian Press",
            "Quelle: dpa",
            "Copyright 2024 The Quay. All rights reserved.",
            "Follow the Quay on Facebook and Instagram.",
            "https://www.quay.example/news/bridge",
        ],
    )
    def test_last_lines_about_the_article(self, ending: str) -> None:
        found = read(f"<article>{paragraphs(*ARTICLE, ending)}</article>")
        assert found.text.split("\n") == ARTICLE
        assert ending in left_out(found)

    def test_the_same_words_within_the_article_stay(self) -> None:
        middle = "Sources: nobody at the harbour office wanted to be named, and none of them was."
        assert middle in lines(f"<article>{paragraphs(ONE, middle, TWO, THREE, FOUR)}</article>")

    def test_a_notice_for_those_who_have_not_paid(self) -> None:
        notice = paragraphs("Already a subscriber? Log in to continue reading.", "One month for 1 €")
        assert lines(f"<article>{paragraphs(*ARTICLE)}{notice}</article>") == ARTICLE


class TestABodyToldToMachines:
    """JSON-LD says which blocks of the page are the article; no word comes from it."""

    def told(self, *words: str) -> str:
        body = "\\n".join(words)
        return (
            '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Bridge",'
            f' "articleBody": "{body}"}}</script>'
        )

    def page(self) -> str:
        foreign = (
            "Our reporters write about the harbour every week, and readers say they could not do without it."
        )
        return (
            f"<article><h1>Bridge</h1><div>{paragraphs(ONE, TWO)}</div><div><p>{foreign}</p></div>"
            f"<div>{paragraphs(THREE, FOUR)}</div></article>"
        )

    def test_it_settles_what_is_not(self) -> None:
        assert len(lines(self.page())) == 5
        assert lines(self.page(), self.told(*ARTICLE)) == ARTICLE

    def test_where_the_page_does_not_show_it_it_is_no_help(self) -> None:
        other = (
            "Something quite different that stands nowhere on this page, told to machines and to nobody else."
        )
        for words in ([other] * 9, [*ARTICLE[:1], *[other] * 4]):
            found = read(self.page(), self.told(*words)).text
            assert other not in found
            assert all(line in found for line in ARTICLE)

    def test_its_beginning_alone_is_no_help(self) -> None:
        assert all(line in lines(self.page(), self.told(ONE)) for line in ARTICLE)
