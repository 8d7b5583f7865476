"""The study's published files (Bufi and Murolo), read strictly, and everything that follows from them.

`files` reads them, `paper` holds what the paper prints, `tables` and `findings` compute it again, `reproduction` sets
paper, files and ours side by side.
"""
