"""The claims as tables: what came out of all experiments at a glance, and the numbers of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.sphere.claims import Claim
from benchmarks.sphere.page import Table, paragraph
from benchmarks.sphere.rows import CONTRASTIVE


def verdicts(judged: Mapping[str, Sequence[Claim]]) -> str:
    """One row a claim, one column an experiment and L_C: the outcome, by the distances where they differ."""
    columns = [(title, loss) for title in judged for loss in CONTRASTIVE]
    table = Table(("claim", *(f"{title}, {loss}" for title, loss in columns)))
    for claim in dict.fromkeys(one.claim for found in judged.values() for one in found):
        table.add(claim, *(_verdict(judged[title], claim, loss) for title, loss in columns))
    about = (
        "Did it come out? With two possible L_C: InfoNCE on the expected likelihood of two distributions (elk) and "
        "MC-InfoNCE (mcinfonce), ranked by the expected likelihood (elk) and by the cosine of the means (cos). The "
        "numbers and tests stand in the sections of the experiments."
    )
    return f"## Claims\n\n{paragraph(about)}\n\n{table.text()}"


def _verdict(found: Sequence[Claim], claim: str, loss: str) -> str:
    outcomes = {one.distance: one.outcome for one in found if one.claim == claim and one.loss in ("", loss)}
    if len(set(outcomes.values())) <= 1:
        return next(iter(outcomes.values()), "-")
    return "; ".join(f"{distance}: {outcome}" for distance, outcome in outcomes.items())


def numbers(found: Sequence[Claim]) -> str:
    table = Table(("claim", "L_C", "by", "outcome", "number"))
    for one in found:
        table.add(one.claim, one.loss or "-", one.distance or "-", one.outcome, one.number)
    about = (
        "Brackets hold 95 % intervals of paired differences of reciprocal ranks, averaged over seeds and directions, "
        "from 2,000 draws of the test items (of whole works, where there are works). `±` is the population deviation "
        "over seeds. Of two modalities: MRR, in brackets those of the weaker and the stronger alone."
    )
    return f"{paragraph(about)}\n\n{table.text()}"
