"""Loading libraries without their notices, and without what nothing here uses."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator

from seq2seq.errors import InputError
from seq2seq.gpu import prepare_gpus

_LOG_LEVELS = {"TF_CPP_MIN_LOG_LEVEL": "3", "GRPC_VERBOSITY": "ERROR"}


def load_tensorflow() -> None:
    """Imports TensorFlow and its text operations; what they print is shown only if that fails.

    Afterwards TensorFlow logs errors alone, unless the environment says otherwise.

    Raises:
        InputError: TensorFlow cannot use the GPU.
    """
    lower_log_levels()
    with quietly():
        import tensorflow  # noqa: F401
        import tensorflow_text  # noqa: F401

        prepare_gpus()


def leave_out_pyplot() -> None:
    """Keeps Keras from importing pyplot, where it is not imported yet.

    For processes of the command line. Keras draws galleries with pyplot, and no command does, but
    its import takes a fifth of TensorFlow's.
    """
    if "keras" not in sys.modules:
        sys.modules.setdefault("matplotlib.pyplot", None)  # type: ignore[arg-type]


def lower_log_levels() -> None:
    """Lets the libraries that are loaded from now on log errors alone.

    A level that the environment sets already is left as it is.
    """
    for name, level in _LOG_LEVELS.items():
        os.environ.setdefault(name, level)


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Keeps standard error back; shows it only for an exception other than `InputError`."""
    sys.stderr.flush()
    terminal = os.dup(2)

    with tempfile.TemporaryFile() as notices:
        os.dup2(notices.fileno(), 2)
        try:
            yield
        except (InputError, KeyboardInterrupt):
            raise
        except BaseException:
            notices.seek(0)
            os.write(terminal, notices.read())
            raise
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)
