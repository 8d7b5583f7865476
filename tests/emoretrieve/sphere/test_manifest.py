"""Manifests of triplets are read as they are meant, and every fault is one sentence with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from emoretrieve.errors import EmoretrieveError
from emoretrieve.sphere.manifest import read_manifest
from emoretrieve.sphere.splitting import assigned


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With files that only have to be there."""
    for name in ("a.wav", "b.wav", "c.png"):
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


def manifest(folder: Path, text: str) -> Path:
    file = folder / "triplets.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_items_have_the_parts_that_their_row_has(folder: Path) -> None:
    file = manifest(
        folder, "id,audio,image,text,split\n1,a.wav,c.png,rain,train\n2,b.wav,,sun,val\n3,,c.png,fog,test\n"
    )
    read = read_manifest(file)
    assert [item.split for item in read.items] == ["train", "validation", "test"]
    assert read.items[0].parts == {"audio": folder / "a.wav", "image": folder / "c.png", "text": "rain"}
    assert set(read.items[1].parts) == {"audio", "text"}
    assert read.shared("test") == 1


@pytest.mark.parametrize("ending", [".jsonl", ".parquet"])
def test_other_tables_are_read_alike(folder: Path, ending: str) -> None:
    rows = [
        {"id": 1, "audio": "a.wav", "text": "rain", "split": "train"},
        {"id": 2, "audio": "b.wav", "text": "sun", "split": "test"},
    ]
    file = folder / f"triplets{ending}"
    if ending == ".jsonl":
        file.write_text("\n".join(map(json.dumps, rows)))
    else:
        pd.DataFrame(rows).to_parquet(file)
    assert [item.id for item in read_manifest(file).items] == ["1", "2"]


FAULTS = {
    "id,caption\n1,a\n": ("bad_manifest", "its columns are id, caption"),
    "audio,text\na.wav,x\n": ("bad_manifest", "it needs id"),
    "id,audio,text\n": ("bad_manifest", "holds no rows"),
    "id,audio,text\n1,a.wav,x\n1,b.wav,y\n": ("bad_manifest", "the id '1' twice, in line 2 and line 3"),
    "id,audio,text\n,a.wav,x\n": ("bad_manifest", "no id in line 2"),
    "id,audio,text\n1,,\n": ("bad_manifest", "neither audio nor image nor text in line 2"),
    "id,audio,text,split\n1,a.wav,x,holdout\n": ("bad_manifest", "the split 'holdout' in line 2"),
    "id,audio,text\n1,a.wav,x\n2,z.wav,y\n": ("missing_files", r"files that are not there: '.*z\.wav' \(line 3\);"),
    "id,text\n1,rain\n2,sun\n": ("no_pairs", "has only text, so there is nothing to bring together"),
    "id,audio,text\n1,a.wav,\n2,,sun\n": ("no_pairs", "has only one modality an item"),
}  # fmt: skip


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_told_with_its_place(folder: Path, text: str) -> None:
    kind, sentence = FAULTS[text]
    with pytest.raises(EmoretrieveError, match=sentence) as caught:
        read_manifest(manifest(folder, text))
    assert caught.value.kind == kind
    assert "\n" not in str(caught.value)


def test_of_many_missing_files_three_are_named_and_all_counted(folder: Path) -> None:
    rows = "".join(f"{number},z{number}.wav,x\n" for number in range(9))
    with pytest.raises(EmoretrieveError, match=r"z0\.wav.*z1\.wav.*z2\.wav.* and 6 more; correct"):
        read_manifest(manifest(folder, f"id,audio,text\n{rows}"))


def test_a_split_that_nobody_made_keeps_together_what_shares_a_part() -> None:
    parts = [{"audio": f"song {number}", "image": f"picture {number // 3}"} for number in range(60)]
    ids = [str(number) for number in range(60)]
    splits = assigned(ids, parts)  # type: ignore[arg-type]  # keys of a literal type
    assert all(len(set(splits[start : start + 3])) == 1 for start in range(0, 60, 3))
    assert {name: splits.count(name) for name in ("train", "validation", "test")} == {
        "train": 48,
        "validation": 6,
        "test": 6,
    }
    assert assigned(ids, parts) == splits  # type: ignore[arg-type]


def test_fewer_than_ten_items_are_all_learnt_from() -> None:
    assert set(assigned([str(number) for number in range(9)], [{"text": str(number)} for number in range(9)])) == {
        "train"
    }


def test_the_order_of_the_rows_does_not_change_the_split() -> None:
    ids = [f"item {number}" for number in range(40)]
    parts = [{"text": name} for name in ids]
    forward = dict(zip(ids, assigned(ids, parts), strict=True))  # type: ignore[arg-type]
    backward = dict(zip(ids[::-1], assigned(ids[::-1], parts[::-1]), strict=True))  # type: ignore[arg-type]
    assert forward == backward
