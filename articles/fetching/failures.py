"""Why a page could not be fetched: what happened, why, and what to do, in one sentence or three."""

from __future__ import annotations

from datetime import timedelta

_PASTE = "Nothing was saved. Open the article in a browser and paste its text."


class FetchError(ValueError):
    """The page was not fetched. `detail` is fit for the eyes of whoever asked: it tells no inner fact.

    `transient` says that trying again later may help, not before `retry_after` where the site asked for that.
    """

    def __init__(
        self, code: str, detail: str, *, transient: bool = False, retry_after: timedelta = timedelta()
    ) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.transient = transient
        self.retry_after = retry_after

    def __str__(self) -> str:
        return self.detail


def url_refused(why: str) -> FetchError:
    """Refuse what is no plain web address."""
    return FetchError("url_refused", f"This is not the address of a web page: {why}.")


def url_blocked(host: str) -> FetchError:
    """Refuse an address that is not of the public internet; the answer is the same for all of them."""
    return FetchError(
        "url_blocked",
        f"{host} is not an address of the public internet, and the desk fetches from nowhere else. {_PASTE}",
    )


def own_host(host: str) -> FetchError:
    """Refuse to fetch from ourselves."""
    return FetchError("own_host", f"{host} is this desk itself, which has no articles to import.")


def unreachable(host: str) -> FetchError:
    """Say that nobody answered: no such name, closed, or cut off, without telling which."""
    return FetchError(
        "unreachable",
        f"{host} could not be reached. Check the address, or try again in a few minutes.",
        transient=True,
    )


def timed_out(host: str, seconds: float) -> FetchError:
    """Say that the time was over."""
    return FetchError(
        "timeout",
        f"{host} did not deliver the page within {seconds:.0f} seconds. Try again later, or open it in a"
        " browser and paste its text. Nothing was saved.",
        transient=True,
    )


def too_many_redirects(host: str, limit: int) -> FetchError:
    """Say that we were sent on without end."""
    return FetchError(
        "too_many_redirects",
        f"{host} sent us on more than {limit} times without showing a page. Open the article in a browser"
        " and import the address that it ends up at.",
    )


def too_large(host: str, limit: int) -> FetchError:
    """Say that the page passed the limit."""
    return FetchError(
        "too_large",
        f"The page at {host} is larger than {limit // 1024 // 1024} MB, which no article is. {_PASTE}",
    )


def untrusted(host: str) -> FetchError:
    """Say that the host could not prove its name."""
    return FetchError(
        "untrusted_certificate",
        f"{host} could not prove that it is {host} (its certificate is expired, self-made or another"
        f" site's), so its words cannot be relied on. {_PASTE}",
    )


def bad_answer(host: str) -> FetchError:
    """Say that the answer was garbled or cut short."""
    return FetchError(
        "bad_answer",
        f"The answer of {host} broke the rules of the web, or broke off, and we could not read all of it."
        f" {_PASTE}",
        transient=True,
    )


def wrong_type(host: str, what: str) -> FetchError:
    """Say that what came is no text."""
    return FetchError(
        "unsupported_type",
        f"{host} answered with {what or 'something'}, not with a page of text. If it is a document, open it"
        " and paste its text. Nothing was saved.",
    )


def bad_status(host: str, status: int, retry_after: timedelta = timedelta()) -> FetchError:
    """Say what an HTTP status other than 200 means for somebody who wants the article."""
    if status in {401, 402, 403, 451}:
        return FetchError(
            "refused_by_site",
            f"{host} does not show this page to us (HTTP {status}): it may be for subscribers only, or it"
            " refuses programs. Nothing was saved. Open the article with the desk's subscription, then"
            " paste its text.",
        )
    if status in {404, 410}:
        return FetchError(
            "not_found",
            f"{host} has no page at this address (HTTP {status}). Check the address for missing letters;"
            " if the article was taken down, look for an archived copy and paste its text.",
        )
    if status == 429:
        return FetchError(
            "rate_limited",
            f"{host} asks us to come back later (HTTP 429). Try again in a few minutes.",
            transient=True,
            retry_after=retry_after,
        )
    if status >= 500:
        return FetchError(
            "site_error",
            f"{host} has a fault of its own (HTTP {status}). Try again later.",
            transient=True,
            retry_after=retry_after,
        )
    return FetchError(
        "unexpected_status", f"{host} answered with HTTP {status} and no page of text. {_PASTE}"
    )
