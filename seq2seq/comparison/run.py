"""A comparison: each combination trained and measured, one after the other, then the report.

Each model is trained in a process of its own, and measured in another. So the memory of one is free
before the next begins, a process that is killed takes no other model with it, and every score is
computed in float32, as `seq2seq evaluate` does, whatever the precision of training was.
"""

import signal
import subprocess
import sys
from collections.abc import Sequence

from seq2seq.comparison import worker
from seq2seq.comparison.combinations import Combination
from seq2seq.comparison.plan import Data, Plan, begin, open_data
from seq2seq.comparison.report import Comparison
from seq2seq.comparison.result import Result, read_record, read_result, write_record
from seq2seq.errors import InputError
from seq2seq.explain.formats import expect_matplotlib
from seq2seq.quiet import load_tensorflow
from seq2seq.storage.directory import expect_room
from seq2seq.storage.lock import locked
from seq2seq.training.inputs import Tell


def compare(plan: Plan, chosen: Sequence[Combination], *, tell: Tell) -> Comparison:
    """Trains and measures what is not there yet, and writes the report.

    Args:
        plan: The settings.
        chosen: The combinations.
        tell: Shows a line to the user.

    Returns:
        The comparison, whose report is in the directory. It names the combinations that failed.

    Raises:
        InputError: Something given cannot be used, the directory holds something else, or every
            combination has failed.
        KeyboardInterrupt: Ctrl-C was pressed; what is needed to continue is saved.
    """
    expect_matplotlib(otherwise="")
    expect_room(plan.directory, mark="comparison.json", what="the comparison")
    data = open_data(plan, tell)
    with locked(plan.directory, "seq2seq compare"):
        begin(plan, data)
        for number, combination in enumerate(chosen, start=1):
            heading = f"{number} of {len(chosen)}: {combination.title}"
            if read_result(plan.record_of(combination)):
                tell(f"{heading}: already measured.")
            else:
                tell(f"\n{heading}")
                _work(plan, combination, tell)

        load_tensorflow()
        from seq2seq.comparison.documents import save_report

        comparison = _collect(plan, chosen, data)
        save_report(comparison, plan.directory)
    return comparison


def _work(plan: Plan, combination: Combination, tell: Tell) -> None:
    """Trains a model unless it is trained, and measures it; keeps the reason of a failure."""
    path = plan.record_of(combination)
    record = read_record(path)
    if record.pop("error", None):
        write_record(path, record)

    place = plan.model_of(combination)
    parts = ["measure"] if place.is_trained() and not place.is_interrupted() else [*worker.PARTS]
    for part in parts:
        code = run_part(plan, combination, part)
        if code == worker.INTERRUPTED:
            raise KeyboardInterrupt
        if code:
            tell(f"{combination.title} has failed. {_reason(plan, combination, code)}")
            return

    result = read_result(path)
    if result:
        tell(f"    {result.scores['bleu']}\n    {result.scores['chrf2']}")


def run_part(plan: Plan, combination: Combination, part: str) -> int:
    """Lets a new process do a part of the work on a model, and returns its exit code.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed, and the process has ended.
    """
    code = "from seq2seq.comparison.worker import main; main()"
    # -P: Python imports nothing from the working directory.
    command = [sys.executable, "-P", "-c", code, str(plan.directory), *combination, part]
    # In a session of its own, Ctrl-C reaches it by its standard input alone, and once.
    process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.communicate()  # closes its standard input, then waits
        raise


def _reason(plan: Plan, combination: Combination, code: int) -> str:
    """Why a process has failed, as it has written itself, or as its exit code says."""
    path = plan.record_of(combination)
    record = read_record(path)
    if "error" not in record:
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        how += ", as where memory is short" if code == -signal.SIGKILL else ""
        record["error"] = f"Its process ended by {how}."
        write_record(path, record)
    return str(record["error"])


def _collect(plan: Plan, chosen: Sequence[Combination], data: Data) -> Comparison:
    """What was measured on all models.

    Raises:
        InputError: Every combination has failed.
    """
    results: list[Result] = []
    failures: dict[str, str] = {}
    for combination in chosen:
        path = plan.record_of(combination)
        result = read_result(path)
        if result:
            results.append(result)
        else:
            failures[str(combination)] = str(read_record(path).get("error", "It is not known why."))

    if not results:
        raise InputError(
            "Expected a combination that can be trained. "
            f"Received: {len(failures)} that failed. {next(iter(failures.values()))}"
        )
    return Comparison.of(plan, data, results, failures)
