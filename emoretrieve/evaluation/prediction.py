"""Whether colours belong to captions: how well a plain model of words predicts them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emoretrieve.emotion.vectors import Colours
from emoretrieve.errors import MissingDependency
from emoretrieve.evaluation.correlation import pearson
from emoretrieve.item import Captions

FOLDS = 10


def predictability(captions: Sequence[Captions], profiles: Colours) -> list[float | None]:
    """Pearson's r of colours (n, 5, 3) and their predictions from the captions, for R, G and B.

    TF-IDF of single words and ridge regression, scikit-learn's defaults; ten folds, the five parts of an item always
    in one. None for fewer than ten items, for a channel of one value and for captions without words. Raises
    MissingDependency without scikit-learn.
    """
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import Ridge
        from sklearn.model_selection import GroupKFold, cross_val_predict
        from sklearn.pipeline import make_pipeline
    except ImportError as error:
        raise MissingDependency(
            "Predicting colours from captions needs scikit-learn; install it: pip install 'emoretrieve[evaluation]'."
        ) from error
    texts = [text for one in captions for text in one.parts]
    colours = profiles.reshape(-1, 3).astype(np.float64)
    groups = np.repeat(np.arange(len(captions)), 5)
    if len(captions) < FOLDS:
        return [None] * 3
    model, folds = make_pipeline(TfidfVectorizer(), Ridge()), GroupKFold(FOLDS)
    try:
        predicted = cross_val_predict(model, texts, colours, groups=groups, cv=folds)
    except ValueError:  # no caption of some folds holds a word
        return [None] * 3
    return [pearson(predicted[:, axis], colours[:, axis]) for axis in range(3)]
