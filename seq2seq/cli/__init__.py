"""The command line: parse, call the library, print. TensorFlow is imported inside the commands that need it."""

import errno
import os
import sys

import click

from seq2seq.cli.average import average
from seq2seq.cli.evaluate import evaluate
from seq2seq.cli.export import export
from seq2seq.cli.score import score
from seq2seq.cli.serve import serve
from seq2seq.cli.train import train
from seq2seq.cli.translate import translate
from seq2seq.errors import InputError

_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "GRPC_VERBOSITY": "ERROR"}


class Commands(click.Group):
    """Turns what can go wrong into one line on standard error and exit code 1."""

    def invoke(self, context):
        for name, value in _QUIET.items():
            os.environ.setdefault(name, value)
        try:
            return super().invoke(context)
        except InputError as error:
            raise click.ClickException(str(error)) from error
        except BrokenPipeError:  # the reader of our output, `head` for one, has seen enough
            _discard_output()
            context.exit(1)
        except (click.ClickException, click.exceptions.Exit, click.Abort, KeyboardInterrupt):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.ENOSPC:
                _discard_output()
                raise click.ClickException(
                    f"Expected to write the output. Received: {error.strerror}. Free some space."
                ) from error
            if os.environ.get("SEQ2SEQ_TRACEBACK"):
                raise
            reason = " ".join(str(error).split())[:300]
            raise click.ClickException(
                f"{type(error).__name__}: {reason} This should not happen. "
                "Set SEQ2SEQ_TRACEBACK=1 to see where it comes from."
            ) from error


def _discard_output():
    """What could not be written would fail once more when Python exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="seq2seq", message="%(prog)s %(version)s")
def main():
    """Train a recurrent translator on your sentence pairs, use it, score it, and export it.

    \b
      seq2seq train                       learn English→Korean from the bundled corpus, in 2 minutes
      seq2seq translate "I am Yusol"      나는 유솔이야
    """


for command in (train, translate, evaluate, score, average, export, serve):
    main.add_command(command)
