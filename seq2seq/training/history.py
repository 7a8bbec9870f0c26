"""The learning curve of a run, for people and for TensorBoard."""

import csv
import io
from collections.abc import Sequence

from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.recording import write_recorded_text
from seq2seq.training.events import EventFile


class History:
    """Writes a row of numbers for each validation into a table and into an event file.

    Args:
        directory: The model directory.
    """

    def __init__(self, directory: ModelDirectory):
        self.directory = directory
        self._events = EventFile(directory.logs)

    def write(self, rows: Sequence[dict[str, float]]) -> None:
        """Writes the table of all rows anew, and adds the last row to the event file."""
        last = rows[-1]
        table = io.StringIO()
        writer = csv.DictWriter(table, list(last), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)

        write_recorded_text(self.directory.history_file, table.getvalue())
        self._events.write(int(last["step"]), last)

    def close(self) -> None:
        """Closes the event file."""
        self._events.close()
