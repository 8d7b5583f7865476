"""Fills collections: finds media, describes them in parallel, stores what was described."""
