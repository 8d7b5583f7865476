"""The page of the results, from the folders that the experiments left.

    python -m benchmarks.sphere.tables PROCEDURAL MUSIC [--page docs/sphere_experiments.md] [--values FOLDER]

Writes the page, the claims first, and with `--values` a CSV an experiment, every measure of every direction. What a
folder lacks is named in the page.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.sphere.claims import Claim, claims, conditions
from benchmarks.sphere.labels import arrow, label, table_names
from benchmarks.sphere.page import Table, paragraph, sentence_list
from benchmarks.sphere.queries import DOUBLE, SINGLE
from benchmarks.sphere.rows import CONTRASTIVE, DIMENSION, PROJECTIONS, SAMPLES, WEIGHTS, grid_rows, table_rows
from benchmarks.sphere.summary import Mean, Summary, distributional
from benchmarks.sphere.values import values_name, write_values
from benchmarks.sphere.verdicts import numbers, verdicts
from emoretrieve.sphere.modality import MODALITIES
from emoretrieve.sphere.points import COMPOSITIONS
from emoretrieve.sphere.ranks import chance

HERE = Path(__file__).parent
"""Beside this: `reading.md`, what people make of the tables, and `data.md`, what the data are; both written by hand."""
INTRODUCTION = """# Experiments on the hypersphere

What became of the claims of the paper (Nakatsuka, Hamasaki and Goto, ISMIR 2024) on two small sets of triplets of
sound, picture and words, with the losses and the trainer of this project. The paper's data, backbones, L_C, distance
and sizes are not available to us, so its numbers are not compared with ours, only what follows from what.

```console
pip install '.[experiments]'   # of Debian, for real music: apt-get install fluidsynth timgm6mb-soundfont
python -m benchmarks.sphere.procedural RESULTS_1   # --reduced: a few rows of few steps
python -m benchmarks.sphere.music RESULTS_2        # both go on where they were stopped
python -m benchmarks.sphere.procedural RESULTS_1 --grid   # other conditions
python -m benchmarks.sphere.tables RESULTS_1 RESULTS_2    # writes this page
```

