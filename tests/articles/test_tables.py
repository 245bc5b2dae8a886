"""Files with many articles as the programs of offices and sites write them: what is read of each row."""

from __future__ import annotations

import json
from typing import Any

import pytest

from articles.batches.reading import read_rows
from articles.batches.rows import Fault, Wish, wish_in
from articles.extraction import ExtractionError
from tests.articles.documents import FILES

TEXT = (
    "The night ferry to Vell Island carried 41,000 passengers last year, the harbour board said."
    " A single ticket costs 9 crowns."
)


def rows(file: bytes | str) -> dict[int, Any]:
    data = file.encode() if isinstance(file, str) else file
    return dict(read_rows(data, content_type="")["rows"])


# --- Tables --------------------------------------------------------------------------------------


def test_a_workbook_with_a_hidden_sheet_a_formula_dates_and_empty_rows() -> None:
    assert rows((FILES / "ferries.xlsx").read_bytes()) == {
        3: {"title": "Night ferry", "published_at": "2026-03-04", "text": TEXT},
        5: {
            "title": "By its address",
            "url": "https://courier.example/ferry",
            "published_at": "2026-03-05T18:30:00",
        },
        6: {"title": "2026", "url": "https://courier.example/year", "published_at": "2026-03-06"},
    }


def test_a_table_as_excel_saves_it_with_semicolons_a_mark_and_line_breaks_in_cells() -> None:
    found = rows((FILES / "ferries-excel.csv").read_bytes())
    assert found[2]["text"] == f"Erste Zeile.\nZweite Zeile; mit Strichpunkt. {TEXT}"
    assert found[2]["title"] == 'Käpt\'n: "Nie wieder"'
    assert found[4] == {"title": "Fähre", "url": "https://courier.example/fähre"}


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\n\n", "sep=;\n"])
def test_a_table_with_any_line_ends_after_whatever_begins_it(start: str, end: str) -> None:
    table = (
        f'{start}Text;Title\n"One, two, three, four\nlines, and more";First\n\nWords, words, words;Second\n'
    )
    found = list(rows(table.replace("\n", end)).values())
    assert [row["title"] for row in found] == ["First", "Second"]
    assert found[0]["text"].replace(end, "\n") == "One, two, three, four\nlines, and more"


def test_lines_of_json_may_have_a_mark_blank_lines_and_more_than_is_read() -> None:
    lines = [
        {"url": "https://a.example/1", "id": 7, "tags": ["ferry"]},
        {"url": 8},
        {"text": "T", "title": None},
    ]
    text = "\n\r\n".join(json.dumps(line) for line in lines)
    expected = {1: {"url": "https://a.example/1"}, 3: "“url” is not text.", 5: {"text": "T"}}
    for encoding in ("utf-8-sig", "utf-16"):
        assert rows(f"{text}\n\n".encode(encoding)) == expected


# --- WordPress -----------------------------------------------------------------------------------

EXPORT = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.5" created="2026-03-04 10:00" -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/{version}/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wfw="http://wellformedweb.org/CommentAPI/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/{version}/">
<channel><title>Harbour blog</title><link>https://blog.example</link><language>en-GB</language>
<wp:wxr_version>{version}</wp:wxr_version>
<wp:author><wp:author_id>2</wp:author_id><wp:author_login><![CDATA[jfield]]></wp:author_login>
<wp:author_display_name><![CDATA[Jo Field]]></wp:author_display_name></wp:author>
<wp:category><wp:term_id>1</wp:term_id><wp:cat_name><![CDATA[News]]></wp:cat_name></wp:category>
{items}</channel></rss>"""


def post(
    title: str, content: str = TEXT, kind: str = "post", status: str = "publish", password: str = ""
) -> str:
    return f"""<item><title><![CDATA[{title}]]></title><link>https://blog.example/{title}/</link>
