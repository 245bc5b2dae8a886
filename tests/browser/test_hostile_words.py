"""Words that are meant to run do not, wherever they stand: they are shown as they were written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import escape
from textwrap import wrap
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from articles.actions import (
    add_article,
    carry_out_batch,
    carry_out_import,
    carry_out_poll,
    request_batch,
    request_import,
    revise,
)
from articles.batches.models import Batch
from articles.feeds.models import Feed, FeedEntry
from articles.models import Import, Passage
from factcheck.accounts.models import User
from factcheck.jobs.models import JobStatus
from factcheck.jobs.runner import perform
from publishing.models import Publication
from reviews import actions
from tests import factories as make
from tests.articles import documents
from tests.articles.canary import Server, page as page_of, serving
from tests.articles.feeding import feed_page, item, rss
from tests.browser import hands
from tests.cast import person

PAYLOADS = (
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(2)>',
    "' autofocus onfocus='alert(3)",
    "</script><script>alert(4)</script>",
    "</title></textarea></style><script>alert(5)</script>",
    "<!--<script>alert(6)//-->",
    "<iframe srcdoc='<script>parent.alert(7)</script>'>",
    "<details open ontoggle=alert(8)>",
    "<math><mtext><table><mglyph><style><img src onerror=alert(9)>",
    "]]><script>alert(10)</script>",
    "{{ 7*7 }}{% load x %}${7*7}",
    "\\u003cimg src=x onerror=alert(12)\\u003e",
)
ALL = " ".join(PAYLOADS)


def words(place: str) -> str:
    """Return all of them, so that one page tries all at each place; `place` tells them apart."""
    return f"{place} {ALL}"


@pytest.fixture
def publication(ada: User, cleo: User) -> Publication:
    """A check in which every text that somebody can write is hostile."""
    for user in (ada, cleo):
        user.name = words(user.name)[:120]
        user.save()
    given = {
        "title": words("title"),
        "byline": words("byline")[:300],
        "outlet_name": words("outlet")[:200],
        "canonical_url": "https://herald.example/?q=<script>alert(1)</script>'\"",
        "language": "en",
    }
    quote = words("passage")
    article, _known = add_article(actor=ada, text=f"{quote}\n\n{make.TEXT}", given=given)
    review = make.review_of(
        make.flagged_claim(
            article=article,
            quote=article.revisions.get().text.partition("\n")[0],
            by=ada,
            statement=words("statement"),
            claimant=words("claimant")[:200],
            said_where=words("where")[:300],
            topics=[words("topic")[:80], "</script>"],
        )
    )
    make.add_evidence(
        review,
        by=ada,
        source=make.a_source(
            title=words("source")[:500],
            publisher=words("publisher")[:200],
            author=words("author")[:200],
            url="https://harbour.example/?q=<script>alert(1)</script>'\"",
        ),
        quote=words("evidence"),
        locator=words("locator")[:200],
        note=words("note"),
    )
    explanation = f"{words('explanation')} [1] [link](javascript:alert(1)) <javascript:alert(2)>\n\n- {ALL}"
    rating = make.rating()
    review = make.draft(review, by=ada, rating=rating, summary=words("sum")[:200], explanation=explanation)
    actions.submit(make.review_of(review), actor=ada)
    actions.sign_off(make.review_of(review), actor=cleo, note=words("sign-off"))
    return make.published(make.review_of(review))


def test_the_payloads_are_live(browser: Browser) -> None:
    """Without escaping most of them run; if not, the tests below would show nothing."""
    context = browser.new_context()
    fired = []

    def note(dialog: Dialog) -> None:
        fired.append(dialog.message)
        dialog.dismiss()

    for payload in PAYLOADS:
        page = context.new_page()
        page.on("dialog", note)
        page.set_content(f"<title>{payload}</title><p>{payload}<p title='{payload}'><p title=\"{payload}\">")
        page.close()
    context.close()
    assert len(set(fired)) >= len(PAYLOADS) // 2


@pytest.mark.case("X1", "X7", "X12")
def test_nothing_runs_and_everything_is_shown(
    context: BrowserContext, desk_server: str, publication: Publication, ada: User, ben: User
) -> None:
    claim = publication.review.claim
    article = claim.passages.get().revision.article
    Import.objects.create(
        requested_by=ada,
        kind=Import.Kind.URL,
        url="https://herald.example/<script>alert(1)</script>",
        status=JobStatus.FAILED,
        error_code="refused",
        error_detail=words("reason"),
    )
    hands.sign_in(context, desk_server, ada)
    page = context.new_page()
    for path, places in (
        (f"/desk/claims/{claim.pk}/", "statement claimant where source publisher author evidence note "
         "explanation sum sign-off passage"),
        (f"/desk/articles/{article.pk}/", "title byline outlet passage statement"),
        ("/desk/articles/", "title outlet"),
        ("/desk/queue/?state=published", "statement outlet"),
        ("/desk/", "statement"),
        (f"/desk/queue/?q={ALL[:180]}", ""),
        (publication.path, "statement claimant source publisher author evidence explanation sum title"),
        (f"{publication.path}v/1/", "statement explanation"),
        (article.summary.path, "title byline outlet statement sum"),
        ("/", "statement sum"),
    ):  # fmt: skip
        page.goto(path)
        expect(page.locator("main")).to_be_visible()
        text = " ".join(page.locator("body").inner_text().split())
        for place in places.split():
            assert f"{place} {PAYLOADS[0]} {PAYLOADS[1]}".casefold() in text.casefold(), (path, place)
        # In the page's body no script stands but data.
        assert page.locator("main :is(iframe, object, embed, script:not([type])), [onerror]").count() == 0
        assert not [
            link
            for link in page.locator("a").evaluate_all("(links) => links.map((a) => a.href)")
            if not link.startswith(("http://", "https://"))
        ]


@pytest.mark.case("X7", "X8")
def test_the_data_for_machines_says_what_the_desk_wrote(
    page: Page, desk_server: str, publication: Publication
) -> None:
    page.goto(publication.path)
    scripts: list[Any] = [json.loads(each) for each in page.locator("[type$='ld+json']").all_inner_texts()]
    assert len(scripts) == 1
    assert scripts[0]["claimReviewed"] == words("statement")
    assert scripts[0]["reviewBody"] == words("sum")[:200]
    assert scripts[0]["itemReviewed"]["author"]["name"] == words("claimant")[:200]
    assert page.title().startswith(f"Mostly false: {words('statement')}"[:60])
    about = page.locator('meta[property="og:title"]').get_attribute("content")
    assert about == f"Mostly false: {words('statement')}"


@pytest.mark.case("X1")
def test_hostile_words_in_two_texts_of_an_article_are_words(
    context: BrowserContext, desk_server: str, ada: User
) -> None:
    """In the comparison, on the page where passages are decided on, and in the text to choose from."""
    old, new = words("passage"), words("other").replace("alert", "confirm")
    gone, twice = words("gone"), words("twice")
    article, _known = add_article(actor=ada, text=f"{old}\n\n{gone}\n\n{twice}\n\n{make.TEXT}", given={})
    for quote in make.newest_revision(article).text.split("\n")[:3]:
        make.flagged_claim(article=article, quote=quote, by=ada, statement=words("statement"))
    revise(article, actor=ada, text=f"{twice}\n\n{new}\n\n{make.TEXT}\n\n{twice}")
    hands.sign_in(context, desk_server, ada)
    page = context.new_page()
    page.goto(f"/desk/articles/{article.pk}/compare/")
    shown = page.locator("main").inner_text()
    assert PAYLOADS[0] in shown
    assert PAYLOADS[0].replace("alert", "confirm") in shown
    page.goto(f"/desk/articles/{article.pk}/changes/")
    for link in page.locator(".recon-item").all():
        link.click()
        expect(page.locator(".recon-panel:visible .sides")).to_contain_text("<script>")
        page.keyboard.press("2")
        expect(page.locator("#whole-text")).to_contain_text(f"twice {PAYLOADS[0]}")
    assert (
        page.locator(".sides :is(img, svg:not(.icon), script, iframe, math, [onerror], [onload])").count()
        == 0
    )


@pytest.mark.case("X1")
def test_hostile_words_pass_through_scripts_unharmed(
    context: BrowserContext, desk_server: str, open_browser: Callable[..., BrowserContext], ada: User
) -> None:
    """What modules put into the page: the card, the palette, toasts, two drafts, the preview."""
    quote = words("passage")
    article, _known = add_article(actor=ada, text=f"{quote}\n\n{make.TEXT}", given={"title": "Words"})
    hands.sign_in(context, desk_server, ada)
    page = context.new_page()
    page.goto(f"/desk/articles/{article.pk}/")
    card = hands.flag(page, quote[: quote.index(">") + 1])
    expect(card.locator("[data-quote]")).to_have_text(f"passage {PAYLOADS[0]}")
    hands.save_claim(page, card)
    passage = Passage.objects.get()
    assert passage.exact == f"passage {PAYLOADS[0]}"

    review = make.review_of(passage.claim)
    page.goto(f"/desk/claims/{review.claim_id}/")
    make.draft(review, by=person("Ben"), summary=words("theirs")[:200])
    page.get_by_label("Explanation", exact=True).fill(words("preview"))
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[data-preview]")).to_contain_text(f"preview {PAYLOADS[0]}")
    page.get_by_label("Summary, one sentence").fill(words("mine")[:200])
    page.keyboard.press("Control+k")
    page.keyboard.insert_text(ALL)
    expect(page.locator("#palette [data-search]").first).to_contain_text(PAYLOADS[0])
    page.keyboard.press("Escape")


HEAD = f"<title>{escape(ALL)}</title><meta name=author content='Ann &lt;script>alert(1)&lt;/script> Lee'>"
TEXT = "".join(f"<p>{line}</p>" for line in make.TEXT.splitlines() if line)
AROUND = "Before {} and after, as the harbour office said on Monday."
LIVE = f"<!doctype html>{HEAD}<article>{TEXT}" + "".join(f"<p>{AROUND.format(one)}</p>" for one in PAYLOADS)
QUOTED = f"<!doctype html>{HEAD}<article>{TEXT}" + "".join(
    f"<p>{AROUND.format(escape(one))}</p>" for one in PAYLOADS
)
PLAIN = "\n\n".join(["Words", make.TEXT, *map(AROUND.format, PAYLOADS)])
LINES = ["Words", *filter(None, make.TEXT.splitlines()), *map(AROUND.format, PAYLOADS)]
MAIL = b"From: %s <a@b.example>\nSubject: %s\nMIME-Version: 1.0\nContent-Type: %%s; charset=utf-8\n\n" % (
    PAYLOADS[1].replace("<", "").replace(">", "").encode(),
    PAYLOADS[0].encode(),
)


def _pdf() -> bytes:
    """Each line a paragraph, with what it says about itself."""
    pieces = [wrap(line, 90) for line in LINES]
    rows = [row for piece in pieces for row in (*piece, "")]
    pages = [rows[first : first + 48] for first in range(0, len(rows), 48)]
    about = PAYLOADS[0].replace("(", "\\(").replace(")", "\\)")
    drawn = [documents.drawn(documents.lines(40, 760, page, leading=14)) for page in pages]
    return documents.pdf(drawn, info=f"/Title({about})/Author({about})")


def _captions() -> bytes:
    cues = (f"00:{number:02}.000 --> 00:{number + 1:02}.000\n{line}" for number, line in enumerate(LINES))
    return "\n\n".join(["WEBVTT", *cues]).encode()


HANDED_IN: dict[str, dict[str, Any]] = {
    "pasted": {"text": PLAIN},
    "pasted source": {"text": LIVE},
    "plain file": {"file": PLAIN.encode(), "filename": f"{PAYLOADS[0]}.txt", "content_type": "text/plain"},
    "markdown file": {"file": f"# {PLAIN}".encode(), "filename": "a.md"},
    "saved page": {"file": LIVE.encode(), "filename": "a.html", "content_type": "text/html"},
    "saved page, quoted": {"file": QUOTED.encode(), "filename": "a.html", "content_type": "text/html"},
    "PDF": {"file": _pdf(), "filename": "a.pdf"},
    "Word": {"file": documents.docx("".join(f"<w:p><w:r><w:t>{escape(one)}</w:t></w:r></w:p>" for one in LINES))},
    "OpenDocument": {"file": documents.zipped(documents.odt_parts("".join(f"<t:p>{escape(one)}</t:p>" for one in LINES)))},
    "e-book": {"file": documents.epub([f"<h1>Words</h1>{''.join(f'<p>{escape(one)}</p>' for one in LINES)}"])},
    "rich text": {"file": b"{\\rtf1 " + "\\par ".join(re.sub(r"([\\{}])", r"\\\1", one) for one in LINES).encode() + b"}"},
    "mail": {"file": MAIL % b"text/plain" + PLAIN.encode()},
    "mail with a page": {"file": MAIL % b"text/html" + LIVE.encode()},
    "transcript": {"file": _captions(), "filename": "a.vtt"},
}  # fmt: skip


@pytest.mark.case("X2")
@pytest.mark.parametrize("way", HANDED_IN)
def test_what_is_handed_in_runs_nowhere(
    context: BrowserContext, desk_server: str, ada: User, way: str
) -> None:
    look_at(context, desk_server, ada, request_import(actor=ada, **HANDED_IN[way]), way)


@pytest.mark.case("X2")
def test_what_is_fetched_runs_nowhere(
    context: BrowserContext, desk_server: str, ada: User, settings: Any
) -> None:
    with serving() as server:
        settings.FETCH_ALLOW = [server.place]
        url = server.says("/?q=<script>alert(1)</script>", page_of(LIVE))
        server.answers.setdefault("/?q=%3Cscript%3Ealert(1)%3C/script%3E", page_of(LIVE))
        look_at(context, desk_server, ada, request_import(actor=ada, url=url), "address")


@pytest.mark.case("X2")
def test_what_comes_in_rows_runs_nowhere(context: BrowserContext, desk_server: str, ada: User) -> None:
    rows = [
        {"title": PAYLOADS[0], "byline": PAYLOADS[1], "outlet": PAYLOADS[4], "text": PLAIN},
        {"title": ALL[:400], "text": LIVE},
    ]
    batch = request_batch(
        actor=ada, file="\n".join(map(json.dumps, rows)).encode(), filename=f"{PAYLOADS[0]}.ndjson"
    )
    perform(Batch, batch.pk, carry_out_batch)
    jobs = list(Import.objects.all())
    assert len(jobs) == len(rows)
    for job in jobs:
        look_at(context, desk_server, ada, job, "row")
    page = context.new_page()
    page.goto(f"/desk/batches/{batch.pk}/")
    expect(page.locator("main")).to_be_visible()
    assert page.locator(ALIVE).count() == 0


# Where live markup is taken for what it is, and left out.
MARKED_UP = {
    "address",
    "pasted source",
    "row",
    "markdown file",
    "saved page",
    "mail with a page",
    "transcript",
}
ALIVE = (
    "main :is(iframe, object, embed, math, script:not([type])), main [onerror], main [onload], main [onfocus]"
)


def look_at(context: BrowserContext, desk_server: str, ada: User, job: Import, way: str) -> None:
    """Have it imported and go to every page that shows it."""
    perform(Import, job.pk, carry_out_import)
    job.refresh_from_db()
    assert job.article, (job.error_code, job.error_detail)
    text = make.newest_revision(job.article).text
    assert make.TEXT.splitlines()[-1][-40:] in text
    if way not in MARKED_UP:
        shown = sum(" ".join(one.split())[:20] in text for one in PAYLOADS)
        assert shown >= len(PAYLOADS) // 2, text
    hands.sign_in(context, desk_server, ada)
    page = context.new_page()
    for path in (
        f"/desk/articles/{job.article.pk}/",
        f"/desk/articles/{job.article.pk}/annotated-copy/",
        "/desk/articles/",
    ):
        page.goto(path)
        expect(page.locator("main")).to_contain_text(job.article.title)
        assert page.locator(ALIVE).count() == 0


def _hostile_feed(server: Server) -> bytes:
    """Entries with a page, without one, and with a link that would run; payloads as marks and as words."""
    quoted = escape(ALL)
    text = f"<p>{make.QUOTE}. It says more.</p>" + "".join(f"<p>{AROUND.format(one)}</p>" for one in PAYLOADS)
    whole = f"<content:encoded>{escape(text)}</content:encoded>"
    server.says("/articles/1", page_of(LIVE))
    server.says("/articles/2", page_of("", status="403 No"))
    server.says("/articles/3", page_of("", status="404 No"))
    return feed_page(
        rss(
            item(1, title=f"title {ALL}", description=ALL),
            item(2, title=f"second {quoted}", description=quoted).replace("</item>", f"{whole}</item>"),
            item(3, title=f"failed {quoted}"),
            item(4, title=f"fourth {quoted}", link="javascript:alert(1)", guid=ALL).replace(
                "</item>", f"{whole.replace('more', 'different')}</item>"
            ),
            title=f"feed {quoted}",
        )
    )


@pytest.mark.case("X2", "X6")
def test_what_a_feed_says_runs_neither_at_the_desk_nor_on_the_public_site(
    context: BrowserContext, desk_server: str, ada: User, settings: Any
) -> None:
    with serving() as server:
        settings.FETCH_ALLOW = [server.place]
        feed = make.feed(url=server.url("/feed"))
        server.says("/feed", _hostile_feed(server))
        perform(Feed, feed.pk, carry_out_poll)
        for job in Import.objects.order_by("pk"):
            perform(Import, job.pk, carry_out_import)
    articles = {entry.title.split()[0]: entry.job.article for entry in FeedEntry.objects.all()}
    second, fourth = articles["second"], articles["fourth"]
    assert articles["title"]
    assert second
    assert fourth
    assert (articles["failed"], fourth.canonical_url) == (None, "")
    publication = make.published(article=second, quote=make.QUOTE, by=ada)
    hands.sign_in(context, desk_server, ada)
    page = context.new_page()
    shown = f"second {PAYLOADS[0]}"
    for path, words in (
        ("/desk/articles/", shown),
        (f"/desk/articles/{second.pk}/", shown),
        (f"/desk/articles/{fourth.pk}/", f"fourth {PAYLOADS[0]}"),
        ("/desk/settings/feeds/", f"feed {PAYLOADS[0]}"),
        (f"/desk/settings/feeds/{feed.pk}/", f"failed {PAYLOADS[0]}"),
        (f"/desk/claims/{publication.review.claim_id}/", shown),
        (publication.path, shown),
        (second.summary.path, shown),
    ):
        page.goto(path)
        assert words in " ".join(page.locator("body").inner_text().split()), path
        assert page.locator(":is(iframe, object, embed, [onerror], [onload])").count() == 0, path
        links = page.locator("a").evaluate_all("(links) => links.map((a) => a.href)")
        assert not [link for link in links if not link.startswith(("http://", "https://"))], path
