"""The command line of emoretrieve."""
