"""Read subtitles (SubRip, WebVTT) as a transcript: cues joined to paragraphs that know their time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from articles.extraction.canonical import is_sentence, lines, one_line, size
from articles.extraction.document import Draft, ExtractionError, Metadata, check_count
from articles.extraction.language import well_formed

_PAUSE = 2.5  # seconds of silence that end a paragraph
_ROLLS = 0.5
_LONG_ENOUGH = 450
_TOO_LONG = 1500

_TIME = r"(?:(\d{1,3}):)?(\d\d):(\d\d)[,.](\d{1,3})"
_TIMES = re.compile(rf"{_TIME}[ \t]*-->[ \t]*{_TIME}(?:[ \t].*)?")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]{1,100})>")
_TAG = re.compile(r"</?[A-Za-z0-9:.][^<>]{0,300}>|\{\\[^{}]{0,100}\}")
_SPEAKER = re.compile(r"(?:>>\s*)?([^\W\d_][\w.'’ -]{0,40}):\s+(?=\S)")
_TURN = re.compile(r"(?:[-–—]\s?|>>\s*)(?=\S)")
_UNREAD = ("NOTE", "STYLE", "REGION")
_LANGUAGE = re.compile(r"Language:\s*([\w-]+)", re.IGNORECASE)


@dataclass(slots=True)
class _Cue:
    start: float
    end: float
    speaker: str
    turn: bool  # somebody else begins to speak
    text: str


def read_subtitles(text: str) -> tuple[list[Draft], Metadata]:
    """Return the paragraphs of a transcript, each with the time at which it begins.

    A paragraph ends where the speaker changes, after a pause, or with a sentence once it is long.

    Raises:
        ExtractionError: `empty`, `too_complex`.
    """
    blocks = _blocks(text)
    head = blocks[0] if blocks and blocks[0][0].startswith("WEBVTT") else []
    said = next(filter(None, map(_LANGUAGE.match, head)), None)
    drafts = list(_paragraphs(_cues(blocks)))
    if not drafts:
        raise ExtractionError("empty", "There is no text in these subtitles.")
    check_count(len(drafts))
    return drafts, Metadata(language=well_formed(said[1]) if said else "")


def _blocks(text: str) -> list[list[str]]:
    """Return runs of lines; a line of times begins one too, for some files have no blank lines."""
    found: list[list[str]] = [[]]
    for line in lines(text):
        if not line:
            found.append([])
            continue
        if _TIMES.fullmatch(line) and any(_TIMES.fullmatch(other) for other in found[-1]):
            number = [found[-1].pop()] if found[-1][-1].isdecimal() else []
            found.append(number)
        found[-1].append(line)
    return [block for block in found if block]


def _cues(blocks: list[list[str]]) -> Iterator[_Cue]:
    shown: list[str] = []  # what the cue before shows: captions that roll show each line twice
    last = 0.0
    for block in blocks:
        if block[0].split(" ", 1)[0] in _UNREAD:
            continue
        at = next((index for index, line in enumerate(block[:3]) if _TIMES.fullmatch(line)), None)
        if at is None:
            continue
        times = _TIMES.fullmatch(block[at])
        assert times is not None
        start, end = _seconds(times.groups()[:4]), _seconds(times.groups()[4:])
        shown = shown if start - last < _ROLLS else []
        fresh = [line for line in block[at + 1 :] if _plain(line) and _plain(line) not in shown]
        shown, last = [_plain(line) for line in block[at + 1 :]], end
        for number, (speaker, turn, words) in enumerate(_spoken(fresh)):
            yield _Cue(start, end, speaker, turn or number > 0, words)


def _spoken(shown: list[str]) -> list[tuple[str, bool, str]]:
    """Return who speaks, whether they begin to, and what they say, of the lines of one cue."""
    found: list[tuple[str, bool, str]] = []
    for line in shown:
        voice, words = _VOICE.search(line), _plain(line)
        named = None if voice else _SPEAKER.match(words)
        turn = _TURN.match(words)
        speaker = one_line(voice[1]) if voice else named[1] if named and _is_name(named[1]) else ""
        if voice or speaker or turn or not found:
            if speaker and named:
                words = words[named.end() :]
            elif turn:
                words = words[turn.end() :]
            found.append((speaker, bool(turn or speaker), words))
        else:
            found[-1] = (*found[-1][:2], f"{found[-1][2]} {words}")
    return [part for part in found if part[2]]


def _is_name(words: str) -> bool:
    """Say whether the words before a colon name a speaker: in capitals, or each with one."""
    return len(words.split()) <= 4 and all(word[0].isupper() for word in words.split())


def _paragraphs(cues: Iterator[_Cue]) -> Iterator[Draft]:
    words: list[str] = []
    speaker, named, began, ended, length = "", "", 0.0, 0.0, 0
    for cue in cues:
        changes = cue.turn and not (cue.speaker and cue.speaker == speaker)
        pauses = cue.start - ended > _PAUSE
        enough = (length > _LONG_ENOUGH and is_sentence(words[-1])) or length > _TOO_LONG
        if words and (changes or pauses or enough):
            yield _draft(named, words, began)
            words, length = [], 0
        if not words:
            # Only where the file names a speaker: who goes on after a pause is a guess.
            began, named = cue.start, cue.speaker
        speaker = cue.speaker or ("" if cue.turn else speaker)
        words.append(cue.text)
        length += size(cue.text)
        ended = cue.end
    if words:
        yield _draft(named, words, began)


def _draft(speaker: str, words: list[str], began: float) -> Draft:
    minutes, seconds = divmod(int(began), 60)
    time = f"t={minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return Draft(f"{speaker}: {' '.join(words)}" if speaker else " ".join(words), locator=time)


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000


def _plain(line: str) -> str:
    return one_line(unescape(_TAG.sub("", line)))
