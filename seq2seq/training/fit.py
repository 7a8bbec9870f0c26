"""Fitting: a prepared run through Keras, from the step that it is at to its end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import keras

from seq2seq.data.corpus import Corpus
from seq2seq.data.teacher_forcing import Batch
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.storage.configuration import chosen
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.options import TrainingOptions
from seq2seq.training.callbacks import DivergenceGuard, KeptMetrics, ProgressLine, RunStateSaver
from seq2seq.training.clock import RunClock
from seq2seq.training.dev_score import read_own_share
from seq2seq.training.progress import ProgressDisplay
from seq2seq.training.resume import RunState
from seq2seq.training.run_batches import RunBatches
from seq2seq.training.schedule import GuidedAlignment, LearningRateSchedule, TimeLimit
from seq2seq.training.validation import Validation
from seq2seq.training.workers import Order, Workers
from seq2seq.translation.translator import Translator

_FEWEST_STEPS_BETWEEN_VALIDATIONS = 200
_FEWEST_AFTER_A_PARENT = 50  # where a run goes on from a model, which learns the most at once
_MOST_STEPS_BETWEEN_VALIDATIONS = 2000
_VALIDATIONS = 20  # of a run, at most, if an epoch is shorter than they are apart


@dataclass(frozen=True)
class Run:
    """What a run is made of once it is prepared.

    Attributes:
        model: The model, compiled, as it is after the steps done so far.
        translator: The same model with its tokenizers and its configuration.
        batches: The training batches.
        dev: The pairs that validation scores.
        directory: The model directory.
        state: What the run knows besides its weights.
        display: Where progress is shown.
        workers: The processes that train together.
        steps: Steps of the whole run, where they do not follow from the epochs.
    """

    model: Seq2Seq
    translator: Translator
    batches: RunBatches
    dev: Corpus
    directory: ModelDirectory
    state: RunState
    display: ProgressDisplay
    workers: Workers
    steps: int | None = None

    @property
    def options(self) -> TrainingOptions:
        """How the model is trained."""
        return self.translator.configuration.training

    @property
    def total_steps(self) -> int:
        """The steps of the whole run."""
        return self.steps or chosen(self.options.epochs, "epochs") * self.batches.per_epoch

    @property
    def steps_done(self) -> int:
        """The steps done so far, those before it was resumed included."""
        return int(self.model.optimizer.iterations)


def make_callbacks(run: Run, validate_every: int | None) -> list[keras.callbacks.Callback]:
    """The callbacks of a run, in the order in which they are called; the chief's, or another's.

    Args:
        run: The run.
        validate_every: Steps between validations; an epoch, or a few hundred steps, if None.
    """
    if not run.workers.is_chief:
        return [DivergenceGuard()]

    options = run.options
    display = run.display
    steps_per_epoch = run.batches.per_epoch
    total_steps = run.total_steps
    peak = chosen(options.learning_rate, "learning-rate")
    goes_on = bool(run.translator.configuration.model.from_model)
    every = validate_every or steps_between_validations(
        steps_per_epoch,
        total_steps // steps_per_epoch,
        fewest=_FEWEST_AFTER_A_PARENT if goes_on else None,
    )

    clock = RunClock(run.state, total_steps=total_steps, time_limit=options.time_limit)
    guidance = []
    if options.guided_alignment:
        guidance.append(GuidedAlignment(clock, share=options.guided_alignment))

    validation = Validation(
        run.translator,
        run.dev,
        run.directory,
        run.state,
        display,
        every=every,
        total_steps=total_steps,
        steps_per_epoch=steps_per_epoch,
        patience=options.patience,
        keep=options.keep,
        tokenize=options.tokenize,
        from_start=goes_on,
        workers=run.workers,
    )
    return [
        DivergenceGuard(),
        TimeLimit(clock, display),
        LearningRateSchedule(clock, display, peak=peak),
        *guidance,
        ProgressLine(display, clock, steps_per_epoch=steps_per_epoch),
        validation,
        KeptMetrics(),
        RunStateSaver(run.directory, run.state),
    ]


def fit(run: Run, callbacks: Sequence[keras.callbacks.Callback]) -> None:
    """Trains from the step that the model is at to the end of the run.

    For the callbacks the whole run is one epoch: they count in steps, so it can begin at any.

    Raises:
        InputError: A file of the corpus has changed or disappeared.
        DivergedError: The loss became infinite or no number.
    """
    if run.state.validations.since_best >= run.options.patience:
        return

    first_step = run.steps_done
    steps = run.total_steps - first_step
    chain = keras.callbacks.CallbackList(list(callbacks), model=run.model)
    if steps <= 0:  # no step is left, but perhaps its validation
        _train_by_orders(run, [], chain)
        return

    with run.batches.dataset(first_step) as dataset:
        if run.workers.are_several:
            _train_by_orders(run, dataset.take(steps), chain)
        else:
            run.model.fit(
                dataset,
                steps_per_epoch=steps,
                callbacks=list(callbacks),
                verbose=0,  # pyright: ignore[reportArgumentType]
                shuffle=False,
            )


def _train_by_orders(
    run: Run, batches: Iterable[Batch], callbacks: keras.callbacks.CallbackList
) -> None:
    """Takes a step for each batch, until a callback of the chief stops the run.

    It stands in the place of Keras's `fit`, which does not train with several workers. The chief
    leads: before everything that all workers do together, it says what that is.
    """
    run.model.stop_training = False
    callbacks.on_train_begin()
    callbacks.on_epoch_begin(0)

    if run.workers.is_chief:
        _lead(run, batches, callbacks)
    else:
        _follow(run, batches, callbacks)

    callbacks.on_epoch_end(0)
    callbacks.on_train_end()


def _lead(run: Run, batches: Iterable[Batch], callbacks: keras.callbacks.CallbackList) -> None:
    """Orders the steps and takes them, too. Validation orders what it needs by itself."""
    model = run.model
    training_step = run.workers.training_step(model)
    for number, batch in enumerate(batches):
        if model.stop_training:
            break
        callbacks.on_train_batch_begin(number)
        run.workers.agree(model, Order.STEP)
        logs = training_step(batch)
        callbacks.on_train_batch_end(number, logs)
    run.workers.agree(model, Order.STOP)


def _follow(run: Run, batches: Iterable[Batch], callbacks: keras.callbacks.CallbackList) -> None:
    """Does what the chief orders, until it orders to stop."""
    model = run.model
    training_step = run.workers.training_step(model)
    numbered = enumerate(batches)
    while (order := run.workers.agree(model)) is not Order.STOP:
        if order is Order.VALIDATE:
            read_own_share(run.translator, run.dev, run.workers)
            continue

        number, batch = next(numbered)
        callbacks.on_train_batch_begin(number)
        logs = training_step(batch)
        callbacks.on_train_batch_end(number, logs)


def steps_between_validations(
    steps_per_epoch: int, epochs: int, *, fewest: int | None = None
) -> int:
    """The distance of validations that suits a run: whole epochs, but not thousands of steps.

    It is one epoch, or what makes `fewest` steps, a few hundred by default, or a share of a long
    run.
    """
    fewest = fewest or _FEWEST_STEPS_BETWEEN_VALIDATIONS
    epochs_for_steps = -(-fewest // steps_per_epoch)
    epochs_for_share = -(-epochs // _VALIDATIONS)
    whole_epochs = max(epochs_for_steps, epochs_for_share)
    return min(_MOST_STEPS_BETWEEN_VALIDATIONS, steps_per_epoch * whole_epochs)
