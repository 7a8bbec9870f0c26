"""Subtitles: times stay, sentences that go on in the next cue are translated whole."""

import random

import pytest

from seq2seq.documents.document import translate_document
from seq2seq.errors import InputError

SRT = """1
00:00:01,000 --> 00:00:03,200  X1:40 X2:600
I want to go
home.

2
00:00:03,400 --> 00:00:06,900
{\\an8}<i>We walk along

3
00:00:07,100 --> 00:00:09,000
the long road.</i>

4
00:00:08,000 --> 00:00:09,500
- Are you a student?
- Yes, I am
a student.

5
00:00:20,000 --> 00:00:22,000
♪ la la la ♪

1984

6
00:01:20,000 --> 00:01:22,000
[door closes]
"""

VTT = """WEBVTT - a title
Kind: captions

STYLE
::cue { color: red }

NOTE this is
a note

REGION
id:fred

intro
00:01.000 --> 00:04.000 align:start position:0%
<v Bob>Where is the
station?</v>

00:00:04.000 --> 00:00:06.000
<v.loud Mary Ann>I <c.yellow>know</c> <00:00:05.000>where it &amp; that is

00:00:06.500 --> 00:00:07.000 line:0
on the map.
"""


def test_srt_segments_are_whole_sentences(opened):
    assert opened("a.srt", SRT).segments == [
        "I want to go home.",
        "We walk along the long road.",
        "Are you a student?",
        "Yes, I am a student.",
        "la la la",
        "[door closes]",
    ]


def test_vtt_segments_are_whole_sentences(opened):
    assert opened("a.vtt", VTT).segments == [
        "Where is the station?",
        "I <c.yellow>know</c> <00:00:05.000>where it &amp; that is on the map.",
    ]


@pytest.mark.parametrize("name, text", [("a.srt", SRT), ("a.vtt", VTT)])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_identity_keeps_every_byte(unchanged, name, text, line_end, mark):
    content = (mark + text.replace("\n", line_end)).encode()

    assert unchanged(name, content) == content
    assert unchanged(name, content.rstrip()) == content.rstrip()


def test_srt_translation_changes_words_alone(shouted):
    expected = SRT
    for words in ("I want to go", "home", "We walk along", "the long road", "Are you a student"):
        expected = expected.replace(words, words.upper())
    for words in ("Yes, I am", "a student.", "la la la", "door closes"):
        expected = expected.replace(words, words.upper())

    assert shouted("a.srt", SRT) == expected


def test_vtt_translation_changes_words_alone(shouted):
    expected = VTT
    for words in ("Where is the", "station?", "know", "where it", "that is", "on the map"):
        expected = expected.replace(words, words.upper())

    assert shouted("a.vtt", VTT) == expected


def test_translation_is_divided_by_the_shares_of_the_lines(opened):
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\nI want to go to the station,\n\n"
        "2\n00:00:02,000 --> 00:00:03,000\nplease.\n"
    )
    document = opened("a.srt", text)

    rendered = translate_document(
        document, lambda _: ["저는 기차를 타는 역으로 가고 싶어요, 부탁해요."]
    )

    cues = rendered.decode().split("\n\n")
    assert cues[0].endswith("저는 기차를 타는 역으로 가고 싶어요,")
    assert cues[1].endswith("\n부탁해요.\n")


def test_translation_shorter_than_its_lines_leaves_no_blank_line_in_a_cue(opened):
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nyou and\nI and he go.\nThen stop.\n"
    document = opened("a.vtt", text)

    rendered = translate_document(document, lambda _: ["가요.", "멈춰요."]).decode()

    assert rendered == "WEBVTT\n\n00:01.000 --> 00:02.000\n가요.\n멈춰요.\n"


def test_translation_keeps_the_arrow_of_times_out_of_the_text(opened):
    document = opened("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nGo home.\n")

    assert "a → b" in translate_document(document, lambda _: ["a --> b"]).decode()


@pytest.mark.parametrize(
    "second, is_one",
    [
        ("00:00:02,000 --> 00:00:03,000\nto the sea.", True),
        ("00:00:01,500 --> 00:00:03,000\nto the sea.", False),  # another voice, at the same time
        ("00:00:22,000 --> 00:00:23,000\nto the sea.", False),  # long after
        ("00:00:02,000 --> 00:00:03,000\n- to the sea.", False),  # another speaker
    ],
)
def test_sentence_goes_on_in_the_next_cue_unless_something_parts_them(opened, second, is_one):
    document = opened("a.srt", f"1\n00:00:01,000 --> 00:00:02,000\nWe go\n\n2\n{second}\n")

    assert len(document.segments) == 2 - is_one


def test_text_that_looks_like_times_or_numbers_is_text(opened, unchanged):
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\nClick File --> Open.\n12:30 - lunch.\n\n"
        "00:00:03,000 --> 00:00:04,000\n42\n12:30\nNo number above.\n"
    )

    assert opened("a.srt", text).segments == [
        "Click File --> Open.",
        "12:30 - lunch.",
        "No number above.",
    ]
    assert unchanged("a.srt", text) == text.encode()


