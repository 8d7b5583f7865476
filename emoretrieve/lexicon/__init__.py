"""The emotion lexicon: which words speak of excitement, calmness and sadness, and how a text is read for them."""
