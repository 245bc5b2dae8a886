"""What each address costs in SQL statements, through both doors (docs/performance.md, "Aims").

Every row of `tests.doors` in every state in which it does something, asked by somebody who may, with all
that can be sent along: an Idempotency-Key, claimant and topics, people who may see a source. Not
counted is what begins and ends transactions, and that a token was used, which is written once a minute.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.actions import compare_waiting
from articles.models import Claimant, Topic
from factcheck.accounts.models import ApiToken, User
from factcheck.accounts.tokens import Scope
from publishing.limits import ENDPOINTS
from publishing.webhooks.models import Delivery, Endpoint
from tests import factories as make
from tests.cast import person, signed_in, token
from tests.doors import ADMINISTRATORS, DOORS, Door, World
from tests.policy import POLICY, STATES
from tests.publishing.conftest import Site, site  # noqa: F401  (a fixture)

MOST = 12
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")

ABOUT = {"claimant": "Ilse Maar", "said_on": "2025-04-03", "said_where": "at sea"}
SECRET = {"confidential": True, "public_description": "A member of the crew", "note": "Keep it."}
Wish = Callable[[], dict[str, Any]]
WHOLE: dict[str, Wish] = {
    "desk:facts": lambda: {"topics": "Sea, Money", **ABOUT},
    "desk:flag": lambda: {"statement": "In plain words.", "topics": "Sea, Money", **ABOUT},
    "desk:evidence_add": lambda: SECRET,
    "desk:evidence_change": lambda: {"locator": "page 2", **SECRET},
    "api:article-list": lambda: {"text": f"{make.TEXT}Printed by another outlet."},
    "api:revision-list": lambda: {"text": f"{make.TEXT}Printed by another outlet."},
    "api:claim-list": lambda: {"statement": "In plain words.", "topics": ["Sea", "Money"], **ABOUT},
    "api:claim-detail": lambda: {"topics": ["Sea", "Money"], **ABOUT},
    "api:evidence-list": lambda: {"shared_with": [str(person("Nell", "reporter").pk)], **SECRET},
    "api:evidence-detail": lambda: {"shared_with": [str(person("Nell", "reporter").pk)], **SECRET},
}
"""What is sent besides what `tests.doors` sends, for the dearest call there is."""
DEARER = {
    # Thirteen with what its forms offer (people, claimants, topics), five for the claims of its near copies.
    "GET desk:article": 18,
    # Holds the row; freezes draft, evidence, topics, places and writers, each read once it is held.
    "POST desk:submit": 16,
    "POST api:review-submit": 18,
    # Tells the log of the move and of who returned the verdict, which no note can be taken for.
    "POST api:review-return": 13,
    # Returns a signed-off review to research, and tells the log of it and of the change.
    "POST desk:facts": 15,
    "PATCH api:claim-detail": 14,
    "POST api:claim-passages": 18,
    "POST desk:link": 17,
    # Returns a verdict to research too; looks for the place in all texts and for another that is left, and
    # before a passage is deleted Django asks twice what refers to it; that it is offered no more is a row.
    "DELETE api:claim-passage": 21,
    "POST desk:place_remove": 21,
    # Asks, once the article is held, whether the claim is linked there, turned down, and offered.
    "POST api:offer-decline-offer": 13,
    # Holds the article, so that no newer text comes between.
    "POST api:claim-list": 13,
    # Makes the passage in the new text, returns the review to research, tells the log of both.
    "POST api:placement-decide": 17,
    "POST desk:decide_place": 15,
    # Looks for the passages, writes down what became of each, tells the log of article and claim; reading
    # marks are read again once the row is held; how the text was found is a row of its own.
    "POST api:revision-list": 22,
    # The same, and whether passages wait; at the desk the article's details beside it, by API the new text is
    # read again with its placements.
    "POST desk:mend": 26,
    "POST api:revision-repair": 25,
    # Confidential, with the people who may see it; read again once the rows are held.
    "POST api:evidence-list": 15,
    "PATCH api:evidence-detail": 15,
    # How the source bears on the claim, and the source itself, with all that cite it.
    "POST desk:evidence_change": 19,
    # The address was taken, so that another is tried.
    "POST api:review-publishing-publish": 14,
}
"""What needs more than the rest, and why; docs/performance.md says what it would take to change that."""


def _asks(door: Door) -> User:
    if door.readers == ADMINISTRATORS or (door.like and POLICY[door.like].who == {"administrator"}):
        return person("Max")
    return person({"publish": "Dov", "withdraw": "Ada"}.get(door.like, "Dan"))


def _client(door: Door, user: User) -> Client:
    client = Client()
    if door.is_api:
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token(user, *Scope.values)}"
        client.get("/api/v1/me/")
    else:
        client.force_login(user)
    return client


def _call(door: Door, world: World, client: Client) -> Callable[[], Any]:
    path, wish = door.path(world), door.wish(world) if door.wish else None
    headers = {}
    if door.method != "delete" and wish is not None:
        wish = wish | WHOLE.get(door.name, dict)()
    if door.is_api and door.method in {"patch", "delete"}:
        headers["If-Match"] = client.get(door.version_path(world)).headers.get("ETag", "")
    elif door.is_api and door.method == "post":
        headers["Idempotency-Key"] = "one"
    send = getattr(client, door.method)
    return lambda: send(path, headers=headers, **(door.sent(wish) if wish is not None else {}))


def _shown_again(door: Door, world: World, client: Client, answer: Any) -> str:
    """The tag of the object that an answer shows, read afresh."""
    path = answer.get("Location") or door.path(world)
    if door.name.startswith("api:placement-"):
        path = reverse("api:placement-detail", args=[world.ids[door.ids[0]]])
    elif "Location" in answer:
        pass
    elif door.name.startswith(("api:feed-", "api:import-", "api:batch-", "api:endpoint-")):
        path = reverse(f"{door.name.split('-')[0]}-detail", args=[world.ids[door.ids[0]]])
    elif door.name.startswith("api:review-") and door.method == "post":
        path = reverse("api:review-detail", args=[world.ids["review"]])
    return str(client.get(path).headers.get("ETag", ""))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.django_db
def test_few_statements_give_each_page_and_each_answer_as_it_is_now(state: str, site: Site) -> None:  # noqa: F811
    world = World.around(STATES[state]())
    compare_waiting()
    person("Nell", "reporter")
    Claimant.objects.create(name="Ilse Maar")
    Topic.objects.bulk_create([Topic(name="Sea", slug="sea"), Topic(name="Money", slug="money")])
    dear, stale = {}, []
    for door in DOORS:
        if door.public or state not in door.states:
            continue
        undo = transaction.savepoint()
        user = _asks(door)
        client = _client(door, user)
        world.ids["token"] = ApiToken.objects.filter(user=user)[0].pk if door.is_api else 0
        call = _call(door, world, client)
        with CaptureQueriesContext(connection) as queries:
            answer = call()
        said = [query["sql"] for query in queries if not query["sql"].startswith(CONTROL)]
        if answer.status_code < 400 and len(said) > DEARER.get(door.what, MOST):
            dear[door.what] = len(said)
        if door.method != "get" and answer.status_code < 300 and "ETag" in answer:
            stale += [door.what] if _shown_again(door, world, client, answer) != answer["ETag"] else []
        transaction.savepoint_rollback(undo)
    assert dear == {}
    # Much is answered from what was just written, without reading it again: it is the same.
    assert stale == []


@pytest.mark.django_db
def test_as_many_endpoints_as_there_may_be_cost_as_many_statements_as_one() -> None:
    browser = signed_in(person("Max"))

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            html = browser.get("/desk/webhooks/").content.decode()
        assert html.count('<article class="panel hook"') == Endpoint.objects.count()
        return len([query for query in queries if not query["sql"].startswith(CONTROL)])

    def one_more() -> None:
        told = {"endpoint": make.endpoint(), "kind": "claim.flagged", "body": "{}"}
        Delivery.objects.bulk_create(Delivery(**told) for _ in range(12))

    one_more()
    few = asked()
    while Endpoint.objects.count() < ENDPOINTS:
        one_more()
    assert asked() == few <= MOST
