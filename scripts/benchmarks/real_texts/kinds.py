"""Spans of each kind, drawn at random."""

from collections.abc import Callable
from random import Random

_NAMES = (
    "anna ben clara david ella felix greta hanna ida jonas karla leo mia nora oskar paula "
    "robin sofia theo vera"
).split()
_WORDS = (
    "album archive autumn city data forest garden harbour letter market music notes photo "
    "planet report river summer table ticket winter"
).split()
_EXTENSIONS = "csv docx jpg json log md mp3 pdf png py tar.gz txt xlsx xml zip".split()
_EMOJI = (
    "😀 😂 😍 🎉 🔥 🌊 🐶 🚲 🍕 ⚽ ✅ ⭐ 💡 📷 👍🏽 👋🏿 🙏🏻 🇩🇪 🇰🇷 🇫🇷 "
    "\u2764\ufe0f \u2600\ufe0f \U0001f3d6\ufe0f 1\ufe0f\u20e3 "
    # A cook, a family, the rainbow flag, an astronaut.
    "\U0001f469\u200d\U0001f373 \U0001f468\u200d\U0001f469\u200d\U0001f467 "
    "\U0001f3f3\ufe0f\u200d\U0001f308 \U0001f9d1\U0001f3fe\u200d\U0001f680"
).split()
_ENTITIES = (
    "&amp; &lt; &gt; &quot; &nbsp; &copy; &euro; &eacute; &hellip; &mdash; &frac12; &#39; &#8217; "
    "&#xE9; &#x1F600;"
).split()
_FORMATS = "%d %s %i %u %f %x %5d %.2f %1$s %2$d %ld".split()


def link(random: Random) -> str:
    """A link, with or without a query."""
    host = f"{random.choice(_WORDS)}{random.randint(2, 99)}.example"
    path = f"{random.choice(_WORDS)}/{random.choice(_NAMES)}"
    number = random.randint(1, 999)
    forms = (
        f"https://{host}.org/{path}",
        f"https://www.{host}.com/{path}/",
        f"http://{host}.net/{path}?id={number}&lang=en",
        f"https://{host}.org/wiki/{random.choice(_WORDS).title()}_({random.choice(_WORDS)})",
        f"https://{host}.org/{path}.html#part-{number}",
        f"www.{host}.com/{path}",
    )
    return random.choice(forms)


def mail(random: Random) -> str:
    """A mail address."""
    name = f"{random.choice(_NAMES)}.{random.choice(_NAMES)}"
    middle = random.choice(("", "", str(random.randint(1, 99)), "+news"))
    return f"{name}{middle}@{random.choice(_WORDS)}.example.{random.choice(('com', 'org', 'de'))}"


def number(random: Random) -> str:
    """A number with its separators."""
    value = random.uniform(1_000, 9_999_999)
    forms = (
        f"{int(value):,}",
        f"{value:,.2f}",
        f"{value / 100_000:.1f}",
        f"{int(value):,}".replace(",", "."),
        f"{value / 100_000:.2f}".replace(".", ","),
        f"{int(value):,}".replace(",", "'"),
    )
    return random.choice(forms)


def date(random: Random) -> str:
    """A date in digits, or a point in time."""
    year, month, day = random.randint(1950, 2049), random.randint(1, 12), random.randint(1, 28)
    forms = (
        f"{year}-{month:02}-{day:02}",
        f"{month:02}/{day:02}/{year}",
        f"{day:02}.{month:02}.{year}",
        f"{year}/{month:02}/{day:02}",
        f"{year}-{month:02}-{day:02}T{month:02}:{day:02}:00Z",
    )
    return random.choice(forms)


def time(random: Random) -> str:
    """A time of day."""
    hour, minute, second = random.randint(0, 23), random.randint(0, 59), random.randint(0, 59)
    return random.choice((f"{hour}:{minute:02}", f"{hour:02}:{minute:02}:{second:02}"))


def placeholder(random: Random) -> str:
    """What a program puts a value in place of."""
    name = f"{random.choice(_WORDS)}_{random.choice(_NAMES)}"
    forms = (
        f"{{{name}}}",
        random.choice(_FORMATS),
        f"%({name})s",
        f"${{{name}}}",
        f"{{{{{name}}}}}",
        f"{{{{ {name} }}}}",
    )
    return random.choice(forms)


def file_name(random: Random) -> str:
    """The name of a file, with or without its folder."""
    name = f"{random.choice(_WORDS)}{random.choice(('-', '_'))}{random.randint(1, 2049)}"
    folder = random.choice(("", "", f"{random.choice(_WORDS)}/"))
    return f"{folder}{name}.{random.choice(_EXTENSIONS)}"


def hashtag(random: Random) -> str:
    """A hashtag."""
    name = random.choice(_WORDS) + random.choice(_NAMES).title()
    return "#" + random.choice((name, name.lower(), f"{name}{random.randint(2000, 2049)}"))


def emoji(random: Random) -> str:
    """A picture: one sign, or a sequence that makes one."""
    return random.choice(_EMOJI)


def entity(random: Random) -> str:
    """A character reference of HTML."""
    return random.choice(_ENTITIES)


KINDS: dict[str, Callable[[Random], str]] = {
    "link": link,
    "mail address": mail,
    "number": number,
    "date": date,
    "time": time,
    "placeholder": placeholder,
    "file name": file_name,
    "hashtag": hashtag,
    "emoji": emoji,
    "entity": entity,
}

# Words in scripts that neither English, German nor Korean is written in, but for Hangul.
SCRIPTS = {
    "Han": "東京 北京大学 上海 臺灣 漢字 龍馬 鈴木一郎 故宮",
    "kana": "さくら ひらがな カタカナ トヨタ すし サッポロ",
    "Hangul": "서울 김민지 한글 부산역 세종대왕 제주도",
    "Cyrillic": "Москва Чехов Київ Лермонтов Наташа София",
    "Greek": "Αθήνα Σωκράτης Θεσσαλονίκη Ελένη Πειραιάς",
    "Thai": "กรุงเทพ เชียงใหม่ น้ำ สมชาย ภูเก็ต",
    "Devanagari": "दिल्ली मुंबई गंगा हिन्दी राजेश",
    "Arabic": "القاهرة محمد بيروت تهران می‌رود",
    "Hebrew": "ירושלים חיפה דוד שלום מרים",
    "Georgian": "თბილისი ბათუმი ნინო გიორგი",
    "Armenian": "Երևան Արամ Գյումրի Սևան",
    "Cherokee": "ᏣᎳᎩ ᏍᏏᏉᏯ ᎠᏰᎵ ᎡᎳᏗ",
    "Ethiopic": "አዲስ ላሊበላ ጎንደር አክሱም",
    "Latin with marks": "Łódź Đặng Þingvellir Şırnak Čačak Őrség Ħamrun",
}


def word_of(script: str) -> Callable[[Random], str]:
    """Draws words of a script."""
    words = SCRIPTS[script].split()
    return lambda random: random.choice(words)