[hypersphere.md](hypersphere.md) says what the losses, distances and products are."""


def main(folders: Sequence[Path], page: Path, values: Path | None) -> None:
    summaries = [Summary(folder) for folder in folders if (folder / "about.json").exists()]
    judged = [(summary, claims(summary)) for summary in summaries]
    parts = [
        INTRODUCTION,
        verdicts({str(summary.about["title"]).lower(): found for summary, found in judged}),
        (HERE / "reading.md").read_text("utf-8").strip(),
        (HERE / "data.md").read_text("utf-8").strip(),
        *(_experiment(summary, found) for summary, found in judged),
    ]
    page.write_text("\n\n".join(parts) + "\n", "utf-8")
    if values is not None:
        for summary in summaries:
            write_values(summary, values / values_name(summary))


def _experiment(summary: Summary, found: Sequence[Claim]) -> str:
    parts = [
        f"## {summary.about['title']}",
        _setting(summary),
        _missing(summary),
        "### Claims and their numbers",
        numbers(found),
        "### MRR of every direction, by the distance of distributions",
        paragraph(
            "Expected likelihood; PCME by expected squared distance, MPC by its own score; two modalities as a product."
        ),
        _directions(summary, by_cosine=False),
        "### The same by the cosine of the means",
        _directions(summary, by_cosine=True),
        "### R@K in % and median rank (MR), averaged over directions",
        _recalls(summary),
        "### The sweep of lambda",
        _sweep(summary),
        "### Distances and compositions of two modalities: MRR over three directions",
        _compositions(summary),
        "### SSW as a distance",
        _sliced(summary),
        "### Concentrations, positives and gaps",
        _geometry(summary),
        "### Cost",
        _cost(summary),
        *_grid(summary),
    ]
    return "\n\n".join(part for part in parts if part)


def _setting(summary: Summary) -> str:
    about = summary.about
    sizes, protocol, widths = about["sizes"], about["protocol"], about["widths"]
    said = (
        f"{about['sources'][0].upper()}{about['sources'][1:]}. {sizes['train']:,} items to train on, "
        f"{sizes['validation']:,} to validate, a gallery of {sizes['test']:,}. Frozen features of {widths['audio']} "
        f"(sound), {widths['image']} (picture) and {widths['text']} numbers (words); heads with one hidden layer of "
        f"{protocol['hidden']}, dropout {protocol['dropout']:g}; d = {DIMENSION}, L = {SAMPLES}, T = {PROJECTIONS}, "
        f"{protocol['steps']} steps of {protocol['batch_size']} items at a learning rate of "
        f"{protocol['learning_rate']:g} with cosine decay and no early stopping, so that every row had the same "
        f"training. {about['date']}, {about['machine']}, shared with other work."
    )
    return paragraph(said)


def _missing(summary: Summary) -> str:
    """Which rows have fewer seeds than were wanted."""
    seeds = int(summary.about["protocol"]["seeds"])
    rows: defaultdict[int, list[str]] = defaultdict(list)
    for row in table_rows():
        rows[len(summary.by_row.get(row.name, []))].append(label(row.name))
    said = [f"{count or 'none'} of {seeds}: {', '.join(rows[count])}" for count in sorted(rows) if count < seeds]
    return paragraph(f"Missing seeds. There are {'; '.join(said)}.") if said else ""


def _directions(summary: Summary, by_cosine: bool) -> str:
    shown = (*SINGLE, *DOUBLE)
    table = Table(("row", *(arrow(one.name) for one in shown)))
    table.add("chance", *(f"{chance(summary.gallery).mrr:.4f}" for _ in shown))
    for row in table_names(summary):
        distance = "cos" if by_cosine else distributional(row)
        cells = [summary.measure(row, one.name, distance, "-" if len(one.sources) == 1 else "product") for one in shown]
        table.add(label(row), *(cell.shown() for cell in cells))
    return table.text()


def _recalls(summary: Summary) -> str:
    measures = ("recall@1", "recall@5", "recall@10", "recall@15", "median_rank")
    head = [f"{name} {said}" for name in ("R@1", "R@5", "R@10", "R@15", "MR") for said in ("1", "2")]
    table = Table(("row", "by", *head))
    level = chance(summary.gallery)
    levels = [*(f"{100 * share:.2f}" for share in level.recall), f"{level.median_rank:.1f}"]
    table.add("chance", "", *(number for number in levels for _ in (1, 2)))
    for row in table_names(summary):
        for distance in dict.fromkeys((distributional(row), "cos")):
            cells = []
            for measure in measures:
                for directions in (SINGLE, DOUBLE):
                    mean = summary.average(row, directions, distance, measure=measure)
                    cells.append(
                        f"{mean.value:.0f}"
                        if measure == "median_rank"
                        else Mean(100 * mean.value, 100 * mean.deviation, mean.seeds).shown(2)
                    )
            table.add(label(row), distance, *cells)
    said = (
        "Columns 1: the six directions from one modality; 2: the three from products of two. Each direction by itself, "
        f"with deviations: [{values_name(summary)}]({values_name(summary)})."
    )
    return f"{paragraph(said)}\n\n{table.text()}"


def _sweep(summary: Summary) -> str:
    columns = ("lambda", "elk, one", "elk, two", "cos, one", "cos, two", "gap", "cos of positives", "kappa A, I, T")
    tables = []
    for loss in CONTRASTIVE:
        table = Table((f"{loss}: {columns[0]}", *columns[1:]))
        for weight in (0.0, *WEIGHTS):
            row = f"{loss} {weight:g}"
            if row in summary.by_row:
                means = [summary.average(row, some, by) for by in ("elk", "cos") for some in (SINGLE, DOUBLE)]
                table.add(
                    f"{weight:g}",
                    *(mean.shown() for mean in means),
                    summary.mean(row, "modality_gap").shown(),
                    summary.mean(row, "cosine_of_positives").shown(),
                    _kappas(summary, row),
                )
        if len(table.rows) > 1:
            chosen = [f"by {by} {summary.best_row(loss, WEIGHTS, by)}" for by in ("elk", "cos")]
            tables.append(f"{table.text()}\n\nBest in validation: {', '.join(chosen)}.")
    return "\n\n".join(tables)


def _compositions(summary: Summary) -> str:
    distances = ("elk", "expected_cos", "cos")
    table = Table(("row", *(f"{how}, {by}" for by in distances for how in COMPOSITIONS)))
    for row in table_names(summary):
        if row not in ("pcme", "mpc"):
            means = [summary.average(row, DOUBLE, by, how) for by in distances for how in COMPOSITIONS]
            table.add(label(row), *(f"{mean.value:.3f}" for mean in means))
    return table.text()


def _sliced(summary: Summary) -> str:
    table = Table(("row (first seed)", "ssw, one", "cos, one", "ssw, two", "cos, two"))
    for row in table_names(summary):
        first = summary.by_row[row][0]
        if any(one["distance"] == "ssw of some" for one in first["measures"]):
            cells = [_some(summary, row, by, two) for two in (False, True) for by in ("ssw of some", "cos of some")]
            table.add(label(row), *(f"{cell:.3f}" for cell in cells))
    said = (
        "MRR of the first 100 queries, whose 50 best by the cosine were put in the order of SSW_1 (32 samples, 50 "
        "circles that all candidates share), beside the order of the cosine for the same queries."
    )
    return f"{paragraph(said)}\n\n{table.text()}"


def _some(summary: Summary, row: str, distance: str, two: bool) -> float:
    found = [
        one["mrr"]
        for one in summary.by_row[row][0]["measures"]
        if one["distance"] == distance and (one["composition"] != "-") == two
    ]
    return float(sum(found) / len(found))


def _geometry(summary: Summary) -> str:
    table = Table(
        (
            "row",
            "kappa A, I, T",
            "sd of log kappa A, I, T",
            "cos of positives",
            "modality gap A-I, A-T, I-T",
            "Spearman kappa and what was logged",
        )
    )
    for row in table_names(summary):
        gaps = [summary.mean(row, "modality_gap", pair).shown() for pair in ("audio-image", "audio-text", "image-text")]
        spread, follows = "-", "-"
        if row not in ("pcme", "mpc"):
            spread = ", ".join(f"{summary.mean(row, 'kappa_spread', one).value:.2f}" for one in MODALITIES)
            names = sorted({name for one in summary.by_row[row] for name in one["kappa_follows"]})
            follows = (
                ", ".join(f"{name} {summary.mean(row, 'kappa_follows', name).value:+.2f}" for name in names) or "-"
            )
        table.add(
            label(row),
            _kappas(summary, row),
            spread,
            summary.mean(row, "cosine_of_positives").shown(),
            ", ".join(gaps),
            follows,
        )
    return table.text()


def _kappas(summary: Summary, row: str) -> str:
    if row in ("pcme", "mpc"):
        return "-"
    return ", ".join(f"{summary.mean(row, 'kappa', one).value:.0f}" for one in MODALITIES)


def _cost(summary: Summary) -> str:
    """Of the quickest of the seeds, since the machine has other work."""
    quickest = {row: min(float(one["ms_per_triplet"]) for one in found) for row, found in summary.by_row.items()}
    sentences = []
    for loss in CONTRASTIVE:
        before, after = quickest.get(f"{loss} 0"), quickest.get(f"{loss} 1")
        if before and after:
            sentences.append(
                f"{loss}: L_C {before:.3f} ms a triplet, L_C + L_S {after:.3f} ms, ratio {after / before:.2f}"
            )
    said = "Training with cached features, a whole step, the quickest of the seeds; the machine had other work."
    return f"{paragraph(said)}\n\n{sentence_list(sentences)}"


def _grid(summary: Summary) -> Iterator[str]:
    changes = list(dict.fromkeys(row.name.partition(" ")[2].partition(" ")[2] for row in grid_rows()))
    found = list(conditions(summary, [f" {changed}" if changed else "" for changed in changes]))
    if not found:
        return
    table = Table(("L_C + L_S, against the same without", "by elk", "by cos"))
    for cells in found:
        table.add(*cells)
    yield "### Other conditions: what L_S adds with lambda = 1, MRR over nine directions"
    said = (
        "One thing changed at a time: a penalty on the squared logarithm of kappa / d, d, the number of training "
        "items, the largest kappa, the batch B, samples L and circles T. MRR of L_C alone, and what L_S adds with its "
        "95 % interval over test items, of the seeds there are. An exploration: nothing was chosen by it."
    )
    yield paragraph(said)
    yield table.text()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="The page of the results of both experiments.")
    parser.add_argument("folders", nargs="+", type=Path, metavar="RESULTS", help="folders that the experiments left")
    parser.add_argument("--page", type=Path, default=Path("docs/sphere_experiments.md"))
    parser.add_argument("--values", type=Path, help="a folder for the CSV of every measure")
    told = parser.parse_args()
    main(told.folders, told.page, told.values)
