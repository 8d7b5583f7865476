"""Queries on the hypersphere: songs, pictures and words, multiplied, and the items nearest to them together."""
