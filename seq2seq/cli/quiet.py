"""Loading TensorFlow without the notices that it writes past every log level."""

import os
import sys
import tempfile


def load_tensorflow() -> None:
    """Imports TensorFlow and its text operations; what they print is shown only if that fails."""
    sys.stderr.flush()
    terminal = os.dup(2)
    with tempfile.TemporaryFile() as notices:
        os.dup2(notices.fileno(), 2)
        try:
            import tensorflow  # noqa: F401
            import tensorflow_text  # noqa: F401
        except BaseException:
            notices.seek(0)
            os.write(terminal, notices.read())
            raise
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)
