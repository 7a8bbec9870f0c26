"""The public corpora that `seq2seq data download` knows.

Their addresses and licences are the publishers'. A checksum stands here where it was verified; the
others are pinned by the first download, see `fetch`.
"""

import json
import re
import urllib.parse
from collections.abc import Callable
from typing import NamedTuple

from seq2seq.data.formats.columns import Columns
from seq2seq.errors import InputError, shown

OPUS = "https://opus.nlpl.eu/opusapi/"
_NEWS = "https://github.com/jungyeul/korean-parallel-corpora/raw/master/korean-english-news-v1"
_MULTI30K = "https://raw.githubusercontent.com/multi30k/dataset/master/data/task1/raw"
_OPUS_NAME = re.compile(r"opus/([\w.-]+)/([a-zA-Z_]{2,9})-([a-zA-Z_]{2,9})")


class Part(NamedTuple):
    """One part of a corpus, such as train.

    Attributes:
        name: Its name.
        files: The addresses to load.
        members: The files with the pairs inside an archive, one or two; the loaded files themselves
            if empty.
        columns: The sides in a file that has both.
        checksums: SHA-256 of each loaded file, where it is known.
    """

    name: str
    files: tuple[str, ...]
    members: tuple[str, ...] = ()
    columns: Columns | None = None
    checksums: tuple[str, ...] = ()


class Collection(NamedTuple):
    """A public corpus.

    Attributes:
        name: What it is called here.
        languages: Source and target, as codes.
        lines: About how many pairs its training part has.
        licence: Under which it may be used.
        attribution: Whose it is, and where they say so.
        parts: Its parts.
    """

    name: str
    languages: str
    lines: int
    licence: str
    attribution: str
    parts: tuple[Part, ...]


def _tatoeba(code: str, language: str, lines: int) -> Collection:
    """Tatoeba's pairs with English, as ManyThings.org packs them."""
    part = Part(
        "train",
        (f"https://www.manythings.org/anki/{code}-eng.zip",),
        (f"{code}.txt",),
        ("1", "2"),
    )
    return Collection(
        f"tatoeba-en-{language}",
        f"en-{language}",
        lines,
        "CC BY 2.0 FR",
        "Sentences by the contributors of https://tatoeba.org, packed by "
        "https://www.manythings.org/anki/; each line of the archive names its contributors",
        (part,),
    )


def _multi30k(language: str) -> Collection:
    """The captions of Multi30k, English with another language."""
    names = (("train", "train"), ("dev", "val"), ("test", "test_2016_flickr"))
    parts = tuple(
        Part(part, (f"{_MULTI30K}/{file}.en.gz", f"{_MULTI30K}/{file}.{language}.gz"))
        for part, file in names
    )
    return Collection(
        f"multi30k-en-{language}",
        f"en-{language}",
        29_000,
        "CC BY-NC-SA 4.0; the captions are Flickr30k's, for research",
        "Elliott et al. 2016, https://aclanthology.org/W16-3210; "
        "https://github.com/multi30k/dataset",
        parts,
    )


def _news() -> Collection:
    parts = tuple(
        Part(
            name,
            (f"{_NEWS}/korean-english-park.{name}.tar.gz",),
            (f"korean-english-park.{name}.en", f"korean-english-park.{name}.ko"),
        )
        for name in ("train", "dev", "test")
    )
    return Collection(
        "news-en-ko",
        "en-ko",
        94_123,
        "CC BY-SA 3.0",
        "Park, Hong and Cha 2016, https://aclanthology.org/Y16-2002; "
        "https://github.com/jungyeul/korean-parallel-corpora",
        parts,
    )


COLLECTIONS = {
    collection.name: collection
    for collection in (
        _tatoeba("kor", "ko", 6_000),
        _tatoeba("deu", "de", 270_000),
        _tatoeba("fra", "fr", 230_000),
        _tatoeba("spa", "es", 140_000),
        _tatoeba("jpn", "ja", 110_000),
        _multi30k("de"),
        _multi30k("fr"),
        _multi30k("cs"),
        _news(),
    )
}


def find_collection(name: str, ask: Callable[[str], bytes]) -> Collection:
    """Returns the corpus of a name; OPUS is asked for one such as opus/Tatoeba/en-ko.

    Args:
        name: Its name.
        ask: Loads a small file from an address.

    Raises:
        InputError: There is none of this name.
    """
    match = _OPUS_NAME.fullmatch(name)
    if match:
        return _of_opus(name, match[1], match[2], match[3], ask)
    if name not in COLLECTIONS:
        raise InputError(
            f"Expected a corpus that is known here. Received: {shown(name)}. seq2seq data list "
            "shows them; one of OPUS is named like opus/Tatoeba/en-ko."
        )
    return COLLECTIONS[name]


def _of_opus(
    name: str, corpus: str, source: str, target: str, ask: Callable[[str], bytes]
) -> Collection:
    """A corpus of OPUS, in its latest version, as the index of OPUS describes it."""
    query = urllib.parse.urlencode(
        {
            "corpus": corpus,
            "source": source,
            "target": target,
            "preprocessing": "moses",
            "version": "latest",
        }
    )
    try:
        found = json.loads(ask(f"{OPUS}?{query}"))["corpora"]
        entry = next(one for one in found if str(one["url"]).endswith(".zip"))
        url = str(entry["url"])
        lines = int(entry.get("alignment_pairs") or 0)
    except (ValueError, LookupError, TypeError, StopIteration) as error:
        raise InputError(
            f"Expected a corpus of OPUS. Received: {name}, of which its index has no text. "
            "Look for its name at https://opus.nlpl.eu."
        ) from error

    first, second = sorted((source, target))
    members = tuple(f"{corpus}.{first}-{second}.{language}" for language in (source, target))
    return Collection(
        name,
        f"{source}-{target}",
        lines,
        "as https://opus.nlpl.eu says of each corpus; read it before use",
        f"OPUS, https://opus.nlpl.eu, Tiedemann 2012, https://aclanthology.org/L12-1246; {url}",
        (Part("train", (url,), members),),
    )
