"""The desk's small marks: icon, verdict, state, person, priority, bar, and marked passages.

Written with `format_html` and not as partials because a queue page draws some three hundred of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy as _

from articles.models import ReadingMark
from factcheck.counts import MOST
from factcheck.languages import language_name
from reviews.states import WORDS

register = template.Library()
register.filter(language_name)

# In these states the rating is no longer anybody's draft.
SETTLED = frozenset({"ready", "scheduled", "published", "corrected", "retracted"})
PRIORITIES = {
    1: ("low", _("Low priority")),
    2: ("normal", _("Normal priority")),
    3: ("high", _("High priority")),
}
STANCES = {
    "supports": ("check", _("Supports")),
    "refutes": ("x", _("Refutes")),
    "context": ("info", _("Context")),
}
KEYS = {"mod": _("Ctrl"), "shift": _("Shift"), "back": _("Backspace")}
MAC_KEYS = {"mod": "⌘", "shift": "⇧", "back": "⌫"}
RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})

OFFERED_LANGUAGES = (
    *("ar", "cs", "de", "en", "es", "fa", "fr", "he", "hi", "it"),
    *("ja", "ko", "nl", "pl", "pt", "ro", "ru", "tr", "uk", "zh"),
)


@cache
def sprite() -> str:
    """Return the address of the icon sprite, looked up once per process."""
    return static("checkdesk/icons.svg")


@lru_cache(maxsize=512)
def svg(address: str, name: str, kind: str = "") -> SafeString:
    """Draw one symbol; a name without `s-` or `v-` is an action icon. `kind`: "s" small, "flip"."""
    symbol = name if name.startswith(("s-", "v-")) else f"i-{name}"
    classes = "".join(f" icon-{word}" for word in kind.split())
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>', classes, address, symbol
    )


def chip(address: str, rating: object, *, draft: bool = False, big: bool = False) -> SafeString:
    """Draw a verdict, square tile and word, from anything with `slug` and `word`."""
    slug, word = _read(rating, "slug"), _read(rating, "word")
    return format_html(
        '<span class="verdict{}{}" data-v="{}"{}>{}{}</span>',
        " is-draft" if draft else "",
        " big-verdict" if big else "",
        slug,
        format_html(' data-draft=" · {}"', gettext("draft")) if draft else "",
        svg(address, f"v-{slug}"),
        word,
    )


@register.simple_tag
def icon(name: str, kind: str = "") -> SafeString:
    """Draw one symbol of the sprite."""
    return svg(sprite(), name, kind)


@register.simple_tag(takes_context=True)
def keys(context: Context, *names: str) -> SafeString:
    """Draw keys that are pressed together, called as they are on the machine of whoever reads."""
    is_mac = "Mac OS X" in context["request"].headers.get("User-Agent", "")
    signs, between = (MAC_KEYS, "") if is_mac else (KEYS, "+")
    return format_html('<kbd dir="ltr">{}</kbd>', between.join(str(signs.get(name, name)) for name in names))


@register.simple_tag
def rating_icon(slug: str) -> SafeString:
    """Draw the tile of a rating, where its word stands in the same control."""
    return icon(f"v-{slug}")


@register.simple_tag
def verdict(rating: object, state: str = "settled") -> SafeString:
    """Draw a verdict; it reads "· draft" until the claim's shown state is past sign-off."""
    return chip(sprite(), rating, draft=state != "settled" and state not in SETTLED)


@register.simple_tag
def state(slug: str, label: str = "", *, quiet: bool = False) -> SafeString:
    """Draw a workflow state, round outline and word; `quiet` keeps the word for screen readers."""
    word = label or WORDS[slug]
    return format_html(
        '<span class="state" data-s="{}">{}{}</span>',
        slug,
        icon(f"s-{slug}"),
        format_html('<span class="vh">{}</span>', word) if quiet else word,
    )


@register.filter
def settled(slug: str) -> bool:
    """Say whether a rating in this state is past being a draft."""
    return slug in SETTLED


@register.simple_tag
def avatar(user: Any, *, decorative: bool = False) -> SafeString:
    """Draw somebody's initials; `decorative` where the name stands beside them."""
    if user is None:
        return format_html(
            '<span class="avatar none" role="img" aria-label="{0}" title="{0}"></span>', gettext("Unassigned")
        )
    name = mark_safe('aria-hidden="true"') if decorative else _named(user)
    return format_html(
        '<span class="avatar" data-tone="{}" {} title="{}">{}</span>',
        user.tone,
        name,
        user,
        user.initials,
    )


@register.simple_tag
def avatars(users: Iterable[Any]) -> SafeString:
    """Draw several people side by side; an empty ring where there is nobody."""
    marks = [(avatar(user),) for user in users]
    if not marks:
        return avatar(None)
    return format_html('<span class="avatars">{}</span>', format_html_join("", "{}", marks))


@register.simple_tag
def person(user: Any) -> SafeString:
    """Draw initials and name."""
    return format_html('<span class="person">{}{}</span>', avatar(user, decorative=True), user)


@register.simple_tag
def people(users: Iterable[Any]) -> SafeString:
    """Draw initials and names of several."""
    return format_html_join("", "{}", ((person(user),) for user in users))


@register.simple_tag
def prio(level: int, *, words: bool = False) -> SafeString:
    """Draw a priority as three bars; `words` adds the word beside them."""
    slug, label = PRIORITIES[level]
    return format_html(
        '<span class="prio" data-p="{}" title="{}"><i></i><i></i><i></i><span class="vh">{}</span></span>{}',
        slug,
        label,
        "" if words else label,
        format_html(" {}", label) if words else "",
    )


