"""The pages of docs/: commands exist, links lead somewhere, both languages say the same."""

import re
import unicodedata
from pathlib import Path

import click
import pytest

import seq2seq
from fixtures.readme import blocks, commands, parse, shell_blocks

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"

READMES = [ROOT / "README.md", ROOT / "README.ko.md"]
PAGES = sorted([*DOCS.glob("*.md"), *(DOCS / "course").glob("*.md")])
KOREAN = [path for path in PAGES if path.name.endswith(".ko.md")]
ENGLISH = [path for path in PAGES if path not in KOREAN]
SAMPLES = sorted((ROOT / "examples").glob("*/README.md"))
OTHERS = [
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    ROOT / "saved_models" / "README.md",
    *SAMPLES,
    *(path.with_suffix(".ko.md") for path in SAMPLES),
]

ENGLISH_ONLY = {"private-interfaces.md", "results.md"}
LONGEST_README = 170  # lines


def name_of(path):
    return str(path.relative_to(ROOT))


def prose(path):
    """A page without its code blocks and code spans."""
    text = re.sub(
        r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    return re.sub(r"`[^`\n]*`", "`code`", text)


def headings(path):
    text = re.sub(
        r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    return re.findall(r"^(#+) +(.+)$", text, flags=re.MULTILINE)


def anchors(path):
    """What a link may name of a page, as GitHub and the site make it of the headings."""
    titles = [title.strip().lower() for _, title in headings(path)]
    kept = [
        "".join(
            letter
            for letter in title
            if letter in " -_" or unicodedata.category(letter)[0] in "LMN"
        )
        for title in titles
    ]
    return {title.replace(" ", "-") for title in kept}


def table_rows(path):
    return [line for line in prose(path).splitlines() if line.lstrip().startswith("|")]


def table_numbers(path):
    """The numbers of every row of a table that has any, code spans apart."""
    found = [re.findall(r"\d+(?:[.,]\d+)*", row) for row in table_rows(path)]
    return [numbers for numbers in found if numbers]


def code(path):
    """The lines of the code blocks without their comments, which are translated."""
    lines = [
        re.sub(r"(^|\s)#.*", "", line).rstrip()
        for block in blocks(path.read_text(encoding="utf-8"))
        for line in block.splitlines()
    ]
    return [line for line in lines if line]


def marks(path):
    """Why no test runs it, of each block of shell commands; empty where one does."""
    return [block.not_run for block in shell_blocks(path.read_text(encoding="utf-8"))]


def preset_table(path):
    return [row for row in table_rows(path) if re.match(r"\| (tiny|small|base|large) \|", row)]


@pytest.mark.parametrize("path", [*ENGLISH, *KOREAN, *OTHERS], ids=name_of)
def test_every_command_exists_with_its_options(path):
    for words in commands(path.read_text(encoding="utf-8")):
        try:
            parse(words)
        except click.exceptions.Exit:
            pass  # --help, --version
        except click.UsageError as error:
            pytest.fail(f"{path.name}: seq2seq {' '.join(words)}: {error.format_message()}")


@pytest.mark.parametrize("path", [*ENGLISH, *KOREAN, *OTHERS], ids=name_of)
def test_every_script_of_a_command_exists_with_its_options(path):
    for line in code(path):
        script = re.match(r"python ((?:scripts|examples)/\S+)", line)
        if script:
            source = (ROOT / script[1]).read_text(encoding="utf-8")
            for option in re.findall(r" (--[\w-]+)", line):
                assert f'"{option}"' in source, line


@pytest.mark.parametrize("path", [*READMES, *ENGLISH, *KOREAN, *OTHERS], ids=name_of)
def test_every_link_leads_somewhere(path):
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(path)):
        if "://" in link or link.startswith("mailto:"):
            continue

        target, _, anchor = link.partition("#")
        there = (path.parent / target).resolve() if target else path

        assert there.exists(), f"{path.name} links to {link}"
        if anchor:
            assert anchor in anchors(there), f"{path.name} links to {link}"


@pytest.mark.parametrize("path", READMES, ids=name_of)
def test_every_picture_of_a_readme_exists(path):
    pictures = re.findall(r'(?:src|srcset)="([^"]+)"', path.read_text(encoding="utf-8"))
    if not (DOCS / "images").exists():
        pytest.skip("docs/images is not there yet")

    assert pictures
    for picture in pictures:
        assert (ROOT / picture).exists(), f"{path.name} shows {picture}"


@pytest.mark.parametrize("path", [DOCS / "gallery.md", DOCS / "gallery.ko.md"], ids=name_of)
def test_the_gallery_has_every_picture(path):
    shown = set(re.findall(r"!\[[^\]]+\]\(([^)]+)\)", path.read_text(encoding="utf-8")))
    there = [*(DOCS / "images").rglob("*.svg"), *(DOCS / "course" / "pictures").iterdir()]
    assert shown == {picture.relative_to(DOCS).as_posix() for picture in there}


@pytest.mark.parametrize("path", READMES, ids=name_of)
def test_a_readme_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_README


@pytest.mark.parametrize("path", [*ENGLISH, *SAMPLES], ids=name_of)
def test_every_page_is_in_both_languages(path):
    korean = path.with_suffix(".ko.md")
    if path.name in ENGLISH_ONLY and not korean.exists():
        pytest.skip("in English alone")

    assert korean.exists()
    assert code(korean) == code(path)
    assert marks(korean) == marks(path)
    assert table_numbers(korean) == table_numbers(path)

    levels = [level for level, _ in headings(path)]
    assert [level for level, _ in headings(korean)] == levels


def test_no_korean_page_is_left_over():
    assert {path.with_name(path.name.replace(".ko.md", ".md")) for path in KOREAN} <= set(ENGLISH)


@pytest.mark.parametrize("path", ENGLISH, ids=name_of)
def test_every_page_is_in_the_menu_of_the_site(path):
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2]
    name = path.relative_to(DOCS).as_posix()
    assert re.search(rf"[ :]{re.escape(name)}$", menu, flags=re.MULTILINE)


def test_page_of_training_has_the_presets_of_the_readme():
    """Those of the README are held to the program by `test_readme`."""
    assert preset_table(DOCS / "training.md") == preset_table(ROOT / "README.md") != []


def test_reference_has_every_public_name():
    page = (DOCS / "python.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"^::: seq2seq\.(\w+)$", page, flags=re.MULTILINE))
    assert {name for name in seq2seq.__all__ if name != "__version__"} <= shown
