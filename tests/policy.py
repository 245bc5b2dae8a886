"""Who may do what to a review in which state: the whole truth table, written by hand.

It repeats what `factcheck.accounts.roles`, `reviews.lifecycle` and the actions say, in other words and
on purpose: a slip there does not slip in here as well. `tests/reviews/test_permissions.py` compares it
with the actions, `tests/test_policy_matrix.py` with every address of both doors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from articles.actions import (
    add_article,
    add_feed,
    change_article,
    change_feed,
    compare_waiting,
    dismiss_batch,
    dismiss_import,
    mark_sentences,
    pause_feed,
    poll_feed_now,
    remove_feed,
    repair_text,
    request_batch,
    request_import,
    request_lines,
    request_recheck,
    revise,
)
from articles.batches.models import Batch
from articles.batches.rows import Wish
from articles.feeds.models import Feed
from articles.models import Article, Import, Passage, Placement, ReadingMark, Revision
from factcheck.accounts.models import User
from factcheck.jobs.models import JobStatus
from publishing.actions import call_off, publish, reschedule
from publishing.webhooks.actions import (
    add_endpoint,
    change_endpoint,
    redeliver,
    remove_endpoint,
    renew_secret,
    send_test,
    switch_off_endpoint,
    switch_on_endpoint,
)
from publishing.webhooks.models import Delivery, Endpoint
from reviews import actions
from reviews.models import Evidence, Review
from tests import factories as make
from tests.cast import person
from tests.kept import kept

# --- Who: somebody who had no part in the review yet ---------------------------------------------

WHO: dict[str, Callable[[], User]] = {
    "nobody": lambda: person("Eve"),
    "viewer": lambda: person("Vera"),
    "reporter": lambda: person("Ben"),
    "editor": lambda: person("Dan"),
    "publisher": lambda: person("Dov"),
    "administrator": lambda: person("Max"),
    "bot": lambda: person("Sam"),
    "deactivated": lambda: person("Gus", "reporter", "editor", "publisher", is_active=False),
}

WRITERS = {"reporter", "editor", "bot"}
EDITOR = {"editor"}
PUBLISHER = {"publisher"}
ADMINISTRATOR = {"administrator"}

# --- In which state: written by Ada, signed off by Cleo ------------------------------------------


def _declined() -> Review:
    review = make.drafted()
    actions.decline(review, actor=person("Cleo"), reason="An opinion, not a claim.")
    return make.review_of(review)


TOMORROW = timezone.now() + timedelta(days=1)

STATES: dict[str, Callable[[], Review]] = {
    "flagged": make.flagged,
    "research": make.drafted,
    "signoff": make.submitted,
    "ready": make.approved,
    "scheduled": lambda: make.requested(publish_at=TOMORROW).publication.review,
    "released": lambda: make.requested().publication.review,
    "declined": _declined,
}
EACH = tuple(STATES)

# --- What ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One action: who may, and what becomes of it in each state if they may.

    `outcomes` are `ok` or the code of the refusal, in the order of `STATES`. Whoever may not gets
    `forbidden` in every state: the right is asked before the state.
    """

    act: Callable[[Review, User], Any]
    who: set[str]
    outcomes: tuple[str, ...] = ("ok",) * 7
    only_in: tuple[str, ...] = EACH

    def expected(self, who: str, state: str) -> str:
        if who not in self.who:
            return "forbidden"
        return self.outcomes[EACH.index(state)]


def _piece(review: Review) -> Evidence:
    return Evidence.objects.current().filter(review=review)[0]


def _place(review: Review, quote: str) -> dict[str, Any]:
    revision = make.passage_of(review.claim).revision
    return {"revision": revision, **make.place_of(quote, revision)}


def _second_place(review: Review) -> Passage:
    return review.claim.passages.order_by("pk")[1]


def _revision(review: Review) -> Revision:
    return make.newest_revision(_article(review))


def _article(review: Review) -> Any:
    return make.passage_of(review.claim).revision.article


def _with_address() -> Article:
    return Article.objects.exclude(canonical_url="")[0]


def _feed() -> Feed:
    return Feed.objects.latest("pk")


def _endpoint() -> Endpoint:
    return Endpoint.objects.latest("pk")


def _failed_import(of: User) -> Import:
    return Import.objects.filter(status=JobStatus.FAILED, requested_by=of).latest("pk")


def _failed_batch(of: User) -> Batch:
    return Batch.objects.filter(status=JobStatus.FAILED, requested_by=of).latest("pk")


def _placement(decision: str) -> Placement:
    return Placement.objects.filter(decision=decision, is_certain=False).latest("pk")


