"""Near copies: which articles have, for the most part, the text of another, as syndication makes them.

`shingles` says how alike two texts are, and by which few fingerprints the candidates are found; `models`
holds those and what was found. The looking is `articles.actions.comparing`.
"""
