"""`seq2seq doctor`: what this machine and this installation have, and what a corpus will cost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seq2seq.cli.command import Command, option_group
from seq2seq.cli.values import Choice, WholeNumber
from seq2seq.cpu import available_cores
from seq2seq.diagnosis.costs import (
    ASSUMED_CORES_OF_A_GPU,
    TRAINED_TOKENS,
    Cost,
    forecast,
)
from seq2seq.diagnosis.finding import Finding, found
from seq2seq.training.presets import PRESETS, choose_preset
from seq2seq.training.progress import duration

if TYPE_CHECKING:
    from seq2seq.diagnosis.trial import Speed

_SECONDS = 5.0
_USUAL_PAIRS = 100_000
_GIB = 1 << 30
_MOST_GPUS = 10_000

_costs = option_group("What a corpus will cost")


@click.command(
    cls=Command,
    short_help="Look at this machine and this installation; forecast what a corpus will cost.",
    also=["diagnose", "status", "environment"],
    examples=[
        ("seq2seq doctor", "a line for each thing, with advice where something is missing"),
        ("seq2seq doctor --speed", "train for five seconds, too"),
        ("seq2seq doctor --pairs 5000000", "what so many pairs will cost here"),
    ],
)
@_costs(
    "--pairs",
    type=WholeNumber(1, unit="pairs"),
    metavar="N",
    show_default=f"none; {_USUAL_PAIRS:,} with --speed",
    help="Sentence pairs to train on, and sentences to translate.",
)
@_costs(
    "--gpus",
    type=WholeNumber(0, _MOST_GPUS, unit="GPUs"),
    default=0,
    metavar="N",
    show_default="0, the cores of this machine",
    help="GPUs to train and translate on. None has been measured: the forecast says what it "
    "assumes.",
)
@_costs(
    "--preset",
    type=Choice(list(PRESETS)),
    metavar="NAME",
    show_default="by the number of pairs",
    help="Preset to forecast.",
)
@_costs(
    "--speed",
    is_flag=True,
    help="Train for five seconds, and forecast by how fast that was.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def doctor(pairs: int | None, gpus: int, preset: str | None, speed: bool, as_json: bool) -> None:
    """Print what seq2seq finds, a line for each thing, and what to do where something is missing.

    The exit code is 1 if something that seq2seq needs is broken, else 0.
    """
    if gpus and pairs is None:
        raise click.UsageError("Expected --gpus with --pairs N. Received: it alone.")

    findings = _findings()
    broken = any(finding.broken for finding in findings)
    asked = pairs or (_USUAL_PAIRS if speed else None)
    name = preset or choose_preset(asked or _USUAL_PAIRS)
    measured = _measured(name) if speed and not broken else None

    costs = []
    if asked:
        factor = _factor(measured, name) if measured else 1.0
        costs = forecast(asked, cores=available_cores(), gpus=gpus, name=name, speed=factor)

    if as_json:
        click.echo(json.dumps(_as_dict(findings, name, measured, costs), ensure_ascii=False))
    else:
        _print(findings, name, measured, costs, gpus)
    if broken:
        raise click.exceptions.Exit(1)


def _findings() -> list[Finding]:
    from seq2seq.diagnosis.devices import look_at_devices
    from seq2seq.diagnosis.fonts import look_at_fonts
    from seq2seq.diagnosis.packages import look_at_extras, look_at_packages
    from seq2seq.diagnosis.system import look_at_system

    return [
        *found("packages", look_at_packages),
        *found("system", lambda: look_at_system(Path.cwd())),
        *found("devices", look_at_devices),
        *found("fonts", look_at_fonts),
        *found("extras", look_at_extras),
    ]


def _measured(name: str) -> Speed:
    from seq2seq.diagnosis.trial import time_training

    return time_training(PRESETS[name], seconds=_SECONDS)


def _factor(measured: Speed, name: str) -> float:
    """How fast a core is here, in those that the forecast knows."""
    return measured.tokens_per_second / (TRAINED_TOKENS[name] * available_cores())


def _as_dict(
    findings: Sequence[Finding], name: str, measured: Speed | None, costs: Sequence[Cost]
) -> dict[str, Any]:
    return {
        "findings": [asdict(finding) for finding in findings],
        "speed": measured and {"preset": name, **asdict(measured)},
        "costs": [asdict(cost) for cost in costs],
    }


def _print(
    findings: Sequence[Finding],
    name: str,
    measured: Speed | None,
    costs: Sequence[Cost],
    gpus: int,
) -> None:
    width = max(len(finding.name) for finding in findings) + 2
    for finding in findings:
        mark = "Broken: " if finding.broken else ""
        advice = f". {finding.advice}" if finding.advice else ""
        click.echo(f"{finding.name:<{width}}{mark}{finding.value}{advice}")

    if measured:
        click.echo(
            f"{'speed':<{width}}{measured.tokens_per_second:,.0f} target tokens/s in training, "
            f"preset {name}, {measured.precision}"
        )
    for cost in costs:
        click.echo(
            f"{cost.step:<{width}}{_time(cost.seconds)}, {cost.memory / _GIB:.1f} GiB of memory, "
            f"{cost.disk / _GIB:.2f} GiB of disk ({cost.detail})"
        )
    if costs:
        click.echo(f"{'':<{width}}{_premises(measured, gpus)}")


def _premises(measured: Speed | None, gpus: int) -> str:
    """What the forecast rests on, in a line."""
    if gpus:
        return (
            f"No GPU has been measured: one is taken for {ASSUMED_CORES_OF_A_GPU} cores. "
            "See docs/scaling.md."
        )
    if measured:
        return "By the speed of five seconds here; within a factor of two."
    return "By the cores that docs/scaling.md names; within a factor of two. --speed measures here."


def _time(seconds: float) -> str:
    """A time as people say it."""
    if seconds < 3600:
        return f"{duration(seconds)} minutes"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.1f} hours"
    return f"{seconds / 86_400:.1f} days"
