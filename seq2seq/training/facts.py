"""A description of a model in words, a line for each fact: for `seq2seq info` and model cards."""

from collections.abc import Sequence
from pathlib import Path

from seq2seq.errors import printable
from seq2seq.storage.configuration import Configuration
from seq2seq.training.description import Description
from seq2seq.training.inputs import IN_MEMORY, learns_bundled
from seq2seq.training.progress import duration

Fact = tuple[str, str]  # what it is about, and what is said


def facts(description: Description) -> list[Fact]:
    """Returns what is known of a model, but for its scores; what is not known is left out."""
    options = description.configuration.model
    sizes = description.source.size, description.target.size
    pieces = f"{sizes[0]:,} pieces to read, {sizes[1]:,} to write"
    found: list[tuple[str, str | None]] = [
        ("Languages", _languages(description)),
        ("Data", data(description)),
        ("Model", _model(description)),
        ("Vocabulary", pieces + (", shared" if options.shared_vocabulary else "")),
        ("Training", _training(description)),
        ("Confidence", _confidence(description)),
        ("Ancestry", _ancestry(description)),
        ("Computed with", _environment(description)),
        ("Written by", description.version and f"seq2seq {description.version}"),
        ("Disk", disk(description.size, description.files)),
    ]
    return [(name, text) for name, text in found if text]


def disk(size: int, files: int) -> str:
    """Returns how much room files take, in words."""
    return f"{size / 1e6:,.1f} MB in {files} files"


def scripts(names: Sequence[str]) -> str:
    """Returns the names of scripts, in words."""
    return " and ".join(name.capitalize() for name in names)


def data(description: Description) -> str:
    """Returns what a model has learnt from: the names of the files, without their folders."""
    names = _names(description.configuration)
    pairs = "" if description.pairs is None else f"{description.pairs:,} pairs"
    if pairs and description.configuration.corpus.spoken.both:
        pairs += " of both directions"
    mixed = description.ancestry[0].get("mixed-pairs") if description.ancestry else None
    more = f"{mixed:,} old ones mixed in" if mixed else ""
    return ", ".join(filter(None, [names, pairs, more]))


def _names(configuration: Configuration) -> str:
    if learns_bundled(configuration):
        return "the bundled English–Korean pairs"
    options = configuration.corpus
    paths = [*options.corpus, *options.source, *options.target]
    if IN_MEMORY in paths:
        return "pairs from memory"
    return ", ".join(printable(Path(path).name) for path in paths)


def _languages(description: Description) -> str | None:
    """The languages, where the options name them, and the scripts of the vocabularies."""
    source, target = description.source.scripts, description.target.scripts
    letters = f"{scripts(source)} to {scripts(target)} letters" if source and target else None

    columns = description.configuration.corpus.columns
    spoken = description.configuration.corpus.spoken
    names = None
    if spoken:
        arrow = "and back" if spoken.both else ""
        names = ", ".join(
            f"{source} to {target} {arrow}".strip() for source, target in spoken.pairs
        )
    elif learns_bundled(description.configuration):
        names = "English to Korean"
    elif len(columns) == 2 and not any(map(str.isdecimal, columns)):
        names = f"{printable(columns[0])} to {printable(columns[1])}"
    return "; ".join(filter(None, [names, letters])) or None


def _model(description: Description) -> str:
    options = description.configuration.model
    attention = "no attention" if options.attention == "none" else f"{options.attention} attention"
    widths = f"{options.units} units"
    if options.decoder_units not in (None, options.units):
        widths = f"{options.units} and {options.decoder_units} units"
    weights = "no weights yet"
    if description.weights is not None:
        weights = f"{description.weights:,} weights"
    layers = f"layers: {options.encoder_layers} encoder, {options.decoder_layers} decoder"
    return (
        f"{options.cell}, {attention}, {widths}, embedding {options.embedding_size}, {layers}; "
        f"{weights}; preset {options.preset}"
    )


def _training(description: Description) -> str:
    options = description.configuration.training
    limits = f"{options.epochs} epochs at most"
    if options.time_limit is not None:
        limits += f", {options.time_limit:g} minutes at most"
    parts = [limits, f"seed {options.seed}"]
    if options.deterministic:
        parts.append("deterministic")
    if description.interrupted:
        parts.append("interrupted, to be resumed")
    best = description.best
    if best:
        parts.append(
            f"best validation at epoch {best['epoch']:g} after {duration(best['seconds'])}: "
            f"BLEU {best['bleu']:.1f}, chrF2 {best['chrf2']:.1f} (greedy search)"
        )
    return "; ".join(parts)


def _confidence(description: Description) -> str | None:
    found = description.calibration
    if found is None:
        return None
    return (
        f"r = {found.correlation:.2f} with sentence chrF2 on {found.sentences:,} dev sentences, "
        f"error {found.error:.1f}"
    )


def _ancestry(description: Description) -> str | None:
    before = [_ancestor(entry) for entry in description.ancestry[1:]]
    return f"gone on from {', before that from '.join(before)}" if before else None


def _ancestor(entry: object) -> str:
    known = entry if isinstance(entry, dict) else {}
    name = printable(str(known.get("name", "a model")))
    details = [str(known["date"])] if "date" in known else []
    if isinstance(known.get("pairs"), int):
        details.append(f"{known['pairs']:,} pairs")
    return f"{name} ({', '.join(details)})" if details else name


def _environment(description: Description) -> str | None:
    found = description.environment
    if not found:
        return None
    versions = found.get("versions", {})
    names = [f"{name} {versions[name]}" for name in ("seq2seq", "tensorflow") if name in versions]
    counts = [
        f"{found[name]} {name if found[name] != 1 else name[:-1]}"
        for name in ("cores", "gpus")
        if found.get(name)
    ]
    return ", ".join(filter(None, [*names, found.get("precision"), *counts]))
