"""A desk of any size, as years of work would have left it.

One claim is made through the actions, from import to published page. What it froze (verdict, payload) is
the pattern of the rest, which is written in bulk with valid digests and hash chains: so the seed follows
the product's own shapes, and 100,000 claims take minutes and not hours.
"""

from benchmarks.seeding.desk import Desk, Stage

__all__ = ["Desk", "Stage"]
