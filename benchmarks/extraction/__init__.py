"""How well articles are found in pages, beside the bare library in the same run.

`make bench-extraction PAGES="DIR …"` runs our importer over saved pages whose true bodies are known. The
pages are not part of the project: `docs/performance.md` says where such sets come from.
"""
