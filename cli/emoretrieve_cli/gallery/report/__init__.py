"""A report on a collection, for people: as a page that stands by itself, and as Markdown."""
