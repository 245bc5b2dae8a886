"""Which language a text is in: what the page declares where that is plausible, else what the words say."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_TAG = re.compile(
    r"([a-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?:[-_][A-Za-z0-9]{1,8})*", re.IGNORECASE
)
_RENAMED = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "sh": "sr", "tl": "fil"}
# Detection cannot tell these apart in a short text; a declaration within one group is believed.
_KIN = (
    {"no", "nb", "nn", "da"},
    {"sr", "hr", "bs", "sl", "mk"},
    {"id", "ms", "jv"},
    {"hi", "mr", "ne"},
    {"fa", "ps", "ur", "ug", "ku", "ckb"},
    {"pt", "gl", "es", "an", "oc", "ca"},
    {"cs", "sk"},
    {"ru", "be", "uk", "bg"},
    {"fil", "tl"},
    {"az", "tr"},
    {"nl", "af", "li", "fy", "nds"},
    {"zh", "yue", "wuu"},
)
UNKNOWN = "und"
_ENOUGH = 200
_SURE = 0.98


def language_of(text: str, declared: str = "") -> str:
    """Return the BCP 47 tag of a text, `und` where there is nothing to go by.

    A declaration is kept, region and all, unless a text of some length is surely in another language
    (templates often say `en` whatever the article is in).
    """
    tag = well_formed(declared)
    sample = text[:20_000]
    if not any(character.isalpha() for character in sample):
        return tag or UNKNOWN
    found, probability = _identified(sample)
    if not tag:
        return found
    said = tag.partition("-")[0]
    if said == found or any({said, found} <= kin for kin in _KIN):
        return tag
    unsure = len(sample) < _ENOUGH or probability < _SURE
    return tag if unsure else found


def well_formed(tag: str) -> str:
    """Return a language tag with its usual case (`pt-BR`, `zh-Hant`), or nothing if it is none."""
    match = _TAG.fullmatch(tag.strip())
    if not match:
        return ""
    primary, script, region = match[1].lower(), match[2], match[3]
    primary = _RENAMED.get(primary, primary)
    if primary in {"und", "mul", "zxx"}:
        return ""
    return "-".join(filter(None, (primary, script and script.title(), region and region.upper())))


def first_well_formed(tags: Iterable[str]) -> str:
    """Return the first of several declarations that is a language tag."""
    return next(filter(None, map(well_formed, tags)), "")


@cache
def _identifier() -> object:
    """Load the model once, and only when a text needs it: a second, and 100 MB."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _identified(text: str) -> tuple[str, float]:
    language, probability = _identifier().classify(text)  # type: ignore[attr-defined]
    return str(language), float(probability)
