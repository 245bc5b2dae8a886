"""The chain from import to publication, each step made through the actions that the doors call.

`submitted()` is a review that awaits sign-off, `published()` a publication with an edition; each
builds what comes before it. By default Ada writes, Cleo signs off, Dov publishes. Every article has
a text of its own, so that a test may make as many as it likes. What several tests begin with is made
once (`tests.kept`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import count
from typing import Any
from unittest import mock

from articles import cage
from articles.actions import add_article, add_feed, revise
from articles.extraction import Extracted, Known, from_text
from articles.feeds.models import Feed
from articles.models import Article, Claim, Passage, Placement, Revision
from factcheck.accounts.models import User
from factcheck.jobs.runner import perform
from publishing.actions import carry_out_release, publish
from publishing.models import Publication, Release
from publishing.webhooks.actions import add_endpoint
from publishing.webhooks.kinds import Kind
from publishing.webhooks.models import Endpoint
from reviews import actions
from reviews.models import Evidence, Rating, Review, Source, Verdict
from tests.cast import person
from tests.kept import kept

_numbers = count(1)

TEXT = """\
The night ferry to Vell Island carried 41,000 passengers last year, the harbour board said on Monday.
That is twice as many as in 2019, when the old boat still sailed.
“No other crossing on this coast is cheaper,” said its director, Ilse Maar.
A single ticket costs 9 crowns. The board wants to add a second boat in spring.
"""

QUOTE = "The night ferry to Vell Island carried 41,000 passengers last year"
QUOTES = (
    QUOTE,
    "That is twice as many as in 2019",
    "No other crossing on this coast is cheaper",
    "A single ticket costs 9 crowns.",
    "The board wants to add a second boat in spring.",
)

SUMMARY = "The board's own table shows 38,900 passengers, not 41,000."
EXPLANATION = "The yearly table counts 38,900 tickets [1]. The board counts crew as well [2]."


@kept
def imported_article(*, text: str = "", by: User | None = None, **given: str) -> Article:
    """An article on the desk, by default with a text that no other has."""
    number = next(_numbers)
    given.setdefault("title", f"Night ferry breaks its record ({number})")
    given.setdefault("language", "en")
    text = text or f"{TEXT}Notice {number} of the harbour board, printed for the tests.\n"
    with _read_here():
        article, _known = add_article(actor=by or person("Ada"), text=text, given=given)
    return article


@contextmanager
def _read_here() -> Iterator[None]:
    """Have text read in this process, in a tenth of the time that the cage needs to fork twice.

    What comes through a door in a test goes through the cage, as ever.
    """

    def read(text: str, *, known: Known, url: str | None = None) -> Extracted:
        facts = asdict(known) | {"language": known.language or "en"}  # telling it takes a model of 100 MB
        return from_text(text, url=url, now=datetime.now(UTC), **facts)

    with mock.patch.object(cage, "from_text", read):
        yield


@kept
def feed(**facts: Any) -> Feed:
    """A feed that the desk reads, by default one that no other test has."""
    facts.setdefault("url", f"https://herald.example/feeds/{next(_numbers)}")
    return add_feed(actor=person("Max"), **facts)


def endpoint(*, url: str = "", kinds: Collection[str] = tuple(Kind.values)) -> Endpoint:
    """A program that is told what happens, by default all of it, at an address that no other test has."""
    url = url or f"https://partner.example/hooks/{next(_numbers)}"
    return add_endpoint(actor=person("Max"), url=url, kinds=kinds)[0]


def newest_revision(article: Article) -> Revision:
    return article.revisions.order_by("-number")[0]


@kept
def revised(article: Article, *edits: tuple[str, str], by: User | None = None) -> Revision:
    """The article with other words in it, each `(old, new)`; and what became of its passages."""
    text = newest_revision(article).text
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    with _read_here():
        revision, made = revise(article, actor=by or person("Ada"), text=text.replace("\n", "\n\n"))
    assert made
    return revision


OTHER_FIGURE = ("41,000", "38,900")


@kept
def waiting_placement(claim: Claim | None = None) -> Placement:
    """A passage in whose newest text another figure stands, which nobody has looked at yet."""
    claim = claim or flagged_claim()
    revised(passage_of(claim).revision.article, OTHER_FIGURE)
    return placement_of(claim)


def placement_of(claim: Claim) -> Placement:
    """What became of the claim's passage in the newest text."""
    found = Placement.objects.filter(passage__claim=claim).order_by("-revision__number", "-pk")
    return found.select_related("passage__claim__review", "revision", "result", "decided_by")[0]