@kept
def what_else_there_is(review: Review) -> None:
    """An article with an address, a feed, an endpoint with a test that failed, a batch, a passage that waits and one decided on.

    The claim under review stands in a second article too, and is offered in the one with an address. An import and a batch failed of each person, those
    of Ada last.
    """
    make.second_place(review.claim)
    make.imported_article(canonical_url="https://herald.example/ferry")
    make.feed()
    send_test(make.endpoint(), actor=person("Max"))
    Delivery.objects.update(status=Delivery.Status.FAILED)
    request_batch(actor=person("Ada"), file=b"url\nhttps://a.example/", filename="articles.csv")
    now = timezone.now()
    over = {"status": JobStatus.FAILED, "finished_at": now}
    people = [*(who() for who in WHO.values()), person("Ada")]
    Batch.objects.bulk_create(
        Batch(filename="notes.csv", error_code="no_columns", requested_by=each, **over) for each in people
    )
    Import.objects.bulk_create(Import(kind="text", requested_by=each, **over) for each in people)
    make.waiting_placement()
    make.decided_placement()
    compare_waiting()


WORDING = ("ok", "ok", "ok", "ok", "ok", "ok", "illegal_transition")
NO, OK = "illegal_transition", "ok"
WITH_EVIDENCE = EACH[1:]

