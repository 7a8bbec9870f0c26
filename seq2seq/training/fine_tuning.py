"""Going on from a trained model: what a run takes of this parent, and the schedule that suits it.

The model itself and its vocabularies are those of the parent, so their options are, too. What
regularises the training is the parent's unless something else is asked for. The optimizer is new.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seq2seq.errors import InputError, shown
from seq2seq.storage.directory import WEIGHTS, ModelDirectory
from seq2seq.storage.options import VOCABULARY, kebab, typed

# What the weights fit: no other value is possible.
STRUCTURE = (
    "preset",
    "cell",
    "attention",
    "units",
    "decoder_units",
    "embedding_size",
    "encoder_layers",
    "decoder_layers",
    "bidirectional",
    "languages",
    "direction",
    *VOCABULARY,
)

# What a run takes of its parent unless it is given another value.
_INHERITED = (
    "dropout",
    "label_smoothing",
    "clip_norm",
    "placeholder_share",
    "split_sentences",
    "source_scripts",
    "source_capitals",
    "language_scripts",
)

_ONLY_WITH_PARENT = {
    "mix": "old pairs are learnt again where a model that knows them is gone on from",
    "extend_vocabulary": "it is the vocabulary of another model that is extended",
}


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """How long and how fast a model is trained on; the names are those of the options."""

    batch_tokens: int
    learning_rate: float
    epochs: int
    guided_alignment: float = 0.0  # the parent has learnt what to attend to


_SCHEDULES = {  # by the most new pairs that they are for
    5_000: Schedule(batch_tokens=512, learning_rate=3e-3, epochs=10),
    50_000: Schedule(batch_tokens=1024, learning_rate=2e-3, epochs=6),
}
_LARGEST = Schedule(batch_tokens=1024, learning_rate=1e-3, epochs=4)


def choose_schedule(pairs: int) -> Schedule:
    """The schedule for a number of new pairs."""
    return next((found for most, found in _SCHEDULES.items() if pairs <= most), _LARGEST)


def with_parent(options: Mapping[str, Any]) -> dict[str, Any]:
    """Fills in what a run takes of the model that it goes on from.

    Args:
        options: Flat options, those of a file included. Without `from_model` they stay as they are.

    Raises:
        InputError: There is no such model, an option contradicts it, or one is given that makes
            sense only with a model to go on from.
    """
    if not options.get("from_model"):
        _expect_no_parent_needed(options)
        return dict(options)

    parent = expect_parent(options["from_model"])
    if options.get("vocabulary_from"):
        raise InputError(
            "Expected --from without --vocabulary-from: the vocabulary is that of the model that "
            f"is gone on from. Received: {shown(str(options['vocabulary_from']))}. Leave it out."
        )

    given = {name: typed(name, value) for name, value in options.items()}
    given = {name: value for name, value in given.items() if value not in (None, (), "auto")}
    _expect_structure(given, parent)
    found = parent.read_configuration().options()
    return {**{name: found[name] for name in (*STRUCTURE, *_INHERITED)}, **given}


def _expect_no_parent_needed(options: Mapping[str, Any]) -> None:
    for name, reason in _ONLY_WITH_PARENT.items():
        if options.get(name):
            raise InputError(
                f"Expected --{kebab(name)} with --from: {reason}. Received: no --from. "
                "Name the model, or leave it out."
            )


def expect_parent(path: Any) -> ModelDirectory:
    """The directory of a model that can be gone on from.

    Raises:
        InputError: It holds no model, or one without weights.
    """
    parent = ModelDirectory(typed("from_model", path))
    parent.read_configuration()
    if not parent.is_trained():
        raise InputError(
            f"Expected a trained model to go on from. Received: {parent}, which has no {WEIGHTS}. "
            "Train it first, or give another."
        )
    return parent


def _expect_structure(options: Mapping[str, Any], parent: ModelDirectory) -> None:
    """Refuses options that contradict the model that is gone on from.

    Args:
        options: Flat options; what is missing or None is open.
        parent: The directory of that model.

    Raises:
        InputError: One has another value than the parent's.
    """
    found = parent.read_configuration().options()
    if found["decoder_units"] is None:
        found["decoder_units"] = found["units"]

    for name in STRUCTURE:
        value = options.get(name)
        if value is not None and value != found[name]:
            raise InputError(
                f"Expected {kebab(name)} to be that of {parent}, {_plainly(found[name])}. "
                f"Received: {_plainly(value)}. Leave it out: it follows --from."
            )


def expect_apart(output: ModelDirectory, parent: ModelDirectory) -> None:
    """Refuses an output that would take the place of the model that is gone on from.

    Raises:
        InputError: The output is or holds the parent.
    """
    place = output.path.resolve()
    parent_place = parent.path.resolve()
    if place in (parent_place, *parent_place.parents):
        raise InputError(
            f"Expected a new directory for the model. Received: {output}, which is or holds "
            f"{parent}, the model that is gone on from. Give another --output."
        )


def _plainly(value: Any) -> str:
    """A value as files and the command line write it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
