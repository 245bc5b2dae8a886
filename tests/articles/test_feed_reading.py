"""Feeds as the programs of sites write them: what is read of each entry."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from articles.extraction import ExtractionError
from articles.feeds.entries import Entry, Found, read_found
from articles.feeds.reading import read_feed

URL = "https://herald.example/news/feed"
NOW = datetime(2026, 3, 10, tzinfo=UTC)


def read(feed: str | bytes, *, content_type: str = "", url: str = URL) -> Found:
    data = feed.encode() if isinstance(feed, str) else feed
    return read_found(read_feed(data, url=url, content_type=content_type, now=NOW))


def only(feed: str | bytes, **more: Any) -> Entry:
    [entry] = read(feed, **more).entries
    return entry


WORDPRESS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wfw="http://wellformedweb.org/CommentAPI/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
<channel><title>Harbour blog</title>
<atom:link href="https://herald.example/feed/" rel="self" type="application/rss+xml" />
<link>https://herald.example</link><description>News</description>
<lastBuildDate>Wed, 04 Mar 2026 09:31:00 +0000</lastBuildDate><language>en-GB</language>
<sy:updatePeriod>hourly</sy:updatePeriod><generator>https://wordpress.org/?v=6.5</generator>
<item><title>The ferry&#8217;s figures</title>
<link>https://herald.example/2026/03/ferry/?utm_source=rss&#038;utm_medium=rss</link>
<comments>https://herald.example/2026/03/ferry/#respond</comments>
<dc:creator><![CDATA[Jo Field]]></dc:creator><pubDate>Wed, 04 Mar 2026 09:30:00 +0000</pubDate>
<category><![CDATA[News]]></category><guid isPermaLink="false">https://herald.example/?p=7</guid>
<description><![CDATA[<p>The ferry carried &#8230; <a href="#">more</a></p>]]></description>
<content:encoded><![CDATA[<p>The ferry carried <b>41,000</b>.</p>
<p>The post <a href="https://herald.example">x</a> appeared first on Harbour blog.</p>]]></content:encoded>
<slash:comments>3</slash:comments></item></channel></rss>"""


def test_rss_of_wordpress() -> None:
    assert (read(WORDPRESS).title, read(WORDPRESS).language) == ("Harbour blog", "en-GB")
    entry = only(WORDPRESS)
    assert (entry.title, entry.byline) == ("The ferry’s figures", "Jo Field")
    assert entry.link == "https://herald.example/2026/03/ferry/"
    assert (entry.published_at, entry.guid) == ("2026-03-04T09:30:00+00:00", "https://herald.example/?p=7")
    assert entry.is_whole
    assert "<b>41,000</b>" in entry.html


def test_atom_with_xhtml_a_base_and_several_links() -> None:
    entry = only(
        """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://herald.example/a/"
        xml:lang="de"><title>Herald</title><id>urn:a</id><updated>2026-03-04T10:00:00Z</updated>
        <entry xml:base="b/"><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Käse &amp; <em>Brot</em>
        </div></title><link rel="self" href="self.atom"/><link rel="enclosure" href="a.mp3" type="audio/mpeg"/>
        <link rel="alternate" type="text/html" href="käse.html"/><id>urn:a:1</id>
        <author><name>Jo Field</name></author><author><name>Al Grey</name></author>
        <published>2026-03-03T23:00:00-02:00</published><updated>2026-03-04T10:00:00Z</updated>
        <summary>Kurz.</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
        <p>Ganzer <i>Text</i>.</p></div></content></entry></feed>"""
    )
    assert (entry.title, entry.link) == ("Käse & Brot", "https://herald.example/a/b/k%C3%A4se.html")
    assert (entry.published_at, entry.is_whole) == ("2026-03-04T01:00:00+00:00", True)
    assert "<p>Ganzer <i>Text</i>.</p>" in entry.html


