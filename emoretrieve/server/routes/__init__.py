"""The routes of version 1, a module for each kind of thing."""
