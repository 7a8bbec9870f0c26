"""The part of this library that runs an exported TFLite model, as a folder beside the model.

It is what `tflite_translator` imports, and so needs no TensorFlow.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_START = _PACKAGE / "exports" / "tflite_translator.py"


def write_runtime(directory: Path) -> None:
    """Writes the folder `seq2seq` into the directory of an exported model."""
    for module in runtime_modules():
        place = directory / _PACKAGE.name / module.relative_to(_PACKAGE)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(module.read_bytes())

    # The library's own would look for the version of an installed package.
    start = '"""The part of seq2seq that runs an exported TFLite model."""\n'
    (directory / _PACKAGE.name / "__init__.py").write_text(start, encoding="utf-8")


def runtime_modules() -> list[Path]:
    """The files of the library that running a TFLite model needs, but for its `__init__`."""
    found: set[Path] = set()
    waiting = [_START]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += _imported(module)

    rooms = {module.parent for module in found} - {_PACKAGE}
    return sorted([*found, *(room / "__init__.py" for room in rooms)])


def _imported(module: Path) -> Iterator[Path]:
    """The modules of this library that one imports at its top."""
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        name = node.module if isinstance(node, ast.ImportFrom) else None
        if name and name.startswith(f"{_PACKAGE.name}."):
            yield _PACKAGE.joinpath(*name.split(".")[1:]).with_suffix(".py")
