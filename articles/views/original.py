"""The HTML door to what was read: an original beside its text, and the means to repair both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from articles.actions.repairs import NewerTextCame
from articles.forms import DetailsForm, RepairForm
from articles.found import details_of, found_in, hints, saved_meanwhile
from articles.models import Article, Revision
from articles.views.sheets import Chosen, sheet_of
from factcheck.accounts.decorators import DeskRequest, desk_view
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, may
from factcheck.errors import DomainError, StaleVersion
from factcheck.forms import malformed, where_it_shows
from factcheck.redirects import posted_from, see_other
from factcheck.refusals import by_field, sentence

ONLY_FOUND = ("modified_at", "canonical_url", "image_credit")
"""What is shown, and not kept with the article."""
_DETAILS = DetailsForm.base_fields.keys() - {"version"}


@desk_view
@require_safe
def original(request: DeskRequest, pk: int) -> HttpResponse:
    """What the newest text was read from, a page of its lines. Two queries of its own."""
    return _page(request, _newest(pk), page=_number(request.GET.get("page")))


@desk_view
@posted_from("desk:original", "pk")
def mend(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Leave lines out of the text, take others in, and mend its details, in one go; or turn the page.

    What is typed and chosen comes along to another page of lines, and turning to it saves nothing. Refused,
    everything that is not saved comes back as it was typed and chosen. The lines go first: of two refusals
    theirs is the likelier, and then nothing was changed.
    """
    seen = _newest(pk)
    lines, details = RepairForm(request.POST), DetailsForm(request.POST)
    repaired: list[str] = []
    turns = "page" in request.POST
    try:
        wrong = [form for form in (details, lines) if not form.is_valid() and not (turns and form is details)]
        if wrong:
            raise malformed(wrong[0])
        if turns:
            return _turned(request, seen, lines, details)
        repaired = _repaired(pk, lines, actor=request.user)
        changed = _changed(seen.article, details, actor=request.user)
    except DomainError as error:
        _say(request, repaired)
        return _refused(request, pk, error, lines, details)
    _say(request, [*repaired, *changed] or [_("Nothing was changed: text and details are as they were.")])
    return see_other("desk:article" if repaired else "desk:original", pk)


def _repaired(pk: int, lines: RepairForm, *, actor: User) -> list[str]:
    """Carry out what was chosen of the lines, and return what there is to say of it."""
    seen = get_object_or_404(_revisions(pk), number=lines.cleaned_data["revision"])
    if repair_text(seen, actor=actor, **lines.chosen) == seen:
        return []
    n = sum(map(len, lines.chosen.values()))
    return [ngettext("The text was repaired: %d line.", "The text was repaired: %d lines.", n) % n]


def _changed(article: Article, details: DetailsForm, *, actor: User) -> list[str]:
    """Carry out what was typed of the details, and return what there is to say of it."""
    was = article.version
    now = change_article(article, actor=actor, **details.changes()).version
    return [_("Details saved.")] if now != was else []


def _turned(request: DeskRequest, seen: Revision, lines: RepairForm, details: DetailsForm) -> HttpResponse:
    """Another page of the lines, with what is typed and chosen so far.

    Raises:
        NewerTextCame: the lines were chosen in another text.
    """
    if lines.cleaned_data["revision"] != seen.number:
        raise NewerTextCame
    return _page(
        request,
        seen,
        page=_number(request.POST["page"]),
        details=details,
        chosen=lines.chosen,
    )


def _say(request: DeskRequest, done: Sequence[str]) -> None:
    for words in done:
        messages.success(request, words)


def _refused(
    request: DeskRequest, pk: int, error: DomainError, lines: RepairForm, details: DetailsForm
) -> HttpResponse:
    """The page with what was typed and chosen, but for lines that stand in no text as they were seen."""
    newest = _newest(pk)
    return _page(
        request,
        newest,
        status=error.status,
        page=_number(request.POST.get("shown")),
        details=details,
        chosen=lines.chosen if lines.cleaned_data.get("revision") == newest.number else {},
        faults=where_it_shows(by_field(error) or {"all": sentence(error)}, _DETAILS),
        is_told=isinstance(error, StaleVersion),
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
    page: int = 1,
    details: DetailsForm | None = None,
    chosen: Chosen = MappingProxyType({}),
    faults: Mapping[str, str] = MappingProxyType({}),
    is_told: bool = False,
) -> HttpResponse:
    """Show a page of the lines; of `details`, if any, what was typed.

    They come back with the version that the person saw, so that saving still meets what another saved since
    then; with that of now once `is_told`, for the refusal said so.
    """
    article = revision.article
    found, now = found_in(revision), details_of(article)
    version, was = (str(article.version), now) if details is None or is_told else details.seen()
    typed = {} if details is None else details.as_typed()
    is_stale = is_told or version != str(article.version)
    context = {
        "version": version,
        "seen": was,
        "given": {**was, **typed},
        "article": article,
        "revision": revision,
        "hints": hints(was, found) | (saved_meanwhile(now, typed) if is_stale else {}),
        "faults": faults,
        "only_found": [found[name] for name in ONLY_FOUND if name in found],
        "sheet": sheet_of(revision, chosen, page),
        "warnings": [warning["detail"] for warning in revision.warnings if "detail" in warning],
        "limits": limits,
        "can": {"import": may(request.user, Right.IMPORT)},
    }
    return render(request, "desk/original.html", context, status=status)


def _number(said: str | None) -> int:
    """Return which page is asked for; the first where that is no number."""
    return int(said) if said and said.isascii() and said.isdigit() and len(said) <= 6 else 1
