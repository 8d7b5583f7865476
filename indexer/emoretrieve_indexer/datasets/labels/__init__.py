"""What people said of items in published data sets, on one scale: valence and arousal, a quadrant, a colour.

`affect` has the rule, each data set is one module with one frozen description, `label_table` writes them as a table
that `emoretrieve evaluate --truth` reads. Some sets hold pairs of a song and a picture: `graded_pairs` describes those,
`grade_table` writes them. `docs/datasets.md` has the layouts.
"""
