"""What machines read: the feed and the ClaimReview, whatever stands in the words (SECURITY, X7 to X9)."""

from __future__ import annotations

import json
from datetime import date
from html import unescape
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest

from articles.models import Claim
from publishing import feeds, pages
from publishing.claimreview import claim_review
from publishing.models import Summary
from reviews.models import Evidence, Rating
from tests import factories as make
from tests.publishing.conftest import Site

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!-- <script>",
    "a line\u2028and a paragraph\u2029separator",
    "quotes \" ' ` and \\ and a\ttab",
    "]]> & &amp; &lt;b&gt;",
    "„Fähre“ 🚢 失业率 שלום \u202e reversed",
]

NOT_XML = ["\x00", "\x0b", "\x1f", "\ufffe", "\uffff", "\ud800", "\udfff"]


def _payload(**fields: Any) -> dict[str, Any]:
    """The payload of an edition in which nothing is empty."""
    review = make.flagged(claimant="Ilse Maar", said_on=date(2025, 3, 3), topics=["Ferries"])
    make.add_evidence(review)
    make.add_evidence(make.review_of(review))
    make.draft(review)
    payload: dict[str, Any] = make.published(make.sign_off(make.submit(review))).edition.payload
    payload["claimant"] |= {"job_title": "Director", "same_as": "https://harbour.example/maar"}
    place = payload["appearances"][0] | {
        "url": "https://paper.example/ferry",
        "outlet": "The Paper",
        "published_at": "2025-03-04T08:00:00+00:00",
    }
    payload["appearances"] = [place, place | {"url": "https://other.example/ferry"}]
    return payload | fields


# --- The feed ------------------------------------------------------------------------------------


@pytest.mark.case("X8")
@pytest.mark.parametrize("words", HOSTILE)
def test_a_feed_reader_gets_the_very_words(words: str, site: Site) -> None:
    payload = _payload(statement=words, summary=words)
    document = feeds.atom([payload])
    [entry] = ET.fromstring(document).findall(f"{ATOM}entry")
    title, summary = entry.find(f"{ATOM}title"), entry.find(f"{ATOM}summary")
    assert title is not None
    assert summary is not None
    assert title.text == f"Mostly false: {words}"
    assert summary.text == words
    [read] = feedparser.parse(document.encode()).entries
    assert read.link == payload["url"]


@pytest.mark.case("X9")
@pytest.mark.parametrize("character", NOT_XML, ids=ascii)
@pytest.mark.parametrize("field", ["statement", "summary", "desk_name", "topics", "word"])
def test_one_bad_character_does_not_take_the_feed_away(field: str, character: str, site: Site) -> None:
    words = f"before{character}after"
    bad = _payload()
    match field:
        case "topics":
            bad["topics"] = [{"name": words, "slug": "words"}]
        case "word":
            bad["rating"] = bad["rating"] | {"word": words}
        case _:
            bad[field] = words
    good = bad | {"statement": "A good one", "topics": [], "desk_name": "Desk", "summary": "Fine."}
    document = feeds.atom([bad, good | {"rating": {"word": "True"}}])
    entries = ET.fromstring(document.encode()).findall(f"{ATOM}entry")
    assert len(entries) == 2
    assert "before�after" in document
    assert len(feedparser.parse(document.encode()).entries) == 2


def test_the_desks_own_name_cannot_break_the_feed(settings: Any) -> None:
    settings.DESK_NAME = "Desk \x0b & <Co>"
    assert ET.fromstring(feeds.atom([])).tag == f"{ATOM}feed"


def test_the_feed_has_the_newest_first_and_ends_somewhere(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "IN_FEED", 2)
    for slug in ("one", "two", "three"):
        make.published(slug=slug)
    read = feedparser.parse(site.text("feed.atom").encode())
    assert [entry.link.rsplit("/", 2)[1] for entry in read.entries] == ["three", "two"]
    assert read.bozo == 0


def test_an_updated_check_is_the_same_entry_with_a_later_date(site: Site) -> None:
    payload = _payload(
        published_at="2026-01-02T00:00:00+00:00", first_published_at="2026-01-01T00:00:00+00:00"
    )
    [entry] = feedparser.parse(feeds.atom([payload]).encode()).entries
    assert entry.id == payload["url"]
    assert (entry.published[:10], entry.updated[:10]) == ("2026-01-01", "2026-01-02")


# --- ClaimReview ---------------------------------------------------------------------------------


def test_the_claim_review_has_what_schema_org_asks_for(site: Site) -> None:
    payload = _payload()
    found = claim_review(payload)
    assert found["@type"] == "ClaimReview"
    assert found["claimReviewed"] == payload["statement"]
    assert found["reviewRating"] == {
        "@type": "Rating",
        "alternateName": "Mostly false",
        "ratingValue": 2,
        "bestRating": 5,
        "worstRating": 1,
    }
    assert found["url"] == payload["url"] == found["@id"].removesuffix("#claimreview")
    assert found["author"] == {
        "@type": "Organization",
        "name": payload["desk_name"],
        "url": payload["origin"],
    }
    claim = found["itemReviewed"]
    assert claim["author"] == {
        "@type": "Person",
        "name": "Ilse Maar",
        "jobTitle": "Director",
        "sameAs": "https://harbour.example/maar",
    }
    assert claim["datePublished"] == "2025-03-03"
    assert claim["firstAppearance"]["url"] == "https://paper.example/ferry"
    assert [place["url"] for place in claim["appearance"]] == ["https://other.example/ferry"]
    assert found["inLanguage"] == "en"


