"""The HTML door to what was read: an original beside its text, and the means to repair both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, groupby
from types import MappingProxyType

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_safe

from articles import limits
from articles.actions import change_article, repair_text
from articles.extraction.document import Draft
from articles.forms import DetailsForm, RepairForm
from articles.found import details_of, found_in, hints, lines_of, saved_meanwhile
from articles.models import Article, Passage, Revision
from articles.passages import block_at
from factcheck.accounts.decorators import DeskRequest, desk_view
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, may
from factcheck.errors import DomainError, StaleVersion
from factcheck.forms import malformed, where_it_shows
from factcheck.redirects import posted_from, see_other
from factcheck.refusals import by_field, sentence

FEWEST_FOLDED = 4
ONLY_FOUND = ("modified_at", "canonical_url", "image_credit")
"""What is shown, and not kept with the article."""
_DETAILS = DetailsForm.base_fields.keys() - {"version"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the original: with its number among the blocks, or among what was left out."""

    line: Draft
    number: int
    claims: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that are in the text, or rows that are not."""

    rows: Sequence[Row]
    is_left_out: bool

    @property
    def is_folded(self) -> bool:
        return self.is_left_out and len(self.rows) >= FEWEST_FOLDED

    @property
    def is_chosen_from(self) -> bool:
        return any(row.is_chosen for row in self.rows)


@desk_view
@require_safe
def original(request: DeskRequest, pk: int) -> HttpResponse:
    """What the newest text was read from. Two queries of its own."""
    return _page(request, _newest(pk))


@desk_view
@posted_from("desk:original", "pk")
def mend(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Leave lines out of the text, take others in, and mend its details, in one go.

    Refused, everything that is not saved comes back as it was typed and chosen. The lines go first: of two
    refusals theirs is the likelier, and then nothing was changed.
    """
    seen = _newest(pk)
    lines, details = RepairForm(request.POST), DetailsForm(request.POST)
    repaired: list[str] = []
    try:
        for form in (details, lines):
            if not form.is_valid():
                raise malformed(form)
        repaired = _repaired(pk, lines, actor=request.user)
        changed = _changed(seen.article, details, actor=request.user)
    except DomainError as error:
        _say(request, repaired)
        return _refused(request, pk, error, details)
    _say(request, [*repaired, *changed] or [_("Nothing was changed: text and details are as they were.")])
    return see_other("desk:article" if repaired else "desk:original", pk)


def _repaired(pk: int, lines: RepairForm, *, actor: User) -> list[str]:
    """Carry out what was chosen of the lines, and return what there is to say of it."""
    choice = dict(lines.cleaned_data)
    seen = get_object_or_404(_revisions(pk), number=choice.pop("revision"))
    if repair_text(seen, actor=actor, **choice) == seen:
        return []
    n = sum(map(len, choice.values()))
    return [ngettext("The text was repaired: %d line.", "The text was repaired: %d lines.", n) % n]


def _changed(article: Article, details: DetailsForm, *, actor: User) -> list[str]:
    """Carry out what was typed of the details, and return what there is to say of it."""
    was = article.version
    now = change_article(article, actor=actor, **details.changes()).version
    return [_("Details saved.")] if now != was else []


def _say(request: DeskRequest, done: Sequence[str]) -> None:
    for words in done:
        messages.success(request, words)


def _refused(request: DeskRequest, pk: int, error: DomainError, details: DetailsForm) -> HttpResponse:
    """The page with what was typed and chosen, but for lines that stand in no text as they were seen."""
    newest = _newest(pk)
    return _page(
        request,
        newest,
        status=error.status,
        typed={name: request.POST.get(name, "") for name in details.typed},
        chosen=_chosen(request) if request.POST.get("revision") == str(newest.number) else set(),
        faults=where_it_shows(by_field(error) or {"all": sentence(error)}, _DETAILS),
        is_stale=isinstance(error, StaleVersion),
    )


def _revisions(article: int) -> QuerySet[Revision]:
    return Revision.objects.select_related("article__outlet", "extraction").filter(article=article)


def _newest(article: int) -> Revision:
    """Return the newest text of the article with what was found in its original. One query."""
    return get_object_or_404(_revisions(article).order_by("-number")[:1])


def _page(
    request: DeskRequest,
    revision: Revision,
    *,
    status: int = 200,
    typed: Mapping[str, str] = MappingProxyType({}),
    chosen: Container[str] = (),
    faults: Mapping[str, str] = MappingProxyType({}),
    is_stale: bool = False,
) -> HttpResponse:
    article = revision.article
    found, now = found_in(revision), details_of(article)
    context = {
        "seen": now,
        "given": {**now, **typed},
        "article": article,
        "revision": revision,
        "hints": hints(now, found) | (saved_meanwhile(now, typed) if is_stale else {}),
        "faults": faults,
        "only_found": [found[name] for name in ONLY_FOUND if name in found],
        "stretches": _stretches(revision, chosen),
        "warnings": [warning["detail"] for warning in revision.warnings if "detail" in warning],
        "limits": limits,
        "can": {"import": may(request.user, Right.IMPORT)},
    }
    return render(request, "desk/original.html", context, status=status)


def _stretches(revision: Revision, chosen: Container[str]) -> list[Stretch]:
    claims = _claims_by_block(revision)
    numbers = {True: count(), False: count()}
    rows = []
    for line in lines_of(revision):
        number = next(numbers[line.is_left_out])
        name = "take_in" if line.is_left_out else "leave_out"
        stand = 0 if line.is_left_out else claims[number]
        rows.append(Row(line, number, stand, f"{name}-{number}" in chosen))
    return [Stretch(list(group), out) for out, group in groupby(rows, lambda row: row.line.is_left_out)]


def _claims_by_block(revision: Revision) -> Counter[int]:
    """Count the claims in each block. One query."""
    blocks = revision.read_blocks()
    passages = Passage.objects.live().filter(revision=revision)
    seen = {
        (block, claim)
        for start, end, claim in passages.values_list("start", "end", "claim")
        for block in range(block_at(blocks, start), block_at(blocks, end - 1) + 1)
    }
    return Counter(block for block, _claim in seen)


def _chosen(request: DeskRequest) -> set[str]:
    return {f"{name}-{value}" for name in ("leave_out", "take_in") for value in request.POST.getlist(name)}
