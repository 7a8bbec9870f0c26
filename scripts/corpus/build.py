"""Builds the bundled English-Korean corpus: `python scripts/corpus/build.py` writes data/en-ko.

The output depends on this directory only: the same files give the same corpus.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from collection import Collection
from draw import Pair
from hangul import particle
from holdout import split_names
from sampling import Drawn, draw_corpus

SEED = 20
SIZE = 14_400
DEV_SIZE = 400
TEST_SIZE = 500
UNSEEN_SIZE = 300
EVERYDAY_HELD_OUT = 20  # hand-written sentences in dev, and as many in test

# How often training must show a word, so that a sentence with it may be held out.
COMMON_ENOUGH = 6
KNOWN_ENOUGH = 4

HERE = Path(__file__).resolve().parent
OUTPUT = HERE.parents[1] / "data" / "en-ko"

ALWAYS_TRAINED: list[Pair] = [
    ("I am Yusol.", "나는 유솔이야."),
    ("I am Yusol", "나는 유솔이야"),
    ("I'm Yusol.", "나는 유솔이야."),
    ("I'm Yusol", "나는 유솔이야"),
    ("My name is Yusol.", "내 이름은 유솔이야."),
    ("Hello, I am Yusol.", "안녕, 나는 유솔이야."),
    ("I am a student.", "나는 학생이야."),
    ("I am a student", "나는 학생이야"),
    ("I'm a student.", "나는 학생이야."),
    ("Where is the station?", "역은 어디에 있어?"),
    ("Where is the station", "역은 어디에 있어"),
]


def build() -> dict[str, list[Pair]]:
    """Returns the pairs of every file."""
    rng = random.Random(SEED)
    known, unknown = split_names(rng)
    written = everyday()
    taken = Collection([*written, *ALWAYS_TRAINED])

    size = SIZE - len(written)
    drawn = draw_corpus(rng, known, size, taken, lambda pair: not pair.combines_anew)
    rng.shuffle(drawn)
    rng.shuffle(written)

    files = split(common_first(drawn, known), written)
    files["train"] += missing_names(files["train"], known)
    files["train"] = list(dict.fromkeys(files["train"]))
    files["test-unseen"] = draw_unseen(rng, unknown, taken, files["train"])
    for part in files.values():
        rng.shuffle(part)
    return files


def everyday() -> list[Pair]:
    """Reads the hand-written everyday sentences."""
    text = (HERE / "everyday.tsv").read_text(encoding="utf-8")
    pairs = []
    for line in unicodedata.normalize("NFC", text).splitlines():
        if line:
            english, korean = line.split("\t")
            pairs.append((english, korean))
    return pairs


def common_first(drawn: list[Drawn], names: Mapping[str, str]) -> list[Pair]:
    """Returns the pairs, those first that have no rare word and so may be held out."""
    counts = Counter(word for each in drawn for word in words(each.english))
    common = [each for each in drawn if all_known(each, counts, COMMON_ENOUGH, names)]
    kept = set(common)
    return [each.pair for each in [*common, *(each for each in drawn if each not in kept)]]


def all_known(
    drawn: Drawn, counts: Mapping[str, int], enough: int, names: Mapping[str, str]
) -> bool:
    """Tells whether every word of a pair is a name or is counted often enough."""
    return all(
        counts[word] >= enough or word.capitalize() in names for word in words(drawn.english)
    )


def words(english: str) -> list[str]:
    """Returns the lower-case words of an English sentence."""
    return re.findall(r"[a-z]+", english.casefold())


def split(drawn: list[Pair], written: list[Pair]) -> dict[str, list[Pair]]:
    """Splits the pairs into training, development and test; each side has hand-written ones."""
    test = TEST_SIZE - EVERYDAY_HELD_OUT
    dev = test + DEV_SIZE - EVERYDAY_HELD_OUT
    return {
        "train": ALWAYS_TRAINED + drawn[dev:] + written[2 * EVERYDAY_HELD_OUT :],
        "dev": drawn[test:dev] + written[EVERYDAY_HELD_OUT : 2 * EVERYDAY_HELD_OUT],
        "test": drawn[:test] + written[:EVERYDAY_HELD_OUT],
    }


def missing_names(train: list[Pair], known: Mapping[str, str]) -> list[Pair]:
    """Returns an introduction of every training name that training does not show yet."""
    shown = {word for english, _ in train for word in re.findall(r"\w+", english)}
    return [
        (f"They call me {roman}.", f"그들은 나를 {particle(hangul, '이라고')} 불러.")
        for roman, hangul in known.items()
        if roman not in shown
    ]


def draw_unseen(
    rng: random.Random, names: Mapping[str, str], taken: Collection, train: list[Pair]
) -> list[Pair]:
    """Draws pairs with held-out names, and as many with held-out word combinations."""
    named = draw_corpus(
        rng,
        names,
        UNSEEN_SIZE * 3,
        taken,
        lambda pair: pair.names_somebody and not pair.combines_anew,
    )
    combined = draw_corpus(rng, names, UNSEEN_SIZE * 2, taken, lambda pair: pair.combines_anew)
    rng.shuffle(named)
    rng.shuffle(combined)

    counts = Counter(word for english, _ in train for word in words(english))
    unseen: list[Pair] = []
    for drawn in (named, combined):
        fit = [each.pair for each in drawn if all_known(each, counts, KNOWN_ENOUGH, names)]
        unseen += fit[: UNSEEN_SIZE // 2]
    return unseen


def serialized(pairs: list[Pair]) -> str:
    """Returns the text of a file."""
    return "".join(f"{english}\t{korean}\n" for english, korean in pairs)


def write(directory: Path = OUTPUT) -> dict[str, int]:
    """Writes the corpus and returns the number of pairs by file."""
    directory.mkdir(parents=True, exist_ok=True)
    counts = {}
    for name, pairs in build().items():
        path = directory / f"{name}.tsv"
        path.write_text(serialized(pairs), encoding="utf-8", newline="\n")
        counts[name] = len(pairs)
    return counts


if __name__ == "__main__":
    print(", ".join(f"{name}: {count}" for name, count in write().items()))