@kept
def decided_placement() -> Placement:
    """A passage of which Ada said that the outlet removed it."""
    return actions.decide_placement(waiting_placement(), actor=person("Ada"), decision="removed")


def place_of(quote: str, revision: Revision) -> dict[str, int]:
    """Where the words stand in the revision, as `start` and `end`."""
    start = revision.text.index(quote)
    return {"start": start, "end": start + len(quote)}


@kept
def flagged_claim(
    *, article: Article | None = None, quote: str = QUOTE, by: User | None = None, **fields: Any
) -> Claim:
    """A claim with its passage and its review, which nobody has taken yet."""
    by = by or person("Ada")
    revision = newest_revision(article or imported_article(by=by))
    return actions.flag_claim(actor=by, revision=revision, **place_of(quote, revision), **fields)


@kept
def flagged(**fields: Any) -> Review:
    """The review of a claim that was just flagged."""
    return review_of(flagged_claim(**fields))


def review_of(claim: Claim | Review) -> Review:
    """The review, read afresh with what the doors read: claim, rating, verdict, assignee."""
    pk = claim.pk if isinstance(claim, Review) else claim.review.pk
    return Review.objects.select_related(
        "claim__claimant", "rating", "verdict__rating", "assignee", "saved_by"
    ).get(pk=pk)


def a_source(**fields: Any) -> dict[str, Any]:
    """A source as `add_evidence` takes it, with an address that no other has."""
    number = next(_numbers)
    return {
        "title": f"Passenger table, sheet {number}",
        "url": f"https://harbour.example/tables/{number}",
        "publisher": "Harbour board",
    } | fields


@kept
def add_evidence(review: Review, *, by: User | None = None, **fields: Any) -> Evidence:
    """One more piece of evidence."""
    fields.setdefault("source", a_source())
    fields.setdefault("stance", Evidence.Stance.REFUTES)
    fields.setdefault("quote", "Passengers in all: 38,900")
    return actions.add_evidence(review, actor=by or person("Ada"), **fields)


@kept
def confidential_evidence(review: Review, *, by: User | None = None, **fields: Any) -> Evidence:
    """A piece that only its author, those it names and those who sign off may see."""
    source = a_source(title="Marten Oss, first mate", kind=Source.Kind.INTERVIEW, url="")
    return add_evidence(
        review,
        by=by,
        **{
            "source": source,
            "quote": "They told us to count the crew.",
            "locator": "call of 3 May",
            "note": "Marten Oss would lose his place.",
            "confidential": True,
            "public_description": "An interview with a member of the crew",
        }
        | fields,
    )


@kept
def researched(*, by: User | None = None, pieces: int = 2, **fields: Any) -> Review:
    """A review in research with evidence."""
    by = by or person("Ada")
    review = flagged(by=by, **fields)
    for _ in range(pieces):
        add_evidence(review, by=by)
    return review_of(review)


def rating(slug: str = "mostly-false") -> Rating:
    return Rating.objects.select_related("scale").order_by("-scale__version").filter(slug=slug)[0]


@kept
def draft(review: Review, *, by: User | None = None, **words: Any) -> Review:
    """Save words in the draft; by default all that a verdict needs."""
    words = words or {"rating": rating(), "summary": SUMMARY, "explanation": EXPLANATION}
    review = review_of(review)
    saved = actions.save_draft(review, actor=by or person("Ada"), version=review.version, **words)
    return review_of(saved)


