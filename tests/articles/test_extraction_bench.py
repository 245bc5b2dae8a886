"""The measure of extraction: counted as its source counts, in both layouts of saved pages."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.extraction.__main__ import judge, show
from benchmarks.extraction.pages import pages
from benchmarks.extraction.scoring import Score, overall, score

BODY = [
    "The council met on Monday to discuss the bridge, the ferry and the price of both, and agreed on neither.",
    "The harbour master, who has run the port since 2009, said that the ferry could carry no more lorries.",
]
HTML = (
    '<html lang="en"><head><meta name="author" content="Mara Lind"><meta name="date" content="2024-03-12">'
    f"</head><body><article><h1>Bridge closed</h1><p>{BODY[0]}</p><p>{BODY[1]}</p></article></body></html>"
)


def save(path: Path, html: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(html.encode()))


def test_four_words_are_the_unit() -> None:
    half = score("one two three four five", "one two three four six")
    assert (half.precision, half.recall) == (0.5, 0.5)
    assert score("one two", "one two") == Score(1.0, 1.0)
    assert score("one two three four", "").recall == 0


def test_a_page_without_text_costs_recall_and_has_no_precision() -> None:
    scores = [Score(1.0, 1.0), Score(0.0, 0.0)]
    assert overall(scores, empty=1) == Score(1.0, 0.5)
    assert overall(scores, empty=0) == Score(0.5, 0.5)


def test_the_layout_with_one_file_of_truth(tmp_path: Path) -> None:
    save(tmp_path / "html" / "a1.html.gz", HTML)
    truth = {"a1": {"articleBody": "\n".join(BODY), "url": "https://quay.example/a"}}
    (tmp_path / "ground-truth.json").write_text(json.dumps(truth))
    (page,) = pages(tmp_path)
    assert judge(page).ours == Score(1.0, 1.0)


def test_the_layout_with_publishers_by_country(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path / "uk" / "Quay_2024_03_12.html.gz", HTML)
    known = {
        "authors": ["Mara Lind"],
        "body": {"summary": [], "sections": [{"headline": [], "paragraphs": BODY}]},
        "publishing_date": "2024-03-12 00:00:00+00:00",
        "title": "Bridge closed",
    }
    other = {"body": {"summary": ["Something else."], "sections": []}, "title": "x"}
    (tmp_path / "uk" / "Quay.json").write_text(json.dumps({"V1": other, "V2": known}))
    (page,) = pages(tmp_path)
    assert page.name == "uk/Quay_2024_03_12"
    show("set", [judge(page)], each=True)
    printed = capsys.readouterr().out
    assert "all (1)" in printed
    for field in ("title", "authors", "day", "language"):
        assert [line.split()[1] for line in printed.splitlines() if line.startswith(field)] == ["100.0"]
