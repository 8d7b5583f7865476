"""Captioners and mappers that prompt language models, wherever the models run.

`chat` says what a language model offers; `emoretrieve.perception.qwen` (in this process) and
`emoretrieve.perception.endpoint` (behind servers) offer it. `captioner` and `mapper` ask, `ledger` remembers every
answer, `describer` keeps many items in flight.
"""
