"""`python -m benchmarks.anchoring [PATH …]`: edit, re-anchor, count."""

from __future__ import annotations

import argparse
import json
import random
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from articles.anchoring import are_same_words, reanchor
from articles.anchoring.tokens import Tokens
from articles.extraction.canonical import one_line
from assist.sentences import spans
from benchmarks.anchoring.clients import Answer, ours, position_then_fuzzy
from benchmarks.anchoring.edits import EDITS, ORDINARY, Case, Edit
from benchmarks.anchoring.traced import Traced
from benchmarks.anchoring.unseen import UNSEEN
from benchmarks.extraction.pages import pages

SAMPLES = Path(__file__).parents[2] / "factcheck" / "samples"
TEXTS = Path(__file__).with_name("texts")
TWICE = 0.15
"""How many of the texts say the watched sentence a second time to begin with."""


def main() -> None:
    """Read the command line, run, print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.anchoring", description=__doc__)
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        help="more texts: .txt, .jsonl with a member text, or a set of saved pages",
    )
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--unseen", action="store_true", help="the edits that no rule was made with")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print the first N that went wrong")
    parser.add_argument("--verdicts", nargs="+", default=["wrong"], help="what to print of: wrong, asked")
    options = parser.parse_args()
    texts = [text for text in read(options.paths) if text.count("\n") >= 3]
    print(f"{len(texts)} texts, {options.passages:,} passages, seed {options.seed}\n")
    run(texts, options)
    speed(texts, random.Random(options.seed))


def read(paths: list[Path]) -> Iterator[str]:
    """Yield the desk's sample texts, those that come with this, and those of the paths, in canonical form."""
    for sample in sorted(SAMPLES.glob("*.toml")):
        yield canonical(tomllib.loads(sample.read_text("utf-8"))["article"]["text"])
    for path in (*sorted(TEXTS.glob("*.txt")), *paths):
        yield from map(canonical, _texts_of(path))


def _texts_of(path: Path) -> list[str]:
    if path.is_dir():
        return [page.body for page in pages(path)]
    written = path.read_text("utf-8")
    if path.suffix == ".jsonl":
        return [json.loads(line)["text"] for line in written.splitlines()]
    return [written]


def canonical(text: str) -> str:
    """Return a text as the desk stores it."""
    return "\n".join(line for line in map(one_line, text.split("\n")) if line)


def run(texts: list[str], options: argparse.Namespace) -> None:
    """Edit and count."""
    rng = random.Random(options.seed)
    sentences = [text[a:b] for text in texts for a, b in spans(text, "en") if 30 < b - a < 200]
    counts: dict[tuple[str, str], Counter[str]] = {}
    kinds = UNSEEN if options.unseen else EDITS
    shown = 0
    for number in range(options.passages):
        text = rng.choice(texts)
        start, end = passage_of(text, rng)
        if rng.random() < TWICE:
            text, start, end = said_twice(text, start, end, rng)
        case = Case(Traced(text), start, end, sentences, rng)
        edits = [kinds[number % len(kinds)], *rng.sample(ORDINARY, rng.choice((0, 0, 0, 1)))]
        for edit in edits:
            edit(case)
        truth, new = case.traced.truth(start, end), case.traced.text
        if truth and are_same_words(text, new):
            # Two equal sentences side by side changed places: that is no edit.
            truth = same_place(text, new, start, end)
        for name, client in (("ours", ours), ("position, then fuzzy", position_then_fuzzy)):
            answer = client(text, new, (start, end))
            verdict = judge(answer, truth)
            for group in (edits[0].__name__.replace("_", " "), "all"):
                counts.setdefault((group, name), Counter())[verdict] += 1
            if truth:
                counts.setdefault(("words unchanged", name), Counter())[verdict] += 1
            if name == "ours" and verdict in options.verdicts and shown < options.show:
                shown += 1
                show(text, new, (start, end), truth, answer, edits)
    table(counts)


def same_place(old: str, new: str, start: int, end: int) -> tuple[int, int]:
    """Return where a passage stands in a text that reads the same, word for word."""
    was, now = Tokens(old), Tokens(new)
    first, last = was.covering(start, end)
    place = now.span(first, last)
    return place[0] + max(0, start - was.starts[first]), place[1] - max(0, was.ends[last - 1] - end)


