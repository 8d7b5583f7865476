"""Emotion colours: what an item feels like, as numbers."""

from emoretrieve.emotion.profile import AXES, PARTS, EmotionProfile, Rgb, Spread

__all__ = ["AXES", "PARTS", "EmotionProfile", "Rgb", "Spread"]
