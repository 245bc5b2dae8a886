"""Who made or owns the picture that leads an article, for whoever wants to show it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import html as lxml_html

from articles.extraction.canonical import one_line
from articles.extraction.document import How
from articles.extraction.linked_data import name_of

_AT_MOST = 120
_FIGURES = 3
_CREDIT_CLASS = re.compile(
    r"(?:^|[\s_-])(?:credits?|copyright|photographer|fotograf|byline)(?:$|[\s_-])", re.IGNORECASE
)
_NAMED = re.compile(
    r"(?:photo(?:graph|grapher)?s?|pictures?|images?|illustrations?|graphics?|credits?|fotos?"
    r"|bild(?:er)?|grafik"
    r"|crédits?(?: photo)?|photographie|imagen|fotografía|imagem|crédito|immagine|foto di|beeld"
    r"|zdj(?:ęcie|\.)"
    r"|fot\.|kuva|фото|зображення|صورة|الصورة|צילום|عکس|fotoğraf|写真|撮影|사진|图|圖)"
    r"(?: by| credit| courtesy| via|: ?©)?\s*[:：/]\s*(?P<name>[^:：]{2,80}?)\s*[)）\]]?\s*$",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"©\s*(?P<name>[^©]{2,80}?)\s*[)\]]?\s*$")
_BRACKETED = re.compile(
    r"[(（\[](?P<name>[^()（）]{2,80}?(?:/[^()（）]{2,40}|撮影"
    r"|\bvia [^()]{2,40}|\bphoto\b[^()]{0,40}))[)）\]]\s*$",
    re.IGNORECASE,
)


def image_credits(tree: lxml_html.HtmlElement, linked: dict[str, Any]) -> Iterator[tuple[How, str]]:
    """Yield credits of the lead picture: as told to machines, then as its caption says."""
    image = linked.get("image")
    image = image[0] if isinstance(image, list) and image else image
    if isinstance(image, dict):
        for field in ("creditText", "copyrightHolder", "creator", "author", "copyrightNotice"):
            yield "json-ld", _shortened(name_of(image.get(field)))
    for figure in tree.xpath(".//figure")[:_FIGURES]:
        for element in figure.iter("figcaption", "span", "div", "p", "small", "cite"):
            if _CREDIT_CLASS.search(element.get("class") or ""):
                yield "text", _without_label(_shortened(one_line(element.text_content())))
        for caption in figure.iter("figcaption"):
            yield "text", credit_in(one_line(caption.text_content()))


def credit_in(caption: str) -> str:
    """Return whom a caption names at its end: `Photo: X`, `© X`, `(X/Agency)`; nothing if it names nobody."""
    for pattern in (_NAMED, _SIGNED, _BRACKETED):
        found = pattern.search(caption)
        if found:
            return found["name"].strip()
    return ""


def _without_label(text: str) -> str:
    return credit_in(text) or text.strip("()[]© ")


def _shortened(text: str) -> str:
    return text if len(text) <= _AT_MOST else ""
