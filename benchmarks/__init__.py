"""What the desk costs: each page and call measured beside a bare one that does the same without rules.

`make bench` runs it on PostgreSQL, `make bench BENCH_ARGS=--sqlite` on SQLite. It tells; it never fails
because of a time. `docs/performance.md` says what is compared with what.
"""
