"""Every screen, wide and narrow, light and dark: nothing sticks out, nothing complains, axe is content.

What a policy refuses and what the console says is noted by `Watch`, as in every browser test (X15).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from factcheck.accounts.models import User
from reviews.models import Review
from tests import factories as make
from tests.browser import hands
from tests.browser.screens import Screen, build
from tests.browser.watching import Watch
from tests.cast import person

WIDE, NARROW = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
# Width decides about layout, theme about contrast: two runs of axe see both of each.
LOOKS = {"light": [(WIDE, True), (NARROW, False)], "dark": [(NARROW, True), (WIDE, False)]}
_OPTIONS = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},
    "preload": False,
    "selectors": False,
}
_RUN_AXE = "async ([part, options]) => (await axe.run(part, options)).violations"
AXE = Axe()
# What a screen looks like does not depend on the database.
pytestmark = pytest.mark.sqlite

_OPEN_FROM_ITS_BUTTON = """
(id) => document.getElementById(id).showPopover({ source: document.querySelector(`[popovertarget="${id}"]`) })
"""

# Elements that end beyond the edge of the window and are not cut off by a box around them.
_STICKS_OUT = """
async () => {
  // Colours that change under the pointer do so over a frame or two.
  await Promise.all(document.getAnimations().map((each) => each.finished.catch(() => null)));
  const edge = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= edge) return [];
  const cut = (el) => { for (let p = el.parentElement; p; p = p.parentElement)
    if (getComputedStyle(p).overflowX !== 'visible') return true; return false; };
  return [...document.querySelectorAll('body *')]
    .filter((el) => el.getBoundingClientRect().right > edge + 1 && !cut(el))
    .map((el) => `${el.tagName.toLowerCase()}.${el.className} ${Math.round(el.getBoundingClientRect().right)}`)
    .concat(`page ${document.documentElement.scrollWidth}`);
}
"""


_SAID_TWICE = """
() => [...document.querySelectorAll('[id]')].filter((el) => document.getElementById(el.id) !== el).map((el) => el.id)
"""


@pytest.fixture
def tab_of(open_browser: Callable[..., BrowserContext], desk_server: str) -> Callable[[str], Page]:
    """Give a function that returns somebody's tab; each person has one."""
    tabs: dict[str, Page] = {}

    def tab(name: str) -> Page:
        if name not in tabs:
            context = open_browser()
            if name:
                hands.sign_in(context, desk_server, person(name))
            tabs[name] = context.new_page()
        return tabs[name]

    return tab


def faults_of(page: Page, *, part: str = "", with_axe: bool = True) -> list[str]:
    """Return what sticks out, and what axe finds: on the page, or in one part of it that is open."""
    found = [f"sticks out: {each}" for each in page.evaluate(_STICKS_OUT)]
    found += [f"id said twice: {each}" for each in page.evaluate(_SAID_TWICE)]
    if with_axe:
        if not page.evaluate("Boolean(window.axe)"):
            page.evaluate(AXE.axe_script)
        for fault in page.evaluate(_RUN_AXE, [f"#{part}" if part else "html", _OPTIONS]):
            found += [
                f"{fault['id']}: {each['html'][:200]} {each['failureSummary']}" for each in fault["nodes"]
            ]
    return found


def parts_of(page: Page, screen: Screen) -> Iterator[str]:
    """Show the page as it is, then with each of its dialogs and menus open; say which."""
    yield ""
    for name in screen.dialogs:
        page.evaluate("(id) => document.getElementById(id).showModal()", name)
        yield name
        page.evaluate("(id) => document.getElementById(id).close()", name)
    for name in screen.popovers:
        page.evaluate(_OPEN_FROM_ITS_BUTTON, name)
        yield name
        page.evaluate("(id) => document.getElementById(id).hidePopover()", name)


@pytest.mark.long
@pytest.mark.case("X15")
@pytest.mark.parametrize("theme", LOOKS)
def test_every_screen_at_every_width_in_both_themes(
    tab_of: Callable[[str], Page], watch: Watch, transactional_db: None, theme: Literal["light", "dark"]
) -> None:
    watch.expect("the server responded with a status of 40[34]")
    found = []
    for screen in build():
        page = tab_of(screen.who)
        page.emulate_media(color_scheme=theme)
        page.goto(screen.path)
        expect(page.locator("main h1")).to_have_count(1)
        for size, with_axe in LOOKS[theme]:
            page.set_viewport_size(size)
            for part in parts_of(page, screen) if with_axe else [""]:
                faults = faults_of(page, part=part, with_axe=with_axe)
                found += [f"{screen.name} {part} {size['width']} {theme}: {each}" for each in faults]
    assert not found, "\n".join(found)


def test_what_only_appears_on_the_way(
    tab_of: Callable[[str], Page], watch: Watch, ada: User, ben: User
) -> None:
    """Reading marks, the card of a new claim, the bar for selected claims, two drafts beside each other."""
    watch.expect("the server responded with a status of 409")
    review = make.drafted(by=ada)
    article = make.imported_article(by=ada)
    found = []
    for size, theme in ((WIDE, "light"), (NARROW, "dark")):
        page = tab_of("Ada")
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.goto(f"/desk/articles/{article.pk}/")
        page.get_by_label("Reading marks").check()
        hands.drag_over(page, make.QUOTES[3])
        hands.popover(page).get_by_role("button", name="Opinion").click()
        expect(page.locator("#coverage")).not_to_contain_text("0 of")
        page.locator("#unread summary").click()
        found += faults_of(page)
        hands.flag(page, make.QUOTE)
        found += faults_of(page)

        found += conflict(page, review, ben)

        page = tab_of("Cleo")
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.goto("/desk/queue/")
        page.locator('tbody input[type="checkbox"]').first.check()
        found += faults_of(page)
    assert not found, "\n".join(found)


def conflict(page: Page, review: Review, other: User) -> list[str]:
    """Look at two drafts in the dialog, and on the page that stands for it without scripts."""
    page.goto(f"/desk/claims/{review.claim_id}/")
    make.draft(review, by=other, summary=f"Written in the other room, {page.viewport_size}.")
    page.get_by_label("Summary, one sentence").fill("Written here. " * 8)
    page.keyboard.press("Control+s")
    expect(page.get_by_role("dialog", name="Two drafts of this verdict")).to_be_visible()
    found = faults_of(page)
    page.evaluate("document.querySelector('[data-verdict-form]').submit()")
    expect(page.get_by_role("heading", name="Two drafts of this verdict", level=1)).to_be_visible()
    found += faults_of(page)
    page.evaluate("localStorage.clear()")
    return found
