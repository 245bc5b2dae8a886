"""`python -m benchmarks.twins DIR …`: fill an archive, make versions, see which are found."""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.ground import ground

PARTNER = "Partner"
"""The outlet that puts the same sentences around everything."""


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.twins", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="a set of saved pages")
    parser.add_argument("--articles", type=int, default=10_000, help="others in the archive")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with ground(sqlite=not options.postgres):
        run(options)


def run(options: argparse.Namespace) -> None:
    """Fill the archive, add the versions, count."""
    from articles.anchoring.tokens import Tokens
    from benchmarks.extraction.pages import pages
    from benchmarks.twins.archive import Archive
    from benchmarks.twins.versions import COPIES, INTRO, OTHERS, Material

    rng = random.Random(options.seed)
    texts = {page.body: page.name for folder in options.folders for page in pages(folder) if page.body}
    words = sorted({word for text in texts for word in Tokens(text).words})
    archive = Archive(rng, words)
    began = time.monotonic()
    archive.fill(options.articles)
    print(
        f"{len(texts)} pages beside {options.articles:,} articles ({time.monotonic() - began:.0f} s to fill)"
    )

    family: dict[int, str] = {}
    of_page: dict[str, int] = {}
    seconds: list[float] = []

    def add(text: str, outlet: str, name: str) -> list[int]:
        pk = archive.add(text, outlet)
        family[pk] = name
        began = time.process_time()
        twins = archive.compare(pk)
        seconds.append(time.process_time() - began)
        return twins

    for text, name in list(texts.items()):
        for other in add(text, publisher(name), name):
            print(f"The set itself has near copies: {family[other]} and {name}. The second is left out.")
            texts.pop(text, None)
            family[max(family)] = family[other]
        of_page[name] = max(family)
    print("\n| version | texts | original found | pairs with others |\n|---|--:|--:|--:|")
    for version in (*COPIES, *OTHERS):
        counts: Counter[str] = Counter()
        for text, name in texts.items():
            made = version(Material(text, words, rng))
            outlet = PARTNER if INTRO in made else f"outlet of {version.__name__}"
            twins = add(made, outlet, name if version in COPIES else f"after {name}")
            counts["found"] += of_page[name] in twins
            strangers = [family.get(other, "filler") for other in twins]
            counts["others"] += sum(other.removeprefix("after ") != name for other in strangers)
        label = version.__name__.replace("_", " ")
        print(f"| {label} | {len(texts)} | {counts['found']} | {counts['others']} |", flush=True)
    seconds.sort()
    middle, most, slowest = (
        1000 * each for each in (statistics.median(seconds), seconds[int(0.99 * len(seconds))], seconds[-1])
    )
    print(f"\nOne look, CPU: median {middle:.1f} ms, 99 in 100 under {most:.1f} ms, slowest {slowest:.1f} ms")
    hostile(archive, rng, words)


def publisher(name: str) -> str:
    """Return the outlet of a page of Fundus; the other set does not say."""
    return name.rsplit("_", 3)[0] if "/" in name else ""


def hostile(archive: Any, rng: random.Random, words: list[str]) -> None:
    """Time the texts that are made to cost much."""
    sentence = "The committee regrets that nothing can be said about this matter at the present time. "
    long = " ".join(rng.choices(words, k=900_000))[:5_000_000]
    texts: dict[str, Callable[[], str]] = {
        "5 MB of words": lambda: long,
        "its copy": lambda: f"{long[:-1]}!",
        "one sentence, 50,000 times": lambda: sentence * 50_000,
        "one line of 5 MB without a space": lambda: "x" * 5_000_000,
        "5 MB in a script without spaces": lambda: "".join(
            chr(rng.randrange(0x4E00, 0x9FFF)) for _ in range(5_000_000)
        ),
        "5 MB of signs": lambda: "!?" * 2_500_000,
    }
    print()
    for name, make in texts.items():
        pk = archive.add(make())
        began = time.process_time()
        twins = archive.compare(pk)
        print(f"{name}: {1000 * (time.process_time() - began):.0f} ms CPU, {len(twins)} near copies")


if __name__ == "__main__":
    main()
