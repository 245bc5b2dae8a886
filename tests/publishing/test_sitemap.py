"""What search engines are told of the public site."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client

from publishing import site as building, sitemap
from publishing.models import Publication, Summary
from tests import factories as make
from tests.publishing.conftest import Site

pytestmark = pytest.mark.django_db

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def _locations(text: str) -> dict[str, str | None]:
    """Each address with its `lastmod`."""
    return {
        str(entry.findtext(f"{SPACE}loc")): entry.findtext(f"{SPACE}lastmod")
        for entry in ET.fromstring(text.encode())
    }


def _listed(site: Site) -> dict[str, str | None]:
    """Every page that a robot finds which begins with the index."""
    found: dict[str, str | None] = {}
    for address in _locations(site.text("sitemap.xml")):
        found |= _locations(site.text(address.removeprefix(f"{settings.PUBLIC_ORIGIN}/")))
    return found


def test_robots_may_read_what_is_public_and_find_the_sitemap(site: Site) -> None:
    robots = RobotFileParser()
    robots.parse(b"".join(Client().get("/robots.txt")).decode().splitlines())  # type: ignore[arg-type]
    for path in ("/desk/", "/desk/queue/", "/api/v1/claims/", "/accounts/login/"):
        assert not robots.can_fetch("Googlebot", f"{settings.PUBLIC_ORIGIN}{path}"), path
    for path in ("/", "/checks/ferry/", "/summaries/ferry/", "/feed.atom", "/static/checkdesk/public.css"):
        assert robots.can_fetch("Googlebot", f"{settings.PUBLIC_ORIGIN}{path}"), path
    assert robots.site_maps() == [f"{settings.PUBLIC_ORIGIN}/sitemap.xml"]


def test_before_anything_is_published_the_home_page_is_listed(site: Site) -> None:
    assert Client().get("/sitemap.xml").status_code == 200
    assert _listed(site) == {f"{settings.PUBLIC_ORIGIN}/": None}


def test_home_page_checks_and_articles_are_listed_with_when_they_changed(site: Site) -> None:
    first = make.published(slug="ferry")
    second = make.published(slug="fähre-und-kai")
    make.carry_out(make.requested(make.second_verdict(first.review), note="A new table."))
    make.requested(slug="not-yet")
    listed = {address: datetime.fromisoformat(when or "") for address, when in _listed(site).items()}

    def changed(publication: Publication) -> datetime:
        edition = Publication.objects.get(pk=publication.pk).edition
        assert edition is not None
        return edition.published_at

    def summary(publication: Publication) -> str:
        article = make.passage_of(publication.review.claim).revision.article
        return Summary.objects.get(article=article).path

    origin = settings.PUBLIC_ORIGIN
    assert listed == {
        f"{origin}/": changed(first),
        f"{origin}/checks/ferry/": changed(first),
        f"{origin}/checks/f%C3%A4hre-und-kai/": changed(second),
        f"{origin}{summary(first)}": changed(first),
        f"{origin}{summary(second)}": changed(second),
    }
    assert changed(first) >= changed(second)


def test_a_publication_makes_its_own_parts_again_and_no_other(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "IN_A_PART", 1)
    for slug in ("one", "two", "three"):
        make.published(slug=slug)
    assert len(list((site.root / "sitemaps").iterdir())) == 7
    assert len(_listed(site)) == 7
    before = {file: file.stat().st_ino for file in (site.root / "sitemaps").iterdir()}
    third = Publication.objects.get(slug="three")
    make.carry_out(make.requested(make.second_verdict(third.review), note="A new table."))
    touched = {file.name.partition("-")[0] for file, inode in before.items() if file.stat().st_ino != inode}
    assert touched <= {"home.xml", "checks", "summaries"}
    assert sum(file.stat().st_ino != inode for file, inode in before.items()) <= 3


def test_a_part_costs_the_same_however_much_is_published(
    site: Site, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(sitemap, "IN_A_PART", 1)
    for slug in ("one", "two"):
        part = sitemap.part_of(make.published(slug=slug))
        with django_assert_num_queries(1):
            assert slug in sitemap.part(*part)[1]


def test_what_went_missing_is_put_back(site: Site) -> None:
    make.published(slug="ferry")
    before = site.files()
    assert building.repair() == 0
    for file in (site.root / "sitemaps").iterdir():
        file.unlink()
    assert building.repair() == 1
    assert site.files() == before


def test_a_part_in_which_nothing_is_any_more_is_taken_away(site: Site) -> None:
    make.published(slug="ferry")
    before = site.files()
    building.put("sitemaps/checks-99.xml", "<urlset/>")
    building.put(sitemap.INDEX, sitemap.index(["sitemaps/checks-99.xml"]))
    assert building.repair() == 1
    assert site.files() == before
