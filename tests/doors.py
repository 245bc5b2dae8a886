"""Every address of the product and who gets in: the table behind `test_policy_matrix.py`.

A row names an address, a method, what to send, and the row of `tests.policy` that says who may and in
which state. An address without a row turns the suite red (SECURITY, A2).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from articles.batches.models import Batch
from articles.feeds.models import Feed
from articles.models import Article, Import, Placement, Revision
from factcheck.accounts.models import ApiToken, User
from factcheck.accounts.tokens import Scope
from factcheck.audit.models import Event
from publishing.models import Publication, Release
from publishing.webhooks.models import Delivery, Endpoint
from reviews.models import Evidence, Rating, Review
from tests import factories as make
from tests.cast import person, token
from tests.policy import EACH, POLICY, what_else_there_is

# --- What the addresses are about ----------------------------------------------------------------


@dataclass
class World:
    """One review in one state, and one of everything else that an address can name."""

    review: Review
    ids: dict[str, int] = field(default_factory=dict)

    @classmethod
    def around(cls, review: Review) -> World:
        passage = make.passage_of(review.claim)
        piece = Evidence.objects.current().filter(review=review).first()
        other = make.requested() if not Publication.objects.exists() else Release.objects.get()
        make.carry_out(other)
        edition = Publication.objects.get(pk=other.publication_id).edition
        what_else_there_is(review)
        waiting = Placement.objects.undecided().select_related("revision").latest("pk")
        decided = Placement.objects.filter(decision="removed").select_related("revision").latest("pk")
        told = Delivery.objects.latest("pk")
        own = ApiToken.objects.filter(user=person("Dan")).first()
        return cls(
            review,
            {
                "claim": review.claim_id,
                "place": review.claim.passages.latest("pk").pk,
                "review": review.pk,
                "article": passage.revision.article_id,
                "evidence": piece.pk if piece else 0,
                "source": piece.source_id if piece else 0,
                "import": Import.objects.filter(status="failed").latest("pk").pk,
                "with address": Article.objects.exclude(canonical_url="")[0].pk,
                "placement": waiting.pk,
                "changed": waiting.revision.article_id,
                "decided": decided.pk,
                "decided on": decided.revision.article_id,
                "batch": Batch.objects.exclude(status="failed").latest("pk").pk,
                "failed batch": Batch.objects.filter(status="failed").latest("pk").pk,
                "feed": Feed.objects.latest("pk").pk,
                "endpoint": told.endpoint_id,
                "delivery": told.pk,
                "publication": other.publication_id,
                "release": other.pk,
                "verdicts": edition.verdict.review_id if edition else 0,
                "scale": Rating.objects.all()[0].scale_id,
                "event": Event.objects.latest("pk").pk,
                "user": person("Ada").pk,
                "token": own.pk if own else 0,
                "outlet": 0,
                "claimant": 0,
                "topic": 0,
                "first": 1,
            },
        )

    def place(self, quote: str) -> dict[str, Any]:
        return make.place_of(quote, make.passage_of(self.review.claim).revision)


# --- Who asks, and how ---------------------------------------------------------------------------

HTML_ONLY_SESSIONS = {"anonymous", "bot", "read token", "deactivated"}
CALLERS = (
    "anonymous",
    "nobody",
    "viewer",
    "reporter",
    "editor",
    "publisher",
    "administrator",
    "bot",
    "read token",
    "deactivated",
)


# The log: those who edit and those who administer.
LOG_READERS = frozenset({"editor", "administrator", "read token"})
ADMINISTRATORS = frozenset({"administrator"})
# A token is its owner's: Dan's is the one that reads.
DANS = frozenset({"editor", "read token"})


def credentials(who: str) -> tuple[User | None, str | None]:
    """Whose session it is, and which token is sent: one of them, or none."""
    match who:
        case "anonymous":
            return None, None
        case "bot":
            return None, token(person("Sam"), *Scope.values)
        case "read token":
            return None, token(person("Dan"), Scope.READ)
        case "deactivated":
            return person("Gus", "reporter", "editor", "publisher"), None
    names = {"nobody": "Eve", "viewer": "Vera", "reporter": "Ben", "editor": "Dan"}
    return person({"publisher": "Dov", "administrator": "Max"}.get(who) or names[who]), None


# --- The rows ------------------------------------------------------------------------------------

Wish = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Door:
    """One method of one address.

    `like` is the row of `POLICY` that it opens; without one it is read by everybody with a role, and by
    all the world where it is `public`. `ok` is the answer of the door that opens. `always` is given to
    everybody who gets in, whatever comes of it (bulk calls say what came of each in their body).
    `readers` are those who may read what is not for everybody with a role, `seen_by` those for whom it is
    there at all. `version` is the address of what a change names the version of, if not its own.
    """

    name: str
    method: str = "get"
    ids: tuple[str, ...] = ()
    wish: Wish | None = None
    like: str = ""
    state: str = "research"
    ok: int = 200
    public: bool = False
    while_open: bool = False
    always: bool = False
    version: str = ""
    everybody: bool = False
    readers: frozenset[str] = frozenset(CALLERS)
    seen_by: frozenset[str] = frozenset(CALLERS)

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api:")

    @property
    def what(self) -> str:
        return f"{self.method.upper()} {self.name}"

    @property
    def states(self) -> tuple[str, ...]:
        """Where it is tried; what changes nothing is tried in one state."""
        return POLICY[self.like].only_in if self.like else (self.state,)

    def sent(self, wish: dict[str, Any]) -> dict[str, Any]:
        """How a wish is sent: as lines where there are `lines`, as a form by the desk and with a file, or as JSON."""
        if "lines" in wish:
            return {"data": "\n".join(map(json.dumps, wish["lines"])), "content_type": "application/x-ndjson"}
        if self.is_api and not any(isinstance(each, SimpleUploadedFile) for each in wish.values()):
            return {"data": json.dumps(wish), "content_type": "application/json"}
        return {"data": wish}

    def path(self, world: World) -> str:
        values = [world.ids[name] for name in self.ids]
        return reverse(self.name, args=values)

    def version_path(self, world: World) -> str:
        return reverse(self.version, args=[world.ids[self.ids[0]]]) if self.version else self.path(world)

    def expected(self, who: str, state: str) -> int:
        """What this caller is answered."""
        if self.public:
            return self.ok
        refused = self._at_the_entrance(who)
        if refused:
            return refused
        if who not in self.readers:
            return 403
        if who not in self.seen_by:
            return 404
        if not self.like or self.always:
            return self.ok
        outcome = POLICY[self.like].expected(who, state)
        if outcome == "ok" and self.while_open and state not in {"flagged", "research"}:
            return 409
        return {"ok": self.ok, "forbidden": 403}.get(outcome, 409)

    def _at_the_entrance(self, who: str) -> int:
        if self.is_api:
            if who in {"anonymous", "deactivated"}:
                return 401
            if who == "nobody":
                return 0 if self.everybody else 403
            return 403 if who == "read token" and self.method != "get" else 0
        if who in HTML_ONLY_SESSIONS:
            return 302
        return 403 if who == "nobody" else 0


_HOOK = "https://courier.example/hook"


def _nothing(_: World) -> dict[str, Any]:
    return {}


def _form(**fields: Any) -> Wish:
    return lambda _: fields


def _endpoint(world: World) -> dict[str, Any]:
    version = Endpoint.objects.get(pk=world.ids["endpoint"]).version
    return {"version": version, "url": _HOOK, "kinds": ["claim.flagged"]}


def _claim_here(world: World) -> dict[str, Any]:
    return {"claim": str(world.ids["claim"])}


def _draft(world: World) -> dict[str, Any]:
    review = make.review_of(world.review)
    return {
        "version": review.version,
        "statement": review.claim.statement,
        "rating": review.rating.slug if review.rating else "",
        "summary": "New.",
        "explanation": review.explanation,
    }


def _unchanged(world: World) -> dict[str, Any]:
    return _draft(world) | {"summary": make.review_of(world.review).summary}


def _facts(world: World) -> dict[str, Any]:
    return {"version": make.review_of(world.review).claim.version, "said_where": "at sea"}


_SOURCE = {"title": "Another table", "kind": "url", "url": "https://harbour.example/another"}


def _change(world: World) -> dict[str, Any]:
    piece = Evidence.objects.select_related("source").get(pk=world.ids["evidence"])
    return {**_SOURCE, "stance": "context", "version": piece.version}


def _flag(world: World) -> dict[str, Any]:
    return {"revision": 1, "exact": make.QUOTES[2], **world.place(make.QUOTES[2])}


def _mark(world: World) -> dict[str, Any]:
    return {"revision": 1, "kind": "opinion", **world.place(make.QUOTES[3])}


def _mark_by_api(world: World) -> dict[str, Any]:
    return {"kind": "opinion", **world.place(make.QUOTES[3])}


def _claim(world: World) -> dict[str, Any]:
    return {"article": str(world.ids["article"]), **world.place(make.QUOTES[2])}


def _passage(world: World) -> dict[str, Any]:
    return {"article": str(world.ids["article"]), **world.place(make.QUOTES[3])}


def _link(world: World) -> dict[str, Any]:
    place = world.place(make.QUOTES[3])
    return {"claim": world.review.claim_id, "revision": 1, "place": f"{place['start']}-{place['end']}"}


def _details(world: World) -> dict[str, Any]:
    article = Article.objects.get(pk=world.ids["article"])
    return {"version": article.version, "title": article.title, "byline": "A. Reporter"}


def _lines(**also: Any) -> Wish:
    """The article without its last line, which no claim quotes."""
    return lambda world: {"leave_out": [len(_newest(world).blocks) - 1], **also}


def _mended(world: World) -> dict[str, Any]:
    return {"revision": 1, **_details(world), **_lines()(world)}


def _newest(world: World) -> Revision:
    return make.newest_revision(Article.objects.get(pk=world.ids["article"]))


def _file(_: World) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("articles.csv", b"url\nhttps://a.example/")}


def _nell(name: str) -> Wish:
    return lambda _: {name: str(person("Nell", "reporter").pk)}


def _bulk(name: str, **wish: Any) -> Wish:
    return lambda world: {name: [str(world.review.pk)], **wish}


C, E, R, P = ("claim",), ("claim", "evidence"), ("review",), ("publication",)


def _post(name: str, *more: Any, **row: Any) -> Door:
    return Door(f"desk:{name}", "post", *more, **({"ok": 303} | row))


DESK = [
    *(Door(f"desk:{name}") for name in ("home", "articles", "queue")),
    Door("desk:article", ids=("article",)),
    Door("desk:changes", ids=("changed",)),
    Door("desk:compare", ids=("changed",)),
    Door("desk:annotated", ids=("article",)),
    Door("desk:annotated_document", ids=("article",)),
    Door("desk:claim", ids=C),
    Door("desk:import", ids=("import",), ok=303),
    _post("imports", wish=_form(source="text", text="A text to import."), like="request_import"),
    _post("import_retry", ("import",), _nothing, like="request_import"),
    _post("batch_dismiss", ("failed batch",), _nothing, like="dismiss_batch"),
    _post("import_dismiss", ("import",), _nothing, like="dismiss_import"),
    _post("recheck", ("with address",), _nothing, like="request_recheck"),
    _post("new_text", ("article",), _form(text="A newer text."), like="request_import"),
    Door("desk:original", ids=("article",)),
    _post("mend", ("article",), _mended, like="repair_text"),
    _post("decide_place", ("changed", "placement"), _form(decision="accepted"), like="decide_placement"),
    _post("undo_place", ("decided on", "decided"), _nothing, like="undo_placement"),
    Door("desk:batch", ids=("batch",)),
    Door("desk:feeds"),
    Door("desk:feed", ids=("feed",)),
    _post("feeds", wish=_form(url="https://courier.example/feed", interval_minutes=30), like="add_feed"),
    _post("feed", ("feed",), _form(title="Courier", interval_minutes=60), like="change_feed"),
    _post("feed_poll", ("feed",), _nothing, like="poll_feed_now"),
    _post("feed_pause", ("feed",), _nothing, like="pause_feed"),
    _post("feed_remove", ("feed",), _nothing, like="remove_feed"),
    Door("desk:webhooks", readers=ADMINISTRATORS),
    Door("desk:webhook", ids=("endpoint",), readers=ADMINISTRATORS),
    Door("desk:webhook_delivery", ids=("endpoint", "delivery"), readers=ADMINISTRATORS),
    # The secret is shown as the answer, at no address of its own.
    _post("webhooks", wish=_form(url=_HOOK, kinds=["claim.flagged"]), like="add_endpoint", ok=200),
    _post("webhook", ("endpoint",), _endpoint, like="change_endpoint"),
    _post("webhook_secret", ("endpoint",), _form(number=1), like="renew_secret", ok=200),
    _post("webhook_off", ("endpoint",), _nothing, like="switch_off_endpoint"),
    _post("webhook_on", ("endpoint",), _nothing, like="switch_on_endpoint"),
    _post("webhook_remove", ("endpoint",), _nothing, like="remove_endpoint"),
    _post("webhook_test", ("endpoint",), _nothing, like="send_test"),
    _post("webhook_again", ("endpoint", "delivery"), _nothing, like="redeliver"),
    _post("flag", ("article",), _flag, like="flag_claim", ok=201),
    _post("link", ("article",), _link, like="add_passage"),
    _post("decline_offer", ("with address",), _claim_here, like="decline_offer"),
    _post("mark", ("article",), _mark, like="mark_sentences"),
    _post("queue_bulk", wish=_bulk("review", priority="high"), like="prioritise", always=True),
    _post("draft", C, _draft, like="save_draft", while_open=True),
    _post("submit", C, _unchanged, like="submit"),
    _post("preview", C, _form(text="Words."), ok=200),
    _post("facts", C, _facts, like="change_claim", while_open=True),
    _post("evidence_add", C, _form(stance="context", **_SOURCE), like="add_evidence", while_open=True),
    _post("evidence_change", E, _change, like="change_evidence", while_open=True),
    _post("evidence_remove", E, _nothing, like="remove_evidence", while_open=True),
    _post("place_remove", ("claim", "place"), _nothing, like="remove_passage"),
    _post("assign", C, _nell("assignee"), like="assign"),
    _post("triage", C, _form(priority="high"), like="prioritise"),
    _post("withdraw", C, _nothing, like="withdraw", state="signoff"),
    _post("sign_off", C, _form(verdict=1), like="sign_off", state="signoff"),
    _post("return", C, _form(verdict=1, note="Name the year."), like="return_verdict", state="signoff"),
    _post("decline", C, _form(reason="Not ours."), like="decline"),
    _post("reopen", C, _form(reason="New figures."), like="reopen", state="ready"),
    _post("publish", C, _nothing, like="publish", state="ready"),
    _post("reschedule", C, _form(publish_at="2199-01-01T10:00"), like="reschedule", state="scheduled"),
    _post("call_off", C, _nothing, like="call_off", state="scheduled"),
]


def _read(resource: str, *ids: str, **row: Any) -> Door:
    return Door(f"api:{resource}", "get", ids, **row)


def _call(resource: str, ids: tuple[str, ...], wish: Wish, like: str, **row: Any) -> Door:
    return Door(f"api:{resource}", row.pop("method", "post"), ids, wish, like, **row)


API = [
    *(_read(name) for name in ("index", "schema")),
    _read("me", everybody=True),
    *(
        _read(f"{name}-list")
        for name in (
            "import", "batch", "article", "feed", "outlet", "claimant", "topic", "claim", "placement", "review", "source", "scale",
            "publication", "release", "user", "token",
        )
    ),
    _read("event-list", readers=LOG_READERS),
    *(_read(f"{name}-list", readers=ADMINISTRATORS) for name in ("endpoint", "delivery")),
    *(_read(f"{name}-detail", name, readers=ADMINISTRATORS) for name in ("endpoint", "delivery")),
    _read("event-detail", "event", readers=LOG_READERS),
    _read("import-detail", "import"),
    _read("batch-detail", "batch"),
    _read("batch-row-list", "batch"),
    _read("feed-detail", "feed"),
    _read("article-detail", "article"),
    _read("article-annotations", "article"),
    _read("article-coverage", "article"),
    _read("article-twins", "article"),
    _read("offer-offers", "article"),
    _read("copy-annotated", "article"),
    _read("revision-list", "article"),
    _read("revision-detail", "article", "first"),
    *(_read(f"{name}-detail", name, ok=404) for name in ("outlet", "claimant", "topic")),
    _read("claim-detail", "claim"),
    _read("placement-detail", "placement"),
    _read("review-detail", "review"),
    _read("review-publishing-blockers", "review"),
    _read("evidence-list", "review"),
    _read("evidence-detail", "review", "evidence"),
    _read("verdict-list", "review"),
    _read("verdict-detail", "verdicts", "first"),
    _read("source-detail", "source"),
    _read("scale-detail", "scale"),
    _read("publication-detail", "publication"),
    _read("edition-list", "publication"),
    _read("edition-detail", "publication", "first"),
    _read("release-detail", "release"),
    _read("user-detail", "user"),
    _read("token-detail", "token", seen_by=DANS),
    _call("import-list", (), _form(text="A text to import."), "request_import", ok=202),
    _call("import-list", (), _form(lines=[{"text": "One."}, {"text": "Two."}]), "request_lines", ok=202),
    _call("import-retry", ("import",), _nothing, "request_import", ok=202),
    _call("import-dismiss", ("import",), _nothing, "dismiss_import"),
    _call("batch-dismiss", ("failed batch",), _nothing, "dismiss_batch"),
    _call("batch-list", (), _file, "request_batch", ok=202),
    _call("feed-list", (), _form(url="https://courier.example/feed"), "add_feed", ok=201),
    _call("feed-detail", ("feed",), _form(title="Courier"), "change_feed", method="patch"),
    _call("feed-detail", ("feed",), _nothing, "remove_feed", method="delete", ok=204),
    _call("feed-pause", ("feed",), _nothing, "pause_feed"),
    _call("feed-poll", ("feed",), _nothing, "poll_feed_now", ok=202),
    _call("endpoint-list", (), _form(url=_HOOK, kinds=["claim.flagged"]), "add_endpoint", ok=201),
    _call("endpoint-detail", ("endpoint",), _form(url=_HOOK), "change_endpoint", method="patch"),
    _call("endpoint-detail", ("endpoint",), _nothing, "remove_endpoint", method="delete", ok=204),
    _call("endpoint-test", ("endpoint",), _nothing, "send_test", ok=202),
    _call("endpoint-renew-secret", ("endpoint",), _nothing, "renew_secret"),
    _call("endpoint-switch-off", ("endpoint",), _nothing, "switch_off_endpoint"),
    _call("endpoint-switch-on", ("endpoint",), _nothing, "switch_on_endpoint"),
    _call("delivery-redeliver", ("delivery",), _nothing, "redeliver", ok=202),
    _call("article-list", (), _form(text="A text to keep."), "add_article", ok=201),
    _call("article-detail", ("article",), _form(byline="A. Reporter"), "change_article", method="patch"),
    _call("article-recheck", ("with address",), _nothing, "request_recheck", ok=202),
    _call("revision-list", ("article",), _form(text="A newer text."), "revise", ok=201),
    _call("revision-repair", ("article", "first"), _lines(), "repair_text", ok=201),
    _call("placement-decide", ("placement",), _form(decision="accepted"), "decide_placement"),
    _call("placement-undo", ("decided",), _nothing, "undo_placement"),
    _call("article-coverage", ("article",), _mark_by_api, "mark_sentences", ok=200),
    _call("claim-list", (), _claim, "flag_claim", ok=201),
    _call("offer-decline-offer", ("with address",), _claim_here, "decline_offer", ok=204),
    _call("claim-detail", C, _form(said_where="at sea"), "change_claim", method="patch"),
    _call("claim-passages", C, _passage, "add_passage", ok=201),
    _call(
        "claim-passage", ("claim", "place"), _nothing, "remove_passage",
        method="delete", ok=204, version="api:claim-detail",
    ),
    _call("review-detail", R, _form(summary="New."), "save_draft", method="patch"),
    _call("review-bulk", (), _bulk("ids", priority="high"), "prioritise", always=True),
    _call("review-assign", R, _nell("assignee"), "assign"),
    _call("review-submit", R, _nothing, "submit"),
    _call("review-withdraw", R, _nothing, "withdraw", state="signoff"),
    _call("review-sign-off", R, _form(verdict=1), "sign_off", state="signoff"),
    _call("review-return", R, _form(verdict=1, note="Name the year."), "return_verdict", state="signoff"),
    _call("review-decline", R, _form(reason="Not ours."), "decline"),
    _call("review-reopen", R, _form(reason="New figures."), "reopen", state="ready"),
    _call("review-publishing-publish", R, _nothing, "publish", state="ready", ok=202),
    _call(
        "publication-reschedule", P, _form(publish_at="2199-01-01T10:00:00Z"), "reschedule", state="scheduled"
    ),
    _call("publication-cancel", P, _nothing, "call_off", state="scheduled"),
    _call("evidence-list", R, _form(stance="context", source=_SOURCE), "add_evidence", ok=201),
    _call(
        "evidence-detail", ("review", "evidence"), _form(locator="page 2"), "change_evidence", method="patch"
    ),
    _call(
        "evidence-detail", ("review", "evidence"), _nothing, "remove_evidence", method="delete", ok=204
    ),
    _call("source-list", (), _form(**_SOURCE), "add_source", ok=201),
    _call("source-detail", ("source",), _form(publisher="Another"), "change_source", method="patch"),
    Door("api:token-list", "post", (), _form(name="mine", scopes=["read"]), ok=201),
    Door("api:token-detail", "delete", ("token",), _nothing, ok=204, seen_by=DANS),
]  # fmt: skip

PUBLIC = [
    *(Door(f"public:{name}", public=True) for name in ("home", "feed", "robots", "sitemap")),
    *(Door(f"public:{name}", public=True) for name in ("check", "edition", "check_json", "summary")),
    Door("public:sitemap_part", public=True),
    Door("public:favicon", public=True, ok=301),
    *(Door(name, public=True) for name in ("healthz", "readyz", "login")),
    Door("logout", "post", wish=_nothing, public=True, ok=302),
]

DOORS = [*DESK, *API, *PUBLIC]
assert all(door.state in EACH for door in DOORS)
