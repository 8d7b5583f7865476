"""The second stage of a query: the best matches of the colours, scored again by something else and blended.

A `Similarity` says how alike the query and each item of the shortlist are, and how alike it is to the items searched on
average. `vectors` compares the vectors of an embedder (ImageBind, say), `captions` the words of the captions.
"""

from __future__ import annotations

from emoretrieve.rescoring.rerank import open_reranker

__all__ = ["open_reranker"]
