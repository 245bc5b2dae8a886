"""Web pages: every word of the article as it stands, none of the page around it, bombs refused unread."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime
from typing import Literal
from unittest import mock

import pytest

from articles.extraction import Extracted, ExtractionError, Known, extract
from tests.articles.samples import left_out

URL = "https://www.quay.example/news/bridge?utm_source=mail"
PAGE = """<!doctype html><html lang="en-GB"><head><meta charset="utf-8">
<title>Harbour bridge reopens after nine years | The Quay</title>
<link rel="canonical" href="https://www.quay.example/news/bridge">
<meta property="og:site_name" content="The Quay">
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"x"},
{"@type":["NewsArticle"],"headline":"Harbour bridge reopens after nine years",
"author":[{"@type":"Person","name":"Mara Lind"},{"@type":"Person","name":"Tom O&#39;Neil"}],
"datePublished":"2024-03-12T08:30:00+01:00","publisher":{"@type":"Organization","name":"The Quay"}}]}</script>
</head><body class="has-sidebar"><a class="skip-link" href="#m">Skip to content</a>
<nav><a href="/">Home</a> <a href="/world">World</a></nav><header><a href="/">The Quay</a></header>
<main id="m"><article class="post tag-related">
<h1>Harbour bridge reopens after nine years</h1>
<p class="byline">By Mara Lind and Tom O'Neil</p><time datetime="2024-03-12">12 March 2024</time>
<figure><img src="a.jpg" alt="a bridge">
<figcaption>The bridge at dawn. Photo: city archive</figcaption></figure>
<p>The harbour bridge opened to traffic on <time datetime="2024-03-12">Tuesday</time>, nine years after
a barge struck its third pier and closed the only road to the island.</p>
<p>Repairs cost 41&nbsp;million crowns, <a href="/y">the city said</a>, twice the sum <em>first</em>
announced.</p>
<h2>What the engineers found</h2>
<p>Line one<br>Line two of the same paragraph, which is a little longer than the first one.<br><br>A third.
</p>
<div class="ad">Advertisement</div>
<blockquote><p>“We found cracks nobody had drawn,” said the chief engineer.</p>
<p>“Then we drew them.”</p></blockquote>
<ul><li>The third pier was rebuilt<ul><li>with steel</li><li>and concrete</li></ul></li>
<li>The deck was <b>replaced</b> in 2021.</li></ul>
<ol start="3"><li><p>First point of order in this list.</p></li><li>Second point of order</li></ol>
<div class="related-box"><p>Ferry prices are rising again, the harbour office said on Monday.</p></div>
<table><tr><th>Year</th><th>Cost</th></tr><tr><td>2015</td><td>12 million</td></tr></table>
<p hidden>A hidden paragraph that no reader sees, whatever it says about the bridge.</p>
<p>He said: <q>No toll</q>. <span class="sr-only">opens in a new window</span>Traffic is
<del>free</del>limited to 40 km/h, and <button>lorries</button> over 30 tonnes wait until the summer.</p>
<p>No.</p>
<p>The ferry will go on until May.</p>
<h3>About the author</h3><p>Mara Lind writes about harbours.</p></article>
<aside><h3>Most read</h3><p>A cat was found in the town hall and nobody knows how it came there.</p></aside>
<section class="comments"><p>I was there when it fell, and I can say that nobody warned us.</p></section>
</main><footer>© 2024 The Quay</footer></body></html>"""


def read(html: str, url: str | None = None) -> Extracted:
    return extract(html.encode(), content_type="text/html; charset=utf-8", url=url)


def attempt(html: str) -> Extracted | Literal["too_complex"]:
    """Read a page, or return that it was refused, which is never for another reason."""
    try:
        return read(html)
    except ExtractionError as refusal:
        if refusal.code == "too_complex":
            return "too_complex"
        raise


def paragraphs(*words: str) -> str:
    return "".join(f"<p>{word}</p>" for word in words)


PROSE = "The council met on Monday to discuss the bridge, the ferry and the price of both, and agreed."


FIRST = (
    "The harbour bridge opened to traffic on Tuesday, nine years after a barge struck its third pier and"
    " closed the only road to the island."
)
TOLL = "He said: “No toll”. Traffic is limited to 40 km/h, and lorries over 30 tonnes wait until the summer."


class TestAPage:
    def test_what_it_says_about_itself(self) -> None:
        found = read(PAGE, URL)
        assert found.title == "Harbour bridge reopens after nine years"
        assert found.byline == "Mara Lind, Tom O'Neil"
        assert found.published_at == datetime(2024, 3, 12, 7, 30, tzinfo=UTC)
        assert (found.outlet_name, found.outlet_domain) == ("The Quay", "quay.example")
        assert found.language == "en-GB"
        assert found.canonical_url == "https://www.quay.example/news/bridge"
        assert found.warnings == ()

    def test_its_words_are_the_articles_and_all_of_them(self) -> None:
        found = read(PAGE, URL)
        got = [f"{b.kind} {b.level} {found.text[b.start : b.end]}" for b in found.blocks]
        assert got == [
            f"paragraph 0 {FIRST}",
            "paragraph 0 Repairs cost 41 million crowns, the city said, twice the sum first announced.",
            "heading 2 What the engineers found",
            "paragraph 0 Line one",
            "paragraph 0 Line two of the same paragraph, which is a little longer than the first one.",
            "paragraph 0 A third.",
            "quote 0 “We found cracks nobody had drawn,” said the chief engineer.",
            "quote 0 “Then we drew them.”",
            "list_item 1 The third pier was rebuilt",
            "list_item 2 with steel",
            "list_item 2 and concrete",
            "list_item 1 The deck was replaced in 2021.",
            "list_item 1 3. First point of order in this list.",
            "list_item 1 4. Second point of order",
            "paragraph 0 Year | Cost",
            "paragraph 0 2015 | 12 million",
            f"paragraph 0 {TOLL}",
            "paragraph 0 No.",
            "paragraph 0 The ferry will go on until May.",
        ]

    def test_what_was_taken_for_furniture_can_be_seen(self) -> None:
        lines = left_out(read(PAGE, URL))
        assert {
            "Advertisement",
            "The bridge at dawn. Photo: city archive",
            "About the author",
            "Mara Lind writes about harbours.",
        } <= set(lines)

    def test_a_page_that_leaves_out_head_and_body(self) -> None:
        paragraphs = "".join(
            f"<p>{line} It is said in the port of Vell.</p>" for line in ("One.", "Two.", "Three.")
        )
        found = extract(f"<!doctype html><title>Ferry</title><article>{paragraphs}<p>Four.".encode())
        assert found.text.splitlines() == [
            *(f"{line} It is said in the port of Vell." for line in ("One.", "Two.", "Three.")),
            "Four.",
        ]

    def test_a_page_inside_a_form(self) -> None:
        body = (
            f"<form id=aspnet><div><h1>Reservoir falls</h1>{paragraphs(PROSE, 'Short.', PROSE)}</div></form>"
        )
        found = read(f"<html><body>{body}</body></html>")
        assert (found.title, found.text) == ("Reservoir falls", f"{PROSE}\nShort.\n{PROSE}")

    def test_a_page_of_line_breaks(self) -> None:
        found = read(f"<html><body><div>{PROSE}<br><br>Short.<br><br>{PROSE}</div></body></html>")
        assert found.text == f"{PROSE}\nShort.\n{PROSE}"

    def test_a_table_that_lays_out_the_page(self) -> None:
        found = read(f"<table><tr><td>{paragraphs(PROSE, PROSE)}</td></tr></table>")
        assert found.text == f"{PROSE}\n{PROSE}"

    def test_a_page_of_1999(self) -> None:
        html = (
            "<TITLE>Mill to close</TITLE><TABLE><TR><TD><A HREF=1>News</A><BR><A HREF=2>Sport</A></TD><TD>"
            f"<FONT SIZE=4>Mill to close</FONT><BR><I>By Harold Penn, staff writer</I><BR>May 3, 1999<P>{PROSE}"
            f"<P>It lives off the mill.<P>{PROSE}</FONT><P><A HREF=top>Back to top</A></TABLE>"
        )
        found = read(html)
        assert found.text == f"{PROSE}\nIt lives off the mill.\n{PROSE}"
        assert (found.title, found.byline) == ("Mill to close", "Harold Penn, staff writer")
        assert found.published_at == datetime(1999, 5, 3, tzinfo=UTC)

    def test_a_right_to_left_page(self) -> None:
        prose = "أعلن المتحف الوطني أن عدد زواره بلغ مليون زائر خلال العام الماضي، وهو أعلى رقم منذ افتتاحه."
        found = read(f'<html lang="ar" dir="rtl"><h1>المتحف</h1>{paragraphs(prose, prose)}</html>')
        assert (found.language, found.text) == ("ar", f"{prose}\n{prose}")

    def test_a_template_that_says_english_is_not_believed(self) -> None:
        prose = "Die Stadt hat am Montag mitgeteilt, dass die Brücke über den Hafen gesperrt bleibt."
        assert read(f'<html lang="en">{paragraphs(*[prose] * 4)}</html>').language == "de"


class TestMetadata:
    def meta(self, head: str, body: str = "", url: str | None = None) -> Extracted:
        return read(f"<html><head>{head}</head><body>{body}{paragraphs(PROSE, PROSE)}</body></html>", url)

    def test_meta_tags(self) -> None:
        found = self.meta(
            '<meta property="og:title" content="Bridge &amp; ferry">'
            '<meta name="author" content="By Mara Lind">'
            '<meta property="article:published_time" content="2024-03-12">'
            '<meta property="og:locale" content="en_GB"><meta property="og:url" content="https://q.example/a">'
        )
        assert (found.title, found.byline, found.language) == ("Bridge & ferry", "Mara Lind", "en-GB")
        assert found.published_at == datetime(2024, 3, 12, tzinfo=UTC)
        assert (found.canonical_url, found.outlet_domain) == ("https://q.example/a", "q.example")

    def test_the_site_is_cut_from_the_window_title(self) -> None:
        assert self.meta("<title>Bridge closed again – The Quay</title>").title == "Bridge closed again"

    def test_a_date_in_the_text_is_not_the_date_of_the_text(self) -> None:
        assert (
            self.meta("", '<p>It fell on <time datetime="1999-05-03">3 May</time>.</p>').published_at is None
        )

    def test_a_future_date_is_none(self) -> None:
        assert self.meta('<meta name="date" content="2999-01-01">').published_at is None

    def test_an_address_is_no_byline(self) -> None:
        assert self.meta('<meta property="article:author" content="https://fb.example/x">').byline == ""

    def test_a_page_cannot_pass_for_another_sites(self) -> None:
        head = '<link rel="canonical" href="https://famous.example/scoop">'
        found = self.meta(head, url="https://troll.example/x")
        assert found.canonical_url == "https://troll.example/x"

    @pytest.mark.case("X6")
    @pytest.mark.parametrize(
        "href", ["javascript:alert(1)", "data:text/html,x", "https://[", "/relative", "  "]
    )
    def test_an_address_that_is_none_is_dropped(self, href: str) -> None:
        assert self.meta(f'<link rel="canonical" href="{href}">').canonical_url is None

    def test_broken_linked_data_is_passed_over(self) -> None:
        for source in (
            "{",
            "[" * 100_000,
            '{"@type": "NewsArticle", "headline": {"a": [1]}, "author": 7}',
            "null",
        ):
            head = f'<script type="application/ld+json">{source}</script><title>Bridge</title>'
            assert self.meta(head).title == "Bridge"

    def test_a_page_for_subscribers_says_so(self) -> None:
        head = (
            '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "x",'
            ' "isAccessibleForFree": false}</script>'
        )
        assert [caution.code for caution in self.meta(head).warnings] == ["subscribers_only"]


class TestHowItWasFound:
    """So that a person looks at what was guessed before what the page said."""

    def test_each_field_says_where_it_comes_from(self) -> None:
        found = read(PAGE, URL)
        assert found.found == {
            "title": "text",
            "byline": "json-ld",
            "published_at": "json-ld",
            "outlet_name": "meta",
            "language": "meta",
            "canonical_url": "meta",
            "image_credit": "text",
        }
        assert found.image_credit == "city archive"

    def test_what_a_person_typed_wins(self) -> None:
        known = Known(title="Bridge", byline="Ada", language="de")
        found = extract(PAGE.encode(), content_type="text/html", known=known).found
        assert (found["title"], found["byline"], found["language"]) == ("typed", "typed", "typed")

    def test_a_page_that_says_nothing(self) -> None:
        found = read(f"<body>{paragraphs(PROSE, PROSE)}</body>", "https://quay.example/a")
        assert found.found == {"title": "guessed", "language": "words", "canonical_url": "address"}

    def test_a_language_that_the_words_contradict(self) -> None:
        prose = "Die Stadt hat am Montag mitgeteilt, dass die Brücke über den Hafen gesperrt bleibt."
        assert read(f'<html lang="en">{paragraphs(*[prose] * 4)}</html>').found["language"] == "words"

    def test_when_it_was_changed(self) -> None:
        said = '"dateModified":"2024-03-14T10:00:00+01:00",'
        found = read(PAGE.replace('"datePublished"', said + '"datePublished"'), URL)
        assert found.modified_at == datetime(2024, 3, 14, 9, tzinfo=UTC)
        assert found.found["modified_at"] == "json-ld"

    def test_a_change_at_the_hour_of_publication_is_none(self) -> None:
        said = '"dateModified":"2024-03-12T08:30:00+01:00",'
        assert read(PAGE.replace('"datePublished"', said + '"datePublished"'), URL).modified_at is None

    @pytest.mark.parametrize(
        ("caption", "credit"),
        [
            ("The bridge at dawn. Photo: Ana Ruiz/AP", "Ana Ruiz/AP"),
            ("Die Brücke © Jörg Holt", "Jörg Holt"),
            ("The bridge at dawn (Ana Ruiz/The Quay)", "Ana Ruiz/The Quay"),
            ("The bridge at dawn, nine years after it was closed", ""),
        ],
    )
    def test_the_credit_of_the_lead_picture(self, caption: str, credit: str) -> None:
        page = f"<figure><img src=a><figcaption>{caption}</figcaption></figure>{paragraphs(PROSE, PROSE)}"
        assert read(f"<article>{page}</article>").image_credit == credit

    @pytest.mark.parametrize("site", [" | Quay News Loaded", " – The Quay", " · quay.example", " - Quay"])
    def test_a_first_line_that_is_the_headline_with_the_sites_name_is_no_text(self, site: str) -> None:
        line = f"Harbour bridge reopens after nine years{site}"
        head = f"<title>{line}</title>"
        page = f"<p>{line}</p><h1>Harbour bridge reopens after nine years</h1>{paragraphs(PROSE, PROSE)}"
        found = read(f"<html><head>{head}</head><body><article>{page}</article></body></html>")
        assert found.title == "Harbour bridge reopens after nine years"
        assert found.text == f"{PROSE}\n{PROSE}"
        assert line in left_out(found)

    @pytest.mark.parametrize(
        "line",
        [
            "Harbour bridge reopens after nine years – and the island that waited has a road again at last.",
            "Old harbour bridge reopens after nine years | The Quay, said the paper that told of it first.",
        ],
    )
    def test_a_first_line_that_says_more_than_the_headline_is_text(self, line: str) -> None:
        page = f"<h1>Harbour bridge reopens after nine years</h1>{paragraphs(line, PROSE)}"
        assert read(f"<article>{page}</article>").text.startswith(line)

    def test_the_headline_with_a_name_after_it_is_text_below_other_text(self) -> None:
        line = "Harbour bridge reopens after nine years – so it said"
        page = f"<h1>Harbour bridge reopens after nine years</h1>{paragraphs(PROSE, line, PROSE)}"
        assert line in read(f"<article>{page}</article>").text

    def test_a_line_above_the_headline_is_no_part_of_it(self) -> None:
        head = '<meta property="og:title" content="Harbour bridge reopens after nine years">'
        page = f"<h1><span>The island</span> Harbour bridge reopens after nine years</h1>{paragraphs(PROSE)}"
        assert (
            read(f"<html><head>{head}</head><body>{page}").title == "Harbour bridge reopens after nine years"
        )

    def test_an_outlet_that_names_itself_as_author(self) -> None:
        head = '<meta property="og:site_name" content="The Quay"><meta name="author" content="The Quay">'
        page = f"<p class=byline>Mara Lind</p>{paragraphs(PROSE, PROSE)}"
        assert read(f"<html><head>{head}</head><body>{page}").byline == "Mara Lind"

    @pytest.mark.parametrize(
        "fetched",
        [
            "https://www-quay-example.cdn.ampproject.org/c/s/www.quay.example/amp/bridge",
            "https://www.google.com/amp/s/www.quay.example/amp/bridge",
            "https://amp.quay.example/bridge",
            "https://print.quay.example/bridge?print=1",
        ],
    )
    def test_amp_and_print_variants_are_known_by_the_article(self, fetched: str) -> None:
        found = read(PAGE, fetched)
        assert found.canonical_url == "https://www.quay.example/news/bridge"
        assert found.outlet_domain == "quay.example"

    def test_a_copy_of_another_site_is_not(self) -> None:
        fetched = "https://www-troll-example.cdn.ampproject.org/c/s/troll.example/bridge"
        assert read(PAGE, fetched).outlet_domain != "quay.example"


MANY = {
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">x</p>",
    "bare attributes": "<p " + "a " * 200_000 + ">x</p>",
    "quoted attributes": "<p " + "a='>' " * 200_000 + ">x</p>",
    "long attribute": f"<p title='{'x' * 1_000_000}'>x</p>",
    "tags": "<i>x</i>" * 500_000,
    "open quotes": "<p a='" * 200_000,
    "other quotes": '<p "' * 500_000,
    "brackets": "<" * 1_000_000,
    "comments": "<!--" * 500_000,
    "scripts": "<script>" * 300_000,
    "paragraphs": "<p>" * 500_000,
    "links": "<a " * 500_000,
}


class TestBombs:
    @pytest.mark.case("P8")
    @pytest.mark.parametrize("depth", [150, 255, 256, 10_000, 100_000])
    def test_depth_is_kept_or_refused(self, depth: int) -> None:
        html = "<div>" * depth + f"<p>{PROSE}</p>" + "</div>" * depth + f"<p>{PROSE} After.</p>"
        self.kept_or_refused(html, [PROSE, f"{PROSE} After."])

    @pytest.mark.parametrize("tag", ["b", "font", "span", "blockquote", "ul><li"])
    def test_depth_by_tags_left_open(self, tag: str) -> None:
        self.kept_or_refused(f"<{tag}>{PROSE}" * 5000, [PROSE])

    def test_paragraphs_left_open_are_not_deep(self) -> None:
        found = read("<html><body>" + "".join(f"<p>{PROSE} Number {n}." for n in range(1000)))
        assert len(found.blocks) == 1000

    @pytest.mark.case("P9")
    def test_one_long_text_is_kept(self) -> None:
        words = "A word and another one. " * 40_000
        found = read(f"<p>{words}</p><p>{PROSE}</p>")
        assert len(found.text) == len(words) + len(PROSE)

    @pytest.mark.case("P10")
    @pytest.mark.parametrize("name", MANY)
    def test_many_of_anything_ends_in_time(self, name: str) -> None:
        """It is refused, or what a browser shows of it is read; a page that breaks off says so."""
        began = time.process_time()
        found = attempt(f"<html><body><p>{PROSE}</p>{MANY[name]}<p>{PROSE} After.</p>")
        assert time.process_time() - began < 10
        if found != "too_complex":
            whole = "After." in found.text
            assert PROSE in found.text
            assert whole or "maybe_partial" in [caution.code for caution in found.warnings]

    @pytest.mark.case("P10")
    @pytest.mark.parametrize(
        "opening", ["<textarea>", "<plaintext>", "<xmp>", "<title>", "<style>", "<select>"]
    )
    def test_what_swallows_the_rest_does_not_pass_for_the_whole(self, opening: str) -> None:
        html = f"<html><body><p>{PROSE}</p>{opening}{paragraphs(*[PROSE + ' More.'] * 20)}"
        found = attempt(html)
        assert found == "too_complex" or found.text.startswith(PROSE)

    @pytest.mark.case("P3")
    @pytest.mark.parametrize("scheme", ["file:///etc/hostname", "http://127.0.0.1:9/x"])
    def test_entities_fetch_nothing(self, scheme: str) -> None:
        lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        html = (
            f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY l0 "lol">{lol}<!ENTITY x SYSTEM "{scheme}">]>'
            f"<html><body><p>{PROSE} &x; &l9;</p><xi:include href='{scheme}'/></body></html>"
        )
        with mock.patch.object(socket, "socket", side_effect=AssertionError("a connection")):
            found = read(html)
        assert PROSE in found.text
        assert len(found.text) < 2000

    @pytest.mark.case("S21")
    def test_nothing_in_a_page_is_fetched(self) -> None:
        html = PAGE.replace(
            "</head>",
            '<link rel=stylesheet href="http://127.0.0.1:9/a.css"><style>@import "http://127.0.0.1:9/b"</style>'
            '<base href="http://127.0.0.1:9/"><meta http-equiv=refresh content="0;url=http://127.0.0.1:9/"></head>',
        )
        with mock.patch.object(socket, "socket", side_effect=AssertionError("a connection")):
            assert read(html, URL).title

    @pytest.mark.parametrize(
        "odd", ["&#0;", "&#1;", "&#xD800;", "&#65535;", "&#x110000;", "&#99999999999;", "\x0b"]
    )
    def test_characters_that_xml_cannot_hold_break_nothing(self, odd: str) -> None:
        html = (
            f"<div>{odd}<aside>{odd}</aside>{odd}<p>{PROSE}</p>{odd}<nav></nav>{odd}<p>{PROSE}{odd}</p></div>"
        )
        assert PROSE in read(html).text

    @pytest.mark.case("X16")
    def test_what_comes_out_is_text(self) -> None:
        shown = f"{PROSE} &lt;script&gt;alert(1)&lt;/script&gt;"
        html = f"<p id=config>{shown}<script>alert(2)</script></p><p>{PROSE}</p>"
        assert read(html).text == f"{PROSE} <script>alert(1)</script>\n{PROSE}"

    def kept_or_refused(self, html: str, wanted: list[str]) -> None:
        found = attempt(f"<html><body>{html}</body></html>")
        assert found == "too_complex" or all(words in found.text for words in wanted)


def test_a_short_result_is_not_passed_off_as_whole() -> None:
    """What stands in the article and was not taken is said."""
    cells = "".join(f"<div>Number {n} of a list without any stops</div>" for n in range(60))
    found = read(
        f"<html><body><article>{paragraphs(PROSE, PROSE)}{cells}{paragraphs(PROSE)}</article></body></html>"
    )
    kept = sum(f"Number {n} of" in found.text for n in range(60))
    assert kept == 60 or "maybe_partial" in [caution.code for caution in found.warnings]
