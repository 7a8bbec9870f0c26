"""Builds the bundled English-Korean corpus: `python scripts/corpus/build.py` writes data/en-ko.

The output depends on this directory only: the same files give the same corpus.
"""

from __future__ import annotations

import random
import re
import unicodedata
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import lexicon as lx
from calling import CALLING_PATTERNS
from clause import Draw, Sentence
from comparison import COMPARISON_PATTERNS
from doing import DOING_PATTERNS
from going import GOING_PATTERNS
from grammar import CLAUSE_PATTERNS
from identity import IDENTITY_PATTERNS
from joining import JOINED_PATTERNS
from korean import particle
from location import LOCATION_PATTERNS
from measure import MEASURE_PATTERNS
from quality import QUALITY_PATTERNS

SEED = 20
SIZE = 14_400
POLITE_SHARE = 0.24
BARE_SHARE = 0.13
DEV_SIZE, TEST_SIZE, UNSEEN_SIZE = 400, 500, 300
EVERYDAY_HELD_OUT = 20
HERE = Path(__file__).resolve().parent
OUTPUT = HERE.parents[1] / "data" / "en-ko"
PATTERNS = [
    *CLAUSE_PATTERNS,
    *DOING_PATTERNS,
    *JOINED_PATTERNS,
    *GOING_PATTERNS,
    *IDENTITY_PATTERNS,
    *QUALITY_PATTERNS,
    *COMPARISON_PATTERNS,
    *LOCATION_PATTERNS,
    *MEASURE_PATTERNS,
    *CALLING_PATTERNS,
]
ALWAYS_TRAINED = [
    ("I am Yusol.", "나는 유솔이야."), ("I am Yusol", "나는 유솔이야"), ("I'm Yusol.", "나는 유솔이야."),
    ("I'm Yusol", "나는 유솔이야"),
    ("My name is Yusol.", "내 이름은 유솔이야."), ("Hello, I am Yusol.", "안녕, 나는 유솔이야."),
    ("I am a student.", "나는 학생이야."),
    ("I am a student", "나는 학생이야"), ("I'm a student.", "나는 학생이야."),
    ("Where is the station?", "역은 어디에 있어?"),
    ("Where is the station", "역은 어디에 있어"),
]  # fmt: skip

COMMON_NAMES = (
    "Yusol Minjun Seoyeon Jiwoo Jimin Minji Sumin Yuna Hyunwoo Junho Jihun Seojun Doyun Hayun Yejin Eunji Suji Jihyun "
    "Jiwon Chaewon Dohyun Minseo Sujin Youngho Yejun Seohyun Taehyun Hyejin Dabin Jaehyun"
).split()

Pair = tuple[str, str]


@dataclass(frozen=True)
class Drawn:
    """A pair with what it was made of."""

    english: str
    korean: str
    tags: frozenset[str]


def normalized(english: str) -> str:
    """Returns the key under which two English sentences count as the same: no case, punctuation or contractions."""
    text = english.casefold()
    for short, full in (("can't", "cannot"), ("won't", "will not"), ("n't", " not"), ("i'm", "i am"), ("'re", " are"),
                        ("'ll", " will"), ("let's", "lets")):  # fmt: skip
        text = text.replace(short, full)
    text = re.sub(r"\b(it|he|she|this|that|what|where|who|there)'s\b", r"\1 is", text)
    return " ".join(re.sub(r"[^\w\s']", " ", text).split())


CONTRACTIONS = (
    ("I am", "I'm"), ("you are", "you're"), ("we are", "we're"), ("they are", "they're"), ("he is", "he's"),
    ("she is", "she's"),
    ("it is", "it's"), ("do not", "don't"), ("does not", "doesn't"), ("did not", "didn't"), ("is not", "isn't"),
    ("was not", "wasn't"), ("were not", "weren't"), ("are not", "aren't"), ("cannot", "can't"), ("will not", "won't"),
    ("could not", "couldn't"), ("I will", "I'll"), ("we will", "we'll"), ("he will", "he'll"), ("she will", "she'll"),
    ("there is", "there's"), ("what is", "what's"), ("where is", "where's"), ("who is", "who's"),
    ("I have never", "I've never"),
)  # fmt: skip


def contracted(english: str, d: Draw) -> str:
    """Contracts the sentence's first contractible pair of words, in about two sentences of five."""
    if not d.chance(0.4):
        return english
    for full, short in CONTRACTIONS:
        pattern = rf"\b{full}\b"
        if re.search(pattern, english):
            return re.sub(pattern, short, english, count=1)
    return english