@kept
def drafted(*, by: User | None = None, slug: str = "mostly-false", **fields: Any) -> Review:
    """A review in research that lacks nothing."""
    review = researched(by=by, **fields)
    return draft(review, by=by, rating=rating(slug), summary=SUMMARY, explanation=EXPLANATION)


@kept
def submit(review: Review, *, by: User | None = None) -> Review:
    """Ask for sign-off of the draft as it stands."""
    actions.submit(review_of(review), actor=by or person("Ada"))
    return review_of(review)


@kept
def submitted(*, by: User | None = None, **fields: Any) -> Review:
    """A review that awaits sign-off."""
    return submit(drafted(by=by, **fields), by=by)


@kept
def sign_off(review: Review, *, by: User | None = None) -> Review:
    """Sign off the verdict that is up for it."""
    actions.sign_off(review_of(review), actor=by or person("Cleo"))
    return review_of(review)


@kept
def approved(*, by: User | None = None, editor: User | None = None, **fields: Any) -> Review:
    """A review with a signed-off verdict."""
    return sign_off(submitted(by=by, **fields), by=editor)


def verdict_of(review: Review) -> Verdict:
    """The newest verdict of a review that has one."""
    return review.verdicts.select_related("rating", "review").order_by("-number")[0]


@kept
def returned(*, editor: User | None = None, note: str = "Name the year.", **fields: Any) -> Review:
    """A review in research whose last verdict an editor sent back."""
    review = submitted(**fields)
    actions.return_verdict(review, actor=editor or person("Cleo"), note=note)
    return review_of(review)


@kept
def withdrawn(*, by: User | None = None, **fields: Any) -> Review:
    """A review in research whose writer took the last submission back."""
    review = submitted(by=by, **fields)
    actions.withdraw(review, actor=by or person("Ada"))
    return review_of(review)


@kept
def declined(*, editor: User | None = None, **fields: Any) -> Review:
    """A review that an editor set aside."""
    review = flagged(**fields)
    actions.decline(review, actor=editor or person("Cleo"), reason="An opinion, not a claim.")
    return review_of(review)


@kept
def requested(review: Review | None = None, *, publisher: User | None = None, **wish: Any) -> Release:
    """The wish to publish an approved verdict, which no worker has seen yet."""
    return publish(review or approved(), actor=publisher or person("Dov"), **wish)


def carry_out(release: Release) -> Release:
    """Do what a worker would do with the release, here and now."""
    perform(Release, release.pk, carry_out_release)
    release.refresh_from_db()
    return release


def published(
    review: Review | None = None, *, publisher: User | None = None, slug: str = "", **fields: Any
) -> Publication:
    """A publication with edition 1 and its pages in the site directory."""
    release = requested(review or approved(**fields), publisher=publisher, slug=slug)
    carry_out(release)
    assert release.status == "done", release.error_detail
    return Publication.objects.select_related("edition", "review__claim").get(pk=release.publication_id)


@kept
def second_verdict(review: Review, *, by: User | None = None, editor: User | None = None) -> Review:
    """Reopen an approved review, change the summary, and have it signed off again."""
    actions.reopen(review_of(review), actor=editor or person("Cleo"), reason="New figures came in.")
    review = draft(review, by=by, summary="The new table shows 39,100 passengers, not 41,000.")
    return sign_off(submit(review, by=by), by=editor)


def passage_of(claim: Claim) -> Passage:
    return claim.passages.order_by("pk")[0]


@kept
def second_place(claim: Claim) -> Passage:
    """One more place of the claim, in another article; the review stays where it stands."""
    revision = newest_revision(imported_article())
    return Passage.objects.create(claim=claim, revision=revision, exact=QUOTE, **place_of(QUOTE, revision))
