"""Near copies, measured: which made-up versions of real articles are found, and what else is.

Each page of the sets (as `benchmarks.extraction` reads them) is an article of an archive whose other
articles are random words with the sentences that their outlet puts under everything. Of each page versions
are made as other outlets make them, and follow-ups as the same one does.

    make bench-twins PAGES="DIR …" BENCH_ARGS="--articles 100000"
"""
