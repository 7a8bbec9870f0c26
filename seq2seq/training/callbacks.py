"""Keras callbacks of a training run: learning rate, progress, divergence, validation, checkpoints."""

import csv
import io
import math
import time
from collections import deque
from pathlib import Path

import keras

from seq2seq.data.corpus import Corpus
from seq2seq.errors import InputError
from seq2seq.evaluation.degenerate import changes
from seq2seq.evaluation.evaluation import faults_of
from seq2seq.evaluation.scores import quick_score
from seq2seq.storage.files import write_text
from seq2seq.training.checkpoints import save_checkpoint
from seq2seq.training.events import EventFile
from seq2seq.training.progress import ProgressDisplay, clock
from seq2seq.training.resume import RunState, save_run_state
from seq2seq.translation.translator import Translator

_WARM_UP = 0.05  # share of the run in which the learning rate rises
_FINAL_RATE = 0.02  # of the peak
_SLACK = 0.05  # of a time limit: how far the clock may be ahead of the steps, as it is after a slow step or validation
_UNTIMED_STEPS = 20  # the first steps of a call are slow and tell nothing of the others
_CHECKPOINT_PERIOD = 60.0  # seconds
_SAMPLES = 3


class Clock(keras.callbacks.Callback):
    """Keeps the time and sets the learning rate: a linear rise, then half a cosine (Loshchilov & Hutter 2017).

    The rate follows the steps. Only where clearly more of a time limit is spent than steps are done does it follow the
    clock, so that a run cut short ends with small steps too, and is worth more. A seed no longer fixes such a run, and
    it says so.

    With the rate, the weight of guided attention falls from 1 to 0 in its share of the run.

    Args:
        progress: Holds the time spent so far.
        display: Where reaching the limit is told.
        total_steps: Steps of the whole run.
        peak: The highest learning rate.
        time_limit: Minutes, or None.
        guided_alignment: Share of the run in which attention is guided.
    """

    def __init__(
        self,
        progress: RunState,
        display: ProgressDisplay,
        *,
        total_steps: int,
        peak: float,
        time_limit: float | None,
        guided_alignment: float = 0.0,
    ):
        super().__init__()
        self.progress, self.display, self.total_steps, self.peak = (
            progress,
            display,
            total_steps,
            peak,
        )
        self.limit = math.inf if time_limit is None else 60 * time_limit
        self.guided_alignment = guided_alignment

    def on_train_begin(self, logs=None):
        self._last = time.monotonic()
        self._steps, self._seconds = -_UNTIMED_STEPS, 0.0  # of this call, once it is under way
        self._follows_the_clock = False

    def on_train_batch_begin(self, batch, logs=None):
        done, spent = (int(self.model.optimizer.iterations) + 1) / self.total_steps, self._spent()
        if spent - done > min(spent / 2, _SLACK):
            if not self._follows_the_clock:
                self.display.line(
                    f"{self._named_limit()} will end the run before its last step: the rate now follows the clock."
                )
            self._follows_the_clock, done = True, spent
        cosine = (1 + math.cos(math.pi * min(done, 1.0))) / 2
        rate = _FINAL_RATE + (1 - _FINAL_RATE) * cosine
        self.model.optimizer.learning_rate.assign(self.peak * rate * min(done / _WARM_UP, 1.0))
        if self.guided_alignment:
            self.model.guided_alignment_weight.assign(max(1 - done / self.guided_alignment, 0.0))

    def on_train_batch_end(self, batch, logs=None):
        now = time.monotonic()
        seconds, self._last = now - self._last, now
        self.progress.elapsed += seconds
        self._steps += 1
        if self._steps > 0:
            self._seconds += seconds
        else:
            self.progress.preparation += seconds
        step = int(self.model.optimizer.iterations)
        if (
            self.progress.elapsed >= self.limit
            and step < self.total_steps
            and not self.model.stop_training
        ):
            self.display.line(
                f"{self._named_limit()} is reached at step {step:,} of {self.total_steps:,}. "
                "Train anew with a longer --time-limit for all steps."
            )
            self.model.stop_training = True

    def _spent(self) -> float:
        """Share of the time limit that is spent, apart from preparations, which are no measure of the speed."""
        if self.progress.elapsed >= self.limit:
            return 1.0
        return (self.progress.elapsed - self.progress.preparation) / (
            self.limit - self.progress.preparation
        )

    def _named_limit(self):
        return f"The time limit of {self.limit / 60:g} min"

    def seconds_left_by_steps(self) -> float:
        """Time that the steps left take at the speed of this call so far; 0 while that is not known."""
        steps_left = self.total_steps - int(self.model.optimizer.iterations)
        return steps_left * self._seconds / self._steps if self._steps > 0 else 0.0

    def seconds_left(self) -> float:
        """Time until the run ends."""
        return min(self.seconds_left_by_steps(), self.limit - self.progress.elapsed)


