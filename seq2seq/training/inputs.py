"""Options to what a run starts from: its configuration and its sentence pairs."""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from seq2seq.data.bundled import bundled_file
from seq2seq.data.corpus import Corpus, PairFiles, read_corpus, read_tsv, shuffled_together
from seq2seq.data.holdout import holdout_split
from seq2seq.data.pairs import pair_files
from seq2seq.data.stream import CorpusStream, directed, open_corpus
from seq2seq.errors import InputError, shown
from seq2seq.storage.configuration import Configuration, load_options
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.languages import Languages
from seq2seq.storage.options import CHANGEABLE, VOCABULARY, kebab
from seq2seq.training.fine_tuning import with_parent

CORPUS_OPTIONS = {"corpus", "source", "target"}
DEV_OPTIONS = {"dev", "dev_source", "dev_target"}
MIX_OPTIONS = {"mix"}
IN_MEMORY = "<memory>"  # stands in a configuration where a file would, for pairs from memory

_DEV_SHARE = 20  # one pair in so many is held out
_DEV_LIMIT = 1000  # pairs, at most

Tell = Callable[[str], None]
"""Shows a line to the user."""


def new_configuration(
    given: Mapping[str, Any], *, config: str | Path | None = None
) -> Configuration:
    """Makes the configuration of a new run.

    Args:
        given: Flat options. Where the file names the same ones, these decide.
        config: A TOML file of options. The bundled corpus has such a file. It is read where no
            file, no corpus, no preset and no model to go on from is given.

    Raises:
        InputError: An option is unknown or cannot be used, or the file cannot be read, or an option
            contradicts the model to go on from.
    """
    options = _options_of_file(given, config)

    # A given option replaces the file's whole group: if --source and --target are given, the
    # TSV corpus of the file must not be learnt as well.
    for group, decided in (
        (CORPUS_OPTIONS, CORPUS_OPTIONS | {"columns"}),
        (DEV_OPTIONS, DEV_OPTIONS),
        ({"vocabulary_from"}, VOCABULARY),
    ):
        if given.keys() & group:
            options = {name: value for name, value in options.items() if name not in decided}

    if "mix_share" in given and not (given.get("mix") or options.get("mix")):
        raise InputError(
            "Expected --mix-share with --mix, the files of the old pairs. "
            f"Received: {shown(given['mix_share'])} alone. Give both, or leave it out."
        )
    return Configuration.from_options(with_parent({**options, **given}))


def _options_of_file(given: Mapping[str, Any], config: str | Path | None) -> dict[str, Any]:
    """Reads the options of the file, or those of the bundled corpus where it is learnt."""
    if config:
        return load_options(config)
    if given.keys() & {"corpus", "source", "preset", "from_model"}:
        return {}

    options = load_options(bundled_file("options", ".toml"))
    if given.get("direction") == "both":
        options["vocabulary_size"] *= 2  # the two languages share it
        options["time_limit"] *= 2  # every pair is learnt twice
    if "epochs" in given:
        del options["time_limit"]  # the limit is meant for the default number of epochs
    return options


def resumed_configuration(directory: str | Path, given: Mapping[str, Any]) -> Configuration:
    """Makes the configuration of a run that is resumed.

    Args:
        directory: The model directory of the run.
        given: Flat options. Only those that do not determine the weights may differ from the run's.

    Raises:
        InputError: The directory holds no run, or another option differs.
    """
    configuration = ModelDirectory(directory).read_configuration()
    resumed = with_whole_paths(configuration.replace(**given))

    before = configuration.options()
    after = resumed.options()
    fixed = given.keys() - set(CHANGEABLE)
    changed = sorted(name for name in fixed if after[name] != before[name])
    if changed:
        names = ", ".join(
            "CORPUS.tsv" if name == "corpus" else f"--{kebab(name)}" for name in changed
        )
        raise InputError(
            f"Expected a resumed run to keep its options. Received another {names}. "
            "Only --time-limit, --patience and --keep may change."
        )
    return resumed