def judge(answer: Answer, truth: tuple[int, int] | None) -> str:
    """Say how an answer stands to the truth."""
    if answer is None:
        return "asked" if truth else "right"
    return "right" if answer == truth else "wrong"


def passage_of(text: str, rng: random.Random) -> tuple[int, int]:
    """Return a sentence, a part of one, a few words, or several sentences."""
    found = [span for span in spans(text, "en") if span[1] - span[0] > 12]
    index = rng.randrange(len(found))
    start, end = found[index]
    match rng.randrange(10):
        case 0 | 1:  # two or three sentences, maybe over two paragraphs
            return start, found[min(index + rng.randint(1, 2), len(found) - 1)][1]
        case 2 | 3 | 4:
            words = text[start:end].split(" ")
            first = rng.randrange(len(words))
            last = rng.randint(first + 1, min(len(words), first + 8))
            begin = start + len(" ".join(words[:first])) + (1 if first else 0)
            return begin, begin + len(" ".join(words[first:last]))
        case _:
            return start, end


def said_twice(text: str, start: int, end: int, rng: random.Random) -> tuple[str, int, int]:
    """Return the text with the passage's words once more, and the passage in either of the two places."""
    exact = text[start:end].replace("\n", " ")
    ends = [index for index, character in enumerate(text) if character == "\n"]
    at = rng.choice(ends)
    if start <= at <= end:
        return text, start, end
    longer = f"{text[:at]} {exact}{text[at:]}"
    shift = len(exact) + 1
    here = (start, end) if at >= end else (start + shift, end + shift)
    there = (at + 1, at + 1 + len(exact))
    return (longer, *rng.choice((here, there)))


def show(
    old: str,
    new: str,
    passage: tuple[int, int],
    truth: tuple[int, int] | None,
    answer: Answer,
    edits: list[Edit],
) -> None:
    """Print one that went wrong."""
    around = 60
    print([edit.__name__ for edit in edits], passage, truth, answer)
    for text, place in ((old, passage), (new, truth), (new, answer)):
        if place:
            start, end = place
            print(
                "   ",
                repr(f"{text[max(0, start - around) : start]}[{text[start:end]}]{text[end : end + around]}"),
            )


def table(counts: dict[tuple[str, str], Counter[str]]) -> None:
    """Print the counts as Markdown."""
    print("| edit | passages | ours: right | wrong | asked | position, then fuzzy: right | wrong |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    groups = [group for group, name in counts if name == "ours"]
    for group in sorted(groups, key=lambda group: (group in {"all", "words unchanged"}, group)):
        mine, theirs = counts[group, "ours"], counts[group, "position, then fuzzy"]
        print(
            f"| {group} | {mine.total():,} | {mine['right']:,} | {mine['wrong']:,} |"
            f" {mine['asked']:,} ({100 * mine['asked'] / mine.total():.1f} %) |"
            f" {theirs['right']:,} | {theirs['wrong']:,} |"
        )


def speed(texts: list[str], rng: random.Random) -> None:
    """Re-anchor 5,000 passages in a text of 100,000 words that hardly says a sentence twice, as books do."""
    with_spaces = [text for text in texts if text.count(" ") > len(text) / 12]
    vocabulary = " ".join(with_spaces).split()
    words: list[str] = []
    while len(words) < 100_000:
        text = rng.choice(with_spaces)
        words += [word if rng.random() > 0.5 else rng.choice(vocabulary) for word in text.split(" ")]
    old = " ".join(words[:100_000])
    new = " ".join(word if rng.random() > 0.05 else "otherwise" for word in words[:100_000])
    passages = rng.choices(list(spans(old, "en")), k=5_000)
    began, cpu = time.perf_counter(), time.process_time()
    reanchor(old, new, passages)
    print(
        f"\n5,000 passages in 100,000 words, every 20th word changed:"
        f" {time.perf_counter() - began:.2f} s, {time.process_time() - cpu:.2f} s CPU"
    )


if __name__ == "__main__":
    main()
