"""A sample set that is drawn and played by the program itself: no download, the same bytes every time."""