def addressee(d: Draw, personal: bool) -> Pair:
    """Returns whom a polite sentence is addressed to."""
    if d.chance(0.3):
        english, korean = d.pick(lx.SURNAMES)
        return f"{d.pick(['Mr.', 'Ms.', 'Mrs.'])} {english}", f"{korean} 선생님"
    if personal:
        return d.pick([("sir", "선생님"), ("ma'am", "선생님")])
    return d.pick(
        [
            ("sir", "선생님"),
            ("sir", "선생님"),
            ("ma'am", "선생님"),
            ("teacher", "선생님"),
            ("doctor", "의사 선생님"),
            ("professor", "교수님"),
        ]
    )


def capital(text: str) -> str:
    """Returns the text with its first letter in upper case."""
    return text[0].upper() + text[1:]


def cued(sentence: Sentence, d: Draw) -> Pair:
    """Adds the polite cue to a sentence of the polite register."""
    english, korean = sentence.english, sentence.korean
    if sentence.kind == "ready":
        return english, korean
    if sentence.kind == "command":
        return (
            f"please {english}"
            if d.chance(0.75) or english.startswith("do not")
            else f"{english}, please"
        ), korean
    if sentence.kind == "inquiry" and d.chance(0.65):
        return f"excuse me, {english}", f"실례지만, {korean}"
    who, korean_who = addressee(d, sentence.personal)
    if d.chance(0.3) and not who.startswith("Mr") or english.startswith(("hello", "hi,")):
        if english.startswith("hello"):
            return f"hello, {who}{english[5:]}", korean.replace(
                "안녕하세요", f"안녕하세요, {korean_who}", 1
            )
        if english.startswith("hi,"):
            return f"hi, {who}{english[2:]}", korean.replace(
                "안녕하세요", f"안녕하세요, {korean_who}", 1
            )
        return f"{who}, {english}", f"{korean_who}, {korean}"
    return f"{english}, {who}", f"{korean_who}, {korean}"


def finish(sentence: Sentence, d: Draw) -> Pair:
    """Turns a drawn sentence into a pair: contraction, cue, capital letter, final punctuation."""
    english, korean = contracted(sentence.english, d), sentence.korean
    if d.polite:
        english, korean = cued(Sentence(english, korean, sentence.kind, sentence.personal), d)
    asks = sentence.kind in ("question", "inquiry")
    bare = d.chance(BARE_SHARE * (0.4 if asks else 1.2))
    mark = "" if bare else "?" if asks else "."
    return capital(english) + mark, korean + mark


def draw_pair(pattern, rng: random.Random, names: dict[str, str], polite_share: float) -> Drawn:
    """Draws one pair from a pattern."""
    d = Draw(rng, names, polite=rng.random() < polite_share)
    english, korean = finish(pattern(d), d)
    return Drawn(english, unicodedata.normalize("NFC", korean), frozenset(d.tags - {""}))


def split_names(rng: random.Random) -> tuple[dict[str, str], dict[str, str]]:
    """Returns the names of training and the held-out ones, whose syllables all occur in training names."""
    every = lx.given_names()
    romans = sorted(every)
    rng.shuffle(romans)
    romans = [*COMMON_NAMES, *(roman for roman in romans if roman not in COMMON_NAMES)]
    seen: Counter = Counter()
    first: list[str] = []
    for roman in romans:
        if min(seen[syllable] for syllable in every[roman]) < lx.NAMES_BY_SYLLABLE:
            first.append(roman)
            seen.update(every[roman])
    others = [roman for roman in romans if roman not in first]
    held, others = others[-lx.HELD_OUT_NAMES :], others[: -lx.HELD_OUT_NAMES]
    train = [*lx.ONE_SYLLABLE, *COMMON_NAMES, *first, *others]
    train = list(dict.fromkeys(train))[: lx.TRAIN_NAMES]
    known = {roman: every.get(roman) or lx.SYLLABLES[roman] for roman in train}
    return known, {roman: every[roman] for roman in held}


def held_out(tag: str) -> bool:
    """Tells whether a word combination is kept out of training: about one in thirteen, fixed by its spelling."""
    return not tag.startswith("name:") and zlib.crc32(tag.encode()) % 13 == 0


def everyday() -> list[Pair]:
    """Reads the hand-written everyday sentences."""
    lines = (HERE / "everyday.tsv").read_text(encoding="utf-8").splitlines()
    return [tuple(unicodedata.normalize("NFC", line).split("\t")) for line in lines if line]


class Collection:
    """Pairs with distinct English sides, each with one translation; the hand-written ones overrule the patterns."""

    def __init__(self, written: list[Pair]) -> None:
        self.korean_of: dict[str, str] = {}
        self.written: set[str] = set()
        for english, korean in written:
            self.accepts(english, korean)
        self.written = set(self.korean_of)

    def accepts(self, english: str, korean: str) -> bool:
        """Takes a pair in unless its English side is known; a second translation of a sentence is an error."""
        key = normalized(english)
        if key in self.written:
            return False
        if key in self.korean_of:
            if self.korean_of[key] != korean.rstrip(".?!"):
                raise ValueError(
                    f"Expected one translation of {english!r}. Received: {self.korean_of[key]!r} and {korean!r}."
                )
            return False
        self.korean_of[key] = korean.rstrip(".?!")
        return True


