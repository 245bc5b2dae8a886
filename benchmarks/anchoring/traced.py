"""A text that remembers where each of its characters came from, so that the truth of an edit is known."""

from __future__ import annotations

NEW = -1


class Traced:
    """Characters with their offsets in the text that was there first; `NEW` for those put in since."""

    def __init__(self, text: str) -> None:
        self.was = self.text = text
        self.origins = list(range(len(text)))

    def now(self, origin: int) -> int | None:
        """Return where a character of the first text is now."""
        try:
            return self.origins.index(origin)
        except ValueError:
            return None

    def truth(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where a passage of the first text is now; None where a character of it is gone or new."""
        first = self.now(start)
        if first is None:
            return None
        at, wanted = first, start
        while wanted < end:
            if at < len(self.origins) and self.origins[at] == wanted:
                at, wanted = at + 1, wanted + 1
            elif at < len(self.origins) and self.origins[at] == NEW and self.text[at].isspace():
                at += 1
            elif self.was[wanted].isspace():
                wanted += 1
            else:
                return None
        return first, at

    def replace(self, start: int, end: int, words: str, *, kept: bool = False) -> None:
        """Put other characters in; `kept` are the same ones in another guise, one for one."""
        origins = self.origins[start:end] if kept else [NEW] * len(words)
        self.text = self.text[:start] + words + self.text[end:]
        self.origins[start:end] = origins

    def move(self, start: int, end: int, to: int) -> None:
        """Move a part to before the character that is at `to` now, which must lie outside of it."""
        text, origins = self.text[start:end], self.origins[start:end]
        self.replace(start, end, "")
        to = to if to <= start else to - (end - start)
        self.text = self.text[:to] + text + self.text[to:]
        self.origins[to:to] = origins
