"""Small tables of labels in the true layouts, with made-up numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

DEAM = """song_id, valence_mean, valence_std, arousal_mean, arousal_std
2, 3.0, 0.94, 7.0, 0.63
3, 9.0, 1.75, 1.0, 1.62
"""
DEAM_2000 = """song_id, valence_mean, valence_std, valence_ max_mean, arousal_mean, arousal_std
2001, 5.0, 1.9, 6.2, 5.0, 1.6
"""
PMEMO = "musicId,Arousal(mean),Valence(mean)\n1,0.4,0.575\n4,0.75,0.25\n"
ARTEMIS = """art_style,painting,emotion,utterance,repetition
Cubism,anna-berg_still-life,contentment,"Fruit, at rest",2
Cubism,anna-berg_still-life,sadness,It is over,2
Realism,lio-sato_storm,fear,The waves,1
Realism,lio-sato_fog,something else,I see nothing,1
"""


EMOPIA = "ID,4Q,annotator\nQ1_0vLPYiPN7qY_0,1,A\nQ3_0vLPYiPN7qY_1,3,B\n"
JAMENDO = (
    "TRACK_ID\tARTIST_ID\tALBUM_ID\tPATH\tDURATION\tTAGS\n"
    "track_0000948\tartist_000087\talbum_000149\t48/948.mp3\t212.7\tmood/theme---film\tmood/theme---happy\n"
    "track_0000950\tartist_000087\talbum_000149\t50/950.mp3\t248.0\tmood/theme---calm\tmood/theme---sad\n"
    "track_0000951\tartist_000087\talbum_000149\t51/951.mp3\t199.7\tgenre---rock\tmood/theme---christmas\n"
)


EMOTIONS = [
    "agreeableness",
    "anger",
    "anticipation",
    "arrogance",
    "disagreeableness",
    "disgust",
    "fear",
    "gratitude",
    "happiness",
    "humility",
    "love",
    "optimism",
    "pessimism",
    "regret",
    "sadness",
    "shame",
    "shyness",
    "surprise",
    "trust",
    "neutral",
]


def wikiart_emotions(rows: Mapping[str, Mapping[str, float]]) -> str:
    """A table in which the paintings have these shares of emotions for the picture alone, and others for its title."""
    names = ["ID", "Style", *(f"{kind}: {emotion}" for kind in ("ImageOnly", "TitleOnly") for emotion in EMOTIONS)]
    lines = [
        [id, "Realism", *(str(shares.get(emotion, 0.0)) for emotion in EMOTIONS), *["0.5"] * len(EMOTIONS)]
        for id, shares in rows.items()
    ]
    return "".join("\t".join(cells) + "\n" for cells in (names, *lines))


def write_tables(folder: Path) -> Path:
    """A folder with all of them, where archives unpack them."""
    deam = folder / "annotations" / "annotations averaged per song" / "song_level"
    deam.mkdir(parents=True)
    (deam / "static_annotations_averaged_songs_1_2000.csv").write_text(DEAM)
    (deam / "static_annotations_averaged_songs_2000_2058.csv").write_text(DEAM_2000)
    (folder / "static_annotations.csv").write_text(PMEMO)
    (folder / "artemis_dataset_release_v0.csv").write_text(ARTEMIS)
    (folder / "label.csv").write_text(EMOPIA)
    (folder / "autotagging_moodtheme.tsv").write_text(JAMENDO)
    paintings = {"57726a": {"happiness": 0.6, "trust": 0.2, "surprise": 0.9}, "57726b": {"neutral": 1.0}}
    (folder / "WikiArt-Emotions-All.tsv").write_text(wikiart_emotions(paintings))
    return folder
