"""The text of an explanation: Markdown with citations, made safe to show."""

from __future__ import annotations

import re

import nh3
from markdown_it import MarkdownIt

_CITATION = re.compile(r"\[(\d{1,3})\](?![(\[:])")
# In what was made of it a link cannot stand in a link, and code is shown as it was written.
_IN_HTML = re.compile(rf"<(?P<whole>a|code)\b.*?</(?P=whole)>|<[^>]*>|{_CITATION.pattern}", re.DOTALL)
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable(["image"])
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a", "code", "h3", "h4", "hr"}


def citations_in(text: str) -> set[int]:
    """The numbers cited in the text, as in `[3]`."""
    return {int(number) for number in _CITATION.findall(text)}


def render(text: str) -> str:
    """Return the text as safe HTML, each `[n]` outside links and code a link to `#source-n`.

    Headings become `h3` and `h4`, which stand below the page's own; images and raw HTML are not
    passed on; links leave with `rel`.
    """
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h3" if token.tag in {"h1", "h2", "h3"} else "h4"
    html = nh3.clean(
        _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}),
        tags=_TAGS,
        attributes={"*": set(), "a": {"href"}},  # nor titles
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow ugc",
    )
    return _IN_HTML.sub(_link, html)


def _link(match: re.Match[str]) -> str:
    number = match.group(2)
    if number is None:
        return match.group()
    return f'<a class="cite" href="#source-{number}">{number}</a>'
