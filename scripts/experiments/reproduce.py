#!/usr/bin/env python
"""Trains and scores what is missing of the rows of docs/results.md, and writes the page.

    python scripts/experiments/reproduce.py --list
    python scripts/experiments/reproduce.py --group results --data ../shared/data
    python scripts/experiments/reproduce.py --row multi30k-en-de --seeds 1
    python scripts/experiments/reproduce.py --write docs/results.md

rows.toml holds the rows. Stopped at any moment, Ctrl-C included, it goes on where it was when
started again.
"""

import argparse
import signal
import sys
from pathlib import Path

from reproduction.commands import Places, require_files
from reproduction.page import write_page
from reproduction.process import ROOT, run_command
from reproduction.rows import GROUPS, Row, load_rows
from reproduction.runs import LOG, Run, Runner, shared_runs
from seq2seq.errors import InputError

ROWS = Path(__file__).with_name("rows.toml")


def main(arguments: list[str] | None = None, runner: Runner = run_command) -> int:
    """Does what the options say; returns the exit code."""
    options = parse(arguments)

    try:
        rows = load_rows(options.rows)
        runs = shared_runs(rows, Places(options.data, options.runs, ROOT), options.seeds)

        if options.write:
            write_page(options.write, rows, runs)
            return 0

        runs = chosen(runs, rows, options)
        if options.list:
            print_list(runs)
            return 0

        return reproduce(runs, runner)
    except InputError as error:
        say(f"Error: {error}")
        return 1
    except KeyboardInterrupt:
        say("Interrupted; the same command goes on from here.")
        return 1


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options, with their defaults filled in."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    data = ROOT.parent / "shared" / "data"
    runs = ROOT / "saved_models" / "runs"
    parser.add_argument(
        "--data", type=Path, default=data, metavar="DIR", help=f"the corpora (default: {data})"
    )
    parser.add_argument(
        "--runs", type=Path, default=runs, metavar="DIR", help=f"the runs (default: {runs})"
    )
    parser.add_argument(
        "--rows", type=Path, default=ROWS, metavar="FILE", help="the rows (default: rows.toml)"
    )
    parser.add_argument("--group", choices=GROUPS, help="the rows of one table (default: all)")
    parser.add_argument(
        "--row", action="append", metavar="NAME", help="a row; repeatable (default: all)"
    )
    parser.add_argument("--seeds", type=int, nargs="+", help="instead of the rows' own")

    does = parser.add_mutually_exclusive_group()
    does.add_argument("--list", action="store_true", help="show the rows and what is done")
    does.add_argument(
        "--write",
        type=Path,
        metavar="PAGE",
        help="instead of training, add the results to those kept beside a page, and fill it in",
    )

    options = parser.parse_args(arguments)

    if options.write and (options.group or options.row or options.seeds):
        parser.error("--write takes all rows and seeds, and no --group, --row or --seeds.")

    return options


def chosen(runs: list[Run], rows: dict[str, Row], options: argparse.Namespace) -> list[Run]:
    """The runs of the group and the rows that were asked for."""
    for name in options.row or ():
        if name not in rows:
            raise InputError(f"Expected --row to be one of {', '.join(rows)}. Received: {name}.")

    wanted = [
        run
        for run in runs
        if options.group in (None, run.row.group)
        and (not options.row or run.row.name in options.row)
    ]
    if not wanted:
        raise InputError(
            f"Expected --row to be of the group {options.group}. "
            f"Received: {', '.join(options.row)}."
        )

    return wanted


def print_list(runs: list[Run]) -> None:
    """Prints each run with what is done of it."""
    for run in runs:
        print(f"{run.row.group:13} {run.row.name:36} seed {run.seed}  {run.state()}")


def reproduce(runs: list[Run], runner: Runner) -> int:
    """Completes the runs, those that cannot be completed excepted; returns 1 if there are such."""
    failures = set()
    for run in runs:
        try:
            state = run.state()
            if state == "done":
                continue

            require_files(run.row, run.places)
            say(f"{run.row.name}, seed {run.seed}: {state}; the log is {run.training_folder / LOG}")
            run.complete(runner)
        except InputError as error:
            if str(error) not in failures:  # a corpus is missing once, however many rows are of it
                say(f"Error: {error}")
            failures.add(str(error))

    return 1 if failures else 0


def say(line: str) -> None:
    """Prints a line beside the results."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
