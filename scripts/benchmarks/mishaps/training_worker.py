"""Trains again and again in forked processes, each of which has a mishap of its own.

    python -m mishaps.training_worker

It has imported all that training needs. A line of JSON on standard input asks for one process:

    arguments   of the command line of seq2seq
    kill_at     the step in saving files at which it kills itself, None never (see STEPS)
    within      the directory whose files these steps are of
    signals     what to send it: after how many steps and how many seconds more, and the number
    years       by which its clock goes wrong

A line of JSON on standard output tells what it ended with, the last of what it has said, how many
steps it has taken, and for how many seconds it ran.
"""

import json
import os
import signal
import sys
import tempfile
import time

# What Python tells of changes to files while it makes them.
STEPS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.truncate"}
YEAR = 365 * 24 * 3600.0


def main() -> None:
    """Answers lines until there are no more."""
    from seq2seq.quiet import load_tensorflow

    load_tensorflow()
    import seq2seq.training.fit
    import seq2seq.training.run  # noqa: F401
    from seq2seq.cli import main as command

    cores = os.sched_getaffinity(0)  # with others, weights are others
    for line in sys.stdin:
        print(json.dumps(_run(json.loads(line), command, cores)), flush=True)


def _run(order: dict, command, cores: set[int]) -> dict:
    """Runs a command in another process."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as counted:
        started = time.monotonic()
        child = os.fork()
        if child == 0:
            os.sched_setaffinity(0, cores)
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            _prepare(order, counted.fileno())
            _end(command, order["arguments"])

        for steps, seconds, number in order["signals"]:
            while os.fstat(counted.fileno()).st_size < steps and _runs(child):
                time.sleep(0.01)
            time.sleep(seconds)
            os.kill(child, number)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

        said.seek(0)
        text = said.read().decode(errors="replace")
        return {
            "status": status,
            "said": text[-2000:],
            "steps": os.fstat(counted.fileno()).st_size,
            "seconds": time.monotonic() - started,
        }


def _runs(child: int) -> bool:
    """Whether a process has not ended; it stays to be waited for."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def _prepare(order: dict, counter: int) -> None:
    """Sets the clock of this process, and what counts its steps and kills it at one of them."""
    # A shell that starts this in the background has it ignore SIGINT.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if order["years"]:
        _shift_clock(order["years"] * YEAR)
    within = order["within"]
    kill_at = order["kill_at"]
    count = 0

    def watch(event: str, arguments: tuple) -> None:
        nonlocal count
        if event not in STEPS or within not in str(arguments[0]):
            return
        if event == "open" and "r" in str(arguments[1] or ""):
            return
        count += 1
        os.write(counter, b".")
        if count == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def _shift_clock(seconds: float) -> None:
    now = time.time
    now_ns = time.time_ns
    time.time = lambda: now() + seconds
    time.time_ns = lambda: now_ns() + int(seconds * 1e9)


def _end(command, arguments: list[str]) -> None:
    """Runs the command in this process, and ends it as Python would."""
    status = 1
    try:
        command(arguments)
        status = 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException as error:
        print(f"Traceback: {type(error).__name__}: {error}", file=sys.stderr)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
