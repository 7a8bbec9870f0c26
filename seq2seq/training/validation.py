"""Validation: the dev set translated while the model learns, and what follows from the score."""

import math
from collections.abc import Sequence

from seq2seq.data.corpus import Corpus
from seq2seq.data.directions import untagged
from seq2seq.evaluation.degenerate import changes
from seq2seq.storage.directory import ModelDirectory
from seq2seq.training.callbacks import Logs, RunCallback, value_of
from seq2seq.training.checkpoints import save_checkpoint
from seq2seq.training.dev_score import DevResult, score_dev
from seq2seq.training.history import History
from seq2seq.training.progress import ProgressDisplay, duration
from seq2seq.training.resume import RunState, ValidationRecord
from seq2seq.training.workers import Order, Workers
from seq2seq.translation.translator import Translator

_SAMPLES = 3  # translations that are shown
_MOST_NATS = 100.0  # of a perplexity that is reported


class Validation(RunCallback):
    """Scores the model at equal distances, keeps its best weights, and ends a run without progress.

    A validation is the best if its `DevResult.score` is above that of all before.

    Args:
        translator: Holds the model that is trained.
        dev: The dev set.
        directory: The model directory.
        state: Where results are kept.
        display: Where they are shown.
        every: Steps between validations.
        total_steps: Steps of the whole run; the last is always validated.
        steps_per_epoch: Batches of an epoch.
        patience: Validations without a better score after which the run stops.
        keep: Number of the last validations whose models are kept; see `save_checkpoint`.
        tokenize: The sacreBLEU tokenizer of BLEU.
        from_start: Whether the model is validated before the first step, too, as one that another
            run has trained.
        workers: The processes that train together; this one alone if None.
    """

    def __init__(
        self,
        translator: Translator,
        dev: Corpus,
        directory: ModelDirectory,
        state: RunState,
        display: ProgressDisplay,
        *,
        every: int,
        total_steps: int,
        steps_per_epoch: int,
        patience: int,
        keep: int = 0,
        tokenize: str = "13a",
        from_start: bool = False,
        workers: Workers | None = None,
    ):
        super().__init__()
        self.translator = translator
        self.dev = dev
        self.directory = directory
        self.state = state
        self.display = display
        self.every = every
        self.total_steps = total_steps
        self.steps_per_epoch = steps_per_epoch
        self.patience = patience
        self.keep = keep
        self.tokenize = tokenize
        self.from_start = from_start
        self.workers = workers

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._history = History(self.directory)
        self._validate_if_due()  # a run stopped between a step and its validation

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._validate_if_due()

    def on_train_end(self, logs: Logs | None = None) -> None:
        self._history.close()

    def _validate_if_due(self) -> None:
        step = self.step
        validations = self.state.validations
        if step == 0:
            is_due = self.from_start and not validations.history
        else:
            is_due = step % self.every == 0 or self._ends_at(step)
        if is_due and not (step and step == validations.last_step):
            self._validate(step)

    def _ends_at(self, step: int) -> bool:
        return step == self.total_steps or self.model.stop_training

    def _validate(self, step: int) -> None:
        before = self.state.validations
        if self.workers:
            self.workers.agree(self.model, Order.VALIDATE)
        result = score_dev(self.translator, self.dev, tokenize=self.tokenize, workers=self.workers)
        better = result.score > before.best_score
        since_best = 0 if better else before.since_best + 1
        stands_still = since_best >= self.patience
        row = self._row(step, result)
        history = [*before.history, row]
        last = self._ends_at(step) or stands_still
        faults, warnings = changes(before.faults, result.faults, last=last)

        self._save_models(history, better=better)
        self._history.write(history)
        # The record is replaced last, in one assignment. A run that Ctrl-C stops before that
        # validates this step again; a run that Ctrl-C stops after that does not.
        best_score = result.score if better else before.best_score
        self.state.validations = ValidationRecord(step, best_score, since_best, history, faults)
        self.model.reset_metrics()

        show_validation(self.display, row, self.dev, result.hypotheses, better=better)
        for line in warnings:
            self.display.line(f"    {line}")
        if stands_still:
            self.display.line(f"No better score in {self.patience} validations: stopping early.")
            self.model.stop_training = True

    def _row(self, step: int, result: DevResult) -> dict[str, float]:
        """The numbers of a validation, by their names in the table.

        Before the first step there are none of the training yet.
        """
        begun = 1.0 if step else math.nan
        nats = value_of(self.model.nll_per_token)
        return {
            "step": step,
            "epoch": round(step / self.steps_per_epoch, 2),
            "seconds": round(self.state.elapsed, 1),
            "learning_rate": float(self.model.optimizer.learning_rate),
            "loss": begun * value_of(self.model.loss_per_token),
            "perplexity": begun * math.exp(min(nats, _MOST_NATS)),
            "gradient_norm": begun * value_of(self.model.gradient_norm),
            "dev_loss": result.loss,
            "bleu": result.bleu,
            "chrf2": result.chrf2,
        }

    def _save_models(self, history: Sequence[dict[str, float]], *, better: bool) -> None:
        """Saves the model if it is the best so far, and among those of the last validations."""
        if better:
            self.translator.save(self.directory.path)
        if self.keep:
            steps = [int(row["step"]) for row in history]
            save_checkpoint(self.translator, self.directory, steps[-self.keep :])


def show_validation(
    display: ProgressDisplay,
    row: dict[str, float],
    dev: Corpus,
    hypotheses: Sequence[str],
    *,
    better: bool,
) -> None:
    """Shows the numbers of a validation, and translations from all over the dev set."""
    best = "  best so far" if better else ""
    trained = "before the first step"
    if row["step"]:
        trained = f"loss {row['loss']:.3f}  perplexity {row['perplexity']:.1f}"
    display.line(
        f"epoch {row['epoch']:5.2f}  {duration(row['seconds'])}  {trained}  "
        f"dev BLEU {row['bleu']:.1f}  chrF2 {row['chrf2']:.1f}{best}"
    )
    distance = -(-len(dev) // _SAMPLES)
    for place in range(0, len(dev), distance):
        _, source = untagged(dev.source[place])
        display.line(f"    {source} → {hypotheses[place]}")