class DivergenceGuard(keras.callbacks.Callback):
    """Stops a run whose loss or gradient is no longer a finite number."""

    def on_train_batch_end(self, batch, logs=None):
        loss, norm = float(logs["loss"]), float(logs["gradient_norm"])
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise DivergedError(
                f"Expected a finite loss. Received: loss {loss}, gradient norm {norm} at step "
                f"{int(self.model.optimizer.iterations):,}. The last good checkpoint is kept; "
                "train with a smaller --learning-rate."
            )


class DivergedError(InputError):
    """The loss or a gradient became infinite or no number."""


class ProgressLine(keras.callbacks.Callback):
    """Shows where the run is: epoch, share done, loss, target tokens per second, time left."""

    def __init__(self, display: ProgressDisplay, timer: Clock, steps_per_epoch: int):
        super().__init__()
        self.display, self.timer, self.steps_per_epoch = display, timer, steps_per_epoch
        self.recent: deque = deque(maxlen=50)

    def on_train_batch_end(self, batch, logs=None):
        self.recent.append((time.monotonic(), float(logs["tokens"])))
        seconds = self.recent[-1][0] - self.recent[0][0]
        left = self.timer.seconds_left()
        if not seconds or not left:  # it is not known yet
            return
        speed = sum(tokens for _, tokens in list(self.recent)[1:]) / seconds
        epochs = int(self.model.optimizer.iterations) / self.steps_per_epoch
        self.display.update(
            f"epoch {epochs:5.2f}/{self.timer.total_steps // self.steps_per_epoch}  "
            f"loss {float(self.model.loss_per_token.result()):.3f}  {speed:7,.0f} tokens/s  "
            f"{clock(left)} left"
        )


