"""The programs stand on the layers alone, and the page shows every one of them."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = sorted((ROOT / "examples").glob("*.py"))
LIBRARIES = {"keras", "matplotlib.pyplot", "numpy", "tensorflow"}
STANDARD = {"argparse", "collections.abc", "os", "random", "re", "typing"}

every_program = pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.name)


@every_program
def test_program_needs_the_layers_and_no_other_room(path):
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            imported.add(node.module)
        elif isinstance(node, ast.Import):
            imported |= {name.name for name in node.names}

    others = imported - LIBRARIES - STANDARD - {program.stem for program in PROGRAMS}
    assert all(name.startswith("seq2seq.model.") for name in others), others


@every_program
def test_program_says_what_it_shows_and_how_to_run_it(path):
    text = path.read_text(encoding="utf-8")
    assert f"\n    python examples/{path.name}\n" in ast.get_docstring(ast.parse(text), clean=False)
    assert len(text.splitlines()) <= 300


@every_program
def test_page_links_to_the_program(path):
    page = (ROOT / "docs" / "examples.md").read_text(encoding="utf-8")
    assert f"](../examples/{path.name})" in page
