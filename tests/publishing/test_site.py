"""The public site: files made from frozen payloads, whole at every moment."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from articles.models import Article, Claim, Claimant
from factcheck.accounts.models import User
from publishing import site as building, sitemap
from publishing.models import Edition, Publication, Summary
from reviews.actions import add_passage
from reviews.models import Evidence, Rating, Review, Source
from tests import factories as make
from tests.cast import person
from tests.publishing.conftest import Site
from tests.source import ROOT


@pytest.mark.django_db
def test_a_publication_is_on_its_page_the_home_page_the_summary_and_in_the_feed(site: Site) -> None:
    publication = make.published(slug="ferry")
    summary = Summary.objects.get()
    assert set(site.files()) == {
        "checks/ferry/index.html",
        "checks/ferry/v/1/index.html",
        "checks/ferry.json",
        f"summaries/{summary.slug}/index.html",
        "index.html",
        "feed.atom",
        "404.html",
        "robots.txt",
        "sitemap.xml",
        "sitemaps/home.xml",
        f"sitemaps/checks-{publication.pk // sitemap.IN_A_PART}.xml",
        f"sitemaps/summaries-{summary.pk // sitemap.IN_A_PART}.xml",
    }
    pages = {name: text for name, text in site.files().items() if "sitemap" not in name}
    for name in ("404.html", "robots.txt"):
        del pages[name]
    for name, text in pages.items():
        assert make.QUOTE in text, name
        assert "Mostly false" in text, name
    payload = publication.edition.payload
    data = site.data("ferry")
    assert {name: data[name] for name in payload} == payload
    assert data["digest"] == publication.edition.digest


@pytest.mark.django_db
def test_a_summary_has_its_checks_in_the_order_of_the_text(site: Site) -> None:
    article = make.imported_article()
    words = [make.QUOTES[number] for number in (2, 0, 3)]
    for number, (quote, slug) in enumerate(zip(words, ("true", "false", "unproven"), strict=True)):
        make.published(make.approved(article=article, quote=quote, slug=slug), slug=f"check-{number}")
    text = site.text(f"summaries/{Summary.objects.get().slug}/index.html")
    places = [text.index(f"/checks/check-{number}/") for number in (1, 0, 2)]
    assert places == sorted(places)


@pytest.mark.django_db
def test_a_passage_added_since_is_on_no_page_before_it_is_signed_off(site: Site) -> None:
    article = make.imported_article(text="The ferry carried fewer people. Another text.")
    make.published(make.approved(article=article, quote="Another text."), slug="other")
    publication = make.published(slug="ferry")
    revision = make.newest_revision(article)
    add_passage(
        publication.review.claim,
        actor=person("Ada"),
        revision=revision,
        **make.place_of("The ferry carried fewer people.", revision),
    )
    building.build_shared(Summary.objects.all())
    text = site.text(f"summaries/{Summary.objects.get(article=article).slug}/index.html")
    assert "/checks/other/" in text
    assert "/checks/ferry/" not in text


@pytest.mark.django_db
def test_pages_made_again_are_the_same_to_the_byte(site: Site) -> None:
    publication = make.published()
    before = site.files()
    building.build_for(publication)
    assert site.files() == before


@pytest.mark.django_db
def test_what_changes_at_the_desk_changes_no_page_of_a_check(site: Site) -> None:
    review = make.flagged(claimant="Ilse Maar", said_on=date(2025, 3, 3), topics=["Ferries"])
    make.add_evidence(review)
    make.add_evidence(make.review_of(review))
    publication = make.published(make.sign_off(make.submit(make.draft(review))), slug="ferry")
    before = {name: text for name, text in site.files().items() if name.startswith("checks/")}

    Claim.objects.update(statement="Another statement", said_where="elsewhere")
    Claimant.objects.update(name="Another name")
    Article.objects.update(title="Another title")
    Review.objects.update(summary="Another summary", explanation="Another explanation")
    Source.objects.update(title="Another source", url="https://another.example/")
    Evidence.objects.update(quote="Another quote", stance="supports")
    Rating.objects.update(word="Another word", value=None)
    User.objects.update(name="Another person")

    building.build_for(Publication.objects.get(pk=publication.pk))
    after = {name: text for name, text in site.files().items() if name.startswith("checks/")}
    assert after == before


@pytest.mark.case("D12")
@pytest.mark.django_db
def test_pages_that_went_missing_are_put_back_as_they_were(site: Site) -> None:
    for slug in ("ferry", "quay"):
        make.published(slug=slug)
    before = site.files()
    assert building.repair() == 0
    for name in ("checks/ferry/index.html", "index.html"):
        (site.root / name).unlink()
    assert building.repair() == 2
    assert site.files() == before


Fault = Callable[[Path], object]
FAULTS: dict[str, Fault] = {
    "missing": Path.unlink,
    "cut short": lambda file: os.truncate(file, file.stat().st_size // 2),
    "empty": lambda file: os.truncate(file, 0),
}


@pytest.mark.case("D12")
@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS)
def test_every_kind_of_file_is_mended_and_no_other_is_touched(fault: str, site: Site) -> None:
    publication = make.published(slug="ferry")
    make.carry_out(make.requested(make.second_verdict(publication.review), note="A new table."))
    make.published(slug="quay")
    before = site.files()
    summary = Summary.objects.get(article=make.passage_of(publication.review.claim).revision.article)
    for name in (
        "checks/ferry/index.html",
        "checks/ferry/v/1/index.html",
        "checks/ferry/v/2/index.html",
        "checks/ferry.json",
        f"summaries/{summary.slug}/index.html",
        "index.html",
        "feed.atom",
        ".made/checks/ferry.json",
        f".made/summaries/{summary.slug}.json",
        ".made/shared.json",
        "404.html",
        "robots.txt",
        "sitemap.xml",
        "sitemaps/home.xml",
        f"sitemaps/checks-{publication.pk // sitemap.IN_A_PART}.xml",
        f"sitemaps/summaries-{summary.pk // sitemap.IN_A_PART}.xml",
    ):
        untouched = (site.root / "checks/quay/index.html").stat().st_ino
        FAULTS[fault](site.root / name)
        assert building.repair() == 1, name
        assert site.files() == before
        assert building.repair() == 0, name
        assert (site.root / "checks/quay/index.html").stat().st_ino == untouched


@pytest.mark.case("D12")
@pytest.mark.django_db
def test_pages_older_than_the_edition_that_stands_are_made_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = make.published(slug="ferry")
    release = make.requested(make.second_verdict(publication.review), note="A new table.")
    with monkeypatch.context() as patch:
        patch.setattr("publishing.actions.build_for", lambda _publication: None)
        make.carry_out(release)
    old = site.files()
    assert "39,100" not in old["checks/ferry/index.html"]
    assert building.repair() == 4  # its own page, its article's, the ones that all share, the sitemap
    for name in ("checks/ferry/index.html", "checks/ferry.json", "checks/ferry/v/2/index.html"):
        assert "39,100" in site.text(name)
    assert building.repair() == 0


@pytest.mark.django_db
def test_looking_for_what_is_wrong_costs_the_same_however_much_is_published(
    site: Site, django_assert_num_queries: Any
) -> None:
    for _ in range(2):
        make.published()
        with django_assert_num_queries(10):
            assert building.repair() == 0


@pytest.mark.django_db
def test_an_edition_says_what_it_froze(site: Site) -> None:
    edition = make.published().edition
    assert edition.compute_digest() == Edition.objects.get().digest
    edition.payload["summary"] += " "
    assert edition.compute_digest() != edition.digest


# --- Files ---------------------------------------------------------------------------------------


def test_a_reader_sees_the_old_page_or_the_new_one(site: Site) -> None:
    old, new = "old " * 50_000, "new " * 60_000
    building.put("page/index.html", old)
    seen, over = set(), threading.Event()

    def read() -> None:
        while not over.is_set():
            seen.add(site.text("page/index.html"))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(60):
        building.put("page/index.html", old if number % 2 else new)
    over.set()
    reader.join()
    assert seen <= {old, new}
    assert [place.name for place in (site.root / "page").iterdir()] == ["index.html"]


def test_a_disk_that_is_full_leaves_the_old_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    building.put("page/index.html", "old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        building.put("page/index.html", "new")
    assert site.text("page/index.html") == "old"
    assert [place.name for place in (site.root / "page").iterdir()] == ["index.html"]


_KILLED_AT = """
import os, pathlib, signal, sys, django
django.setup()
from publishing import site
for number, moment in enumerate(["os.fsync", "os.fchmod", "pathlib.Path.replace"]):
    child = os.fork()
    if child == 0:
        place, _, name = moment.rpartition(".")
        owner = pathlib.Path if place == "pathlib.Path" else os
        setattr(owner, name, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        site.put(f"{number}/index.html", "new" * 10_000)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.case("F1", "F13")
def test_a_kill_while_a_page_is_written_leaves_the_old_one_whole(site: Site) -> None:
    for number in range(3):
        building.put(f"{number}/index.html", "old")
    variables = {"CHECKDESK_SITE_DIR": str(site.root), "DJANGO_SETTINGS_MODULE": "factcheck.settings"}
    command = [sys.executable, "-c", _KILLED_AT]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(-signal.SIGKILL.value)] * 3
    for number in range(3):
        assert site.text(f"{number}/index.html") == "old"
        building.put(f"{number}/index.html", "new")
        assert site.text(f"{number}/index.html") == "new"


