"""Notices of other libraries are seen only beside an error that they may explain."""

import os

import pytest

from seq2seq.errors import InputError
from seq2seq.quiet import quietly


@pytest.mark.parametrize(
    ("error", "shown"), [(ImportError, "notice"), (InputError, ""), (KeyboardInterrupt, "")]
)
def test_notices_are_shown_with_an_unexplained_error_alone(capfd, error, shown):
    with pytest.raises(error), quietly():
        os.write(2, b"notice")
        raise error
    assert capfd.readouterr().err == shown
