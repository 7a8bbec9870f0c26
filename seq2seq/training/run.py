"""Training: from sentence pairs to a model directory, in a run that can stop at any moment.

A run that was stopped resumes exactly: it ends as if it had never been interrupted.
"""

import hashlib
import json
import random
from collections.abc import Sequence
from pathlib import Path

import keras

from seq2seq.cpu import split_cores
from seq2seq.data.corpus import Corpus
from seq2seq.data.stream import CorpusStream
from seq2seq.evaluation.bleu_tokenizer import AUTO, choose_tokenizer
from seq2seq.evaluation.metrics import expect_tokenizer
from seq2seq.gpu import deterministically
from seq2seq.model.precision import set_precision
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.storage.ancestry import record_ancestry
from seq2seq.storage.configuration import Configuration, chosen
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.options import CHANGEABLE
from seq2seq.storage.recording import remove_recorded
from seq2seq.storage.weights import load_weights
from seq2seq.training.environment import record_environment
from seq2seq.training.fine_tuning import expect_apart, expect_parent, with_parent
from seq2seq.training.fit import Run, fit, make_callbacks
from seq2seq.training.optimizer import Adam
from seq2seq.training.presets import preset_ranges, resolve
from seq2seq.training.progress import ProgressDisplay
from seq2seq.training.resume import (
    RunState,
    expect_interrupted_run,
    restore_run_state,
    save_run_state,
)
from seq2seq.training.run_batches import RunBatches, make_batches, together
from seq2seq.training.vocabulary import Tokenizers, learn_shortlist, make_tokenizers
from seq2seq.training.warm_start import WarmStart, warm_start
from seq2seq.training.workers import Workers, join_workers, own_directory
from seq2seq.translation.loading import load_shortlist, load_tokenizers, make_model
from seq2seq.translation.shortlist import Shortlist
from seq2seq.translation.translator import Translator

_VALIDATED = 1000  # sentences of the dev set, at most


class Interrupted(KeyboardInterrupt):
    """Training was interrupted; what it needs to continue is saved."""


