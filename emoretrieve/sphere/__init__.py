"""The hypersphere: what a song, a picture or words are, as a distribution on the unit sphere.

Every item and every query is a von Mises-Fisher distribution: a mean direction `mu` and a concentration `kappa`, which
is high where the model is sure. Nakatsuka, Hamasaki and Goto, ISMIR 2024.
"""
