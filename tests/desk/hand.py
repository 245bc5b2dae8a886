"""What a person does at the desk, by the addresses that its forms are sent to."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from articles.actions import add_feed, request_batch, request_import
from factcheck.accounts.models import User
from publishing.webhooks.actions import send_test
from reviews.models import Review
from tests import factories as make
from tests.cast import person, signed_in


def at(name: str, review: Review, *more: Any) -> str:
    """The address of something that can be done to the claim of a review."""
    return reverse(f"desk:{name}", args=[review.claim_id, *more])


def post(user: User, name: str, review: Review, *more: Any, **fields: Any) -> Any:
    """Send one form of a claim's page."""
    return signed_in(user).post(at(name, review, *more), fields)


def page(user: User, review: Review) -> str:
    """The claim's page as this person sees it."""
    return text_of(signed_in(user).get(at("claim", review)))


def text_of(response: HttpResponse, status: int = 200) -> str:
    """The body of an answer that has this status."""
    assert response.status_code == status, response.content[:2000].decode()
    return response.content.decode()


def draft_form(review: Review, **words: Any) -> dict[str, Any]:
    """What the verdict form sends where nothing was changed, but for `words`."""
    review = make.review_of(review)
    return {
        "version": review.version,
        "statement": review.claim.statement,
        "rating": review.rating.slug if review.rating else "",
        "summary": review.summary,
        "explanation": review.explanation,
    } | words


SOURCE = {
    "title": "Passenger table",
    "kind": "url",
    "url": "https://harbour.example/tables/2026",
    "stance": "refutes",
    "quote": "Passengers in all: 38,900",
}


def desk_patterns() -> dict[str, URLPattern]:
    """Every address of the desk by its name."""
    namespace = get_resolver().namespace_dict["desk"][1]
    return {pattern.name: pattern for pattern in namespace.url_patterns}


def desk_paths(review: Review) -> dict[str, str]:
    """An address for every pattern of the desk, filled with ids that are there."""
    piece = review.evidence.first()
    job = request_import(actor=person("Ada"), text=make.TEXT)
    test = send_test(make.endpoint(), actor=person("Max"))
    ids = {
        "claim": review.claim_id,
        "article": make.passage_of(review.claim).revision.article_id,
        "import": job.pk,
        "evidence": piece.pk if piece else 1,
        "passage": make.passage_of(review.claim).pk,
        "placement": 1,
        "batch": request_batch(actor=person("Ada"), file=b"text\nA text.", filename="a.csv").pk,
        "feed": add_feed(actor=person("Max"), url="https://courier.example/feed").pk,
        "webhook": test.endpoint_id,
        "delivery": test.pk,
    }
    of_articles = (
        "article",
        "flag",
        "link",
        "decline_offer",
        "mark",
        "recheck",
        "new_text",
        "original",
        "mend",
        "changes",
        "compare",
        "decide_place",
        "undo_place",
        "annotated",
        "annotated_document",
    )
    owner = dict.fromkeys(of_articles, "article") | dict.fromkeys(
        ("import", "import_retry", "import_dismiss"), "import"
    )
    owner |= {"batch": "batch", "batch_dismiss": "batch"} | dict.fromkeys(
        ("feed", "feed_poll", "feed_pause", "feed_remove"), "feed"
    )
    owner |= {name: "webhook" for name in desk_patterns() if name.startswith("webhook")}
    paths = {}
    for name, pattern in desk_patterns().items():
        names = list(pattern.pattern.converters)
        first = ids[owner.get(name, "claim")]
        values = [first if each == "pk" else ids[each] for each in names]
        paths[name] = reverse(f"desk:{name}", args=values)
    return paths


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.actions: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        for name in ("action", "formaction"):
            if facts.get(name):
                self.actions.append(str(facts[name]))


def forms_in(html: str) -> list[str]:
    """The addresses that the forms and buttons of a page are sent to."""
    parser = _Forms()
    parser.feed(html)
    return parser.actions


def browser(user: User) -> Client:
    """A browser of this person that sends CSRF tokens only where a test does."""
    return signed_in(user, enforce_csrf_checks=True)
