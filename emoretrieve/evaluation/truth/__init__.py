"""What people say of items, and whether colours find it: labels or grades from a file, ranking measures, and random and
ideal rankings beside them.

`truth_table` reads the file, `labels` turns it into grades, `ranking` and `random_ranking` are the measures,
`retrieval` puts them together.
"""
