"""What people do with their hands: sign in, drag over words, fill a form."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from playwright.sync_api import BrowserContext, Locator, Page, expect

from factcheck.accounts.models import User
from tests.cast import PASSWORD, signed_in

# Where the first and the last character of some words of the article stand on the screen.
_PLACES = r"""
([from, to]) => {
  const root = document.querySelector('[data-flaggable]');
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT,
    (n) => n.parentElement.closest('.ref') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
  const nodes = [];
  while (walk.nextNode()) nodes.push(walk.currentNode);
  const all = nodes.map((n) => n.data).join('');
  const at = (offset) => {
    for (const node of nodes) {
      if (offset <= node.length) return [node, offset];
      offset -= node.length;
    }
  };
  const begin = all.indexOf(from);
  const end = all.indexOf(to, begin) + to.length;
  if (begin < 0 || end < to.length) throw new Error(`not in the article: ${from} … ${to}`);
  const letters = [...new Intl.Segmenter('en').segment(all.slice(begin, end))];
  const last = letters.at(-1);
  const box = (from, to) => {
    const range = document.createRange();
    // The end of one node is not the beginning of the next one, where the letter is.
    const [node, offset] = at(from + 1);
    range.setStart(node, offset - 1);
    range.setEnd(...at(to));
    const all = [...range.getClientRects()].filter((r) => r.width);
    const rtl = /[\u0590-\u08ff]/.test(range.toString());
    return { left: all[0].left, right: all[0].right, y: (all[0].top + all[0].bottom) / 2, rtl };
  };
  at(begin + 1)[0].parentElement.scrollIntoView({ block: 'center', behavior: 'instant' });
  return [box(begin, begin + letters[0].segment.length), box(begin + last.index, end)];
}
"""


def sign_in(context: BrowserContext, origin: str, user: User) -> None:
    """Give the browser this person's session; whose journey it is types the password instead."""
    session = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": origin}])


def wait_for_modules(page: Page) -> None:
    """Wait until the claim page's modules run; a person's hands are never that quick."""
    page.evaluate("import('/static/checkdesk/writing.js')")


def type_password(page: Page, user: User) -> None:
    """Sign in at the sign-in page as people do."""
    page.goto("/accounts/login/")
    page.get_by_label("User name or e-mail").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="My desk", level=1)).to_be_visible()


def drag_over(page: Page, words: str, until: str = "", *, let_go: bool = True) -> None:
    """Press the mouse before the words and let go behind them, or behind the later words `until`."""
    page.wait_for_load_state()  # who comes by a link may see the words before the scripts run
    first, last = page.evaluate(_PLACES, [words, until or words])
    page.mouse.move(_edge(first, before=True), first["y"])
    page.mouse.down()
    page.mouse.move(_edge(last, before=False), last["y"], steps=6)
    if let_go:
        page.mouse.up()


def _edge(box: dict[str, Any], *, before: bool) -> float:
    """Return where the pointer has to be to stand before or behind a letter."""
    on_the_left = before != box["rtl"]
    return float(box["left"] + 1 if on_the_left else box["right"] - 1)


def popover(page: Page) -> Locator:
    """Return the toolbar over the selection."""
    return page.get_by_role("toolbar", name="Selected passage")


def flag(page: Page, words: str, until: str = "") -> Locator:
    """Flag words with the mouse; return the card to fill."""
    drag_over(page, words, until)
    popover(page).get_by_role("button", name="Flag claim").click()
    card = page.locator(".card.is-new")
    expect(card.get_by_label("Statement as checked")).to_be_focused()
    return card


def save_claim(page: Page, card: Locator) -> None:
    """Send the card; wait until the claim stands in the list."""
    card.get_by_role("button", name="Save claim").click()
    expect(page.get_by_text(re.compile(r"Claim \d+ flagged")).last).to_be_attached()
    expect(page.locator(".card.is-new")).to_have_count(0)


def add_source(page: Page, *, title: str, url: str, stance: str, passage: str) -> None:
    """Add a source through its dialog."""
    page.get_by_role("button", name="Add source").first.click()
    dialog = page.get_by_role("dialog", name="Add a source")
    dialog.get_by_label("Title").fill(title)
    dialog.get_by_label("Address").fill(url)
    dialog.get_by_label(stance).check()
    dialog.get_by_label("Passage").fill(passage)
    dialog.get_by_role("button", name="Add source").click()
    expect(page.locator("#sources").get_by_role("link", name=title)).to_be_visible()
