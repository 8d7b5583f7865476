"""Captioners for emoretrieve: `lp-musiccaps` (the model of LP-MusicCaps) and `beat-words` (tempo and loudness)."""
