"""Data sets that users download themselves: where their tables and files are, and balanced samples of them.

`sample.py` draws, each data set is one module with one frozen description. `docs/datasets.md` has the layouts.
"""
