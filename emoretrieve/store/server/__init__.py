"""Collections on a Qdrant server. What this package adapts is loaded with it, and it is loaded when a server is used.

`settings` alone loads nothing: it says which server. `operations` says what is asked and how an answer is read, and a
connection carries that out, waiting (`connection`, `engine`) or awaiting (`async_connection`, `async_engine`), with
patience (`patience`) and one sentence for every failure (`refusals`). `companion` keeps what is known about the
collections; `standing` and `shared_state` are for several processes that write.
"""
