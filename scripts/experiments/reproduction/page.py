"""The page of results.

Tables, curves and translations are written between its markers. Its words are left alone.

<!-- table: GROUP -->         <!-- end -->
<!-- table: real-text -->     <!-- end -->
<!-- curves: GROUP -->        <!-- end -->
<!-- translations: ROW -->    <!-- end -->
"""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from statistics import mean

from reproduction.commands import Places
from reproduction.curves import draw_curves
from reproduction.real_text import NAME as REAL_TEXT
from reproduction.real_text import real_text_tables
from reproduction.rows import GROUPS, Row
from reproduction.runs import Run
from seq2seq.errors import InputError
from seq2seq.storage.files import write_text

_MARKER = re.compile(r"<!-- (table|curves|translations): ([^\s]+) -->")
_FILLED = re.compile(_MARKER.pattern + r"\n(?:(?!<!-- (?!not run: )).*\n)*<!-- end -->")
_SHOWN = Places(Path("$DATA"), Path("$RUNS"), Path())
_NAMES = {"bleu": "BLEU", "chrf2": "chrF2"}
_NOTHING = "*No result yet.*"
_NOT_RUN = "<!-- not run: days; test_docs parses them -->"  # by the tests of the documents


def write_page(path: str | Path, rows: dict[str, Row], runs: list[Run]) -> None:
    """Fills the page in place, and writes its pictures beside it.

    A folder named like the page keeps the results of all machines. Those of the runs are copied
    there, and replace what was kept of the same rows and seeds; the page shows them all.

    Raises:
        InputError: The page is missing, has a marker without its end, or one of a group or row that
            does not exist.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"Expected a page with markers to write to. Received: {path}: {error}."
        ) from error

    # Before anything is kept.
    tables = (*GROUPS, REAL_TEXT)
    _expect_markers(text, {"table": tables, "curves": GROUPS, "translations": tuple(rows)})
    runs = [run for run in (run.keep_in(path.with_suffix("")) for run in runs) if run.result()]
    pictures: dict[Path, str] = {}

    def block(kind: str, name: str) -> str:
        if name == REAL_TEXT:
            return real_text_tables(path.with_suffix("")) or _NOTHING
        if kind == "table":
            return table([run for run in runs if run.row.group == name])
        if kind == "translations":
            return translations([run for run in runs if run.row.name == name])
        picture = path.with_name(f"{path.stem}-{name}.svg")
        drawn = curves([run for run in runs if run.row.group == name])
        if not drawn:
            return _NOTHING
        pictures[picture] = drawn
        return f"![Dev BLEU over minutes of training, a line for each row]({picture.name})"

    def filled(match: re.Match[str]) -> str:
        marker = match[0].splitlines()[0]
        return f"{marker}\n{block(match[1], match[2])}\n<!-- end -->"

    text = _FILLED.sub(filled, text)
    for picture, drawn in pictures.items():
        write_text(picture, drawn)
    write_text(path, text)


def _expect_markers(text: str, names: dict[str, tuple[str, ...]]) -> None:
    markers = [match.groups() for match in _MARKER.finditer(text)]
    closed = [match.groups() for match in _FILLED.finditer(text)]
    for kind, name in markers:
        if name not in names[kind]:
            raise InputError(
                f"Expected after {kind}: one of {', '.join(names[kind])}. Received: {name}."
            )
        if (kind, name) not in closed:
            raise InputError(f"Expected <!-- end --> after <!-- {kind}: {name} -->. Received none.")


def table(runs: list[Run]) -> str:
    """The rows of a group, with the signatures of their scores and the commands behind them."""
    if not runs:
        return _NOTHING

    lines = [
        "| row | options | scored on | BLEU | chrF2 | seeds | epochs | minutes |",
        "|---|---|---|---|---|---|---|---|",
    ]

    of_rows = _by_row(runs)
    for name, seeds in of_rows.items():
        results = [run.result() for run in seeds]
        facts = [", ".join(str(run.seed) for run in seeds)]
        facts.append(mean_and_spread([result["curve"][-1]["epoch"] for result in results]))
        facts.append(mean_and_spread([result["seconds"] / 60 for result in results]))

        row = seeds[0].row
        options = ", ".join(f"`{words}`" for words in (row.options, row.search) if words) or "–"
        for part in row.scored:
            scores = [_scores(results, part, metric) for metric in _NAMES]
            lines.append("| " + " | ".join([name, options, part, *scores, *facts]) + " |")

    if any(len(seeds) == 1 for seeds in of_rows.values()):
        lines += ["", "A row of a single seed has no spread."]

    starts = [start for run in runs for start in run.result()["starts"]]
    machines = sorted({start["processor"] for start in starts})
    commits = sorted({f"{start['version']} ({start['commit']})" for start in starts})
    lines += [
        "",
        f"Trained on {'; '.join(machines)}; seq2seq {', '.join(commits)}.",
        "",
        *_signatures(runs),
        "",
    ]
    return "\n".join([*lines, _NOT_RUN, "```bash", *_commands(of_rows), "```"])


def mean_and_spread(values: list[float]) -> str:
    """The mean, and half the distance from the lowest value to the highest if there are several."""
    spread = f" ± {(max(values) - min(values)) / 2:.1f}" if len(values) > 1 else ""
    return f"{mean(values):.1f}{spread}"


def curves(runs: list[Run]) -> str | None:
    """The picture of a group, one seed of each row whose validations are kept; None without any."""
    curves = {name: seeds[0].result()["curve"] for name, seeds in _by_row(runs).items()}
    points = {
        name: [(row["seconds"] / 60, row["bleu"]) for row in curve]
        for name, curve in curves.items()
        if all("bleu" in row for row in curve)
    }
    return draw_curves(points, x="minutes of training", y="dev BLEU, greedy") if points else None


def translations(runs: list[Run]) -> str:
    """Sentences of the dev set, side by side, from one seed of a row."""
    examples = runs[0].result()["examples"] if runs else []
    if not examples:
        return _NOTHING

    lines = ["| source | reference | translation | credit |", "|---|---|---|---|"]
    return "\n".join(
        lines + ["| " + " | ".join(map(_cell, example)) + " |" for example in examples]
    )


def _by_row(runs: list[Run]) -> dict[str, list[Run]]:
    """The runs by the name of their row, in the order of the rows' file."""
    return {
        name: [run for run in runs if run.row.name == name]
        for name in dict.fromkeys(run.row.name for run in runs)
    }


