"""The work on one model, in a process of its own: to train it, or to measure it.

It reads what to do from the directory of the comparison. Its standard input is a pipe of which
nothing is read but its end: that comes when the comparison is interrupted or killed, and then the
work stops as at Ctrl-C, with a checkpoint.
"""

import os
import signal
import sys
import threading
from pathlib import Path

from seq2seq.comparison.combinations import Combination
from seq2seq.comparison.plan import Plan, load_plan, open_data
from seq2seq.comparison.result import read_record, write_record
from seq2seq.errors import InputError
from seq2seq.quiet import leave_out_pyplot, load_tensorflow
from seq2seq.training.inputs import resumed_configuration

INTERRUPTED = 130  # the exit code of a process that Ctrl-C has ended

_STANDARD_INPUT = 0  # a file descriptor


def train(plan: Plan, combination: Combination) -> None:
    """Trains a model, or goes on with its training."""
    place = plan.model_of(combination)
    resume = place.is_interrupted()
    configuration = plan.configuration_of(combination)
    if resume:
        configuration = resumed_configuration(place.path, {})
    data = open_data(plan, tell=lambda line: None)  # the comparison has told it

    load_tensorflow()
    from seq2seq.comparison.speed import TrainingSpeed
    from seq2seq.training.run import train as run

    speed = TrainingSpeed()
    run(
        configuration,
        place.path,
        data.training,
        data.dev,
        resume=resume,
        steps=plan.steps,
        callbacks=[speed],
    )
    write_record(
        plan.record_of(combination), {"training": {"tokens_per_second": speed.tokens_per_second}}
    )


def measure(plan: Plan, combination: Combination) -> None:
    """Measures a trained model and writes its result."""
    path = plan.record_of(combination)
    trained = read_record(path).get("training", {})
    test = open_data(plan, tell=lambda line: None).test

    load_tensorflow()
    from seq2seq.comparison.measure import measure as measure_model

    result = measure_model(
        plan.model_of(combination).path,
        combination,
        test,
        tokenize=plan.configuration.training.tokenize,
        tokens_per_second=trained.get("tokens_per_second"),
    )
    write_record(path, result.as_dict())


PARTS = {"train": train, "measure": measure}


def work(plan: Plan, combination: Combination, part: str) -> int:
    """Does a part of the work, and returns an exit code; writes why it has failed, if it has."""
    try:
        PARTS[part](plan, combination)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        reason = str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"
        path = plan.record_of(combination)
        write_record(path, {**read_record(path), "error": " ".join(reason.split())})
        return 1
    return 0


def main() -> None:
    """Runs in the new process: the directory, the combination and the part are its arguments."""
    threading.Thread(target=_interrupt_at_the_end_of_input, daemon=True).start()
    leave_out_pyplot()
    directory, cell, attention, part = sys.argv[1:]
    plan = load_plan(Path(directory))
    sys.exit(work(plan, Combination(cell, attention), part))


def _interrupt_at_the_end_of_input() -> None:
    # Not by `sys.stdin`: Python could not close it at its end while a thread reads.
    while os.read(_STANDARD_INPUT, 1):
        pass
    os.kill(os.getpid(), signal.SIGINT)