POLICY: dict[str, Row] = {
    # articles
    "request_import": Row(lambda _, by: request_import(actor=by, text="A text to import."), WRITERS),
    "dismiss_batch": Row(lambda _, by: dismiss_batch(_failed_batch(person("Ada")), actor=by), EDITOR),
    "dismiss their own batch": Row(lambda _, by: dismiss_batch(_failed_batch(by), actor=by), WRITERS),
    "dismiss_import": Row(lambda _, by: dismiss_import(_failed_import(person("Ada")), actor=by), EDITOR),
    "dismiss their own import": Row(lambda _, by: dismiss_import(_failed_import(by), actor=by), WRITERS),
    "add_article": Row(lambda _, by: add_article(actor=by, text=make.TEXT, given={}), WRITERS),
    "change_article": Row(
        lambda review, by: change_article(
            _article(review), actor=by, version=_article(review).version, byline="A. Reporter"
        ),
        WRITERS,
    ),
    "revise": Row(lambda review, by: revise(_article(review), actor=by, text="A newer text."), WRITERS),
    "repair_text": Row(
        lambda review, by: repair_text(
            _revision(review), actor=by, leave_out=[len(_revision(review).blocks) - 1]
        ),
        WRITERS,
    ),
    "request_recheck": Row(lambda _, by: request_recheck(_with_address(), actor=by), WRITERS),
    "request_batch": Row(lambda _, by: request_batch(actor=by, file=b"url\nhttps://a.example/"), WRITERS),
    "request_lines": Row(
        lambda _, by: request_lines(actor=by, lines=[(1, Wish(text="A text."))]),
        WRITERS,
    ),
    # feeds
    "add_feed": Row(lambda _, by: add_feed(actor=by, url="https://courier.example/feed"), ADMINISTRATOR),
    "change_feed": Row(
        lambda _, by: change_feed(_feed(), actor=by, title="Courier", interval_minutes=60), ADMINISTRATOR
    ),
    "pause_feed": Row(lambda _, by: pause_feed(_feed(), actor=by), ADMINISTRATOR),
    "remove_feed": Row(lambda _, by: remove_feed(_feed(), actor=by), ADMINISTRATOR),
    "poll_feed_now": Row(lambda _, by: poll_feed_now(_feed(), actor=by), ADMINISTRATOR),
    # endpoints
    "add_endpoint": Row(
        lambda _, by: add_endpoint(
            actor=by, url="https://courier.example/hook", kinds=["publication.published"]
        ),
        ADMINISTRATOR,
    ),
    "change_endpoint": Row(
        lambda _, by: change_endpoint(
            _endpoint(), actor=by, url="https://courier.example/hook", kinds=["claim.flagged"]
        ),
        ADMINISTRATOR,
    ),
    "renew_secret": Row(lambda _, by: renew_secret(_endpoint(), actor=by), ADMINISTRATOR),
    "switch_off_endpoint": Row(lambda _, by: switch_off_endpoint(_endpoint(), actor=by), ADMINISTRATOR),
    "switch_on_endpoint": Row(lambda _, by: switch_on_endpoint(_endpoint(), actor=by), ADMINISTRATOR),
    "remove_endpoint": Row(lambda _, by: remove_endpoint(_endpoint(), actor=by), ADMINISTRATOR),
    "send_test": Row(lambda _, by: send_test(_endpoint(), actor=by), ADMINISTRATOR),
    "redeliver": Row(lambda _, by: redeliver(Delivery.objects.latest("pk"), actor=by), ADMINISTRATOR),
    # passages of other claims in newer texts
    "decide_placement": Row(
        lambda _, by: actions.decide_placement(_placement(""), actor=by, decision="accepted"), WRITERS
    ),
    "undo_placement": Row(lambda _, by: actions.undo_placement(_placement("removed"), actor=by), WRITERS),
    "mark_sentences": Row(
        lambda review, by: mark_sentences(
            actor=by, kind=ReadingMark.Kind.OPINION, **_place(review, make.QUOTES[3])
        ),
        WRITERS,
    ),
    # claims
    "flag_claim": Row(
        lambda review, by: actions.flag_claim(actor=by, **_place(review, make.QUOTES[2])), WRITERS
    ),
    "add_passage": Row(
        lambda review, by: actions.add_passage(review.claim, actor=by, **_place(review, make.QUOTES[3])),
        WRITERS,
        WORDING,
    ),
    "remove_passage": Row(
        lambda review, by: actions.remove_passage(review.claim, actor=by, passage=_second_place(review)),
        WRITERS,
        WORDING,
    ),
    "decline_offer": Row(
        lambda review, by: actions.decline_offer(review.claim, actor=by, article=_with_address()), WRITERS
    ),
    "change_claim": Row(
        lambda review, by: actions.change_claim(
            review.claim, actor=by, version=review.claim.version, said_where="at sea"
        ),
        WRITERS,
        WORDING,
    ),
    # the draft
    "save_draft": Row(
        lambda review, by: actions.save_draft(review, actor=by, version=review.version, summary="New."),
        WRITERS,
        WORDING,
    ),
    "add_source": Row(lambda _, by: actions.add_source(actor=by, **make.a_source()), WRITERS),
    "change_source": Row(
        lambda review, by: actions.change_source(_piece(review).source, actor=by, publisher="Another"),
        WRITERS,
        only_in=WITH_EVIDENCE,
    ),
    "add_evidence": Row(lambda review, by: make.add_evidence(review, by=by), WRITERS, WORDING),
    "change_evidence": Row(
        lambda review, by: actions.change_evidence(_piece(review), actor=by, locator="page 2"),
        WRITERS,
        WORDING,
        only_in=WITH_EVIDENCE,
    ),
    "remove_evidence": Row(
        lambda review, by: actions.remove_evidence(_piece(review), actor=by),
        WRITERS,
        WORDING,
        only_in=WITH_EVIDENCE,
    ),
    # who and when
    "take a free one": Row(
        lambda review, by: actions.assign(review, actor=by, assignee=by), WRITERS, only_in=("flagged",)
    ),
    "take from another": Row(
        lambda review, by: actions.assign(review, actor=by, assignee=by), EDITOR, only_in=WITH_EVIDENCE
    ),
    "assign": Row(
        lambda review, by: actions.assign(review, actor=by, assignee=person("Nell", "reporter")), EDITOR
    ),
    "unassign": Row(
        lambda review, by: actions.assign(review, actor=by, assignee=None), EDITOR, only_in=WITH_EVIDENCE
    ),
    "prioritise": Row(lambda review, by: actions.prioritise(review, actor=by, priority=3), EDITOR),
    # the verdict
    "submit": Row(lambda review, by: actions.submit(review, actor=by), WRITERS, (NO, OK, NO, NO, NO, NO, NO)),
    "withdraw": Row(
        lambda review, by: actions.withdraw(review, actor=by), WRITERS, (NO, NO, "forbidden", NO, NO, NO, NO)
    ),
    "sign_off": Row(
        lambda review, by: actions.sign_off(review, actor=by), EDITOR, (NO, NO, OK, NO, NO, NO, NO)
    ),
    "return_verdict": Row(
        lambda review, by: actions.return_verdict(review, actor=by, note="Name the year."),
        EDITOR,
        (NO, NO, OK, NO, NO, NO, NO),
    ),
    "decline": Row(
        lambda review, by: actions.decline(review, actor=by, reason="Not ours."),
        EDITOR,
        (OK, OK, OK, NO, NO, NO, NO),
    ),
    "reopen": Row(
        lambda review, by: actions.reopen(review, actor=by, reason="New figures."),
        EDITOR,
        (NO, NO, NO, OK, OK, OK, OK),
    ),
    "publish": Row(
        lambda review, by: publish(review, actor=by),
        PUBLISHER,
        ("not_ready", "not_ready", "not_ready", OK, OK, OK, "not_ready"),
    ),
    "reschedule": Row(
        lambda review, by: reschedule(review.publication, actor=by, publish_at=TOMORROW + timedelta(days=1)),
        PUBLISHER,
        only_in=("scheduled",),
    ),
    "call_off": Row(
        lambda review, by: call_off(review.publication, actor=by), PUBLISHER, only_in=("scheduled",)
    ),
}