def draw_corpus(
    rng: random.Random, names: dict[str, str], size: int, taken: Collection, wanted
) -> list[Drawn]:
    """Draws about `size` distinct pairs that are `wanted`, each pattern by its share."""
    total = sum(share for _, share in PATTERNS)
    found: list[Drawn] = []
    for pattern, share in PATTERNS:
        quota, tries = round(size * share / total), 0
        polite_share = POLITE_SHARE
        while quota > 0 and tries < size * 3:
            tries += 1
            drawn = draw_pair(pattern, rng, names, polite_share)
            if (
                wanted(drawn)
                and len(drawn.english.split()) <= 15
                and taken.accepts(drawn.english, drawn.korean)
            ):
                found.append(drawn)
                quota -= 1
    return found


def words(english: str) -> list[str]:
    """Returns the lower-case words of an English sentence."""
    return re.findall(r"[a-z]+", english.casefold())


def is_name(word: str, names: dict[str, str]) -> bool:
    """Tells whether a lower-case word is one of the given names."""
    return word.capitalize() in names


def missing_names(train: list[Pair], known: dict[str, str]) -> list[Pair]:
    """Returns an introduction of every training name that training does not show yet."""
    shown = {word for english, _ in train for word in re.findall(r"\w+", english)}
    return [
        (f"They call me {roman}.", f"그들은 나를 {particle(hangul, '이라고')} 불러.")
        for roman, hangul in known.items()
        if roman not in shown
    ]


def build() -> dict[str, list[Pair]]:
    """Returns the pairs of every file."""
    rng = random.Random(SEED)
    known, unknown = split_names(rng)
    plain = everyday()
    taken = Collection([*plain, *ALWAYS_TRAINED])
    main = draw_corpus(
        rng, known, SIZE - len(plain), taken, lambda p: not any(map(held_out, p.tags))
    )
    rng.shuffle(main)
    counts = Counter(word for p in main for word in words(p.english))
    common = [
        p
        for p in main
        if all(counts[word] >= 6 or is_name(word, known) for word in words(p.english))
    ]
    kept = set(common)
    pairs = [(p.english, p.korean) for p in [*common, *(p for p in main if p not in kept)]]
    rng.shuffle(plain)
    test = pairs[: TEST_SIZE - EVERYDAY_HELD_OUT] + plain[:EVERYDAY_HELD_OUT]
    dev = (
        pairs[TEST_SIZE - EVERYDAY_HELD_OUT :][: DEV_SIZE - EVERYDAY_HELD_OUT]
        + plain[EVERYDAY_HELD_OUT : 2 * EVERYDAY_HELD_OUT]
    )
    train = (
        ALWAYS_TRAINED
        + pairs[TEST_SIZE + DEV_SIZE - 2 * EVERYDAY_HELD_OUT :]
        + plain[2 * EVERYDAY_HELD_OUT :]
    )
    train += missing_names(train, known)
    names = draw_corpus(
        rng,
        unknown,
        UNSEEN_SIZE * 3,
        taken,
        lambda p: any(t.startswith("name:") for t in p.tags) and not any(map(held_out, p.tags)),
    )
    combined = draw_corpus(
        rng, unknown, UNSEEN_SIZE * 2, taken, lambda p: any(map(held_out, p.tags))
    )
    rng.shuffle(names)
    rng.shuffle(combined)
    counts = Counter(word for english, _ in train for word in words(english))
    names, combined = ([p for p in drawn if all(counts[word] >= 4 or is_name(word,
                       unknown) for word in words(p.english))]
                       for drawn in (names, combined))  # fmt: skip
    half = UNSEEN_SIZE // 2
    unseen = [(p.english, p.korean) for p in names[:half] + combined[: UNSEEN_SIZE - half]]
    files = {"train": list(dict.fromkeys(train)), "dev": dev, "test": test, "test-unseen": unseen}
    for part in files.values():
        rng.shuffle(part)
    return files


def serialized(pairs: list[Pair]) -> str:
    """Returns the text of a file."""
    return "".join(f"{english}\t{korean}\n" for english, korean in pairs)


def write(directory: Path = OUTPUT) -> Counter:
    """Writes the corpus and returns the number of pairs by file."""
    directory.mkdir(parents=True, exist_ok=True)
    counts: Counter = Counter()
    for name, pairs in build().items():
        (directory / f"{name}.tsv").write_text(serialized(pairs), encoding="utf-8", newline="\n")
        counts[name] = len(pairs)
    return counts


if __name__ == "__main__":
    print(", ".join(f"{name}: {count}" for name, count in write().items()))
