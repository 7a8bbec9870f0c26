"""Loading libraries without the notices that they write past every log level."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator

from seq2seq.errors import InputError


def load_tensorflow() -> None:
    """Imports TensorFlow and its text operations; what they print is shown only if that fails."""
    with quietly():
        import tensorflow  # noqa: F401
        import tensorflow_text  # noqa: F401


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Keeps standard error back; it is shown if there is an error that does not explain itself."""
    sys.stderr.flush()
    terminal = os.dup(2)

    with tempfile.TemporaryFile() as notices:
        os.dup2(notices.fileno(), 2)
        try:
            yield
        except InputError:
            raise
        except BaseException:
            notices.seek(0)
            os.write(terminal, notices.read())
            raise
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)