def _scores(results: list[dict], part: str, metric: str) -> str:
    return mean_and_spread([result["scores"][part][metric]["value"] for result in results])


def _signatures(runs: list[Run]) -> list[str]:
    """Each signature once, with its rows where there is more than one."""
    rows: dict[tuple[str, str], dict[str, None]] = {}
    for run in runs:
        for scores in run.result()["scores"].values():
            for metric, name in _NAMES.items():
                rows.setdefault((name, scores[metric]["signature"]), {})[run.row.name] = None

    several = {name for name, _ in rows if sum(other == name for other, _ in rows) > 1}

    return [
        f"- {name}: `{signature}`" + (f" ({', '.join(names)})" if name in several else "")
        for (name, signature), names in rows.items()
    ]


def _commands(of_rows: dict[str, list[Run]]) -> Iterator[str]:
    """What was run, for the first seed of each row.

    The script continues what was interrupted with --resume.
    """
    for name, (run, *_) in of_rows.items():
        shared = "" if run.owner == name else f", the model of {run.owner}"
        yield f"# {name}{shared}"
        yield from ("seq2seq " + " ".join(words) for words in run.commands(_SHOWN)[bool(shared) :])


def _cell(text: str) -> str:
    return escape(text, quote=False).replace("|", "\\|")
