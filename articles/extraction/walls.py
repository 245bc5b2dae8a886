"""Tell an article from what stands in front of it: a consent dialogue, a robot check, a paywall, a script.

A wall saved as an article would be checked as one. The signs are words, in the languages we meet, and how
little text there is beside them; no site is known by name.
"""

from __future__ import annotations

from collections.abc import Sequence

from articles.extraction.canonical import is_sentence, size
from articles.extraction.document import Draft, ExtractionError
from articles.extraction.wall_phrases import CONSENT, PAYWALL, ROBOT, SCRIPT

_HARDLY_ANY = 200
"""Below this size of text that is not the wall's own, a page with signs of a wall is only that wall."""
_SCRIPTED = 20_000
_NOTICE_AT_MOST = 400
_WALL_AT_MOST = 5_000
"""Characters of one block: a longer one has more to say than that."""


def is_notice(text: str) -> bool:
    """Say whether a block speaks to those who have not paid or not signed in."""
    return size(text) <= _NOTICE_AT_MOST and bool(PAYWALL.search(text))


def refuse_walls(found: Sequence[Draft], page: Sequence[str], *, script: int) -> None:
    """Refuse a page of which nothing but a wall came.

    Args:
        found: What was taken for the article.
        page: All that the page shows, in blocks.
        script: How many characters of script the page holds.

    Raises:
        ExtractionError: `wall`, with what can be done about it.
    """
    own: list[str] = []
    there_is = 0
    for draft in found:
        if not _is_wall(draft.text):
            own.append(draft.text)
            there_is += size(draft.text)
        if there_is >= _HARDLY_ANY:  # and the signs are not looked for in all of a book
            return
    shown = "\n".join(page)
    told = next((what for sign, what in _WALLS if sign.search(shown)), "")
    if not told and script >= _SCRIPTED and not any(map(is_sentence, own)):
        told = _BY_SCRIPT
    if told:
        raise ExtractionError("wall", f"What the site gave us is {told} {_DO}")


def _is_wall(text: str) -> bool:
    return len(text) <= _WALL_AT_MOST and any(sign.search(text) for sign, _ in _WALLS)


_BY_SCRIPT = "a page whose text appears only when its scripts run, which ours do not."
_WALLS = (
    (ROBOT, "a check that asks whether we are a robot, not the article."),
    (SCRIPT, _BY_SCRIPT),
    (CONSENT, "a dialogue about cookies and consent, not the article."),
    (PAYWALL, "a paywall with hardly any text of the article."),
)
_DO = "Open the page in your browser, sign in if you may, and paste the text or save the page and upload it."
