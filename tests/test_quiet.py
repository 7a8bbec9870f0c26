"""Libraries are loaded without their notices, and without what nothing here uses."""

import os
import sys
from unittest.mock import patch

import pytest

from seq2seq.errors import InputError
from seq2seq.quiet import leave_out_pyplot, quietly


@pytest.mark.parametrize(
    ("error", "shown"), [(ImportError, "notice"), (InputError, ""), (KeyboardInterrupt, "")]
)
def test_notices_are_shown_with_an_unexplained_error_alone(capfd, error, shown):
    with pytest.raises(error), quietly():
        os.write(2, b"notice")
        raise error
    assert capfd.readouterr().err == shown


def test_keras_is_loaded_without_pyplot_in_a_process_of_the_command_line():
    others = {name: module for name, module in sys.modules.items() if name != "keras"}
    others.pop("matplotlib.pyplot", None)
    with patch.dict(sys.modules, others, clear=True):
        leave_out_pyplot()
        with pytest.raises(ImportError):
            import matplotlib.pyplot  # noqa: F401


def test_pyplot_stays_where_it_is_imported_or_keras_is():
    pyplot = object()
    with patch.dict(sys.modules, {"keras": pyplot}):
        sys.modules.pop("matplotlib.pyplot", None)
        leave_out_pyplot()
        assert "matplotlib.pyplot" not in sys.modules
    with patch.dict(sys.modules, {"matplotlib.pyplot": pyplot}):
        sys.modules.pop("keras", None)
        leave_out_pyplot()
        assert sys.modules["matplotlib.pyplot"] is pyplot
