"""Indexing on a Ray cluster: the stages of a run as one Ray Data pipeline, on one machine or many.

The run stays where it is: it finds files, decides which bytes are new, and writes items to the store, all in the
driver. What a file needs is done by `crew.Crew`, which is a `Workforce` like the local ones: it hands tasks to the
`desk` (an actor beside the driver), from which the pipeline (`dataset`) draws them; results come back in any order.

    desk -> examine, describe -------------------------------------------------> results  (nobody asks a model)

    desk -> examine -----------------------------------------------------------> results  (models are asked)
         -> prepare sounds   -> ask the audio model --> ask the colour model --> results
         -> prepare pictures -> ask the image model -/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emoretrieve_indexer.describing import Job
    from emoretrieve_indexer.ray.contract import Contract
    from emoretrieve_indexer.workforce import Workforce


def open_crew(contract: Contract) -> Workforce[Job]:
    """A workforce on Ray. Connects to nothing yet. Raises MissingDependency without the extra."""
    from emoretrieve_indexer.ray.cluster import prepare_to_import

    prepare_to_import()
    from emoretrieve_indexer.ray.crew import Crew

    crew: Crew[Job] = Crew(contract)
    return crew
