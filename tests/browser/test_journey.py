"""The whole chain in a browser: from a pasted text to a page that readers see.

A real worker does what happens in the background.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from articles.models import Article, Passage
from factcheck.accounts.models import User
from factcheck.accounts.roles import Role
from publishing.models import Publication
from reviews.models import Review, Signature
from tests.browser import hands
from tests.cast import give_role
from tests.database import nothing_changes

TITLE = "A harbour town bets on its night ferry"
WORDS = "carried 41,000 passengers in 2024"
STATEMENT = "The night ferry to Vell carried 41,000 passengers in 2024."
SUMMARY = "The harbour board’s table shows 38,900 passengers, and that counts the crew."
TEXT = """\
By Mara Lind

The night ferry between the mainland and the island of Vell carried 41,000 passengers in 2024, the \
harbour board announced on Monday. “No other crossing on this coast grows as fast,” said its director.

The board wants to buy a second boat. It would leave at noon, take ninety minutes and cost nine crowns, \
less than a seat on the bus that crosses the bridge further north.

Critics doubt the figures. They say the old boat already sailed half empty, and that the board counts \
its own crew as travellers.
"""


@pytest.mark.long
@pytest.mark.case("A15")
def test_a_pasted_text_becomes_a_published_check(
    open_browser: Callable[..., BrowserContext],
    start_worker: Callable[..., subprocess.Popen[bytes]],
    desk_server: str,
    ada: User,
    cleo: User,
) -> None:
    give_role(cleo, Role.PUBLISHER)
    start_worker()
    page = open_browser().new_page()

    hands.type_password(page, ada)
    import_text(page)
    claim = flag_words(page)
    write_verdict(page)
    cannot_sign_off(page, desk_server, claim)

    editor = open_browser().new_page()
    hands.type_password(editor, cleo)
    sign_off(editor)
    publish(editor)
    what_readers_see(editor, desk_server)


def import_text(page: Page) -> None:
    page.get_by_role("link", name="Import article").click()
    dialog = page.get_by_role("dialog", name="Import an article")
    dialog.get_by_text("Paste text").click()
    dialog.get_by_label("Article text").fill(TEXT)
    dialog.get_by_label("Headline").fill(TITLE)
    dialog.get_by_label("Address of the original").fill("https://herald.example/vell/night-ferry")
    dialog.get_by_text("What you know better than the page").click()
    dialog.get_by_label("Outlet").fill("Example Herald")
    dialog.get_by_role("button", name="Import", exact=True).click()
    # The page says by itself when the worker is done.
    page.get_by_role("link", name="Open the article").click(timeout=60_000)
    expect(page.get_by_role("heading", name=TITLE, level=1)).to_be_visible()
    article = Article.objects.get()
    assert (article.title, article.byline, str(article.outlet)) == (TITLE, "Mara Lind", "Example Herald")


def flag_words(page: Page) -> int:
    card = hands.flag(page, WORDS)
    card.get_by_label("Statement as checked").fill(STATEMENT)
    card.get_by_label("Who said it").fill("Vell harbour board")
    card.get_by_label("Topics").fill("Ferries, Vell")
    hands.save_claim(page, card)
    passage = Passage.objects.select_related("revision").get()
    assert passage.exact == WORDS == passage.revision.text[passage.start : passage.end]
    expect(page.locator("#text mark.hl")).to_have_text(WORDS)
    page.locator("#claim-list").get_by_role("link", name=STATEMENT).click()
    expect(page.get_by_label("Statement as checked")).to_have_value(STATEMENT)
    return passage.claim_id


def write_verdict(page: Page) -> None:
    hands.add_source(
        page,
        title="Passenger table 2024",
        url="https://harbour.example/tables/2024",
        stance="Refutes",
        passage="Passengers in all: 38,900",
    )
    hands.add_source(
        page,
        title="How we count",
        url="https://harbour.example/method",
        stance="Context",
        passage="Crew on duty are counted as passengers.",
    )
    form = page.locator("[data-verdict-form]")
    form.get_by_role("radio", name="Mostly false").check()
    form.get_by_label("Summary, one sentence").fill(SUMMARY)
    explanation = form.get_by_label("Explanation", exact=True)
    explanation.fill("The board’s own table ends at 38,900.")
    form.get_by_role("button", name="Cite a source").click()
    form.get_by_role("button", name="[1]").click()
    explanation.press_sequentially(" The crew is in that number.", delay=5)
    form.get_by_role("button", name="Cite a source").click()
    form.get_by_role("button", name="[2]").click()
    expect(explanation).to_have_value(
        "The board’s own table ends at 38,900. [1] The crew is in that number. [2]"
    )
    # Nobody pressed a button: the draft saves itself.
    expect(form.locator("[data-save-status]")).to_contain_text("Draft saved")
    expect(form.locator("[data-blockers]")).to_be_hidden()
    form.get_by_role("button", name="Send for sign-off").click()
    expect(page.locator(".claim-line .state")).to_have_attribute("data-s", "signoff")


def cannot_sign_off(page: Page, origin: str, claim: int) -> None:
    """No button, and both other ways are closed (A15)."""
    panel = page.locator("[data-signoff]")
    expect(panel.get_by_role("button", name="Sign off")).to_have_count(0)
    expect(panel).to_contain_text("Cleo")
    cookies = {each["name"]: each["value"] for each in page.context.cookies()}
    headers = {"Origin": origin, "Referer": page.url}
    with nothing_changes():
        posted = page.request.post(
            f"/desk/claims/{claim}/sign-off/",
            form={"verdict": "1", "note": "", "csrfmiddlewaretoken": cookies["csrftoken"]},
            headers=headers,
            max_redirects=0,
        )
        assert posted.status in {403, 409}
        assert STATEMENT in posted.text()  # the claim's page with the reason: no other refusal
        called = page.request.post(
            f"/api/v1/reviews/{Review.objects.get().pk}/sign-off/",
            data={"verdict": 1},
            headers={**headers, "X-CSRFToken": cookies["csrftoken"], "If-Match": "*"},
        )
        assert called.status in {403, 409}, called.text()
        assert called.json()["code"] in {"four_eyes", "forbidden"}
    assert Review.objects.get().status == Review.Status.SUBMITTED
    assert not Signature.objects.filter(part=Signature.Part.APPROVED).exists()


def sign_off(page: Page) -> None:
    page.get_by_role("link", name="Review queue").first.click()
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Awaiting sign-off").click()
    page.get_by_role("table", name="Claims").get_by_role("link", name=STATEMENT).click()
    expect(page.locator(".preview")).to_contain_text("38,900")
    page.get_by_role("button", name="Sign off", exact=True).click()
    expect(page.locator(".claim-line .state")).to_have_attribute("data-s", "ready")


def publish(page: Page) -> None:
    page.get_by_role("button", name="Publish", exact=True).click()
    link = page.get_by_role("link", name="Open the public page")
    for _ in range(60):
        if link.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    link.click()


def what_readers_see(page: Page, origin: str) -> None:
    publication = Publication.objects.get()
    expect(page).to_have_url(f"{origin}{publication.path}")
    expect(page.get_by_role("heading", level=1)).to_have_text(STATEMENT)
    expect(page.locator(".stamp")).to_contain_text("Mostly false")
    expect(page.locator(".answer .short")).to_have_text(SUMMARY)
    expect(page.locator(".scale [aria-current=true]")).to_have_text("Mostly false")
    expect(page.locator(".refs > li")).to_have_count(2)
    page.locator(".prose").get_by_role("link", name="1").first.click()
    expect(page.locator("#source-1")).to_be_in_viewport()

    review = json.loads(page.locator('script[type="application/ld+json"]').inner_text())
    assert review["@type"] == "ClaimReview"
    assert review["url"] == f"{origin}{publication.path}"
    assert review["claimReviewed"] == STATEMENT
    assert review["reviewRating"] == {
        "@type": "Rating",
        "alternateName": "Mostly false",
        "ratingValue": 2,
        "bestRating": 5,
        "worstRating": 1,
    }
    assert review["itemReviewed"]["author"]["name"] == "Vell harbour board"
    assert review["itemReviewed"]["firstAppearance"]["url"] == "https://herald.example/vell/night-ferry"

    page.goto("/")
    expect(page.locator("main")).to_contain_text(STATEMENT)
    page.goto(publication.review.claim.passages.get().revision.article.summary.path)
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)
    expect(page.locator("main")).to_contain_text(STATEMENT)
    expect(page.locator("main")).to_contain_text("Mostly false")
    feed = page.request.get("/feed.atom").text()
    assert STATEMENT in feed
    assert f"{origin}{publication.path}" in feed