def test_lines_of_a_file_without_end_marks_are_not_one_sentence(opened):
    cues = [
        f"{number}\n00:00:0{number},000 --> 00:00:0{number},900\nLine {word}\n"
        for number, word in enumerate(("one", "two", "three"), start=1)
    ]

    assert opened("a.srt", "\n".join(cues)).segments == ["Line one", "Line two", "Line three"]


def test_random_cues_keep_their_number_times_and_lines(unchanged, shouted):
    random_numbers = random.Random(1)
    texts = ["i go", "<i>to the sea</i>", "- yes.", "you <b>and</b> me,", "{\\an8}stop!", "..."]
    for _ in range(30):
        cues = []
        for number in range(1, random_numbers.randint(2, 9)):
            begin = random_numbers.randint(0, 59)
            lines = random_numbers.choices(texts, k=random_numbers.randint(1, 3))
            time = f"00:00:{begin:02},000 --> 00:00:{begin:02},900"
            cues.append("\n".join([str(number), time, *lines]) + "\n")
        content = "\n".join(cues)

        assert unchanged("a.srt", content) == content.encode()
        assert shouted("a.srt", content).lower().split() == content.lower().split()
        assert shouted("a.srt", content).count("-->") == len(cues)


@pytest.mark.parametrize(
    "line, segment",
    [
        ("- Yes.", "Yes."),
        ("-Yes.", "Yes."),
        ("<i>- Yes.</i>", "Yes."),
        ("{\\an8}— Yes.", "Yes."),
        (">> Yes.", "Yes."),
        ("-5 degrees.", "-5 degrees."),
        ("<i>{\\an8}Yes.</i>", "Yes."),
        ("♪ <i>Yes</i> ♪", "Yes"),
        ("<font color=red><b>Yes</b>.</font>", "<b>Yes</b>."),
    ],
)
def test_marks_of_speakers_positions_and_songs_are_outside_of_segments(opened, line, segment):
    text = f"1\n00:00:01,000 --> 00:00:02,000\n{line}\n"
    document = opened("a.srt", text)

    assert document.segments == [segment]
    assert document.rendered(["네"]).decode() == text.replace(segment, "네")


def test_last_line_may_be_a_number(opened):
    text = "1\n00:00:01,000 --> 00:00:02,000\nGo in\n2\n\n"

    assert opened("a.srt", text).segments == ["Go in"]


@pytest.mark.parametrize(
    "name, text, message",
    [
        ("a.srt", "", "which is empty"),
        ("a.srt", "I am Yusol.\n", "line 1 of which is text before the first cue"),
        ("a.srt", "1\n00:00:01,000 -> 00:00:02,000\nHi\n", "line 2 of which has no valid times"),
        ("a.srt", "1\n00:99:01,000 --> 00:99:02,000\nHi\n", "line 2 of which has no valid times"),
        ("a.srt", SRT[: SRT.index(" --> 00:00:06")], "line 7 of which has no valid times"),
        ("a.srt", SRT[: SRT.index("00:00:03,400")], "ends before a cue does"),
        ("a.srt", "1\n", "line 1 of which is text before the first cue"),
        ("a.vtt", SRT, "does not begin with WEBVTT"),
        ("a.vtt", "WEBVTT\n\n00:01 --> 00:02\nHi\n", "line 3 of which has no valid times"),
        ("a.vtt", VTT[: VTT.index(" --> 00:00:06")], "of which has no valid times"),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\n\xb3\xaa\n", "line 3 of which is not UTF-8"),
        ("a.srt", b"\xff\xfe1\0\n\0", "which is UTF-16"),
        ("a.srt", b"1\n\0\0\0", "which is binary"),
    ],
)
def test_bad_subtitles_are_one_clear_line(opened, name, text, message):
    with pytest.raises(InputError, match=message) as error:
        opened(name, text)

    assert "\n" not in str(error.value)


def timed(*texts):
    """Cues of one second each, without pauses."""
    return "\n".join(
        f"{number}\n00:00:{number:02},000 --> 00:00:{number + 1:02},000\n{text}\n"
        for number, text in enumerate(texts, 1)
    )


@pytest.mark.parametrize(
    ("texts", "segments"),
    [
        (
            ["♪ la la land ♪", "He left the town.", "So."],
            ["la la land", "He left the town.", "So."],
        ),
        (["♪ la la", "la land ♪", "So.", "No."], ["la la la land", "So.", "No."]),
        (["♪ one day ♪\n♪ two days ♪", "So."], ["one day", "two days", "So."]),
        (["they left", "JOHN: they came.", "So."], ["they left", "JOHN: they came.", "So."]),
        (["they left", "<i>MAN #2:</i> no.", "So."], ["they left", "<i>MAN #2:</i> no.", "So."]),
        (["One two\\Nthree four.\\NFive."], ["One two three four.", "Five."]),
    ],
)
def test_songs_names_of_speakers_and_forced_breaks_divide(opened, texts, segments):
    assert opened("a.srt", timed(*texts)).segments == segments


def test_forced_breaks_of_subrip_stay(shouted):
    assert shouted("a.srt", timed("one two\\Nthree four")) == timed("ONE TWO\\NTHREE FOUR")


def test_number_after_a_control_character_is_a_number(opened):
    data = b"\x1d1\n00:00:01,000 --> 00:00:02,500\nGo!\n"
    document = opened("a.srt", data)
    assert document.segments == ["Go!"]
    assert document.rendered(["Go!"]) == data