def with_whole_paths(configuration: Configuration) -> Configuration:
    """Makes all paths absolute, so that the run can be repeated and resumed from any directory."""
    options = configuration.options()
    paths = CORPUS_OPTIONS | DEV_OPTIONS | MIX_OPTIONS | {"vocabulary_from", "from_model"}
    return configuration.replace(**{name: _whole(options[name]) for name in paths})


def _whole(path: Any) -> Any:
    if isinstance(path, tuple):
        return tuple(_whole(part) for part in path)
    return path if path in (None, "-", IN_MEMORY) else os.path.abspath(path)


def learns_bundled(configuration: Configuration) -> bool:
    """Whether the training pairs are the bundled ones."""
    return not (configuration.corpus.corpus or configuration.corpus.source)


def open_pairs(
    configuration: Configuration,
    *,
    strict: bool,
    tell: Tell,
    corpus: Corpus | CorpusStream | None = None,
    dev: Corpus | None = None,
) -> tuple[Corpus | CorpusStream, Corpus]:
    """Opens the training pairs and the dev pairs of a configuration.

    Where there are no dev pairs, some training pairs are held out. Where the configuration names
    languages, both are in all its directions, tags before the source sentences.

    Args:
        configuration: The configuration, which names the files.
        strict: Whether a line that is no pair is an error. It is skipped otherwise.
        tell: Shows what is skipped, what stays in its files, and what is held out.
        corpus: Training pairs that are open already, instead of those in the files.
        dev: Dev pairs that are open already, likewise.

    Raises:
        InputError: A file cannot be read or holds no pairs, or there are too few to hold some out.
    """
    languages = configuration.corpus.spoken
    if len(languages.pairs) > 1:
        _expect_files_of_each(configuration, languages, given=corpus or dev)
        return _open_several(configuration, languages, strict=strict, tell=tell)

    if dev is None:
        dev = _read_dev(configuration, strict=strict)
    if dev is not None:
        tell_skipped(dev, tell)

    if corpus is None:
        corpus = _open_training_pairs(configuration, strict=strict)
    tell_skipped(corpus, tell)
    _tell_odd(corpus, tell)
    if corpus.sample is not corpus:
        tell(
            f"{len(corpus):,} sentence pairs: read from the files in windows of "
            f"{len(corpus.sample):,} every epoch."
        )

    is_held_out = dev is None
    if dev is None:
        corpus, dev = _hold_out(corpus, seed=configuration.training.seed, tell=tell)

    if not languages:
        return corpus, dev
    return directed(corpus, dev, languages.tags_of(), apart=is_held_out)


def dev_of_run(configuration: Configuration) -> Corpus:
    """Reads the dev pairs of a run that has ended, which it has not learnt.

    Raises:
        InputError: They have no files of their own, or these cannot be read.
    """
    dev = None
    if not configuration.corpus.spoken:
        dev = _read_dev(configuration, strict=False)
    if dev is None:
        raise InputError(
            "Expected a run of one direction with dev pairs in files of their own (--dev). "
            "Received: another."
        )
    return dev


