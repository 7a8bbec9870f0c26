"""The files of the page that translates in the browser, as they lie in this package.

LiteRT's WebAssembly is among them, but no part of the repository. `scripts/release/web_runtime.py`
fetches it from npm, and so does `hatch_build.py` when the package is built.
"""

from pathlib import Path

from seq2seq.errors import InputError

WEB_FILES = Path(__file__).with_name("web")
RUNTIME = WEB_FILES / "runtime"


def expect_runtime() -> None:
    """Refuses to export a page without what runs the model.

    Raises:
        InputError: LiteRT's WebAssembly is not in the package.
    """
    if not any(RUNTIME.glob("*.wasm")):
        raise InputError(
            f"Expected LiteRT's WebAssembly in {RUNTIME}. Received: no such file. "
            "Run python scripts/release/web_runtime.py in a clone, or install a wheel that has it."
        )