class Validation(keras.callbacks.Callback):
    """Translates the dev set greedily; keeps the best weights, the learning curve, and the patience.

    The score is the mean of BLEU and chrF2, because BLEU alone stays at zero while a model of little data learns.

    Args:
        translator: Holds the model that is trained.
        dev: The dev set.
        directory: The model directory.
        progress: Where results are kept.
        display: Where they are shown.
        every: Steps between validations.
        total_steps: Steps of the whole run; the last is always validated.
        steps_per_epoch: To tell epochs.
        patience: Validations without a better score after which the run stops.
        keep: Validations, the last ones, whose models are kept; see `kept`.
    """

    def __init__(
        self,
        translator: Translator,
        dev: Corpus,
        directory: Path,
        progress: RunState,
        display: ProgressDisplay,
        *,
        every: int,
        total_steps: int,
        steps_per_epoch: int,
        patience: int,
        keep: int = 0,
    ):
        super().__init__()
        self.translator, self.dev, self.directory = translator, dev, directory
        self.progress, self.display = progress, display
        self.every, self.total_steps = every, total_steps
        self.steps_per_epoch, self.patience, self.keep = steps_per_epoch, patience, keep

    def on_train_begin(self, logs=None):
        self.events = EventFile(self.directory / "logs")
        self.on_train_batch_end(0)  # a run stopped between a step and its validation
        self._metrics = [variable.numpy() for variable in self.model.metrics_variables]

    def on_epoch_begin(self, epoch, logs=None):
        # Keras has just reset the metrics, and with them what a resumed run had measured before it stopped.
        for variable, value in zip(self.model.metrics_variables, self._metrics, strict=True):
            variable.assign(value)

    def on_train_batch_end(self, batch, logs=None):
        step = int(self.model.optimizer.iterations)
        due = step and (
            step % self.every == 0 or step == self.total_steps or self.model.stop_training
        )
        if due and step != self.progress.validated_step:
            self._validate(step)

    def on_train_end(self, logs=None):
        self.events.close()

    def _validate(self, step):
        translations = list(self.translator.stream(self.dev.source, beam_size=1))
        hypotheses = [translation.text for translation in translations]
        bleu, chrf = quick_score(hypotheses, self.dev.target)
        better = (bleu + chrf) / 2 > self.progress.best_score
        if better:
            self.translator.save(self.directory)
        if self.keep:
            steps = [*(earlier["step"] for earlier in self.progress.history), step]
            save_checkpoint(self.translator, self.directory, steps[-self.keep :])
        row = {
            "step": step,
            "epoch": round(step / self.steps_per_epoch, 2),
            "seconds": round(self.progress.elapsed, 1),
            "learning_rate": float(self.model.optimizer.learning_rate),
            "loss": float(self.model.loss_per_token.result()),
            "perplexity": math.exp(min(float(self.model.nll_per_token.result()), 100.0)),
            "bleu": bleu,
            "chrf2": chrf,
        }
        without_better = 0 if better else self.progress.validations_since_best + 1
        last = (
            step == self.total_steps or self.model.stop_training or without_better >= self.patience
        )
        faults, warnings = changes(
            self.progress.faults, faults_of(translations, self.dev.target), last=last
        )
        history = [*self.progress.history, row]
        self._record(history)
        # At once and last: a run that Ctrl-C stops before this validates again, one that it stops after this does not.
        vars(self.progress).update(
            history=history,
            validated_step=step,
            best_score=(bleu + chrf) / 2 if better else self.progress.best_score,
            validations_since_best=without_better,
            faults=faults,
        )
        self.model.reset_metrics()
        self._show(row, better, hypotheses, warnings)
        if without_better >= self.patience:
            self.display.line(f"No better score in {self.patience} validations: stopping early.")
            self.model.stop_training = True

    def _record(self, history):
        table = io.StringIO()
        rows = csv.DictWriter(table, history[-1], lineterminator="\n")
        rows.writeheader()
        rows.writerows(history)
        write_text(self.directory / "history.csv", table.getvalue())
        self.events.write(history[-1]["step"], history[-1])

    def _show(self, row, better, hypotheses, warnings):
        self.display.line(
            f"epoch {row['epoch']:5.2f}  {clock(row['seconds'])}  loss {row['loss']:.3f}  "
            f"perplexity {row['perplexity']:.1f}  dev BLEU {row['bleu']:.1f}  chrF2 {row['chrf2']:.1f}"
            + ("  best so far" if better else "")
        )
        for place in range(0, len(self.dev), -(-len(self.dev) // _SAMPLES)):
            self.display.line(f"    {self.dev.source[place]} → {hypotheses[place]}")
        for line in warnings:
            self.display.line(f"    {line}")


class Checkpointing(keras.callbacks.Callback):
    """Saves the run after each validation and every minute."""

    def __init__(self, directory: Path, progress: RunState):
        super().__init__()
        self.directory, self.progress = directory, progress
        self._saved_at, self._validated = time.monotonic(), progress.validated_step

    def on_train_batch_end(self, batch, logs=None):
        validated = self.progress.validated_step != self._validated
        if validated or time.monotonic() - self._saved_at > _CHECKPOINT_PERIOD:
            save_run_state(self.directory, self.model, self.progress)
            self._saved_at, self._validated = time.monotonic(), self.progress.validated_step