def test_what_the_proxy_reads_is_readable_for_it(site: Site) -> None:
    building.put("page/index.html", "text")
    assert (site.root / "page/index.html").stat().st_mode & 0o777 == 0o644


# --- Served without anything else ----------------------------------------------------------------

# No `db` here: pytest-django refuses every query of these tests.


@pytest.fixture
def some_pages(site: Site) -> Site:
    for name in (
        "index.html",
        "feed.atom",
        "robots.txt",
        "sitemap.xml",
        "sitemaps/checks-0.xml",
        "checks/ferry/index.html",
        "checks/ferry.json",
    ):
        building.put(name, f"<p>{name}</p>")
    return site


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"),
        ("/feed.atom", "application/atom+xml"),
        ("/checks/ferry/", "text/html"),
        ("/checks/ferry.json", "application/json"),
        ("/robots.txt", "text/plain"),
        ("/sitemap.xml", "application/xml"),
        ("/sitemaps/checks-0.xml", "application/xml"),
    ],
)
def test_readers_are_served_without_database(path: str, kind: str, some_pages: Site) -> None:
    response = Client().get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith(kind)
    assert response.headers["Cache-Control"].startswith("public")
    assert not response.cookies
    again = Client().get(path, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/checks/none/",
        "/checks/ferry/v/9/",
        "/checks/..%2f..%2fsecret/",
        "/checks/%2e%2e/",
        "/checks/.hidden/",
        "/summaries/../index.html",
        "/checks/ferry%00/",
        f"/checks/{'x' * 3000}/",
    ],
)
def test_nothing_beside_the_site_is_served(path: str, some_pages: Site) -> None:
    (some_pages.root.parent / "secret").mkdir()
    (some_pages.root.parent / "secret/index.html").write_text("secret")
    (some_pages.root / "checks/.hidden").mkdir()
    (some_pages.root / "checks/.hidden/index.html").write_text("secret")
    response = Client().get(path)
    assert response.status_code in {400, 404}
    assert b"secret</" not in response.content


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_the_public_site_is_read_only(method: str, some_pages: Site) -> None:
    assert getattr(Client(), method)("/checks/ferry/").status_code == 405


@pytest.mark.parametrize("path", ["/checks/none/", "/summaries/none/", "/nothing/here", "/404.html"])
def test_a_reader_who_is_lost_is_led_to_the_fact_checks(path: str, some_pages: Site) -> None:
    answer = Client().get(path)
    html = answer.content.decode()
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
    assert '<a class="btn" href="/">See the list of fact-checks</a>' in html
    assert "/desk/" not in html
    assert "public.css" in html


def test_the_desk_keeps_its_own_page_for_what_is_not_there(some_pages: Site) -> None:
    html = Client().get("/desk/nothing/").content.decode()
    assert "Go to my desk" in html


def test_every_page_has_the_mark_of_the_house(some_pages: Site) -> None:
    assert Client().get("/favicon.ico").headers["Location"] == "/static/checkdesk/icon.svg"
    for path in ("/nothing/", "/desk/nothing/", "/accounts/login/"):
        html = Client().get(path).content.decode()
        [href] = re.findall(r'<link rel="icon" href="([^"]+)" type="image/svg\+xml">', html)
        assert re.fullmatch(r"/static/checkdesk/icon(\.[0-9a-f]+)?\.svg", href), path
