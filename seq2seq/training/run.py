"""Training: from sentence pairs to a model directory, in a run that can stop at any moment and resume exactly."""

import dataclasses
import hashlib
import json
import random
from dataclasses import dataclass
from pathlib import Path

from seq2seq.cpu import split_cores
from seq2seq.data.alignment import Aligner
from seq2seq.data.batches import TrainingBatches, tokenize_pairs
from seq2seq.data.corpus import Corpus
from seq2seq.data.stream import CorpusStream
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.errors import InputError
from seq2seq.model.precision import set_precision
from seq2seq.storage.configuration import (
    CHANGEABLE,
    CONFIGURATION,
    VOCABULARY,
    Configuration,
    model_configuration,
    preset_ranges,
)
from seq2seq.storage.directory import expect_room, move_aside, naming_damage
from seq2seq.storage.weights import load_weights
from seq2seq.training.callbacks import (
    Checkpointing,
    Clock,
    DivergenceGuard,
    ProgressLine,
    Validation,
)
from seq2seq.training.optimizer import Adam
from seq2seq.training.progress import ProgressDisplay
from seq2seq.training.resume import (
    RESUME,
    RunState,
    expect_interrupted_run,
    restore_run_state,
    save_run_state,
)
from seq2seq.translation.loading import load_shortlist, load_tokenizers, make_model
from seq2seq.translation.shortlist import Shortlist
from seq2seq.translation.translator import Translator

MAX_TRAINING_LENGTH = 128  # tokens on either side; longer pairs are dropped
_VALIDATED = 1000  # sentences of the dev set, at most
_STEPS_BETWEEN_VALIDATIONS = (200, 2000)
_VALIDATIONS = 20  # of a run, at most, if an epoch is shorter than they are apart


class Interrupted(KeyboardInterrupt):
    """Training was interrupted; its checkpoint is saved."""


def train(
    configuration: Configuration,
    directory: str | Path,
    corpus: Corpus | CorpusStream,
    dev: Corpus,
    *,
    display: ProgressDisplay | None = None,
    resume: bool = False,
) -> Translator:
    """Trains a translator and leaves it in `directory`, with the weights of its best validation.

    The precision holds for validation too, and with some for all that the process does later: then scores to be
    reported are those of a new one (see `precision.rounds_for_good`).

    Args:
        configuration: The options; what they leave open is chosen from the corpus.
        directory: The model directory. A model already there is moved aside.
        corpus: The training pairs.
        dev: The pairs that validation scores.
        display: Where progress is shown; standard error by default.
        resume: Whether to continue the run in `directory`; the result is that of a run never interrupted.

    Returns:
        The translator, with the weights that `Translator.load(directory)` would find.

    Raises:
        InputError: Something the user gave cannot be used; the message says what.
        DivergedError: The loss became infinite or no number. The last good checkpoint is kept.
        Interrupted: Ctrl-C; the checkpoint is saved.
    """
    directory, display = Path(directory), display or ProgressDisplay()
    if resume:
        expect_interrupted_run(directory)
    parts, precision = split_cores(2), set_precision(configuration.precision)
    automatic = configuration.preset == "auto"
    configuration = dataclasses.replace(configuration.resolved(corpus), precision=precision)
    if resume:  # a run begun by an older version has none, and goes on without
        configuration = dataclasses.replace(
            configuration, guided_alignment=model_configuration(directory).guided_alignment
        )
    if automatic and not resume:
        display.line(
            f"Preset {configuration.preset} for {len(corpus):,} sentence pairs: {preset_ranges()}."
        )
    random.seed(
        configuration.seed
    )  # Keras draws its seeds here; seeding TensorFlow would unload all tokenizers
    translator = (_resumed if resume else _new)(directory, configuration, corpus, display)
    translator.threads = parts
    run = _prepare(translator, directory, corpus, dev, display)
    if resume:
        run.progress = restore_run_state(directory, translator.model, run.progress.fingerprint)
        display.line(f"Resuming at step {run.step():,} of {run.total_steps:,}.")
    else:
        run.progress.micro_batches = parts
        save_run_state(directory, translator.model, run.progress)
    translator.model.micro_batches = (
        run.progress.micro_batches
    )  # also where it goes on with fewer cores
    run.fit(display)
    with naming_damage(directory):
        load_weights(directory, translator.model)  # those of the best validation
    (directory / RESUME).unlink()
    set_precision("float32")
    return translator.anew()


