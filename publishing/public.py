"""Serving the public site's files, where no proxy does: in trial mode and in tests.

In production the proxy serves the same directory, and this is what answers when a file is missing.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from factcheck.api import problems
from factcheck.middleware import STAFF
from publishing import pages, site

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
ALWAYS_THERE = {"index.html", "feed.atom", "robots.txt", "sitemap.xml"}
"""What is made when somebody asks for it before anything was published."""
CACHE = "public, max-age=60, stale-while-revalidate=600"


@require_safe
def page(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """Answer with one file of the site; 304 where the reader has it already. No query."""
    root = Path(settings.SITE_DIR).resolve()
    name = f"{path}index.html" if not path or path.endswith("/") else path
    if name in ALWAYS_THERE and not (root / name).exists():
        site.build_shared()
    file = _file_of(root, name)
    stat = file.stat()
    etag = quote_etag(f"{stat.st_mtime_ns:x}-{stat.st_size:x}")
    response: HttpResponseBase | None
    response = get_conditional_response(request, etag=etag, last_modified=int(stat.st_mtime))
    if response is None:
        response = FileResponse(file.open("rb"), content_type=TYPES.get(file.suffix, "text/plain"))
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(stat.st_mtime)
    response.headers["Cache-Control"] = CACHE
    return response


def _file_of(root: Path, name: str) -> Path:
    """The file of that name in the site; hidden ones are half written.

    Raises:
        Http404: there is none, or no file can have this name (a zero byte, too long).
    """
    try:
        file = (root / name).resolve()
        found = file.is_relative_to(root) and file.is_file()
    except (OSError, ValueError) as error:
        raise Http404 from error
    if not found or any(part.startswith(".") for part in Path(name).parts):
        raise Http404
    return file


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler404`: readers get a page of the public site, the desk and programs their own answer."""
    if request.path_info.startswith(STAFF):
        return problems.not_found(request, exception)
    return HttpResponse(pages.not_found(), status=404, headers={"Cache-Control": "no-store"})
