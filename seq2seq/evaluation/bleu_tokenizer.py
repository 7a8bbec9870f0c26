"""Which of sacreBLEU's tokenizers suits a text.

BLEU counts words, and not all scripts set them apart by spaces.
"""

import re
from collections.abc import Sequence

AUTO = "auto"

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\u31f0-\u31ff\uff66-\uff9d]")
_THAI = re.compile("[\u0e01-\u0e33\u0e40-\u0e45]")

# A name of ten Latin letters stands among few Han characters, which say as much.
_SHARE_OF_LETTERS = 0.25
_SHARE_OF_KANA = 0.1  # of Han and kana; Japanese has a half, Chinese next to none


def choose_tokenizer(tokenize: str, references: Sequence[str]) -> str:
    """Returns the tokenizer that was asked for, or the one that suits the references for "auto".

    That is `zh` for Chinese, `char` for Japanese and Thai, and `13a` for all others. Korean is
    among them: it has spaces, and its published scores are of 13a.

    Args:
        tokenize: The name of a sacreBLEU tokenizer, or "auto".
        references: The reference translations.
    """
    if tokenize != AUTO:
        return tokenize

    text = "".join(references)
    letters = sum(map(str.isalpha, text)) or 1
    han = len(_HAN.findall(text))
    kana = len(_KANA.findall(text))
    thai = len(_THAI.findall(text))

    if thai >= _SHARE_OF_LETTERS * letters:
        return "char"
    if han + kana < _SHARE_OF_LETTERS * letters:
        return "13a"
    return "char" if kana >= _SHARE_OF_KANA * (han + kana) else "zh"
