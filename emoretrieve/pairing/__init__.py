"""Songs and pictures in pairs: every song gets a picture of its own (or every picture a song), and what that is worth.

`pairing.pair` is the story: read both sides, score them, assign, hold the result against chance.
"""