def test_rdf_with_its_items_beside_the_channel() -> None:
    feed = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
    <channel rdf:about="https://herald.example/"><title>Herald</title><link>https://herald.example/</link>
    <dc:language>fr</dc:language></channel>{}</rdf:RDF>"""
    item = """<item rdf:about="https://herald.example/{0}"><title>One</title><link>/{0}</link>
    <description>Short.</description><dc:date>2026-03-04T10:00:00+01:00</dc:date><dc:creator>Jo</dc:creator></item>"""
    entry = only(feed.format(item.format(1)))
    assert (entry.link, entry.byline, entry.is_whole) == ("https://herald.example/1", "Jo", False)
    assert entry.published_at == "2026-03-04T09:00:00+00:00"
    assert read(feed.format(item.format(1))).language == "fr"
    assert len(read(feed.format("".join(item.format(number) for number in range(1200)))).entries) == 1000


def test_rss_of_the_first_days() -> None:
    entry = only(
        '<?xml version="1.0" encoding="ISO-8859-1"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"'
        ' "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>H</title>'
        "<language>en</language><item><title>Caf\xe9</title><link>http://herald.example/1</link></item></channel></rss>".encode(
            "latin-1"
        )
    )
    assert (entry.title, entry.link, entry.html) == ("Café", "http://herald.example/1", "")


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("windows-1251", "Паром перевёз"),
        ("gb18030", "渡轮载客四万"),
        ("shift_jis", "フェリー"),
        ("utf-16", "Fähre"),
    ],
)
@pytest.mark.parametrize("told_by", ["feed", "server"])
def test_feeds_in_many_encodings(encoding: str, words: str, told_by: str) -> None:
    said = f' encoding="{encoding}"' if told_by == "feed" else ""
    feed = (
        f'<?xml version="1.0"{said}?><rss version="2.0"><channel><title>{words}</title><item><title>{words}</title>'
        f"<link>https://herald.example/1</link><description>{words}</description></item></channel></rss>"
    )
    content_type = "application/xml" if told_by == "feed" else f"application/rss+xml; charset={encoding}"
    assert only(feed.encode(encoding), content_type=content_type).title == words


def test_a_link_is_relative_to_where_the_feed_stands() -> None:
    feed = "<rss version='2.0'><channel><title>H</title><item><title>A</title><link>{}</link></item></channel></rss>"
    for link, expected in (
        ("/a", "https://herald.example/a"),
        ("a?b=1", "https://herald.example/news/a?b=1"),
        ("//other.example/a", "https://other.example/a"),
        ("\n  https://herald.example/a\n  ", "https://herald.example/a"),
        ("../a b.html", "https://herald.example/a%20b.html"),
    ):
        assert only(feed.format(link)).link == expected


def test_an_id_that_is_an_address_stands_for_a_link_that_is_missing() -> None:
    feed = (
        "<rss version='2.0'><channel><title>H</title><item><title>A</title>"
        "<guid>https://herald.example/7</guid></item></channel></rss>"
    )
    assert only(feed).link == "https://herald.example/7"


def test_json_feed_of_today_and_of_before() -> None:
    item = {
        "id": "https://herald.example/1",
        "url": "https://herald.example/1",
        "external_url": "https://other.example/",
        "title": "Ferry",
        "content_html": "<p>Text.</p>",
        "summary": "Short.",
        "date_published": "2026-03-04T10:00:00.123-05:00",
        "authors": [{"name": "Jo Field"}, {"url": "https://a.example"}, {"name": "Al Grey"}],
        "attachments": [{"url": "https://a.example/a.mp3", "mime_type": "audio/mpeg"}],
    }
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "H", "language": "en-GB", "items": [item]}
    entry = only(b"\xef\xbb\xbf\n" + json.dumps(feed).encode())
    assert (entry.title, entry.byline, entry.is_whole) == ("Ferry", "Jo Field, Al Grey", True)
    assert entry.published_at == "2026-03-04T15:00:00.123000+00:00"
    old = {"id": 7, "content_text": "One <b>\n\nTwo", "author": {"name": "Jo"}}
    entry = only(
        json.dumps(feed | {"version": "https://jsonfeed.org/version/1", "items": [old, None, 3, {}]})
    )
    assert (entry.guid, entry.byline, entry.html) == ("7", "Jo", "<p>One &lt;b&gt;</p><p>Two</p>")


@pytest.mark.parametrize(
    "page",
    [
        "<!doctype html><html><head><title>Herald</title><link rel='alternate' type='application/rss+xml'"
        " href='/feed'></head><body><p>News</p></body></html>",
        '{"error": "not found"}',
        "Not found",
        "<?xml version='1.0'?><opml version='2.0'><body/></opml>",
        "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>",
    ],
)
def test_what_is_no_feed_is_said_to_be_none(page: str) -> None:
    with pytest.raises(ExtractionError) as refused:
        read(page, content_type="text/html")
    assert refused.value.code == "no_feed"


def test_a_feed_that_breaks_off_gives_the_entries_that_are_whole() -> None:
    whole = WORDPRESS.replace("</item></channel></rss>", "</item>")
    cut = f"{whole}<item><title>Second</title><link>https://herald.example/2</link><description>Half of it"
    assert [entry.title for entry in read(cut).entries][:1] == ["The ferry’s figures"]
