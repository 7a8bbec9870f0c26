"""`seq2seq data`: what is wrong with sentence pairs, and how to get, clean and split them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seq2seq.cli.command import Command, argument, option_group
from seq2seq.cli.corpora import read_corpora, tell
from seq2seq.cli.group import CommandGroup
from seq2seq.cli.options import FILES_OF_PAIRS, pair_options
from seq2seq.cli.values import FILE, Choice, Directory, WholeNumber
from seq2seq.data.corpus import Corpus, PairFiles
from seq2seq.data.formats.columns import Columns
from seq2seq.data.pairs import pair_files
from seq2seq.data.quality.rules import REMOVING, RULES
from seq2seq.errors import InputError
from seq2seq.storage.files import open_to_write, write_atomically, write_lines, write_text

if TYPE_CHECKING:
    from seq2seq.data.quality.clean import Judged

_data = option_group("Data")
_output = option_group("Output")


@click.group(
    cls=CommandGroup,
    short_help="Check, clean, split and download sentence pairs.",
    also=["corpus", "clean", "dataset"],
    examples=[
        ("seq2seq data check pairs.tsv", "what is wrong with them, and what that costs"),
        ("seq2seq data clean pairs.tsv --output kept.tsv --removed removed.tsv", "take that out"),
    ],
)
def data() -> None:
    """Get sentence pairs, find out what is wrong with them, clean and split them."""


_FILES = argument(
    "corpus",
    nargs=-1,
    type=FILE,
    metavar="[FILE]...",
    explanation=f"Sentence pairs: {FILES_OF_PAIRS}",
)


def _held_options(command: Callable) -> Callable:
    """Adds `--dev` and `--test`."""
    dev = _data(
        "--dev",
        type=FILE,
        metavar="FILE",
        help="Pairs to validate on: which of them are learnt, too?",
    )
    test = _data("--test", type=FILE, metavar="FILE", help="Pairs to test on, likewise.")
    return dev(test(command))


def _files(
    corpus: tuple[str, ...],
    source: tuple[str, ...],
    target: tuple[str, ...],
    columns: Columns | None,
) -> list[PairFiles]:
    """The files that a command is given.

    Raises:
        click.UsageError: There is none.
    """
    files = pair_files(corpus, source, target, columns=columns)
    if not files:
        raise click.UsageError(
            "Expected files of sentence pairs. Received none. Give FILE, or --source and --target."
        )
    return files


def _held(dev: str | None, test: str | None, columns: Columns | None) -> dict[str, Corpus]:
    given = {"dev": dev, "test": test}
    return {
        name: read_corpora([path], (), (), columns=columns) for name, path in given.items() if path
    }


@data.command(
    cls=Command,
    short_help="Find what is wrong with sentence pairs.",
    also=["validate", "inspect", "stats"],
    examples=[
        ("seq2seq data check pairs.tsv", "a report"),
        ("seq2seq data check pairs.xlsx --columns English,Korean --output report.html", "a page"),
        ("seq2seq data check train.tsv --dev dev.tsv --test test.tsv", "do they overlap?"),
    ],
)
@_FILES
@pair_options
@_held_options
@_output(
    "--output", type=FILE, metavar="FILE.html", help="Write the report as a page that stands alone."
)
def check(
    corpus: tuple[str, ...],
    source: tuple[str, ...],
    target: tuple[str, ...],
    columns: Columns | None,
    dev: str | None,
    test: str | None,
    output: str | None,
) -> None:
    """Report what is wrong with sentence pairs, with examples, what it costs and what to do.

    Nothing is changed. The pairs are read once.
    """
    from seq2seq.data.quality.check import check as check_pairs
    from seq2seq.data.quality.report import as_page, as_text

    files = _files(corpus, source, target, columns)
    findings = check_pairs(files, _held(dev, test, columns))
    name = ", ".join(part.name for part in files)
    if output:
        write_text(output, as_page(name, findings))
    for line in as_text(name, findings):
        click.echo(line)


@data.command(
    cls=Command,
    short_help="Take out the pairs that do harm.",
    also=["filter", "dedup", "deduplicate"],
    examples=[
        ("seq2seq data clean pairs.tsv --output kept.tsv --removed removed.tsv", "with reasons"),
        ("seq2seq data clean pairs.tsv --output kept.tsv --keep duplicates", "but for duplicates"),
    ],
)
@_FILES
@pair_options
@_held_options
@_data(
    "--keep",
    type=Choice(REMOVING),
    multiple=True,
    metavar="RULE",
    help=f"Take no pair out for this rule. Repeatable: {', '.join(REMOVING)}.",
)
@_output("--output", type=FILE, required=True, metavar="FILE.tsv", help="What is kept; .gz too.")
@_output(
    "--removed",
    type=FILE,
    metavar="FILE.tsv",
    help="What is taken out: reasons, TAB, place, TAB, source, TAB, target; .gz too.",
)
def clean(
    corpus: tuple[str, ...],
    source: tuple[str, ...],
    target: tuple[str, ...],
    columns: Columns | None,
    dev: str | None,
    test: str | None,
    keep: tuple[str, ...],
    output: str,
    removed: str | None,
) -> None:
    """Write the pairs that are kept as TSV, and those that are not with the reasons.

    `seq2seq data check` explains the rules. Numbers, tags and sentences that differ are told there
    and kept here. The files are read twice.
    """
    from seq2seq.data.quality.clean import clean as judged_pairs

    files = _files(corpus, source, target, columns)
    _expect_apart(output, removed, files)
    skipped = []
    judged = judged_pairs(files, _held(dev, test, columns), skipped, keep=keep)
    counts = _write(judged, output, removed)

    for part in skipped:
        tell("\n".join(part.report()))
    kept = counts.pop("kept")
    total = counts.pop("all")
    click.echo(f"Kept {kept:,} of {total:,} pairs, taken out {total - kept:,}.")
    for rule, count in counts.most_common():
        click.echo(f"  {rule:10} {count:8,}  {RULES[rule].title}")


def _expect_apart(output: str, removed: str | None, files: list[PairFiles]) -> None:
    """Refuses to write over what is read."""
    paths = [path for part in files for path in (part.source, part.target) if path]
    outputs = [path for path in (output, removed) if path]
    read = {Path(path).resolve() for path in paths}
    written = [Path(path).resolve() for path in outputs]
    if read.intersection(written) or len(set(written)) < len(written):
        raise click.UsageError(
            "Expected --output and --removed to be other files than those that are read, and two. "
            f"Received: {', '.join(outputs)}."
        )


def _write(judged: Iterator[Judged], output: str, removed: str | None) -> Counter[str]:
    """Writes both files, each whole or not at all, and counts pairs and reasons."""
    counts = Counter({"kept": 0, "all": 0})

    def write_both(kept_place: Path, removed_place: Path | None) -> None:
        removed_opened = open_to_write(removed_place) if removed_place else nullcontext()
        with open_to_write(kept_place) as kept_file, removed_opened as removed_file:
            for (source, target, place), reasons in judged:
                counts["all"] += 1
                counts.update(reasons)
                if not reasons:
                    counts["kept"] += 1
                    kept_file.write(f"{source}\t{target}\n".encode())
                elif removed_file:
                    line = "\t".join([", ".join(reasons), place, source, target])
                    removed_file.write(f"{line}\n".encode())

    def write_kept(kept_place: Path) -> None:
        if removed is None:
            write_both(kept_place, None)
        else:
            write_atomically(removed, lambda place: write_both(kept_place, place))

    write_atomically(output, write_kept)
    return counts


@data.command(
    cls=Command,
    short_help="Split pairs into train, dev and test.",
    also=["train-test-split", "holdout"],
    examples=[
        ("seq2seq data split pairs.tsv --output parts --dev 1000 --test 1000", "three files")
    ],
)
@_FILES
@pair_options
@_data("--dev", type=WholeNumber(1, unit="pairs"), required=True, metavar="N", help="Pairs of dev.")
@_data(
    "--test", type=WholeNumber(1, unit="pairs"), required=True, metavar="N", help="Pairs of test."
)
@_data(
    "--seed",
    type=WholeNumber(0),
    default=1,
    show_default=True,
    metavar="N",
    help="Another number draws others.",
)
@_output(
    "--output",
    type=Directory(),
    required=True,
    metavar="DIR",
    help="Folder for train.tsv, dev.tsv and test.tsv.",
)
def split(
    corpus: tuple[str, ...],
    source: tuple[str, ...],
    target: tuple[str, ...],
    columns: Columns | None,
    dev: int,
    test: int,
    seed: int,
    output: Path,
) -> None:
    """Write train.tsv, dev.tsv and test.tsv, with no sentence in two of them.

    Blank lines between pairs separate documents. Where there are some, a document stays whole, and
    pairs of train with a sentence of dev or test are left out.
    """
    from seq2seq.data.splitting import split as split_pairs

    names = ("train", "dev", "test")
    for name in names:
        if (output / f"{name}.tsv").exists():
            raise InputError(
                f"Expected a folder without {name}.tsv. Received: {output}. Name another."
            )

    files = _files(corpus, source, target, columns)
    parts = split_pairs(files, dev=dev, test=test, seed=seed)
    tell(parts.report)
    for name, part in zip(names, (parts.train, parts.dev, parts.test), strict=True):
        pairs = zip(part.source, part.target, strict=True)
        write_text(output / f"{name}.tsv", "".join(f"{one}\t{other}\n" for one, other in pairs))
        click.echo(f"{output / name}.tsv: {len(part):,} pairs")


@data.command(
    "download",
    cls=Command,
    short_help="Load a public corpus, with its licence beside it.",
    also=["get", "fetch", "opus"],
    examples=[
        ("seq2seq data download tatoeba-en-ko", "everyday sentences, to data/tatoeba-en-ko"),
        ("seq2seq data download opus/Tatoeba/en-ko", "a corpus of OPUS, by its index"),
    ],
)
@argument("name", metavar="NAME", explanation="A name of seq2seq data list, or opus/CORPUS/en-ko.")
@_output(
    "--output",
    type=Directory(),
    metavar="DIR",
    show_default="data/NAME",
    help="Folder for train.tsv, other parts and ATTRIBUTION.txt.",
)
def download(name: str, output: Path | None) -> None:
    """Load a corpus, go on after an interruption, verify it, and write its pairs as TSV.

    What is loaded stays in DIR/loaded. A file without a known checksum is pinned by its first load:
    later loads must give the same.
    """
    from seq2seq.data.download.catalogue import find_collection
    from seq2seq.data.download.collect import attribution, load_part, pair_lines
    from seq2seq.data.download.fetch import ask

    collection = find_collection(name, ask)
    folder = output or Path("data") / name.replace("/", "-")
    tell(f"{collection.name}: licence {collection.licence}")

    checksums = {}
    skipped = []
    for part in collection.parts:
        files, loaded = load_part(part, folder / "loaded", _progress)
        checksums |= loaded
        write_lines(folder / f"{part.name}.tsv", pair_lines(files, skipped))
        click.echo(folder / f"{part.name}.tsv")

    write_text(folder / "ATTRIBUTION.txt", attribution(collection, checksums))
    click.echo(folder / "ATTRIBUTION.txt")
    for part in skipped:
        tell("\n".join(part.report()))


def _progress(name: str) -> Callable[[int, int], None]:
    """Makes what shows the progress of a file on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        return lambda done, of: None

    def show(done: int, of: int) -> None:
        share = f" of {of >> 20:,} MiB, {100 * done // of} %" if of else " MiB"
        end = "\n" if done == of else ""
        click.echo(f"\r{name}: {done >> 20:,}{share}{end}", err=True, nl=False)

    return show


@data.command("list", cls=Command, short_help="Name the corpora that can be loaded.")
def list_collections() -> None:
    """Name the corpora that seq2seq data download knows, with languages, size and licence."""
    from seq2seq.data.download.catalogue import COLLECTIONS

    for collection in COLLECTIONS.values():
        click.echo(
            f"{collection.name:18} {collection.languages:6} about {collection.lines:8,} pairs  "
            f"{collection.licence}"
        )
    click.echo("opus/CORPUS/en-ko  any    see https://opus.nlpl.eu for names, sizes and licences")


data.add_section("Prepare", [check, clean, split])
data.add_section("Get", [download, list_collections])