@pytest.mark.parametrize("slug", ["misleading", "missing-context", "unproven", "not-checkable"])
def test_a_rating_off_the_scale_has_words_and_no_number(slug: str, site: Site) -> None:
    publication = make.published(make.approved(slug=slug))
    found = claim_review(publication.edition.payload)["reviewRating"]
    assert set(found) == {"@type", "alternateName"}
    assert found["alternateName"] == Rating.objects.get(slug=slug).word


def test_a_claim_of_nobody_has_no_author(site: Site) -> None:
    payload = make.published().edition.payload
    assert "author" not in claim_review(payload)["itemReviewed"]
    assert "firstAppearance" not in claim_review(payload)["itemReviewed"]


def test_one_claim_review_on_a_check_and_none_elsewhere(site: Site) -> None:
    make.published(slug="ferry")
    blocks = {name: site.jsonld(text) for name, text in site.files().items() if name.endswith(".html")}
    [found] = blocks.pop("checks/ferry/index.html")
    assert found == site.data("ferry")["claim_review"]
    assert not any(blocks.values())


def _filled(value: Any, words: str) -> Any:
    """The same JSON with the words in the place of each text that people write."""
    match value:
        case dict():
            return {key: _filled(inner, words) for key, inner in value.items()}
        case list():
            return [_filled(inner, words) for inner in value]
        case str() if not value.startswith(("http", "20")):
            return words
    return value


@pytest.mark.case("X7")
@pytest.mark.parametrize("words", HOSTILE)
def test_no_words_break_out_of_the_json(words: str, site: Site) -> None:
    edition = make.published(slug="ferry").edition
    kept = {name: edition.payload[name] for name in ("slug", "explanation_html", "kind")}
    rating = _filled(edition.payload["rating"], words) | {"slug": "false"}
    edition.payload = _filled(_payload(), words) | kept | {"rating": rating}
    html = pages.check(edition, [edition], {}, {})
    [found] = site.jsonld(html)
    assert found == claim_review(edition.payload)
    assert found["claimReviewed"] == words
    assert found["itemReviewed"]["author"]["name"] == words
    assert "<script>alert" not in html
    assert html.count("</script>") == html.count("<script")
    data = json.loads(pages.check_json(edition))
    assert data["statement"] == words


@pytest.mark.case("X7", "X8")
@pytest.mark.parametrize("words", [words for words in HOSTILE if "\t" not in words])
def test_hostile_words_go_all_the_way_to_every_page(words: str, site: Site) -> None:
    review = make.flagged(statement=words, claimant=words, said_where=words[:100], topics=[words[:40]])
    for stance in Evidence.Stance:
        source = make.a_source(title=words, author=words, publisher=words)
        make.add_evidence(make.review_of(review), source=source, quote=words, note=words, stance=stance)
    make.draft(review, rating=make.rating(), summary=words, explanation=f"{words} [1]\n\n{words}")
    make.published(make.sign_off(make.submit(review)), slug="ferry")
    said = " ".join(words.split())
    assert site.data("ferry")["statement"] == said
    [found] = site.jsonld(site.check("ferry"))
    assert found["claimReviewed"] == said
    for name, text in site.files().items():
        if name.endswith(".html"):
            assert "<script>alert" not in text, name
    ET.fromstring(site.text("feed.atom"))


# --- Whose words they are ------------------------------------------------------------------------


@pytest.mark.parametrize(("statement", "is_said"), [(make.QUOTE, True), ("In the desk’s own words.", False)])
def test_only_the_articles_very_words_stand_in_quotation_marks(
    statement: str, is_said: bool, site: Site
) -> None:
    review = make.flagged()
    Claim.objects.filter(pk=review.claim_id).update(statement=statement)
    make.add_evidence(make.review_of(review))
    make.add_evidence(make.review_of(review))
    make.published(make.sign_off(make.submit(make.draft(make.review_of(review)))), slug="ferry")
    [summary] = Summary.objects.all()
    for page in ("index.html", "checks/ferry/index.html", "checks/ferry/v/1/index.html"):
        html = unescape(site.text(page))
        assert (f"“{statement}”" in html) is is_said, page
        assert statement in html
    html = unescape(site.text(f"summaries/{summary.slug}/index.html"))
    assert f"“{make.QUOTE}”" in html
    assert ("Checked as:" in html) is not is_said
    [found] = site.jsonld(site.check("ferry"))
    assert found["claimReviewed"] == statement
