"""What every explanation can be written as, with letters that the fonts have."""

import importlib.util
import json
import sys
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest

from seq2seq.errors import InputError
from seq2seq.explain import fonts
from seq2seq.explain.pictures.theme import DARK, LIGHT, opacity
from seq2seq.explain.topics.attention import Attention, Rows

KOREAN = ["▁나는", "▁유솔", "이야", "</s>"]
ENGLISH = ["▁i", "▁am", "▁yusol", "</s>"]

needs_fonts = pytest.mark.skipif(
    not importlib.util.find_spec("koreanize_matplotlib"), reason="the extra explain is missing"
)


def example(pieces=KOREAN, text="나는 유솔이야"):
    rows = Rows(text, -0.5, list(pieces), np.eye(len(pieces)))
    return Attention("I am Yusol", ENGLISH, [rows], words=False)


def drawn_letters(picture):
    """The letters of all texts of a figure."""
    texts = picture.findobj(matplotlib.text.Text)
    return {letter for text in texts for letter in text.get_text() if letter != "\n"}


@needs_fonts
def test_every_hangul_syllable_has_a_glyph():
    syllables = range(ord("가"), ord("힣") + 1)
    assert fonts.letters_of_fonts().issuperset(syllables)


@needs_fonts
def test_every_drawn_letter_has_a_glyph():
    letters = drawn_letters(example().plot())
    assert {"솔", "▁", "야"} <= letters
    assert {ord(letter) for letter in letters} <= fonts.letters_of_fonts()


def test_letter_without_a_glyph_is_a_code_point_and_a_line(tmp_path, caplog):
    picture_of = example(["\U00016a40", *KOREAN[1:]])
    picture = picture_of.plot()
    assert {ord(letter) for letter in drawn_letters(picture)} <= fonts.letters_of_fonts()
    assert any("U+16A40" in text.get_text() for text in picture.findobj(matplotlib.text.Text))

    picture_of.save(tmp_path / "x.png")
    (record,) = caplog.records
    assert record.message.startswith("No installed font has U+16A40")


def test_settings_of_matplotlib_stay_as_they_were(tmp_path):
    before = dict(matplotlib.rcParams)
    example().save(tmp_path / "x.svg")
    assert dict(matplotlib.rcParams) == before


def test_numbers_lie_beside_every_picture(tmp_path):
    for suffix in (".svg", ".png", ".html"):
        picture, numbers = example().save(tmp_path / f"a{suffix}")
        assert picture.stat().st_size > 1000
        assert json.loads(numbers.read_text(encoding="utf-8")) == example().as_dict()
    assert example().save(tmp_path / "b.json") == [tmp_path / "b.json"]


def test_json_has_numbers_that_json_knows():
    rows = Rows("x", float("-inf"), ["a"], np.array([[1 / 3]], np.float32))
    values = Attention("a", ["a"], [rows], words=True).as_dict()
    assert values["topic"] == "attention"
    assert values["translations"][0]["score"] is None
    assert values["translations"][0]["weights"] == [[0.333333]]


def test_svg_is_one_document_with_a_tip_for_every_cell(tmp_path):
    path, _ = example().save(tmp_path / "a.svg")
    root = ElementTree.fromstring(path.read_bytes())
    titles = [element.text for element in root.iter("{http://www.w3.org/2000/svg}title")]
    assert len(titles) == 16
    assert "▁나는 looks at ▁i: 1.000" in titles
    assert "<text" not in path.read_text(encoding="utf-8")  # letters are outlines: no font needed


def test_same_numbers_make_the_same_svg():
    assert example().plot().svg() == example().plot().svg()


def test_page_fetches_nothing_and_follows_the_ground(tmp_path):
    path, _ = example().save(tmp_path / "a.html")
    page = path.read_text(encoding="utf-8")
    addresses = {part.split('"')[0] for part in page.split("http")[1:]}
    assert all(address.startswith(("://www.w3.org/", "s://www.w3.org/")) for address in addresses)
    assert "prefers-color-scheme: dark" in page
    for theme in (LIGHT, DARK):
        for name, colour in theme.colours().items():
            assert f"--{name}: {colour}" in page
    svg = page[page.index("<svg") : page.index("</svg>")]
    assert not [colour for colour in LIGHT.colours().values() if colour in svg]


def test_page_shows_text_as_text(tmp_path):
    path, _ = example(text="<script>alert(1)</script>").save(tmp_path / "a.html")
    assert "<script>alert" not in path.read_text(encoding="utf-8")


def test_colours_of_a_theme_differ():
    for theme in (LIGHT, DARK):
        assert len(set(theme.colours().values())) == len(theme.colours())


def luminance(colour):
    """The relative luminance of WCAG 2."""
    parts = np.array(matplotlib.colors.to_rgb(colour))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_can_be_told_from_the_ground(theme):
    for colour in (theme.ink, theme.muted, theme.accent, theme.contrast):
        assert contrast(colour, theme.ground) >= 4.5  # text
    for colour in theme.series:
        assert contrast(colour, theme.ground) >= 3  # lines


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_number_on_a_cell_can_be_read_at_every_strength(theme):
    ground = np.array(matplotlib.colors.to_rgb(theme.ground))
    for colour in (theme.accent, theme.contrast):
        full = np.array(matplotlib.colors.to_rgb(colour))
        for strength in np.linspace(0, 1, 51):
            cell = ground + opacity(strength) * (full - ground)
            assert contrast(theme.text_on(strength), cell) >= 3.6, strength


def test_dark_picture_has_a_dark_ground():
    assert example().plot(dark=True).get_facecolor() == matplotlib.colors.to_rgba(DARK.ground)


def test_notebook_shows_the_picture_and_the_explanation():
    assert example()._repr_png_().startswith(b"\x89PNG")
    assert example().plot()._repr_png_().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["a.bmp", "a", "a.svg.txt"])
def test_unknown_suffix_is_refused(tmp_path, name):
    with pytest.raises(InputError, match="Expected a file name that ends in .svg, .png, .html or"):
        example().save(tmp_path / name)


def test_missing_extra_is_said(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InputError, match=r'Run pip install "seq2seq\[explain\]"'):
        example().save(tmp_path / "a.svg")
    assert not list(tmp_path.iterdir())
    example().save(tmp_path / "a.json")
