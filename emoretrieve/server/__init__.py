"""A collection for other programs and for people: the HTTP API, version 1 (extra `server`).

`app.create_app` makes the application, `run.serve` runs it. What a request goes through, from outside to inside:
`connections` (slow and too many clients), `telemetry` (ids, log, numbers, headers), `guard` (keys, rates, overload),
`body` (bytes, patience), then a route of `routes/`, which reads the request, lets a thread of `workroom` do the work on
a library of `shelf`, and answers in a shape of `emoretrieve.wire`.
"""