@register.simple_tag
def stance(slug: str) -> SafeString:
    """Draw how a source bears on the statement."""
    symbol, word = STANCES[slug]
    return format_html('<span class="stance" data-stance="{}">{}{}</span>', slug, icon(symbol, "s"), word)


def bar(decided: int, doing: int, todo: int) -> list[dict[str, str]]:
    """Cut 100 units into the shares of a progress bar, with a hair of space between two of them."""
    total = decided + doing + todo
    parts, x = [], 0.0
    for kind, count in (("done", decided), ("doing", doing), ("todo", todo)):
        if count:
            width = 100 * count / total
            gap = 0.7 if x + width < 99.99 else 0
            parts.append({"kind": kind, "x": f"{x:.2f}", "width": f"{width - gap:.2f}"})
            x += width
    return parts


@register.simple_tag
def progress(parts: Iterable[Mapping[str, str]]) -> SafeString:
    """Draw a bar from what `bar` returned. The numbers have to stand beside it as text."""
    rects = format_html_join(
        "",
        '<rect class="{}" x="{}" width="{}" height="8"></rect>',
        ((part["kind"], part["x"], part["width"]) for part in parts),
    )
    return format_html(
        '<svg class="progress" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">{}</svg>',
        rects,
    )


@register.simple_tag
def shares(decided: int, doing: int, todo: int) -> SafeString:
    """Draw a bar of these three."""
    return progress(bar(decided, doing, todo))


@register.simple_tag
def marked(
    cut: Any, cards: Mapping[int, Any], sentences: Sequence[Any] = (), *, notes: bool = False
) -> SafeString:
    """Draw the text of one block, as `articles.passages.segments` cut it, with its passages marked.

    `cards` maps the id of a passage to its card (`number`, `passages`, `review`); `sentences` are those
    that were asked for. What is drawn is the block's text to the letter: browsers count offsets in it.
    Overlaps are marks inside marks, the earlier start outside; the first segment of a claim has the id
    `p<number>`, and its number follows the last. The number leads to the card, or to the claim's note.
    """
    html = []
    for segment in cut.segments:
        inner = conditional_escape(segment.text)
        if segment.sentence is not None:
            inner = _sentence(sentences[segment.sentence], inner)
        for passage in reversed(segment.covers):
            card = cards[passage]
            begins = passage in segment.first_of and card.passages[0].pk == passage
            inner = _mark(card, inner, begins=begins)
        html.append(inner)
        ends = [cards[passage] for passage in segment.covers if passage in segment.last_of]
        html += [_reference(card, "n" if notes else "c") for card in ends]
    return mark_safe("".join(html))  # noqa: S308


@register.filter
def num(value: object) -> str:
    """Write a number with its thousands apart, as the language has it."""
    return number_format(value, force_grouping=True)  # type: ignore[arg-type]


@register.simple_tag(takes_context=True)
def opened(context: Context, dialog: str) -> str:
    """Say " open" for the dialog that the view, or without scripts the address, wants open."""
    wanted = context.get("open_dialog") or context["request"].GET.get("open")
    return " open" if wanted == dialog else ""


@register.simple_tag
def languages() -> list[str]:
    """Return the languages offered first where somebody has to name one, in the order of their names."""
    return sorted(OFFERED_LANGUAGES, key=language_name)


@register.filter
def place(locator: str) -> str:
    """Name where in its source a block begins: `page=3` is p. 3, `t=00:12:31` the time itself."""
    kind, _, where = locator.partition("=")
    return gettext("p. %s") % where if kind == "page" else where


@register.filter
def upto(count: int) -> str:
    """Write a number that was counted no further than `factcheck.counts.MOST`: 99+ from there on."""
    return f"{MOST - 1}+" if count >= MOST else num(count)


@register.filter
def direction(code: str) -> str:
    """Say which way a language runs: ltr or rtl."""
    return "rtl" if code.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


def _read(thing: object, name: str) -> Any:
    return thing[name] if isinstance(thing, Mapping) else getattr(thing, name)


def _sentence(sentence: Any, inner: str) -> SafeString:
    mark = sentence.mark
    return format_html(
        '<span class="sen" id="s{}"{}>{}</span>',
        sentence.start,
        format_html(' data-mark="{}" data-label="{}"', mark, ReadingMark.Kind(mark).label) if mark else "",
        inner,
    )


def _mark(card: Any, inner: str, *, begins: bool) -> SafeString:
    shown, rating = card.review.shown_state, card.review.rating
    return format_html(
        '<mark class="hl{}"{} data-claim="{}" data-{}="{}">{}</mark>',
        " is-draft" if rating and shown not in SETTLED else "",
        format_html(' id="p{}"', card.number) if begins else "",
        card.number,
        "v" if rating else "s",
        rating.slug if rating else shown,
        inner,
    )


def _reference(card: Any, to: str) -> SafeString:
    shown, rating = card.review.shown_state, card.review.rating
    if not rating:
        name = gettext("Claim {n}: {state}")
    elif shown in SETTLED:
        name = gettext("Claim {n}: {word}, {state}")
    else:
        name = gettext("Claim {n}: draft verdict {word}, {state}")
    return format_html(
        '<a class="ref" href="#{}{}" data-n="{}"{} aria-label="{}">{}</a>',
        to,
        card.number,
        card.number,
        format_html(' data-v="{}"', rating.slug) if rating else "",
        name.format(n=card.number, word=rating.word if rating else "", state=WORDS[shown]),
        icon(f"v-{rating.slug}" if rating else f"s-{shown}"),
    )


def _named(user: object) -> SafeString:
    return format_html('role="img" aria-label="{}"', user)
