"""What a single sentence pair shows by itself: damaged letters, numbers, tags, sentences."""

import re
from collections import Counter

from seq2seq.data.spans import Kind, find_spans

# Control characters, letters of no language, and signs that stand where a letter was lost.
_DAMAGE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ufffe\uffff\ufdd0-\ufdef\ue000-\uf8ff]|锟斤拷|占쏙옙"
)

# UTF-8 that was read as Latin-1 or Windows-1252: a byte that begins a letter, and those after it.
_AFTER = "[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
_GARBLED = re.compile(rf"[\xc2-\xdf]{_AFTER}|[\xe0-\xef]{_AFTER}{{2}}|[\xf0-\xf4]{_AFTER}{{3}}")

_TYPOGRAPHY = "‘’“”–—…"

_MAY_HOLD_SPANS = re.compile(r"[\d<>{}%&@/\\_$#]")
_MAY_HOLD_TAGS = re.compile(r"[<{%&@/\\_$#]")
_SENTENCE_END = re.compile(
    r"[.!?…](?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\b[A-Z]\.)"
    r"[\"'”’»)\]]*\s+(?=\S)|[。！？](?=[^\s。！？”’」』)])"
)
_NUMBER = re.compile(r"(?<![A-Za-z\d])\d+(?:[.,:/'’-]\d+)*")
_NOT_DIGIT = re.compile(r"\D+")


def is_damaged(text: str) -> bool:
    """Whether a text has letters that were lost or should not be there."""
    if text.isprintable() and "\ufffd" not in text and "占" not in text and "锟" not in text:
        return False
    return _DAMAGE.search(text) is not None


def is_garbled(text: str) -> bool:
    """Whether UTF-8 was read in another encoding: a letter came out as two or more."""
    if text.isascii():
        return False
    for match in _GARBLED.finditer(text):
        if _is_letter_of_more_bytes(match[0]):
            return True
    return False


def _is_letter_of_more_bytes(garbled: str) -> bool:
    """Whether signs are the bytes of a letter; “MENÜ“ and “CAFÉ’S” have none."""
    if len(garbled) == 2 and garbled[1] in _TYPOGRAPHY:
        return garbled[0] in "ÂÃ"
    try:
        letter = garbled.encode("cp1252")
    except UnicodeEncodeError:
        letter = garbled.encode("latin-1", errors="replace")
    try:
        text = letter.decode("utf-8")
    except UnicodeDecodeError:
        return True  # a mixture of both encodings
    return len(garbled) > 2 or "\xa0" <= text <= "\u05ff"


def unbalanced(source: str, target: str) -> list[str]:
    """Returns "numbers" or "tags" where one side has others than the other."""
    if not (_MAY_HOLD_SPANS.search(source) or _MAY_HOLD_SPANS.search(target)):
        return []

    found = []
    numbers, tags = _spans(source)
    other_numbers, other_tags = _spans(target)
    if numbers != other_numbers:
        found.append("numbers")
    if tags != other_tags:
        found.append("tags")
    return found


def _spans(text: str) -> tuple[Counter[str], Counter[str]]:
    """The digits of each number, and the tags and placeholders."""
    if not _MAY_HOLD_TAGS.search(text):  # most texts, in a tenth of the time
        return Counter(_NOT_DIGIT.sub("", number) for number in _NUMBER.findall(text)), Counter()

    numbers: Counter[str] = Counter()
    tags: Counter[str] = Counter()
    for start, end, kind in find_spans(text):
        part = text[start:end]
        if kind is Kind.TAG or (kind is Kind.LITERAL and part[0] in "{%$&"):
            tags[part] += 1
        elif kind is Kind.LITERAL and not any(letter.isalpha() for letter in part):
            numbers[_NOT_DIGIT.sub("", part)] += 1
    return numbers, tags


def sentence_count(text: str) -> int:
    """About how many sentences a text has, by the marks at their ends."""
    return 1 + len(_SENTENCE_END.findall(text))


def has_doubled_quotes(text: str) -> bool:
    """Whether a text is a quoted cell of Excel: it begins and ends in a mark, inside are pairs."""
    if len(text) < 4 or text[0] != '"' or text[-1] != '"':
        return False
    return '""' in text[1:-1] and '"' not in text[1:-1].replace('""', "")
