"""`python -m benchmarks.extraction DIR …`: extract, compare, print."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from articles.extraction import Extracted, ExtractionError, extract
from benchmarks.extraction.metadata import shares
from benchmarks.extraction.pages import Page, pages
from benchmarks.extraction.scoring import Score, overall, score

SLOWEST = 5
HEAD = f"{'':44}   precision recall F1   bare: precision recall F1   gain"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one page. Seconds are of one core."""

    page: Page
    ours: Score
    bare: Score
    texts: tuple[str, str]
    found: Extracted | None
    seconds: float
    refused: str = ""

    def __str__(self) -> str:
        gain = 100 * (self.ours.f1 - self.bare.f1)
        return f"{self.page.name[:44]:44} {self.ours}    {self.bare}   {gain:+6.1f} {self.refused}"


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extraction", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="a set of saved pages")
    parser.add_argument("--pages", action="store_true", help="also print each page, the worst first")
    parser.add_argument("--half", choices=["develop", "held-out"], help="only one half of the pages")
    options = parser.parse_args()
    _warm_up()
    for folder in options.folders:
        chosen = [page for page in pages(folder) if options.half in {None, page.half}]
        show(folder.name, [judge(page) for page in chosen], each=options.pages)


def judge(page: Page) -> Result:
    """Extract one page with both and compare with what is known."""
    began = time.process_time()
    found, refused = None, ""
    try:
        found = extract(page.html, content_type="text/html", url=page.url)
    except ExtractionError as refusal:
        refused = refusal.code
    seconds = time.process_time() - began
    texts = (found.text if found else "", bare(page))
    ours, theirs = (score(page.body, text) for text in texts)
    return Result(page, ours, theirs, texts, found, seconds, refused)


def bare(page: Page) -> str:
    """Return what trafilatura finds with its default settings."""
    import trafilatura

    return trafilatura.extract(page.html) or ""


def show(name: str, results: Sequence[Result], *, each: bool) -> None:
    """Print the table of one set."""
    print(f"\n{name}: {len(results)} pages\n{HEAD}")
    if each:
        for result in sorted(results, key=lambda result: result.ours.f1):
            print(result)
    for half in ("develop", "held-out"):
        _show_total(half, [result for result in results if result.page.half == half])
    _show_total("all", results)
    for field, share, known in shares((result.page, result.found) for result in results):
        print(f"{field:44} {100 * share:6.1f} % of {known}")
    print("slowest, seconds of one core:")
    for result in sorted(results, key=lambda result: -result.seconds)[:SLOWEST]:
        print(f"{result.seconds:8.2f} {len(result.page.html) // 1000:6} kB  {result.page.name[:60]}")


def _show_total(half: str, results: Sequence[Result]) -> None:
    if not results:
        return
    ours = overall([r.ours for r in results], empty=sum(not r.texts[0] for r in results))
    theirs = overall([r.bare for r in results], empty=sum(not r.texts[1] for r in results))
    gain = 100 * (ours.f1 - theirs.f1)
    print(f"{f'{half} ({len(results)})':44} {ours}    {theirs}   {gain:+6.1f}")


def _warm_up() -> None:
    """Load what is loaded once, so that the first page does not pay for it."""
    extract(b"<html><body><p>The council met on Monday, and agreed.</p></body></html>")


if __name__ == "__main__":
    main()