def _new(directory, configuration, corpus, display):
    """A translator with new weights, and its directory."""
    expect_room(directory)
    learn_or_borrow = _borrow_tokenizers if configuration.vocabulary_from else _learn_tokenizers
    tokenizers = learn_or_borrow(configuration, corpus, display)
    shortlist = _learn_shortlist(configuration, corpus, tokenizers, display)
    translator = Translator(
        make_model(configuration, *tokenizers), *tokenizers, configuration, shortlist
    )
    if aside := move_aside(directory):  # only now, for a run that can begin
        display.line(f"The model that was in {directory} is now in {aside}.")
    configuration.save(
        directory / CONFIGURATION
    )  # first: it tells a model directory from any other
    translator.save_vocabulary(directory)
    return translator


def _resumed(directory, configuration, corpus, display):
    """A translator with the vocabulary of an earlier run, its weights still to be restored."""
    tokenizers = load_tokenizers(directory)
    shortlist = load_shortlist(directory, *tokenizers)
    if not shortlist:  # begun by an older version
        shortlist = _learn_shortlist(configuration, corpus, tokenizers, display)
        shortlist.save(directory)
    return Translator(make_model(configuration, *tokenizers), *tokenizers, configuration, shortlist)


def _learn_tokenizers(configuration, corpus, display):
    sample = corpus.sample
    sampled = "" if len(sample) == len(corpus) else f"{len(sample):,} of "
    display.line(f"Learning the vocabulary of {sampled}{len(corpus):,} sentence pairs.")
    if configuration.shared_vocabulary:
        tokenizers = Tokenizer.train_joint(
            sample.source, sample.target, configuration.vocabulary_size
        )
        sizes = [tokenizers[0].vocabulary_size]
    else:
        tokenizers = [
            Tokenizer.train(side, configuration.vocabulary_size)
            for side in (sample.source, sample.target)
        ]
        sizes = [tokenizer.vocabulary_size for tokenizer in tokenizers]
    if min(sizes) < configuration.vocabulary_size:
        display.line(
            f"The corpus has fewer than {configuration.vocabulary_size:,} different pieces: "
            f"the vocabulary has {' and '.join(f'{size:,}' for size in sizes)}."
        )
    return tuple(tokenizers)


def _borrow_tokenizers(configuration, corpus, display):
    """Those of another model: the two can make an ensemble."""
    directory = Path(configuration.vocabulary_from)
    lender = model_configuration(directory)
    for name in VOCABULARY:
        if (wanted := getattr(configuration, name)) != (there := getattr(lender, name)):
            option = name.replace("_", "-")
            raise InputError(
                f"Expected {option} to be that of {directory}, {there}. Received: {wanted}. "
                "Leave it out: it follows --vocabulary-from."
            )
    display.line(f"Taking the vocabulary of {directory}.")
    return load_tokenizers(directory)


def _learn_shortlist(configuration, corpus, tokenizers, display):
    display.line("Learning which pieces translate which.")
    return Shortlist.learn(
        *_sample(corpus, tokenizers), shared_vocabulary=configuration.shared_vocabulary
    )


def _learn_alignment(translator, corpus, display):
    """What guides attention; None where nothing does."""
    if not (translator.configuration.guided_alignment and translator.model.attends):
        return None
    display.line("Aligning the pieces of the pairs.")
    return Aligner.learn(
        *_sample(corpus, (translator.source_tokenizer, translator.target_tokenizer))
    ).align


def _sample(corpus, tokenizers):
    """Tokenised pairs, and the numbers of source and target tokens."""
    pairs = tokenize_pairs(corpus.sample, *tokenizers, max_length=MAX_TRAINING_LENGTH)
    return pairs, tuple(tokenizer.vocabulary_size for tokenizer in tokenizers)


