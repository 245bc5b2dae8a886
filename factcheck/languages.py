"""What languages are called in the language of whoever reads; the desk stores their tags (BCP 47)."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from django.utils.translation import get_language

# Babel (CLDR) and not Django, which has no name for Chinese or Pashto, and none in other languages for many.


def language_name(tag: str) -> str:
    """Name a language: German, Brazilian Portuguese; the tag itself where it has no name."""
    return _named(tag, get_language() or "en")


@lru_cache(maxsize=512)
def _named(tag: str, reader: str) -> str:
    names = Locale.parse(reader, sep="-").languages
    primary, *others = tag.split("-")
    closer = [f"{primary.lower()}_{_cased(part)}" for part in others]
    name = next((names[key] for key in (*closer, primary.lower()) if key in names), tag)
    return str(name if name == tag else name[:1].upper() + name[1:])


def _cased(part: str) -> str:
    """Write a script or a region as CLDR does: Hant, BR."""
    return part.title() if len(part) == 4 else part.upper()
