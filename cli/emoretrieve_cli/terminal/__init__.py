"""What people read in a terminal: safe text, colours, blocks that fit its width. Imports nothing heavy."""