@dataclass
class _Run:
    """All that one call of `fit` needs."""

    translator: Translator
    directory: Path
    dev: Corpus
    batches: TrainingBatches
    progress: RunState
    total_steps: int

    def step(self) -> int:
        return int(self.translator.model.optimizer.iterations)

    def fit(self, display):
        configuration = self.translator.configuration
        steps_per_epoch, total_steps = self.batches.per_epoch, self.total_steps
        timer = Clock(
            self.progress,
            display,
            total_steps=total_steps,
            peak=configuration.learning_rate,
            time_limit=configuration.time_limit,
            guided_alignment=configuration.guided_alignment or 0.0,
        )
        validation = Validation(
            self.translator,
            self.dev,
            self.directory,
            self.progress,
            display,
            every=steps_between_validations(steps_per_epoch, configuration.epochs),
            total_steps=total_steps,
            steps_per_epoch=steps_per_epoch,
            patience=configuration.patience,
            keep=configuration.keep,
        )
        model, first = self.translator.model, self.step()
        if self.progress.validations_since_best >= configuration.patience:
            return
        try:
            if first >= total_steps:  # no step is left, but perhaps its validation
                validation.set_model(model)
                validation.on_train_begin()
                validation.on_train_end()
                return
            # One Keras epoch is the whole run: the callbacks count in steps, so it can begin at any of them.
            with self.batches.dataset(first) as dataset:
                model.fit(
                    dataset,
                    steps_per_epoch=total_steps - first,
                    callbacks=[
                        DivergenceGuard(),
                        timer,
                        ProgressLine(display, timer, steps_per_epoch),
                        validation,
                        Checkpointing(self.directory, self.progress),
                    ],
                    verbose=0,
                    shuffle=False,
                )
        except KeyboardInterrupt as interrupt:
            save_run_state(self.directory, model, self.progress)
            raise Interrupted from interrupt


def _prepare(translator, directory, corpus, dev, display):
    configuration, align = translator.configuration, _learn_alignment(translator, corpus, display)
    if len(corpus.sample) < len(corpus):
        display.line(f"Counting the batches of {len(corpus):,} sentence pairs.")
    batches = TrainingBatches(
        corpus,
        translator.source_tokenizer,
        translator.target_tokenizer,
        max_length=MAX_TRAINING_LENGTH,
        batch_tokens=configuration.batch_tokens,
        seed=configuration.seed,
        align=align,
    )
    if batches.dropped:
        display.line(
            f"Dropped {batches.dropped:,} pairs with a side of more than {MAX_TRAINING_LENGTH} tokens."
        )
    translator.model.compile(optimizer=Adam(configuration.learning_rate), jit_compile=False)
    translator.model.optimizer.build(translator.model.trainable_variables)
    display.line(
        f"Model: {translator.model.count_params():,} weights, preset {configuration.preset}; "
        f"{configuration.epochs} epochs of {batches.per_epoch} batches."
    )
    return _Run(
        translator,
        directory,
        Corpus(dev.source[:_VALIDATED], dev.target[:_VALIDATED]),
        batches,
        RunState(fingerprint(configuration, corpus, dev)),
        configuration.epochs * batches.per_epoch,
    )


def steps_between_validations(steps_per_epoch: int, epochs: int) -> int:
    """Whole epochs: one, or what makes a few hundred steps, or a share of a long run; never thousands of steps."""
    fewest, most = _STEPS_BETWEEN_VALIDATIONS
    whole_epochs = max(-(-fewest // steps_per_epoch), -(-epochs // _VALIDATIONS))
    return min(most, steps_per_epoch * whole_epochs)


def fingerprint(configuration: Configuration, corpus: Corpus | CorpusStream, dev: Corpus) -> str:
    """Identifies what determines the weights: the corpora and the options, but not when to stop or what to keep."""
    options = {
        name: value
        for name, value in dataclasses.asdict(configuration).items()
        if name not in CHANGEABLE
    }
    if (
        configuration.guided_alignment is None
    ):  # as older versions, which did not know it, identified their runs
        del options["guided_alignment"]
    digest = hashlib.sha256(json.dumps(options, sort_keys=True).encode())
    for part in (corpus, dev):
        digest.update(part.digest.encode())
    return digest.hexdigest()
