"""How alike a passage and the place are that a newer text has for it, in words that people can act on."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _, ngettext

from articles.anchoring import ACCEPTED_FROM, Outcome, are_same_words
from articles.comparison import words_in_common
from articles.models import Placement

VERY_CLOSE, CLOSE = 0.85, 0.7

_NEAR = 120  # code points before and after a passage that are compared


@dataclass(frozen=True)
class Score:
    """A word or two for the list; a word, a sentence and the number for the passage itself."""

    short: str
    bold: str
    sentence: str
    number: str


def group_of(placement: Placement) -> str:
    """Return why it waits: `changed`, `several` places, `elsewhere` (one, but not plainly), `lost`."""
    if placement.outcome == Outcome.MOVED:
        return "several" if placement.others else "elsewhere"
    return str(placement.outcome)


def score_of(placement: Placement, old: str, new: str) -> Score:
    """Say how alike a passage of the old text and its place in the new one are. Its passage is at hand."""
    score = number_format(placement.score, 2)
    floor = _("accepted places start at {floor}").format(floor=number_format(ACCEPTED_FROM, 2))
    match group_of(placement):
        case "changed":
            number = _("Score {score}, {floor}").format(score=score, floor=floor)
            return _changed(placement, old, new, number)
        case "several":
            places = 1 + len(placement.others)
            return Score(
                _("Same words, {n} places").format(n=places),
                _("The same words stand in {n} places.").format(n=places),
                _("None of them is clearly the old one."),
                _("Score {score} at each").format(score=score),
            )
        case "elsewhere":
            return Score(
                _("Same words, other surroundings"),
                _("The same words, but not plainly the same place."),
                _("What stands around them now does not say that it is the same mention."),
                _("Score {score}").format(score=score),
            )
        case _:
            return Score(
                _("Nothing near it is left"),
                _("Not found."),
                _("The nearest words share too little to be proposed. Where the passage stood is marked."),
                _("Best score {score}, {floor}").format(score=score, floor=floor),
            )


def _changed(placement: Placement, old: str, new: str, number: str) -> Score:
    same, of = words_in_common(placement.passage.exact, new[placement.start : placement.end])
    alike = _alike(placement.score)
    share = ngettext(
        "{same} of {of} word is the same",
        "{same} of {of} words are the same and in the same order",
        of,
    ).format(same=same, of=of)
    if _is_same_around(placement, old, new):
        beside = _("what stands before and after them is unchanged")
    else:
        beside = _("what stands before or after them was changed as well")
    return Score(
        short=_("{alike}: {same} of {of} words").format(alike=alike, same=same, of=of),
        bold=f"{alike}.",
        sentence=f"{share}; {beside}.",
        number=number,
    )


def _alike(score: float) -> str:
    if score >= VERY_CLOSE:
        return _("Very close")
    return _("Close") if score >= CLOSE else _("Loosely alike")


def _is_same_around(placement: Placement, old: str, new: str) -> bool:
    passage, start, end = placement.passage, placement.start or 0, placement.end or 0
    before = old[max(0, passage.start - _NEAR) : passage.start], new[max(0, start - _NEAR) : start]
    after = old[passage.end : passage.end + _NEAR], new[end : end + _NEAR]
    return are_same_words(*before) and are_same_words(*after)
