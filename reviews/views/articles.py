"""The list of articles with how far their checks are, and the form that brings one in.

It is here and not in `articles`, because progress is a fact of reviews.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from articles.actions import request_batch, request_import
from articles.batches.models import Batch
from articles.forms import ImportForm
from articles.models import Article, Import
from articles.twins.models import closest
from factcheck.accounts.decorators import DeskRequest, desk_view
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, may
from factcheck.api.pagination import Order
from factcheck.errors import DomainError
from factcheck.forms import LineField, errors_of, malformed, where_it_shows
from factcheck.jobs.models import JobStatus
from factcheck.languages import language_name
from factcheck.pages import Page, page_of
from factcheck.redirects import posted_from, see_other
from factcheck.refusals import by_field, sentence
from factcheck.templatetags.desk import bar
from reviews.progress import WORDS, in_state, progress_of
from reviews.views.filters import Filters, Menu, Option, Sort, sort_menu, sort_named

WITH_ROOM = {"url", "file", "text", "title", "canonical_url", "byline", "outlet", "published_at"}
"""The fields of the import form that show what is wrong with them."""
SHOWN_FOR = timedelta(hours=1)
FAILED_ON_PAGE, MOST_OTHERS = 20, 5
FAILED_IMPORTS = Order("failed imports", "id", descending=True, nullable=False)
FAILED_BATCHES = Order("failed batches", "id", descending=True, nullable=False)
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pl", "uk", "ru", "ar", "he", "fa", "tr", "zh", "ja")
SORTS = (
    Sort("newest", gettext_lazy("Newest first"), Order("newest", "id", descending=True, nullable=False)),
    Sort("oldest", gettext_lazy("Oldest first"), Order("oldest", "id", descending=False, nullable=False)),
)


class ArticlesForm(forms.Form):
    """Which articles to list, and in which order."""

    q = LineField(required=False, max_length=200)
    state = forms.MultipleChoiceField(required=False, choices=list(WORDS.items()))
    origin = forms.MultipleChoiceField(required=False, choices=Article.Origin.choices)
    language = forms.MultipleChoiceField(required=False, choices=[(code, code) for code in LANGUAGES])
    sort = forms.ChoiceField(required=False, choices=[(sort.value, sort.label) for sort in SORTS])
    cursor = forms.CharField(required=False, max_length=500)
    failed_imports = forms.CharField(required=False, max_length=500)
    failed_batches = forms.CharField(required=False, max_length=500)


@desk_view
@require_safe
def articles(request: DeskRequest) -> HttpResponse:
    """The articles, a page at a time. Nine queries of its own, whatever the page."""
    return article_list(request)


@desk_view
@posted_from("desk:articles")
def imports(request: DeskRequest) -> HttpResponseBase:
    """Ask for an import; where it is refused, the form comes back with what was typed."""
    form = ImportForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise malformed(form)
        if form.holds_many:
            request_batch(actor=request.user, **form.batch())
        else:
            request_import(actor=request.user, **form.wish())
    except DomainError as error:
        faults = errors_of(form) or by_field(error) or {"all": sentence(error)}
        return article_list(
            request,
            status=error.status,
            open_dialog="import-dialog",
            import_values=request.POST.dict(),
            import_errors=where_it_shows(faults, WITH_ROOM),
        )
    messages.success(request, _("Import started."))
    return see_other("desk:articles")


def article_list(request: DeskRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    """Return the page; `context` is what a refused import adds to it."""
    form = ArticlesForm(request.GET)
    if not form.is_valid():
        raise malformed(form)
    chosen = form.cleaned_data
    page = _page(chosen)
    filters = _filters(chosen)
    shown_imports, failed_imports = _imports(request.user, chosen["failed_imports"])
    shown_batches, failed_batches = _batches(request.user, chosen["failed_batches"])
    context |= {
        "articles": _with_progress(page.rows),
        "imports": shown_imports,
        "imports_pager": failed_imports.pager(request.GET, "failed_imports"),
        "batches": shown_batches,
        "batches_pager": failed_batches.pager(request.GET, "failed_batches"),
        "filters": filters,
        "is_filtered": bool(chosen["q"] or filters.chips),
        "result_label": _result_label(page),
        "pager": page.pager(request.GET),
        # Those that are listed are their own.
        "can": dict.fromkeys(("import", "dismiss"), may(request.user, Right.IMPORT)),
        "languages": LANGUAGES,
    }
    return render(request, "desk/articles.html", context, status=status)


def _page(chosen: dict[str, Any]) -> Page[Article]:
    found = Article.objects.searching(chosen["q"])
    if chosen["state"]:
        found = found.filter(in_state(chosen["state"]))
    if chosen["origin"]:
        found = found.filter(origin__in=chosen["origin"])
    if chosen["language"]:
        wanted = Q()
        for code in chosen["language"]:
            wanted |= Q(language=code) | Q(language__startswith=f"{code}-")
        found = found.filter(wanted)
    order = sort_named(SORTS, chosen["sort"]).order
    return page_of(found, order, chosen["cursor"], shown=Article.objects.for_list())


def _with_progress(found: list[Article]) -> list[Any]:
    """Tell each article how far its checks are. One query."""
    progress = progress_of(found)
    shown: list[Any] = []
    for article in found:
        here = progress[article.pk]
        line: Any = article
        line.claims_total, line.claims_decided, line.claims_doing = here.total, here.decided, here.doing
        line.bar = bar(here.decided, here.doing, here.waiting)
        line.state, line.state_label = here.state, WORDS[here.state]
        line.last_activity_at = here.touched_at or article.created_at
        shown.append(line)
    return shown


def _imports(user: User, cursor: str) -> tuple[list[Import], Page[Import]]:
    """This person's imports that they may want to see, and the page of those that failed. Four queries.

    Those that failed stay until somebody dismisses them or tries again; of the others the newest that are
    open or were over just now.
    """
    theirs = Import.objects.filter(requested_by=user, kind__in=ImportForm.KINDS)
    failed = page_of(
        theirs.in_trouble(), FAILED_IMPORTS, cursor, shown=Import.objects.all(), size=FAILED_ON_PAGE
    )
    just_now = Q(status=JobStatus.DONE, finished_at__gt=timezone.now() - SHOWN_FOR)
    others = theirs.filter(just_now | Q(status__in=[JobStatus.QUEUED, JobStatus.RUNNING]))
    others = others.select_related("article").prefetch_related(closest("article__twins"))
    shown = [*failed.rows, *others.order_by("-pk")[:MOST_OTHERS]]
    return sorted(shown, key=lambda job: -job.pk), failed


def _batches(user: User, cursor: str) -> tuple[list[Batch], Page[Batch]]:
    """This person's batches of today, and the page of those in trouble. Three queries."""
    theirs, counted = Batch.objects.filter(requested_by=user), Batch.objects.with_counts()
    failed = page_of(theirs.in_trouble(), FAILED_BATCHES, cursor, shown=counted, size=FAILED_ON_PAGE)
    today = theirs.with_counts().filter(created_at__gt=timezone.now() - timedelta(days=1))
    others = today.exclude(status=JobStatus.FAILED).order_by("-pk")[:MOST_OTHERS]
    return sorted([*failed.rows, *others], key=lambda batch: -batch.pk), failed


def _filters(chosen: dict[str, Any]) -> Filters:
    return Filters(
        q=chosen["q"],
        menus=[
            Menu(
                "state",
                _("Status"),
                _("Status"),
                [
                    Option(state, str(word), checked=state in chosen["state"], state=state)
                    for state, word in WORDS.items()
                ],
            ),
            Menu(
                "language",
                _("Language"),
                _("Language of the article"),
                [Option(code, language_name(code), checked=code in chosen["language"]) for code in LANGUAGES],
            ),
            Menu(
                "origin",
                _("Source"),
                _("How it came in"),
                [
                    Option(value, str(label), checked=value in chosen["origin"])
                    for value, label in Article.Origin.choices
                ],
            ),
        ],
        sort=sort_menu(SORTS, chosen["sort"]),
    )


def _result_label(page: Page[Article]) -> str:
    if page.is_all:
        return ngettext("%d article", "%d articles", len(page.rows)) % len(page.rows)
    return _("%d on this page") % len(page.rows)
