"""Small tables of labels in the true layouts, with made-up numbers."""

from __future__ import annotations

import json
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


EMOSET = {
    "train.json": [
        ["amusement", "image/amusement/amusement_00000.jpg", "annotation/amusement/amusement_00000.json"],
        ["fear", "image/fear/fear_00003.jpg", "annotation/fear/fear_00003.json"],
    ],
    "val.json": [["contentment", "image/contentment/contentment_00007.jpg", "annotation/contentment/c_00007.json"]],
    "test.json": [["sadness", "image/sadness/sadness_00001.jpg", "annotation/sadness/sadness_00001.json"]],
}
EMOTIFY = """track id, genre, amazement, solemnity, tenderness, nostalgia, calmness, power, joyful_activation, tension,\
 sadness, mood, liked, disliked, age, gender, mother tongue
1,classical,0,1,0,0,1,0,0,0,1,3,1,0,21,1,English
1,classical,0,0,1,1,0,0,0,0,1,3,0,1,41,1,Dutch
105,electronic,1,0,0,0,0,1,0,0,0,3,0,0,24,1,English
200,electronic,0,1,0,1,0,0,0,0,0,4,0,0,24,1,English
"""
EMID = (
    "Audio_Filename,genre,feeling,emotion,Image1_filename,Image1_tag,Image1_text,Image2_filename,Image2_tag,Image2_text,"
    "Image3_filename,Image3_tag,Image3_text,is_original_clip\n"
    '106.m4a___172.mp3,K,"33% Sad, depressing, 22% Proud, strong","5,5.3,5,6,3.1,6.1,5.1,3.6,6.2,5.9,5.6",'
    "excitement_0616.jpg,excitement,['a parade'],amusement_2906.jpg,amusement,['a fair'],amusement_2226.jpg,amusement,"
    "['people'],False\n"
    '107.m4a___1.mp3,A,"30% Calm","5,5,5,5,5,5,5,5,5,5,5",contentment_0001.jpg,contentment,[\'a lake\'],,,,,,,True\n'
)
IMEMNET = {
    "train_matching.txt": "1967-11 COCO_train2014_000000318807 0.8757995366765425\n2038-88 Landscapes_168_h 0.149627\n",
    "val_matching.txt": "1559-21 4611 0.9633697615371505\n1967-11 COCO_train2014_000000318807 0.8757995366765425\n",
}
ARTSOUND = {
    "Image": {"0": "anna-berg_still-life.jpg", "1": "lio-sato_storm.jpg"},
    "Audio": {"0": "fma-dataset/fma_large/110/110675.mp3", "1": "fma-dataset/fma_large/008/008918.mp3"},
}


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
    for name, pictures in EMOSET.items():
        (folder / name).write_text(json.dumps(pictures))
    (folder / "data.csv").write_text(EMOTIFY)
    (folder / "EMID_data.csv").write_text(EMID)
    for name, lines in IMEMNET.items():
        (folder / name).write_text(lines)
    (folder / "image_audio_subset_df.json").write_text(json.dumps(ARTSOUND))
    paintings = {"57726a": {"happiness": 0.6, "trust": 0.2, "surprise": 0.9}, "57726b": {"neutral": 1.0}}
    (folder / "WikiArt-Emotions-All.tsv").write_text(wikiart_emotions(paintings))
    return folder
