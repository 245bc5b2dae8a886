"""How many passages end right, wrong, or asked, when articles are edited in ways of which we know the truth.

`make bench-anchoring` runs it over the sample texts; `BENCH_ARGS="PATH …"` adds texts: plain text files, and
JSON lines with a member `text`. What is counted:

* **right**: taken to the very place where the passage's own characters are now, or, where any of them is
  gone, not taken anywhere without a person;
* **wrong**: taken, without a word to anybody, to other characters, even if they read the same;
* **asked**: put before a person although the passage's words all stand together as before.

`--unseen` makes the edits of `benchmarks.anchoring.unseen` instead, which no rule was made with. Equal
sentences that change places side by side leave the same text: that is no edit.

Beside ours stands the order in which annotation clients look for a place: the old position if the words
are there, else the best fuzzy match, however poor.
"""
