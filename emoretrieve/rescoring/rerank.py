"""The new order of a shortlist: match and similarity blended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emoretrieve.errors import StoreError
from emoretrieve.item import Item
from emoretrieve.rescoring.similarity import Background, Similarity
from emoretrieve.search.query import Query
from emoretrieve.search.rescoring import Reranking, Rescored, Rescoring
from emoretrieve.store import Hit, Store, Where

CAPTIONS = "captions"


def open_reranker(store: Store, rescoring: Rescoring) -> BlendingReranker:
    """The one that scores again as is asked; StoreError (`no_embedding`) where the collection has no such vectors."""
    names = (CAPTIONS, *(name for name, embedding in store.embeddings.items() if not embedding.numbers))
    if rescoring.name not in names:  # points on the hypersphere are searched by, in a query of their own
        raise StoreError(
            f"Nothing called '{rescoring.name}' can score the matches of this collection again; there is "
            f"{', '.join(names)}, and 'emoretrieve index --embed NAME' makes vectors.",
            kind="no_embedding",
        )
    if rescoring.name == CAPTIONS:
        from emoretrieve.rescoring.captions import CaptionSimilarity

        return BlendingReranker(rescoring, CaptionSimilarity(store))
    from emoretrieve.rescoring.vectors import VectorSimilarity

    return BlendingReranker(rescoring, VectorSimilarity(store, rescoring.name))


@dataclass(frozen=True, slots=True)
class BlendingReranker:
    """Ranks by `(1 - alpha) * match + alpha * similarity`."""

    rescoring: Rescoring
    similarity: Similarity

    @property
    def shortlist(self) -> int:
        return self.rescoring.shortlist

    def rerank(self, query: Query, where: Where, found: Sequence[tuple[Hit, Item]]) -> Reranking:
        similarities = self.similarity.of(query, [item for _, item in found])
        background = self.similarity.background(query, where)
        known = [one for one in similarities if one is not None]
        typical = sum(known) / len(known) if known else None
        order = [
            (hit, item, self._rescored(hit.score, one, typical, background))
            for (hit, item), one in zip(found, similarities, strict=True)
        ]
        order.sort(key=lambda entry: (-entry[2].blended, entry[0].id))
        return Reranking(self.rescoring, tuple(order), len(known), background.count, self.similarity.caution)

    def _rescored(
        self, match: float, similarity: float | None, typical: float | None, background: Background
    ) -> Rescored:
        """An item without a similarity is ranked as if it were as similar as the shortlist is on average."""
        counted = typical if similarity is None else similarity
        alpha = self.rescoring.alpha
        blended = match if counted is None else (1 - alpha) * match + alpha * counted
        z = None if similarity is None else background.chance.z(similarity)
        return Rescored(similarity, background.chance.mean, z, blended)
