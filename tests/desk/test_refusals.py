"""What is refused is refused with its reason, and with the words that were typed; junk is never a 500."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory

from factcheck.accounts.models import User
from factcheck.errors import Busy, DomainError, Forbidden, Malformed, NotReady, NotThere, StaleVersion
from factcheck.forms import DeadlineField, IdField, LineField, PlainTextField
from factcheck.refusals import by_field, in_html, sentence
from reviews import actions
from reviews.models import Review
from tests import factories as make
from tests.cast import person, signed_in
from tests.database import nothing_changes
from tests.desk.hand import SOURCE, at, desk_paths, draft_form, post, text_of

HOSTILE = "<img src=x onerror=alert(1)>'\"</textarea><script>alert(2)</script>"

# --- Fields --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\u2028b\u2029c\x85d\x0be\x0cf", "a\nb\nc\nd\ne\nf"),
        ("tab\tstays", "tab\tstays"),
        ("be\x07ll\x1b[31m\x7f\x9f", "bell[31m"),
        ("Cafe\u0301", "Café"),
        ("x\ufffey\uffff", "xy"),
        ("👩\u200d👩\u200d👧 \u202eabc", "👩\u200d👩\u200d👧 \u202eabc"),
        ("  edges  ", "edges"),
    ],
)
def test_text_is_kept_but_for_what_nobody_sees(typed: str, kept: str) -> None:
    assert PlainTextField().clean(typed) == kept


@pytest.mark.parametrize("broken", ["a\x00b", "\ud800", "a\udfffb", "x\udcffy"])
def test_broken_text_is_refused(broken: str) -> None:
    for field in (PlainTextField(), LineField()):
        with pytest.raises(ValidationError):
            field.clean(broken)


def test_a_line_has_no_breaks() -> None:
    assert LineField().clean(" one\r\n two\t three\u00a0four ") == "one two three four"


@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", "9" * 20, "9" * 5000, "1e3", "\x00"])
def test_an_id_fits_a_row(value: str) -> None:
    with pytest.raises(ValidationError):
        IdField().clean(value)


@pytest.mark.parametrize(
    "value", ["1999-01-01T00:00", "9999-12-31T23:59", "0001-01-01T00:00", "2026-02-30T10:00"]
)
def test_a_deadline_is_near(value: str) -> None:
    with pytest.raises(ValidationError):
        DeadlineField().clean(value)


# --- Each refusal keeps the words ----------------------------------------------------------------

NOTE = "Three points, carefully written: the year, the source, the tone."


def _meanwhile(change: Callable[[Review], Any]) -> Callable[[Review], None]:
    return lambda review: change(make.review_of(review))


# name, state, who, what was sent, what happened meanwhile, the status of the answer
REFUSED: dict[str, tuple[str, Callable[[], Review], str, dict[str, Any], Callable[[Review], Any], int]] = {
    "return, but it was taken back": (
        "return",
        make.submitted,
        "Cleo",
        {"verdict": 1, "note": NOTE},
        lambda review: actions.withdraw(review, actor=person("Ada")),
        409,
    ),
    "return, but another verdict is up": (
        "return",
        make.submitted,
        "Cleo",
        {"verdict": 7, "note": NOTE},
        lambda review: None,
        409,
    ),
    "return without saying of what": (
        "return",
        make.submitted,
        "Cleo",
        {"note": NOTE},
        lambda review: None,
        400,
    ),
    "sign off, but it was signed off": (
        "sign_off",
        make.submitted,
        "Cleo",
        {"verdict": 1, "note": NOTE},
        lambda review: actions.sign_off(review, actor=person("Dan")),
        409,
    ),
    "decline, but it was declined": (
        "decline",
        make.flagged,
        "Cleo",
        {"reason": NOTE},
        lambda review: actions.decline(review, actor=person("Dan"), reason="No."),
        409,
    ),
    "decline without the right": (
        "decline",
        make.flagged,
        "Ada",
        {"reason": NOTE},
        lambda review: None,
        403,
    ),
    "reopen, but it was reopened": (
        "reopen",
        make.declined,
        "Cleo",
        {"reason": NOTE},
        lambda review: actions.reopen(review, actor=person("Dan"), reason="Yes."),
        409,
    ),
    "decline with too many words": (
        "decline",
        make.flagged,
        "Cleo",
        {"reason": NOTE * 20},
        lambda review: None,
        400,
    ),
    "a source, but it was declined": (
        "evidence_add",
        make.flagged,
        "Ada",
        {**SOURCE, "note": NOTE},
        lambda review: actions.decline(review, actor=person("Cleo"), reason="No."),
        409,
    ),
    "a source without an address": (
        "evidence_add",
        make.flagged,
        "Ada",
        {**SOURCE, "url": "", "note": NOTE},
        lambda review: None,
        400,
    ),
    "a source with a script for an address": (
        "evidence_add",
        make.flagged,
        "Ada",
        {**SOURCE, "url": "javascript:alert(1)", "note": NOTE},
        lambda review: None,
        400,
    ),
    "a source without a stance": (
        "evidence_add",
        make.flagged,
        "Ada",
        {**SOURCE, "stance": "sideways", "note": NOTE},
        lambda review: None,
        400,
    ),
    "a confidential source without a description": (
        "evidence_add",
        make.flagged,
        "Ada",
        {**SOURCE, "confidential": "on", "note": NOTE},
        lambda review: None,
        400,
    ),
    "facts, but it was declined": (
        "facts",
        make.flagged,
        "Ada",
        {"version": 1, "said_where": NOTE},
        lambda review: actions.decline(review, actor=person("Cleo"), reason="No."),
        409,
    ),
    "facts, but somebody changed them": (
        "facts",
        make.flagged,
        "Ada",
        {"version": 7, "said_where": NOTE},
        lambda review: None,
        409,
    ),
    "facts on no day": (
        "facts",
        make.flagged,
        "Ada",
        {"version": 1, "said_on": "2026-13-01", "said_where": NOTE},
        lambda review: None,
        400,
    ),
    "a draft, but it was sent": (
        "draft",
        make.drafted,
        "Ben",
        {"version": 2, "explanation": NOTE},
        lambda review: actions.submit(review, actor=person("Ada")),
        409,
    ),
    "a draft, but it was declined": (
        "draft",
        make.drafted,
        "Ada",
        {"version": 2, "explanation": NOTE},
        lambda review: actions.decline(review, actor=person("Cleo"), reason="No."),
        409,
    ),
    "a draft without its version": (
        "draft",
        make.drafted,
        "Ada",
        {"explanation": NOTE},
        lambda review: None,
        400,
    ),
    "a draft with too long a summary": (
        "draft",
        make.drafted,
        "Ada",
        {"version": 2, "summary": "x" * 241, "explanation": NOTE},
        lambda review: None,
        400,
    ),
    "a draft with another rating": (
        "draft",
        make.drafted,
        "Ada",
        {"version": 2, "rating": "pants-on-fire", "explanation": NOTE},
        lambda review: None,
        400,
    ),
    "a draft without a statement": (
        "draft",
        make.drafted,
        "Ada",
        {"version": 2, "statement": " ", "explanation": NOTE},
        lambda review: None,
        400,
    ),
    "sending, but it was declined": (
        "submit",
        make.drafted,
        "Ada",
        {"version": 2, "explanation": NOTE},
        lambda review: actions.decline(review, actor=person("Cleo"), reason="No."),
        409,
    ),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_a_refusal_keeps_the_words(case: Any, db: None) -> None:
    name, build, who, fields, meanwhile, status = case
    review = build()
    meanwhile(make.review_of(review))
    user = person(who)
    with nothing_changes():
        html = text_of(post(user, name, review, **fields), status)
    assert NOTE in html
    assert 'role="alert"' in html


def test_words_that_were_kept_are_shown_as_words(ada: User, cleo: User) -> None:
    review = make.flagged()
    actions.decline(review, actor=cleo, reason="No.")
    fields = {**SOURCE, "title": HOSTILE, "note": HOSTILE, "public_description": HOSTILE}
    html = text_of(post(ada, "evidence_add", review, **fields), 409)
    assert "<img src=x" not in html
    assert "<script>alert" not in html
    assert html.count("&lt;img src=x") >= 3


@pytest.mark.case("X1", "X6")
def test_hostile_words_on_the_page_of_a_claim(ada: User, cleo: User) -> None:
    article = make.imported_article(title=HOSTILE, outlet_name=HOSTILE)
    review = make.flagged(article=article, statement=HOSTILE, claimant=HOSTILE, said_where=HOSTILE)
    source = make.a_source(title=HOSTILE, publisher=HOSTILE, author=HOSTILE)
    make.add_evidence(review, source=source, quote=HOSTILE, note=HOSTILE, locator=HOSTILE)
    words = f"{HOSTILE} [1] [a](javascript:alert(1)) <b onclick=x>y</b>"
    make.draft(review, rating=make.rating(), summary=HOSTILE, explanation=words)
    pages = [text_of(signed_in(ada).get(at("claim", review)))]
    make.submit(review)
    pages += [text_of(signed_in(cleo).get(path)) for path in (at("claim", review), "/desk/", "/desk/queue/")]
    post(cleo, "return", review, verdict=1, note=HOSTILE)
    pages += [text_of(signed_in(ada).get(path)) for path in (at("claim", review), "/desk/")]
    for html in pages:
        assert "<img src=x" not in html
        assert "<script>alert" not in html
        assert "<b onclick" not in html
        assert 'href="javascript' not in html
        assert "&lt;img src=x" in html


# --- Junk ----------------------------------------------------------------------------------------

JUNK: dict[str, str] = {
    "nothing": "",
    "NUL": "\x00",
    "a long number": "9" * 5000,
    "more than fits": str(2**63),
    "below nothing": "-1",
    "text": "x",
    "a script": HOSTILE,
    "a megabyte": "x" * 1_000_000,
    "right to left": "\u202e\u2066\u200b",
    "no characters": "\ufffe\uffff",
    "a day that is none": "2026-02-31",
    "the last day": "9999-12-31T23:59",
    "the first day": "0001-01-01T00:00",
}
FIELDS = [
    "review",
    "assignee",
    "priority",
    "due_at",
    "set",
    "next",
    "source",
    "url",
    "text",
    "title",
    "byline",
    "outlet",
    "published_at",
    "language",
    "canonical_url",
    "revision",
    "start",
    "end",
    "exact",
    "statement",
    "claimant",
    "said_on",
    "said_where",
    "topics",
    "version",
    "rating",
    "summary",
    "explanation",
    "kind",
    "publisher",
    "author",
    "published_on",
    "is_primary",
    "stance",
    "quote",
    "locator",
    "note",
    "confidential",
    "public_description",
    "verdict",
    "reason",
]


@pytest.mark.case("Z4")
@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK)
def test_junk_in_every_field_of_every_form_is_never_a_500(junk: str, db: None) -> None:
    review = make.submitted()
    browser = signed_in(person("Uma", "reporter", "editor", "publisher", "administrator"))
    browser.raise_request_exception = False
    for name, path in desk_paths(review).items():
        answer = browser.post(path, dict.fromkeys(FIELDS, junk))
        assert answer.status_code < 500, name


@pytest.mark.case("Z4")
@pytest.mark.parametrize("junk", ["\x00", "9" * 5000, "x", "2026-02-31", "9999-12-31T23:59", str(2**63)])
def test_junk_in_one_field_of_a_good_form_is_400_and_changes_nothing(junk: str, db: None) -> None:
    review = make.drafted()
    good: dict[str, dict[str, Any]] = {
        "triage": {"priority": "high", "due_at": "2026-12-01T10:00"},
        "assign": {"assignee": person("Ben").pk},
        "sign_off": {"verdict": 1},
        "facts": {"version": 1, "said_on": "2026-12-01"},
        "draft": {"version": 2},
    }
    cleo = person("Cleo")
    for name, fields in good.items():
        for field in fields:
            with nothing_changes():
                assert post(cleo, name, review, **{**fields, field: junk}).status_code == 400, (name, field)


@pytest.mark.case("Z4", "C3")
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"version": 2, "summary": "x"}'),
        ("text/plain", b"version=2&summary=x"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("multipart/form-data; boundary=\xff", b"--x"),
        ("application/x-www-form-urlencoded; charset=no-such-thing", b"version=2"),
        ("application/x-www-form-urlencoded", b"version=2&summary=%ed%a0%80&explanation=%ff%fe"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(1200))),
        ("", b"\x00\xff"),
    ],
)
def test_a_body_of_another_kind_is_not_taken_for_a_form(content_type: str, body: bytes, ada: User) -> None:
    review = make.drafted()
    browser: Client = signed_in(ada)
    browser.raise_request_exception = False
    for name in ("draft", "submit", "evidence_add", "facts"):
        answer = browser.generic("POST", at(name, review), body, content_type)
        assert 300 <= answer.status_code < 500, (name, answer.status_code)
        if not content_type.startswith("application/x-www-form-urlencoded"):
            assert answer.status_code in {400, 415}, name
            assert make.review_of(review).status == Review.Status.RESEARCHING


def test_half_characters_are_replaced_before_they_come_near_the_database(ada: User) -> None:
    review = make.drafted()
    form = draft_form(review)
    body = f"version={form['version']}&summary=a%ed%a0%80b".encode()
    answer = signed_in(ada).generic("POST", at("draft", review), body, "application/x-www-form-urlencoded")
    assert answer.status_code == 303
    assert make.review_of(review).summary == "a\ufffd\ufffd\ufffdb"


# --- Refusals that no view catches ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (Malformed.at("/x", "Too short."), 400, "could not be read"),
        (Forbidden(detail="An editor does this."), 403, "An editor does this."),
        (NotThere(), 404, "nothing at this address"),
        (StaleVersion(current={}), 409, "Somebody else changed this"),
        (NotReady([{"code": "a", "detail": "Choose a rating."}]), 409, "Choose a rating."),
        (Busy(), 503, "not available for the moment"),
    ],
)
def test_each_refusal_has_a_page(error: DomainError, status: int, words: str) -> None:
    answer = in_html(RequestFactory().get("/desk/"), error)
    assert words in text_of(answer, status)


def test_a_refusal_says_all_that_is_wrong() -> None:
    error = Malformed(
        [
            {"pointer": "/url", "code": "a", "detail": "No address."},
            {"pointer": "/url", "code": "b", "detail": "Not ours."},
            {"pointer": "", "code": "c", "detail": "Too much."},
        ]
    )
    assert sentence(error) == "No address. Not ours. Too much."
    assert by_field(error) == {"url": "No address. Not ours.", "all": "Too much."}


def test_an_address_that_is_not_there_looks_like_one_that_is_not_for_you(eve: User, ada: User) -> None:
    review = make.researched()
    piece = make.confidential_evidence(review, by=person("Ben"))
    there = post(ada, "evidence_change", review, piece.pk, **SOURCE)
    gone = post(ada, "evidence_change", review, 987654, **SOURCE)
    assert (there.status_code, gone.status_code) == (404, 404)
    assert there.content == gone.content


def test_every_form_field_for_text_is_a_careful_one() -> None:
    """A bare CharField would let control characters in."""
    import articles.forms
    import publishing.forms
    import reviews.forms
    import reviews.views.articles
    import reviews.views.queue

    modules = (articles.forms, reviews.forms, publishing.forms, reviews.views.articles, reviews.views.queue)
    bare = {
        f"{form.__name__}.{name}"
        for module in modules
        for form in vars(module).values()
        if isinstance(form, type) and issubclass(form, forms.Form)
        for name, field in form.base_fields.items()  # type: ignore[attr-defined]
        if type(field) is forms.CharField
    }
    # Compared with the text and not stored; signed; taken apart by the form itself.
    assert bare == {
        "FlagForm.exact",
        "ArticlesForm.cursor",
        "ArticlesForm.failed_batches",
        "ArticlesForm.failed_imports",
        "QueueForm.cursor",
        "QueueForm.rating",
        "QueueForm.assignee",
    }
