"""Collections for language models: the tools of a Model Context Protocol server.

`backend.py` is what the tools ask, `tools.py` what they answer, `serving.py` how a host reaches them.
"""
