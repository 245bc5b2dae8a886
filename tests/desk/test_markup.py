"""What people write and what documents hold is never markup on a page, however often it is cleaned (X3)."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import nh3
import pytest
from hypothesis import example, given, settings, strategies as st

from articles.actions import add_article
from articles.extraction import ExtractionError, extract, from_text
from articles.extraction.canonical import one_line
from factcheck.accounts.models import User
from reviews import wording
from tests import factories as make
from tests.cast import signed_in
from tests.desk.hand import text_of

# Markup that changes its meaning when it is read, written and read again, and what it hides.
MUTATING = (
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><mtext><mglyph><svg><mtext><textarea><path id=\"</textarea><img onerror=alert(1) src=1>\">",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<select><template><style><!--</style><a rel=\"--></style></template></select><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template>",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">",
    "<a href=\"java&#x09;script:alert(1)\">a</a>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml-stylesheet ><img src=x onerror=alert(1)> ?>",
    "<table><td><p><svg><desc><table><td><img src=x onerror=alert(1)>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
)  # fmt: skip
MARKDOWN = (
    "[1]", "[12](", "[a](javascript:alert(1))", "[a](http://x.example/[1])", "[a](http://[::1]/)", "[see [1]](https://x.example)",
    "[a](https://x.example \"[1]\")", "<https://x.example/[1]>", "[r]: https://x.example/[2]\n\n[r]", "`[1]`", "```\n<b>\n```",
    "![a](x)", "# ", "> ", "- ", "1. ", "**", "_", "\\", "\n\n", "  \n", "&lt;", "<!--", "-->", "]]>", "<b>", "</p>", "***\n", "[a](data:text/html,x)",
)  # fmt: skip
pieces = st.lists(st.sampled_from([*MUTATING, *MARKDOWN]) | st.text(max_size=12), max_size=8).map("".join)


class Tags(HTMLParser):
    """The tags of some HTML with their attributes, and whatever else is no text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.others: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def cleaned(html: str) -> str:
    """Clean once more, as `wording.render` does, with what it has added."""
    return nh3.clean(
        html,
        tags=wording._TAGS,
        attributes={"*": set(), "a": {"href", "rel", "class"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


@pytest.mark.case("X3")
@settings(max_examples=400)
@example("[a](http://[1]/)")
@example('[a](https://x.example "</a> [1] >")')
@example("".join(MUTATING))
@given(pieces)
def test_an_explanation_is_rendered_to_a_few_tags_and_nothing_else(text: str) -> None:
    html = wording.render(text)
    found = Tags(html)
    assert found.others == []
    for tag, attributes in found.tags:
        assert tag in wording._TAGS
        if attributes.get("class") == "cite":
            assert set(attributes) == {"class", "href"}
            assert (attributes["href"] or "").startswith("#source-")
        elif tag == "a":
            assert set(attributes) <= {"href", "rel"}
            assert attributes["rel"] == "noopener nofollow ugc"
            scheme = re.match(r"\s*([a-z][a-z0-9+.-]*):", attributes.get("href") or "", re.IGNORECASE)
            assert not scheme or scheme[1] in {"https", "http", "mailto"}, attributes
        else:
            assert not attributes
    assert cleaned(html) == html


@pytest.mark.case("X3")
@settings(max_examples=150)
@given(pieces)
def test_blocks_are_text_that_is_canonical_however_they_came(text: str) -> None:
    for read in (
        lambda: from_text(f"{make.TEXT}\n\n{text}", title="T", language="en"),
        lambda: extract(f"<!doctype html><article><h1>T</h1><p>{make.TEXT}</p>{text}".encode()),
        lambda: extract(f"# T\n\n{make.TEXT}\n\n{text}".encode(), filename="a.md"),
    ):
        try:
            found = read()
        except ExtractionError:
            continue
        for block in found.blocks:
            words = found.text[block.start : block.end]
            assert one_line(words) == words


def _skeleton(html: str) -> set[tuple[str, tuple[str, ...]]]:
    return {(tag, tuple(sorted(attributes))) for tag, attributes in Tags(html).tags}


@pytest.mark.case("X3")
@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["plain", "page", "Markdown"])
def test_a_page_with_hostile_words_has_the_markup_of_one_with_harmless_ones(kind: str, ada: User) -> None:
    """Every screen of an article; what it shows are its words to the letter."""

    def screens(lines: list[str]) -> tuple[Any, dict[str, str]]:
        body = [*make.TEXT.split("\n\n"), *lines]
        if kind == "page":
            body = ["<!doctype html><article><h1>T</h1>", *(f"<p>{escaped(line)}</p>" for line in body)]
        text = "\n\n".join(["# T", *body] if kind == "Markdown" else body)
        article, _known = add_article(actor=ada, text=text, given={"title": f"T {lines[0]}"})
        quote = make.newest_revision(article).text.splitlines()[-1]
        make.flagged_claim(article=article, quote=quote, by=ada, statement=f"S {lines[0]}")
        browser = signed_in(ada)
        here = f"/desk/articles/{article.pk}/"
        return article, {
            path: text_of(browser.get(path)) for path in (here, f"{here}annotated-copy/", "/desk/")
        }

    _harmless, others = screens([f"Words number {n}, said the board." for n in range(len(MUTATING))])
    article, pages = screens([f"Words {one} said the board." for one in MUTATING])
    for path, other in zip(pages, others.values(), strict=True):
        assert _skeleton(pages[path]) <= _skeleton(other), path
    shown = make.newest_revision(article).text
    assert escaped(shown.splitlines()[-1]) in pages[f"/desk/articles/{article.pk}/"].replace(
        "&#x27;", "'"
    ).replace("&quot;", '"')


def escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
