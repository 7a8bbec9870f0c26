"""The names and codes of languages, as people write them above the columns of a table."""

import re

# Code: its other codes, and the names, in English and in the language itself.
_NAMES = {
    "af": "afr afrikaans",
    "ar": "ara arabic العربية",
    "bg": "bul bulgarian български",
    "bn": "ben bengali বাংলা",
    "ca": "cat catalan català",
    "chr": "cherokee ᏣᎳᎩ",
    "cs": "ces cze czech čeština",
    "cy": "cym wel welsh cymraeg",
    "da": "dan danish dansk",
    "de": "deu ger german deutsch 독일어",
    "el": "ell gre greek ελληνικά",
    "en": "eng english 영어 英語 英文 englisch anglais inglés",
    "es": "spa spanish español castellano 스페인어",
    "et": "est estonian eesti",
    "eu": "eus baq basque euskara",
    "fa": "fas per persian farsi فارسی",
    "fi": "fin finnish suomi",
    "fr": "fra fre french français 프랑스어",
    "ga": "gle irish gaeilge",
    "gl": "glg galician galego",
    "he": "heb hebrew עברית",
    "hi": "hin hindi हिन्दी",
    "hr": "hrv croatian hrvatski",
    "hu": "hun hungarian magyar",
    "id": "ind indonesian indonesia",
    "is": "isl ice icelandic íslenska",
    "it": "ita italian italiano",
    "ja": "jpn japanese 日本語 일본어",
    "ka": "kat geo georgian ქართული",
    "kk": "kaz kazakh қазақша",
    "km": "khm khmer ខ្មែរ",
    "ko": "kor korean 한국어 한글 국어 韓国語 韩语",
    "la": "lat latin",
    "lt": "lit lithuanian lietuvių",
    "lv": "lav latvian latviešu",
    "mn": "mon mongolian монгол",
    "ms": "msa may malay melayu",
    "my": "mya bur burmese မြန်မာ",
    "nb": "nob no nor norwegian norsk bokmål",
    "nl": "nld dut dutch nederlands",
    "pl": "pol polish polski",
    "pt": "por portuguese português",
    "ro": "ron rum romanian română",
    "ru": "rus russian русский 러시아어",
    "sk": "slk slo slovak slovenčina",
    "sl": "slv slovenian slovene slovenščina",
    "sq": "sqi alb albanian shqip",
    "sr": "srp serbian српски srpski",
    "sv": "swe swedish svenska",
    "sw": "swa swahili kiswahili",
    "ta": "tam tamil தமிழ்",
    "th": "tha thai ไทย 태국어",
    "tl": "tgl fil tagalog filipino",
    "tr": "tur turkish türkçe",
    "uk": "ukr ukrainian українська",
    "ur": "urd urdu اردو",
    "uz": "uzb uzbek oʻzbekcha",
    "vi": "vie vietnamese 베트남어",
    "zh": "zho chi cmn chinese 中文 漢語 汉语 중국어",
}
_LANGUAGE = {
    name: code for code, names in _NAMES.items() for name in (code, *names.casefold().split())
}
_CODE = re.compile(r"[a-z]{2,3}(?:[-_][a-z\d]{2,8})+")  # en-US, zh_hant_tw
_REGION = re.compile(r"\s*[(\[].*[)\]]$")  # English (US)


def language_of(name: str) -> str | None:
    """Returns the code of the language that a name or a code stands for; None for other text."""
    plain = _REGION.sub("", name.casefold().strip())
    if _CODE.fullmatch(plain):
        plain = primary(plain)
    return _LANGUAGE.get(plain)


def primary(code: str) -> str:
    """Returns a language code without region and script: "en" of "en-US"."""
    return code.casefold().replace("_", "-").partition("-")[0]
