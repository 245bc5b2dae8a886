"""However many workers and clicks there are at once: one release, one edition, the right pages."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from articles.actions import add_article, carry_out_import, request_import
from articles.models import Article, Import, Revision
from factcheck.accounts.models import User
from factcheck.audit import verify
from factcheck.audit.models import Event
from factcheck.jobs.runner import perform
from publishing.actions import carry_out_release, publish
from publishing.models import Edition, Publication, Release, Summary
from tests import factories as make
from tests.publishing.conftest import Site, site  # noqa: F401  (a fixture)
from tests.races.threads import at_once, rounds, winners

pytestmark = pytest.mark.django_db(transaction=True)


def _work(release: Release) -> None:
    perform(Release, release.pk, carry_out_release)


@pytest.mark.case("R4")
def test_twenty_clicks_on_publish_are_one_wish(dov: User) -> None:
    review = make.approved()
    clicks = [partial(publish, make.review_of(review), actor=dov) for _ in range(20)]
    outcomes = at_once(*clicks)
    assert len(winners(outcomes)) == 20
    assert len({release.pk for release in outcomes}) == 1
    assert Release.objects.count() == Publication.objects.count() == 1
    assert Event.objects.filter(action="publication.requested").count() == 1


@pytest.mark.case("R4")
def test_workers_that_are_told_of_one_release_make_one_edition(site: Site) -> None:  # noqa: F811
    for _ in range(5):
        release = make.requested()
        at_once(*(partial(_work, release) for _ in range(6)))
        release.refresh_from_db()
        assert (release.status, release.attempts) == ("done", 1)
        assert Edition.objects.filter(publication=release.publication).count() == 1
        assert site.check(release.publication.slug)
    assert list(verify.faults()) == []


@pytest.mark.case("R4")
def test_two_workers_that_both_hold_the_release_make_one_edition(site: Site) -> None:  # noqa: F811
    """One of them has lost its lease and does not know it yet."""
    for _ in range(5):
        release = make.requested()
        Release.objects.filter(pk=release.pk).update(status="running", attempts=2)
        holders = []
        for attempt in (1, 2):
            mine = Release.objects.get(pk=release.pk)
            mine.attempts = attempt
            holders.append(partial(carry_out_release, mine))
        at_once(*holders)
        assert Edition.objects.filter(publication=release.publication).count() == 1
        assert (
            Event.objects.filter(
                action="publication.published", object_id=str(release.publication_id)
            ).count()
            == 1
        )


@pytest.mark.case("R10")
def test_many_claims_in_the_same_words_get_as_many_addresses(dov: User) -> None:
    article = make.imported_article()
    reviews = [make.approved(article=article) for _ in range(16)]
    outcomes = at_once(*(partial(publish, review, actor=dov) for review in reviews))
    assert len(winners(outcomes)) == 16
    slugs = list(Publication.objects.values_list("slug", flat=True))
    assert len(set(slugs)) == len(slugs) == 16


def test_of_two_who_want_the_same_address_one_gets_it(dov: User) -> None:
    reviews = [make.approved(), make.approved()]
    outcomes = at_once(*(partial(publish, review, actor=dov, slug="ferry") for review in reviews))
    assert sum(isinstance(outcome, Release) for outcome in outcomes) == 1
    [refused] = [outcome for outcome in outcomes if not isinstance(outcome, Release)]
    assert refused.members["errors"][0]["code"] == "taken"


def test_what_two_workers_publish_at_once_is_on_every_shared_page(site: Site, dov: User) -> None:  # noqa: F811
    for turn in range(6):
        article = make.imported_article()
        releases = [
            make.requested(make.approved(article=article, quote=quote), slug=f"check-{turn}-{number}")
            for number, quote in enumerate(make.QUOTES[:3])
        ]
        at_once(*(partial(_work, release) for release in releases))
        summary = Summary.objects.get(article=article)
        for page in ("index.html", "feed.atom", f"summaries/{summary.slug}/index.html"):
            text = site.text(page)
            for number in range(3):
                assert f"check-{turn}-{number}" in text, page


# --- Imports -------------------------------------------------------------------------------------


@pytest.mark.case("P20")
def test_the_same_text_imported_at_once_is_one_article(ada: User, ben: User) -> None:
    contests: list[Any] = []
    for number in range(10):
        jobs = [request_import(actor=who, text=f"{make.TEXT}Number {number}.\n") for who in (ada, ben)]
        contests.append([partial(perform, Import, job.pk, carry_out_import) for job in jobs])
    rounds(contests)
    assert set(Import.objects.values_list("status", "error_detail")) == {("done", "")}
    assert Article.objects.count() == Revision.objects.count() == 10
    for article in Article.objects.all():
        assert sorted(article.imports.values_list("was_known", flat=True)) == [False, True]
    assert list(verify.faults()) == []


@pytest.mark.case("P20")
def test_the_same_text_handed_in_at_once_is_one_article(ada: User) -> None:
    outcomes = at_once(*(partial(add_article, actor=ada, text=make.TEXT, given={}) for _ in range(3)))
    assert len(winners(outcomes)) == 3
    assert len({article.pk for article, _known in outcomes}) == 1
    assert sum(not known for _article, known in outcomes) == 1
