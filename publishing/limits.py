"""How long what is typed about a publication may be, for both doors."""

NOTE_TO_READERS = 2_000
