"""What is measured: for each page and call, pairs of a call through our door and one through the bare one.

Whatever changes state gets an object of its own for each call, made beforehand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from articles.models import Claim, Revision
from benchmarks.bare import pages as bare_pages, site as bare_site
from benchmarks.doors import BareHandler, Door, bearer, cookies
from benchmarks.meter import Call
from benchmarks.seeding import Desk, Stage
from publishing.models import Release
from publishing.tasks import run_release
from reviews.models import Review
from tests.cast import person, token

READS, WRITES, RELEASES, WARM_UP = 40, 30, 14, 4
"""How many pairs of each are measured, and how many go before them unmeasured."""

Pairs = list[tuple[Call, Call]]


@dataclass(frozen=True)
class Case:
    """One line of the table. `limit` is how often the CPU time of the bare one it may take."""

    name: str
    limit: float
    pairs: Callable[[], Pairs]
    is_one_call: bool = True


class Cases:
    """The cases, on one desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._ours, self._bare = WSGIHandler(), BareHandler()
        scopes = ("read", "flag", "review", "signoff", "publish")
        self.secrets = {name: token(person(name), *scopes) for name in ("Ada", "Cleo", "Dov")}
        self.cookies = {name: cookies(person(name)) for name in ("Ada", "Cleo", "Dov")}

    def all(self) -> list[Case]:
        """Every case, those that only read first."""
        queue, people = "queue page", f"{person('Ada').pk}"
        return [
            Case("article by API", 2, self._article),
            Case("… its text", 2, self._text),
            Case("… its claims", 2, self._claims),
            Case(f"{queue}, awaiting sign-off", 2, lambda: self._queue("state=signoff", "status=submitted")),
            Case(
                f"{queue}, one assignee",
                2,
                lambda: self._queue(f"assignee={people}", f"{OPEN}&assignee={people}"),
            ),
            Case(f"{queue}, all open", 2, lambda: self._queue("", OPEN)),
            Case("claim page, published", 2, lambda: self._claim_page("approved")),
            Case("claim page, in research", 2, lambda: self._claim_page("researching")),
            Case("public page", 2, self._public_page),
            Case("flag a passage (API)", 3, self._flag),
            Case("sign-off (API)", 3, self._sign_off),
            Case("sign-off (form)", 3, self._sign_off_by_form),
            Case("publish (API)", 3, self._publish),
            Case("release job: pages stand", 3, self._release, is_one_call=False),
            Case("approve → public page", 3, self._approve_to_page, is_one_call=False),
        ]

    def _doors(self, name: str, *, program: bool = True) -> tuple[Door, Door]:
        headers = bearer(self.secrets[name]) if program else self.cookies[name]
        return Door(self._ours, **headers), Door(self._bare, **headers)

    def door(self, name: str, *, program: bool = True) -> Door:
        """Return our door for one of the people, or for their program."""
        return self._doors(name, program=program)[0]

    # --- Reads -----------------------------------------------------------------------------------

    def _article(self) -> Pairs:
        ours, bare = self._doors("Ada")
        return [
            (ours.get(f"/api/v1/articles/{pk}/"), bare.get(f"/articles/{pk}/"))
            for pk, _text in _articles(READS)
        ]

    def _text(self) -> Pairs:
        ours, bare = self._doors("Ada")
        return [
            (ours.get(f"/api/v1/articles/{pk}/revisions/1/"), bare.get(f"/revisions/{text}/"))
            for pk, text in _articles(READS)
        ]

    def _claims(self) -> Pairs:
        ours, bare = self._doors("Ada")
        return [
            (ours.get(f"/api/v1/claims/?article={pk}"), bare.get(f"/claims/?article={pk}&limit=50"))
            for pk, _text in _articles(READS)
        ]

    def _queue(self, ours_query: str, bare_query: str) -> Pairs:
        ours, bare = self._doors("Cleo", program=False)
        our, their = ours.get(f"/desk/queue/?{ours_query}"), bare.get(f"/queue/?{bare_query}")
        self._fill("queue.html", our, their)
        return [(our, their)] * READS

    def _claim_page(self, status: str) -> Pairs:
        ours, bare = self._doors("Cleo", program=False)
        found = Review.objects.filter(status=status, rating__isnull=False).order_by("-pk")
        pairs = [
            (ours.get(f"/desk/claims/{pk}/"), bare.get(f"/desk/claims/{pk}/"))
            for pk in found.values_list("claim_id", flat=True)[:READS]
        ]
        self._fill("claim.html", *pairs[0])
        return (pairs * READS)[:READS]

    def _public_page(self) -> Pairs:
        path = "checks/the-first-check/"
        page = f"{path}index.html"
        bare_site.put(page, (settings.SITE_DIR / page).read_text())
        ours, bare = Door(self._ours), Door(self._bare)
        return [(ours.get(f"/{path}"), bare.get(f"/site/{page}"))] * READS

    def _fill(self, template: str, ours: Call, bare: Call) -> None:
        """Let the bare page be as long as ours."""
        bare_pages.filling[template] = ""
        bare_pages.filling[template] = "x" * max(ours() - bare(), 0)

    # --- Writes ----------------------------------------------------------------------------------

    def _flag(self) -> Pairs:
        ours, bare = self._doors("Ada")
        bodies = []
        for number, (pk, _text) in enumerate(_articles(2 * WRITES)):
            bodies.append(
                {
                    "article": str(pk),
                    "start": 20,
                    "end": 90,
                    "statement": f"A statement that somebody put in plain words, number {number}.",
                    "claimant": f"Speaker {number}",
                    "topics": [f"Topic {number % 60}"],
                }
            )
        bodies = (bodies * 2 * WRITES)[: 2 * WRITES]
        return [
            (ours.post("/api/v1/claims/", our, expect=201), bare.post("/claims/", their, expect=201))
            for our, their in zip(bodies[::2], bodies[1::2], strict=True)
        ]

    def _sign_off(self) -> Pairs:
        ours, bare = self._doors("Cleo")
        return [
            (ours.post(f"/api/v1/reviews/{our}/sign-off/", {}), bare.post(f"/reviews/{their}/sign-off/", {}))
            for our, their in self._fresh(Stage.SUBMITTED, WRITES)
        ]

    def _sign_off_by_form(self) -> Pairs:
        ours, bare = self._doors("Cleo", program=False)
        pairs = self._fresh(Stage.SUBMITTED, WRITES)
        claims = dict(
            Claim.objects.filter(review__in=[pk for pair in pairs for pk in pair]).values_list("review", "pk")
        )
        form = {"verdict": 1, "note": ""}
        return [
            (
                ours.submit(f"/desk/claims/{claims[our]}/sign-off/", form),
                bare.submit(f"/desk/claims/{claims[their]}/sign-off/", form),
            )
            for our, their in pairs
        ]

    def _publish(self) -> Pairs:
        """Ask for publication. The bare one stores and renders at once: its line has no counterpart."""
        ours, bare = self._doors("Dov")
        return [
            (
                ours.post(f"/api/v1/reviews/{our}/publish/", {}, expect=202),
                bare.post(f"/reviews/{their}/publish/", {}),
            )
            for our, their in self._fresh(Stage.READY, RELEASES)
        ]

    def _release(self) -> Pairs:
        ours, bare = self._doors("Dov")
        pairs = self._fresh(Stage.READY, RELEASES)
        for our, _their in pairs:
            ours.post(f"/api/v1/reviews/{our}/publish/", {}, expect=202)()
        return [(_job(our), bare.post(f"/reviews/{their}/publish/", {})) for our, their in pairs]

    def _approve_to_page(self) -> Pairs:
        editor, bare_editor = self._doors("Cleo")
        publisher, bare_publisher = self._doors("Dov")
        return [
            (
                _in_turn(
                    editor.post(f"/api/v1/reviews/{our}/sign-off/", {}),
                    publisher.post(f"/api/v1/reviews/{our}/publish/", {}, expect=202),
                    _job(our),
                ),
                _in_turn(
                    bare_editor.post(f"/reviews/{their}/sign-off/", {}),
                    bare_publisher.post(f"/reviews/{their}/publish/", {}),
                ),
            )
            for our, their in self._fresh(Stage.SUBMITTED, RELEASES)
        ]

    def _fresh(self, stage: Stage, pairs: int) -> list[tuple[int, int]]:
        """Make claims that nothing was done with yet; return the ids of their reviews in pairs."""
        made = self.desk.add(stage, 2 * pairs)
        return list(zip(made[::2], made[1::2], strict=True))


OPEN = "status=unassigned,researching,submitted"


def _articles(count: int) -> list[tuple[int, int]]:
    """Ids of articles from all over the desk, each with that of its text."""
    every = Revision.objects.order_by("article").values_list("article", "pk")[1:]
    step = max(len(every) // count, 1)
    found = list(islice(every, 0, None, step))
    return (found * count)[:count]


def _job(review: int) -> Call:
    """The release that was asked for, carried out here as a worker would, until its page stands."""

    def run() -> int:
        release = (
            Release.objects.filter(publication__review=review).values_list("pk", "publication__slug").get()
        )
        run_release(release[0])
        if Release.objects.values_list("status", flat=True).get(pk=release[0]) != "done":
            raise RuntimeError(f"Release {release[0]} failed.")
        return int((settings.SITE_DIR / f"checks/{release[1]}/index.html").stat().st_size)

    return run


def _in_turn(*calls: Call) -> Call:
    return lambda: [call() for call in calls][-1]
