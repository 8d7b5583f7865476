"""What goes wrong when models are asked: the kinds of PerceptionError, and what they mean for a run."""

from __future__ import annotations

RUN_ENDING = frozenset(
    {
        "server_gone",
        "wrong_key",
        "unknown_model",
        "no_chat_template",
        "wrong_modality",
        "bad_option",
        "model_too_large",
        "damaged_model",
        "unsuited_questions",
    }
)
"""No other item would fare better: the run ends with this sentence, and can be resumed."""

LASTING = frozenset({"bad_colours", "empty_caption", "repetitive_caption", "cut_answer", "refused_request"})
"""The item's own: kept, reported again by later runs without asking, tried anew by `index --retry-failed`."""