def _open_several(
    configuration: Configuration, languages: Languages, *, strict: bool, tell: Tell
) -> tuple[Corpus, Corpus]:
    """Opens the corpora of several pairs of languages; the dev pairs are held out of each.

    All pairs are in memory, in a random order: files that are read one after the other would have
    the model learn one language after the other.

    Raises:
        InputError: A file cannot be read, or holds too few pairs.
    """
    seed = configuration.training.seed
    files = _training_files(configuration, strict=strict)
    training = []
    devs = []
    for place, file in enumerate(files):
        corpus = read_corpus([file])
        tell_skipped(corpus, tell)
        _tell_odd(corpus, tell)
        rest, dev = _hold_out(corpus, seed=seed, tell=tell, most=_DEV_LIMIT // len(files))
        rest, dev = directed(rest, dev, languages.tags_of(place), apart=True)
        training.append(rest.sample)
        devs.append(dev)

    return shuffled_together(training, seed=seed), shuffled_together(devs, seed=seed)


def _expect_files_of_each(
    configuration: Configuration, languages: Languages, *, given: object
) -> None:
    """Refuses corpora that the languages do not tell apart.

    Raises:
        InputError: There are not as many files as pairs of languages, or there are dev pairs or old
            pairs, or pairs come from memory.
    """
    options = configuration.corpus
    _expect_files(options.corpus)
    count = len(options.corpus) + len(options.source)
    if count != len(languages.pairs):
        raise InputError(
            "Expected --languages once, or once for each corpus. "
            f"Received: {len(languages.pairs)} of them for {count} corpora. Give as many."
        )
    if given or options.dev or options.dev_source or options.mix:
        raise InputError(
            "Expected corpora of several languages without --dev and --mix. "
            "Received: one of these. Leave it out: dev pairs are held out of each corpus."
        )


def _expect_files(paths: Iterable[str]) -> None:
    """Refuses to read pairs that came from memory.

    Raises:
        InputError: The pairs came from memory.
    """
    if IN_MEMORY in paths:
        raise InputError(
            "Expected a run whose pairs are in files. Received: one whose pairs came from memory. "
            "Give them again: seq2seq.train(pairs, output=…, resume=True)."
        )


def open_mix(
    configuration: Configuration,
    *,
    strict: bool,
    tell: Tell,
    mix: Corpus | CorpusStream | None = None,
) -> Corpus | CorpusStream | None:
    """Opens the old pairs that are learnt again; None where a configuration names none.

    Args:
        configuration: The configuration, which names the files.
        strict: Whether a line that is no pair is an error. It is skipped otherwise.
        tell: Shows what is skipped.
        mix: Old pairs that are open already, instead of those in the files.

    Raises:
        InputError: A file cannot be read or holds no pairs.
    """
    options = configuration.corpus
    if mix is None:
        if not options.mix:
            return None
        _expect_files(options.mix)
        mix = open_corpus(pair_files(options.mix, (), (), strict=strict, columns=options.columns))

    tell_skipped(mix, tell)
    languages = options.spoken
    return mix.in_directions(languages.tags_of()) if languages else mix


def _read_dev(configuration: Configuration, *, strict: bool) -> Corpus | None:
    """Reads the dev pairs that have files of their own; None where they are to be held out."""
    options = configuration.corpus
    tsv = [options.dev] if options.dev else []
    source = [options.dev_source] if options.dev_source else []
    target = [options.dev_target] if options.dev_target else []
    if not (tsv or source or target):
        return read_tsv(bundled_file("dev")) if learns_bundled(configuration) else None
    _expect_files(tsv)

    return read_corpus(pair_files(tsv, source, target, strict=strict, columns=options.columns))


def _open_training_pairs(configuration: Configuration, *, strict: bool) -> Corpus | CorpusStream:
    """Opens the training pairs that the configuration names, or else the bundled ones."""
    _expect_files(configuration.corpus.corpus)
    if learns_bundled(configuration):
        return open_corpus(pair_files([bundled_file("train")], (), (), strict=strict))
    return open_corpus(_training_files(configuration, strict=strict))


def _training_files(configuration: Configuration, *, strict: bool) -> list[PairFiles]:
    options = configuration.corpus
    sides = (options.source, options.target)
    return pair_files(options.corpus, *sides, strict=strict, columns=options.columns)


def tell_skipped(corpus: Corpus | CorpusStream, tell: Tell) -> None:
    """Tells which lines are no pairs, if there are any."""
    report = corpus.skipped_report()
    if report:
        tell(report)


def _tell_odd(corpus: Corpus | CorpusStream, tell: Tell) -> None:
    """Tells in three lines what a quick look finds wrong with the pairs, if there is much."""
    from seq2seq.data.quality.check import quick_findings  # needs NumPy, which help does not

    for line in quick_findings(corpus.sample):
        tell(line)


def _hold_out(
    corpus: Corpus | CorpusStream, *, seed: int, tell: Tell, most: int = _DEV_LIMIT
) -> tuple[Corpus | CorpusStream, Corpus]:
    """Holds out pairs to validate on: one in twenty, a thousand at most by default.

    Raises:
        InputError: There are too few pairs.
    """
    size = max(1, min(most, len(corpus) // _DEV_SHARE))
    rest, dev = holdout_split(corpus, size=size, seed=seed)
    tell(f"Held out for validation: {len(dev):,} of {len(corpus):,} pairs.")
    return rest, dev
