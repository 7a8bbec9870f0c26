"""The packages of the extra `data`, which some formats need."""

import contextlib
from collections.abc import Iterator

from seq2seq.errors import InputError


@contextlib.contextmanager
def needing_packages() -> Iterator[None]:
    """Says how to install what cannot be imported.

    Raises:
        InputError: A package is missing.
    """
    try:
        yield
    except ImportError as error:
        raise InputError(
            f'Expected the packages of the extra "data". Received: {error}. '
            'Install them: pip install "seq2seq[data]".'
        ) from error
