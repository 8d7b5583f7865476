"""Tables as a Markdown file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from emoretrieve.errors import SourceError
from emoretrieve.evaluation.result_table import ResultTable
from emoretrieve.files import replacing


def write_markdown(tables: Iterable[ResultTable], file: Path) -> None:
    """Write the tables; the file appears whole or not at all. Raises SourceError (`not_writable`)."""
    text = "# Evaluation\n\n" + "\n".join(table.to_markdown() for table in tables)
    try:
        with replacing(file) as partial:
            partial.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SourceError(f"The tables cannot be written to '{file}': {reason}.", kind="not_writable") from error