def train(
    configuration: Configuration,
    directory: str | Path,
    corpus: Corpus | CorpusStream,
    dev: Corpus,
    mix: Corpus | CorpusStream | None = None,
    *,
    display: ProgressDisplay | None = None,
    resume: bool = False,
    steps: int | None = None,
    validate_every: int | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> Translator:
    """Trains a translator and leaves it in `directory`, with the weights of its best validation.

    Where TF_CONFIG names several workers, each of them calls this with the same arguments, and the
    chief's directory is the one that is written to; see `workers`.

    Validation computes in the precision of training as well. Where `precision.rounds_for_good`, the
    process stays in that precision to its end: scores to be reported then come from a new one.

    Args:
        configuration: The options; what they leave open is chosen from the corpus.
        directory: The model directory. A model already there is moved aside.
        corpus: The training pairs.
        dev: The pairs that validation scores.
        mix: Pairs that `from_model` has learnt, to be learnt again beside the others.
        display: Where progress is shown; standard error by default.
        resume: Whether to continue the run in `directory`; the result is that of a run never
            interrupted.
        steps: Steps of the whole run, in the place of the configuration's epochs. A run that is
            resumed must be given the same.
        validate_every: Steps between validations; an epoch, or a few hundred steps, by default.
        callbacks: More Keras callbacks, called before those of the run.

    Returns:
        The translator, with the weights that `Translator.load(directory)` would find.

    Raises:
        InputError: Something the user gave cannot be used; the message says what.
        DivergedError: The loss became infinite or no number. The last good checkpoint is kept.
        Interrupted: Ctrl-C was pressed; what the run needs to continue is saved.
    """
    place = ModelDirectory(directory)
    display = display or ProgressDisplay()
    if resume:
        expect_interrupted_run(place)
    else:
        place.expect_room()
        if configuration.model.from_model:
            configuration = Configuration.from_options(with_parent(configuration.options()))
            expect_apart(place, expect_parent(configuration.model.from_model))

    repeatable = deterministically(configuration.training.deterministic)
    with repeatable, own_directory(place) as own:
        workers = join_workers()
        with own.taken("seq2seq train"), workers.naming_loss():
            return _train(
                configuration,
                own,
                corpus,
                dev,
                mix,
                display=workers.own_display(display),
                resume=resume,
                steps=steps,
                validate_every=validate_every,
                callbacks=callbacks,
                workers=workers,
            )


def _train(
    configuration: Configuration,
    place: ModelDirectory,
    corpus: Corpus | CorpusStream,
    dev: Corpus,
    mix: Corpus | CorpusStream | None,
    *,
    display: ProgressDisplay,
    resume: bool,
    steps: int | None,
    validate_every: int | None,
    callbacks: Sequence[keras.callbacks.Callback],
    workers: Workers,
) -> Translator:
    """Trains in a directory that no other process writes to; see `train`."""
    if resume:
        expect_interrupted_run(place)  # it may have ended while we waited
        place.expect_unchanged()

    # Fix what the weights depend on.
    tokenize = _tokenizer_of_bleu(configuration, dev, display)
    micro_batches = split_cores(2)
    precision = set_precision(configuration.training.precision)
    automatic = configuration.model.preset == "auto"
    starts_warm = bool(configuration.model.from_model) and not resume
    start = warm_start(configuration, corpus.sample, display) if starts_warm else None
    configuration = resolve(configuration, corpus).replace(precision=precision, tokenize=tokenize)
    if automatic and not resume:
        _show_preset(configuration, corpus, display)
    # Keras draws its seeds here; seeding TensorFlow would unload all tokenizers.
    random.seed(configuration.training.seed)

    # Make the translator: that of the run that is resumed, of another model, or a new one.
    if resume:
        tokenizers = load_tokenizers(place.path)
        shortlist = load_shortlist(place.path, *tokenizers)
    else:
        tokenizers, shortlist = _learn_vocabulary(
            configuration, corpus, together(corpus, mix), start, display
        )

    model = make_model(configuration, *tokenizers)
    if start:
        start.give_weights(model)
    translator = Translator(model, *tokenizers, configuration, shortlist)
    translator.threads = micro_batches

    # Prepare the batches and the optimizer.
    batches = make_batches(model, configuration, corpus, mix, tokenizers, display)
    model.compile(
        optimizer=Adam(chosen(configuration.training.learning_rate, "learning-rate")),
        jit_compile=False,  # pyright: ignore[reportArgumentType]
    )
    model.optimizer.build(model.trainable_variables)
    _show_sizes(model, configuration, batches, display, steps)

    # A resumed run finds its place here: weights, optimizer and, as its count, the steps done.
    identity = fingerprint(configuration, corpus, dev, mix)
    if resume:
        state = restore_run_state(place, model, identity)
        _show_other_workers(state, workers, display)
    else:
        state = RunState(identity, micro_batches, workers.count)
        _take_place(place, translator, display)  # only now, for a run that can begin
        record_ancestry(
            place,
            pairs=len(corpus),
            mixed_pairs=len(mix or ()),
            before=start.ancestry if start else (),
        )
        save_run_state(place, model, state)
    model.micro_batches = state.micro_batches  # also where it goes on with fewer cores
    record_environment(
        place,
        step=int(model.optimizer.iterations),
        precision=precision,
        micro_batches=state.micro_batches,
    )

    workers.expect_same(identity, model.variables)
    workers.set_apart(model)

    # Train until the last step, the time limit, the patience or Ctrl-C ends it.
    validated = Corpus(dev.source[:_VALIDATED], dev.target[:_VALIDATED])
    run = Run(model, translator, batches, validated, place, state, display, workers, steps)
    if resume:
        display.line(f"Resuming at step {run.steps_done:,} of {run.total_steps:,}.")
    try:
        fit(run, [*callbacks, *make_callbacks(run, validate_every)])
    except KeyboardInterrupt as interrupt:
        save_run_state(place, model, state)
        raise Interrupted from interrupt

    # Leave the weights of the best validation, which the chief has kept.
    if workers.is_chief:
        with place.naming_damage():
            load_weights(place, model)
        remove_recorded(place.run_state_file)
    workers.end_together(model)
    set_precision("float32")
    return translator.anew()


def _show_other_workers(state: RunState, workers: Workers, display: ProgressDisplay) -> None:
    if state.workers != workers.count:
        display.line(
            f"Expected {state.workers} workers, as the run began with. Received {workers.count}: "
            "it goes on, but does not end as if it had never been interrupted."
        )


def _show_preset(
    configuration: Configuration, corpus: Corpus | CorpusStream, display: ProgressDisplay
) -> None:
    display.line(
        f"Preset {configuration.model.preset} for {len(corpus):,} sentence pairs: "
        f"{preset_ranges()}."
    )


def _learn_vocabulary(
    configuration: Configuration,
    corpus: Corpus | CorpusStream,
    all_pairs: Corpus | CorpusStream,
    start: WarmStart | None,
    display: ProgressDisplay,
) -> tuple[Tokenizers, Shortlist]:
    """The tokenizers and the shortlist of a new run; those of its parent are gone on from."""
    if start is None:
        tokenizers = make_tokenizers(configuration, corpus, display)
        return tokenizers, learn_shortlist(configuration, corpus, tokenizers, display)

    learnt = learn_shortlist(configuration, all_pairs, start.tokenizers, display)
    known = start.shortlist
    return start.tokenizers, known.joined(learnt) if known else learnt


def _tokenizer_of_bleu(configuration: Configuration, dev: Corpus, display: ProgressDisplay) -> str:
    """The sacreBLEU tokenizer that is asked for, or that suits the references of the dev set.

    Of several languages, each has its own.
    """
    asked = configuration.training.tokenize
    if asked == AUTO and configuration.corpus.spoken:
        return AUTO

    tokenize = choose_tokenizer(asked, dev.target)
    expect_tokenizer(tokenize)
    if tokenize not in (asked, "13a"):
        display.line(f"BLEU's tokenizer is {tokenize}, which suits the letters of the dev set.")

    return tokenize


def _take_place(place: ModelDirectory, translator: Translator, display: ProgressDisplay) -> None:
    """Makes the directory that of the new model; a model already there is moved aside."""
    aside = place.move_aside()
    if aside:
        display.line(f"The model that was in {place} is now in {aside}.")

    # The configuration is first: it tells a model directory from any other.
    place.save_configuration(translator.configuration)
    translator.save_vocabulary(place.path)


def _show_sizes(
    model: Seq2Seq,
    configuration: Configuration,
    batches: RunBatches,
    display: ProgressDisplay,
    steps: int | None,
) -> None:
    length = f"{steps:,} steps, epochs" if steps else f"{configuration.training.epochs} epochs"
    display.line(
        f"Model: {model.count_params():,} weights, preset {configuration.model.preset}; "
        f"{length} of {batches.per_epoch} batches."
    )


def fingerprint(
    configuration: Configuration,
    corpus: Corpus | CorpusStream,
    dev: Corpus,
    mix: Corpus | CorpusStream | None = None,
) -> str:
    """Identifies what determines the weights: the corpora, and the options but for a few.

    When to stop and what to keep may change on resuming.
    """
    options = configuration.options()
    for name in CHANGEABLE:
        del options[name]

    digest = hashlib.sha256(json.dumps(options, sort_keys=True).encode())
    digest.update(corpus.digest.encode())
    digest.update(dev.digest.encode())
    if mix is not None:
        digest.update(mix.digest.encode())
    return digest.hexdigest()
