"""A collection for other programs and for people: the HTTP API (extra `server`)."""
