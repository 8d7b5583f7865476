"""Answers as a web page: one file with its pictures and sounds inside, which opens anywhere without a network."""

from emoretrieve_cli.gallery.page import write_gallery

__all__ = ["write_gallery"]
