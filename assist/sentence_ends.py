"""What `sentencex` (1.0.32) does not know of the ends of sentences, each rule with the reason for it.

Two questions: does a sentence go on behind a full stop, and does one end where none was seen. Found by
reading its cuts of news in some thirty languages; the table in `tests/assist/sentence_table.py` holds them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import chain

import regex  # type: ignore[import-untyped]

# What never ends a sentence: a name, a number or the rest of the phrase follows. One with a capital here has
# it always ("30 m." ends where "M." does not).
_ABBREVIATIONS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "bn": "ডা. ড. মো. মোঃ. প্রো.",
        "de": "bzw. ggf. evtl. sog. inkl. zzgl. vgl. h.c.",
        "fr": "M. MM. Mme. Mlle. Mgr. Me. av.",
        "gu": "ડૉ. શ્રી. પ્રો.",
        "hi": "डॉ. डा. श्री. श्रीमती. प्रो. पं. सं. क्र. रु.",
        "ka": "დოქ. პროფ. აკად. მაგ. ბ. ქ.",
        "mr": "डॉ. श्री. सौ. प्रा. क्र. रु.",
        "nl": "mevr. dhr. mw. drs. ir. mr. ing. o.a. d.w.z. bijv.",
        "pa": "ਡਾ. ਸ੍ਰੀ. ਪ੍ਰੋ.",
        "pl": "ok. np. tzw. ul. św. ks. dr. prof. m.in.",
        "ro": "dl. dna. d-na. dra. dr. prof. nr. str.",
        "ru": "т.е. ул. им. см. акад. проф.",
        "sv": "t.ex. bl.a. dvs. ca. kl. nr. d.v.s. s.k.",
        "ta": "டாக்டர். திரு. திருமதி. பேரா. எண். ரூ.",
        "te": "డా. శ్రీ. ప్రొ. రూ.",
        "th": "ดร. ศ. รศ. ผศ. พ. ค. น. พ.ศ. ค.ศ. พล.อ. พล.ต.อ. นพ. พญ. จ. อ. ต. ร.ต.",
        "uk": "вул. ім. див. акад. проф.",
        "vi": "ts. ths. gs. pgs. bs. tp. ks. pgs.ts.",
    }.items()
}

# "Am 3. Mai": a number with a full stop counts, and what it counts has a capital. In other languages that
# count so, what follows has none.
_ORDINAL = regex.compile(r"\P{L}?\p{N}{1,2}\.$")
# Before these words no ordinal stands.
_GERMAN_STARTERS = regex.compile(
    "(?:Aber|Alle|Als|A[mn]|Auch|Auf|Bei|Damit|Danach|Dann?|Darum|Das|Dass|De[mnrs]|Denn|Deshalb|Dies?|Diese[rs]?"
    "|Doch|Eine?[nr]?|E[rs]|Für|Hier|I[cmn]h?|Ihre?|Ist|Man|Mit|Nach|Nicht|Noch|Nun|Nur|Ob|Oder|Seine?|Seit|Sie"
    "|So|Trotz|U[mn]|Und|Vo[mnr]|Was|Weil|Wenn|We[nr]|Wie|Wir|Wo|Z[u]|Zu[mr]|Zwar)"
)

_LIST_NUMBER = regex.compile(r"\s*[(\[]?(?:\p{N}{1,3}(?:\.\p{N}{1,3})*|\p{L})[.)\]]\s*$")
_SECTION = regex.compile(r"(?:§§?|(?<!\p{L})(?:Art|No|Nr|Abs))\.?\s*\p{N}+\.$")
_LIST_LETTER = regex.compile(r"\p{Ll}[.)]\s")
_NO_WORDS = regex.compile(r"[^\p{L}\p{N}]*$")
_NEVER_FIRST = regex.compile(r"\s*[,;:，、；：،؛]|[\p{Pe}\p{Pf}]")
_FIRST_WORD = regex.compile(r"[\p{L}\p{M}]+")

# 「雨です。」と彼は言った: the quote is part of the sentence that these go on with.
_AFTER_A_QUOTE = ("って", "という", "とか", "と", "など")
_QUOTED = ("」", "』")

# Marks that end a sentence in whatever language the article is said to be; the Latin ones do not always.
_ALWAYS_ENDS = r"[[\p{Sentence_Terminal}།༎]--[.!?．‼⁇⁈⁉]]"
_WORTH_A_LOOK = regex.compile(rf"(?V1)[“«「『(\[…]|{_ALWAYS_ENDS}")
_END = regex.compile(rf"(?V1){_ALWAYS_ENDS}+[\p{{Pf}}\p{{Pe}}\"']*")
_QUOTES = regex.compile(r"“[^“”]*”|«[^«»]*»|「[^「」]*」|『[^『』]*』|„[^„“”]*[“”]|（[^（）]*）|《[^《》]*》")
_DOTS = regex.compile(r"…[\p{Pf}\p{Pe}\"']*\s+(?=\p{Lu})")
_ASIDE = regex.compile(r"\s*[(\[][^()\[\]]*[.!?…][)\]](?=\s+\p{Lu})")
_WHOLE_QUOTE = regex.compile(r"\s*[“«「『][^“”«»「」『』]*[”»」』]\s*$")
_INSIDE = regex.compile(r"(?<=[\p{Ll}\p{N})][.!?…])\s+(?=[\p{Lu}¿¡])")
# "Dijo que no." ends; sentencex takes it for the number sign.
_NO = {
    language: regex.compile(r"\b(?i:no)\.\s+(?=[¿¡«“]?\p{Lu})") for language in ("es", "it", "ca", "pt", "gl")
}

# Thai and Lao end sentences with a space, and set one between phrases, too.
_SPACED = frozenset({"th", "lo"})
_PHRASE = regex.compile(r"(?<=[\p{Thai}\p{Lao}])(?<!ฯ)\s+(?=[\p{Thai}\p{Lao}])(?![ๆฯ]|\p{Thai}{1,3}\.)")
_A_PHRASE_ENDS = regex.compile(r"[\p{Thai}\p{Lao}]\s*$")
SHORTEST_PHRASE = 40
"""Characters: a shorter one is not stepped to by itself."""


def goes_on(piece: str, rest: str, language: str, *, has_capitals: bool) -> bool:
    """Say whether the sentence that `piece` is thought to end goes on in `rest`.

    Of both it is enough to give what stands next to the place. `has_capitals` is whether the paragraph
    knows capital letters at all: where it does, no sentence begins without one.
    """
    said, following = piece.rstrip(), rest.lstrip()
    if not following or not said or _NO_WORDS.match(said):
        return True
    if _NO_WORDS.match(following) or _NEVER_FIRST.match(rest):
        return True
    if _LIST_NUMBER.match(said) or (said[-2:-1].isdigit() and _SECTION.search(said)):
        return True
    if language in _SPACED and _A_PHRASE_ENDS.search(said):
        return len(said) < SHORTEST_PHRASE or len(following) < SHORTEST_PHRASE // 2
    if said.endswith(_QUOTED) and following.startswith(_AFTER_A_QUOTE):
        return True
    return _after_a_stop(said, following, language) or (has_capitals and _begins_small(following))


def _after_a_stop(said: str, following: str, language: str) -> bool:
    if not said.endswith("."):
        return False
    last = said.rsplit(None, 1)[-1].lstrip("([“„«\"'")
    if not _ABBREVIATIONS.get(language, frozenset()).isdisjoint((last, last.lower())):
        return True
    if language != "de" or not _ORDINAL.fullmatch(last):
        return False
    word = _FIRST_WORD.match(following)
    return word is not None and _GERMAN_STARTERS.fullmatch(word.group()) is None


def _begins_small(following: str) -> bool:
    """Say whether it begins with a small letter, in a script that would have a capital for it.

    Georgian letters have a large form that is no capital; "iPhone" is a name.
    """
    word = _FIRST_WORD.match(following)
    if not word or _LIST_LETTER.match(following):
        return False
    letters: str = word.group()
    return letters[0].islower() and letters[0].title() != letters[0] and letters == letters.lower()


def cuts_in(piece: str, language: str) -> Iterator[int]:
    """Yield the places inside a piece of one line where a sentence ends that was not seen, in order."""
    if language not in _NO and language not in _SPACED and not _WORTH_A_LOOK.search(piece):
        return
    if _WHOLE_QUOTE.match(piece):  # several sentences that somebody said
        found = (match.end() for match in _INSIDE.finditer(piece))
        ends = (match.end() for match in _END.finditer(piece))
        yield from sorted({cut for cut in chain(found, ends) if piece[cut:].strip()})
        return
    quoted = [match.span() for match in _QUOTES.finditer(piece)]
    cuts = {cut for match in _END.finditer(piece) if not _is_in(quoted, cut := match.end())}
    cuts |= {match.end() for match in _DOTS.finditer(piece)}
    if aside := _ASIDE.match(piece):
        cuts.add(aside.end())
    if language in _NO:
        cuts |= {match.end() for match in _NO[language].finditer(piece)}
    if language in _SPACED:
        cuts |= {match.end() for match in _PHRASE.finditer(piece)}
    yield from sorted(cut for cut in cuts if piece[cut:].strip())


def _is_in(quoted: Sequence[tuple[int, int]], place: int) -> bool:
    """Say whether the place is inside one of the spans, which are in order and apart."""
    before = bisect_left(quoted, (place,)) - 1
    return before >= 0 and place < quoted[before][1]