<dc:creator><![CDATA[jfield]]></dc:creator><guid isPermaLink="false">https://blog.example/?p=1</guid>
<description></description><content:encoded><![CDATA[{content}]]></content:encoded>
<excerpt:encoded><![CDATA[An excerpt.]]></excerpt:encoded><wp:post_id>1</wp:post_id>
<wp:post_date_gmt><![CDATA[2026-03-04 09:30:00]]></wp:post_date_gmt>
<wp:status><![CDATA[{status}]]></wp:status><wp:post_type><![CDATA[{kind}]]></wp:post_type>
<wp:post_password><![CDATA[{password}]]></wp:post_password>
<wp:postmeta><wp:meta_key>_edit_last</wp:meta_key><wp:meta_value>2</wp:meta_value></wp:postmeta></item>"""


def export(*items: str, version: str = "1.2") -> str:
    return EXPORT.format(version=version, items="".join(items))


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_a_post_of_any_version_is_by_its_author_and_not_by_their_login(version: str) -> None:
    [wish] = map(wish_in, rows(export(post("one"), version=version)).values())
    assert isinstance(wish, Wish)
    assert wish.text == f"<article><p>{TEXT}</p></article>"
    assert wish.given == {
        "title": "one",
        "byline": "Jo Field",
        "outlet_name": "Harbour blog",
        "language": "en-GB",
        "published_at": "2026-03-04T09:30:00+00:00",
        "canonical_url": "https://blog.example/one/",
    }


def test_what_a_site_keeps_to_itself_is_named_and_not_taken() -> None:
    found = rows(
        export(
            post("shown"),
            post("draft", status="draft"),
            post("waiting", status="pending"),
            post("later", status="future"),
            post("private", status="private"),
            post("secret", password="sesame"),
            post("page", kind="page"),
            post("thrown", status="trash"),
            post("image", kind="attachment", status="inherit"),
            post("menu", kind="nav_menu_item"),
        )
    )
    wishes = [wish_in(row) for row in found.values()]
    assert [each.code if isinstance(each, Fault) else each.given["title"] for each in wishes] == [
        "shown",
        "not_published",
        "not_published",
        "not_published",
        "not_published",
        "protected",
        "page",
    ]
    assert isinstance(wishes[1], Fault)
    assert wishes[1].detail == "“draft” is not published on its site (draft)."
    kept_back = [row for row in found.values() if "kept_back" in row]
    assert TEXT not in str(kept_back)


@pytest.mark.parametrize(
    ("content", "html"),
    [
        ("One\n\nTwo\nof it", "<p>One</p><p>Two\nof it</p>"),
        (
            "One\r\n\r\n<blockquote>Two</blockquote>\r\n\r\nThree",
            "<p>One</p><blockquote>Two</blockquote><p>Three</p>",
        ),
        ("<em>One</em>\n\n<h2>Two</h2>\n\nThree", "<p><em>One</em></p><h2>Two</h2><p>Three</p>"),
        (
            "<!-- wp:paragraph -->\n<p>One</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:html -->x<!-- /wp:html -->",
            "<!-- wp:paragraph -->\n<p>One</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:html -->x<!-- /wp:html -->",
        ),
        (
            '[caption id="a"]<img src="/a.png"> A boat[/caption]\n\nOne',
            '<p><img src="/a.png"> A boat</p><p>One</p>',
        ),
    ],
)
def test_paragraphs_are_made_as_wordpress_makes_them(content: str, html: str) -> None:
    assert rows(export(post("a", content)))[1]["html"] == f"<article>{html}</article>"


def test_a_post_about_markup_and_one_with_controls_are_read() -> None:
    odd = f"Begin with <!DOCTYPE html> and <!ENTITY x>.\x0b\x1f {TEXT}"
    assert TEXT in rows(export(post("a", odd)))[1]["html"]


@pytest.mark.case("P3")
@pytest.mark.parametrize("start", ["", "<!-- <rss -->"])
def test_a_document_type_in_an_export_is_refused_wherever_it_hides(start: str) -> None:
    bomb = f"{start}<!DOCTYPE rss [<!ENTITY a '{'x' * 1000}'>]><rss"
    with pytest.raises(ExtractionError) as refused:
        rows(export(post("a")).replace("<rss", bomb, 1))
    assert refused.value.code == "too_complex"


def test_another_feed_is_no_export() -> None:
    with pytest.raises(ExtractionError) as refused:
        rows("<rss><channel><title>A</title></channel></rss>")
    assert refused.value.code == "not_wordpress"
