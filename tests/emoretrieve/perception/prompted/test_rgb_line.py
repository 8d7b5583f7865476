"""An answer is read where five triples stand in it literally, and refused with a reason otherwise."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from emoretrieve.emotion import EmotionProfile, Rgb
from emoretrieve.perception.prompted.rgb_line import (
    PATTERN,
    UnreadableAnswer,
    is_repeated,
    read_rgb_line,
    rgb_line,
)

patient = settings(deadline=None)
"""No time limit for an example: machines can be busy."""
FIVE = "(1, 2, 3), (4, 5, 6), (7, 8, 9), (10, 11, 12), (13, 14, 255)"
LINE = f"RGB: {FIVE}"
READ = EmotionProfile.of([(13, 14, 255), (1, 2, 3), (4, 5, 6), (7, 8, 9), (10, 11, 12)])

channels = st.integers(0, 255)
profiles = st.lists(st.tuples(channels, channels, channels), min_size=5, max_size=5).map(EmotionProfile.of)
numbers = st.integers(-9999, 9999)

WELL_FORMED = {
    "as asked for": LINE,
    "lower case": LINE.lower(),
    "talk before": f"Here are the colours you asked for, from 0 to 255.\n{LINE}",
    "talk before on the line": f"The answer is {LINE}",
    "talk behind": f"{LINE}\nThe 5 parts differ, 2 of them much.",
    "a code fence": f"```text\n{LINE}\n```",
    "bold": f"**{LINE}**",
    "a bold mark": f"**RGB:** {FIVE}",
    "bold before the colon": f"**RGB**: {FIVE}",
    "bold triples": "RGB: **(1,2,3)**, **(4,5,6)**, **(7,8,9)**, **(10,11,12)**, **(13,14,255)**",
    "code": f"`{LINE}`",
    "a full stop": f"{LINE}.",
    "no spaces": LINE.replace(" ", ""),
    "semicolons": "RGB: (1; 2; 3); (4; 5; 6); (7; 8; 9); (10; 11; 12); (13; 14; 255)",
    "a line for each triple": "RGB:\n" + FIVE.replace("), ", "),\n"),
    "square brackets": LINE.replace("(", "[").replace(")", "]"),
    "brackets around all": f"RGB: [{FIVE}]",
    "JSON": '{"RGB": [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12], [13, 14, 255]]}',
    "the study's spelling": LINE.replace("(", "rgb("),
    "full-width characters": "ＲＧＢ：（１，２，３）、（４，５，６）、（７，８，９）、（10，11，12）、（13，14，255）",
    "Arabic digits": "RGB: (١، ٢، ٣), (٤، ٥، ٦), (٧، ٨، ٩), (١٠، ١١، ١٢), (١٣، ١٤، ٢٥٥)",
    "Devanagari digits": "RGB: (१, २, ३), (४, ५, ६), (७, ८, ९), (१०, ११, १२), (१३, १४, २५५)",
    "talk in another language": f"以下是结果：\n{LINE}\n希望有帮助。",
    "above 255": LINE.replace("255", "300"),
    "a finished thought": f"<think>RGB: {FIVE.replace('1', '9')} or so</think>\n{LINE}",
    "a thought that the prompt began": f"RGB: {FIVE.replace('1', '9')}?</think>\n{LINE}",
    "two thoughts": f"<think>1</think><Thinking>2</Thinking>{LINE}",
    "the same line twice": f"{LINE}\n{LINE}",
    "the form and then the line": f"RGB: (r, g, b), (r, g, b), ...\n{LINE}",
}

REFUSED = {
    "nothing": ("", "no 'RGB:'"),
    "talk": ("I cannot rate 5 texts.", "no 'RGB:'"),
    "no mark": (FIVE, "no 'RGB:'"),
    "another mark": (f"sRGB: {FIVE}", "no 'RGB:'"),
    "the form": ("RGB: (R, G, B), (R, G, B), (R, G, B), (R, G, B), (R, G, B)", "no 'RGB:'"),
    "a triple missing": (LINE.replace(", (13, 14, 255)", ""), "4 triples"),
    "cut in the last triple": (LINE[:-3], "4 triples"),
    "six triples": (f"{LINE}, (1, 2, 3)", "6 triples"),
    "a sixth triple on the next line": (f"{LINE}\n(1, 2, 3)", "6 triples"),
    "a mark for each triple": (LINE.replace(", (", "\nRGB: ("), "1 triples"),
    "triples with names": ("RGB: whole (1, 2, 3), first (4, 5, 6)", "0 triples"),
    "dots for triples": ("RGB: (1, 2, 3), ..., (13, 14, 255)", "1 triples"),
    "numbers without brackets": ("RGB: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255", "0 triples"),
    "hexadecimal colours": ("RGB: #ff0000, #00ff00, #0000ff, #123456, #654321", "0 triples"),
    "hexadecimal numbers": (LINE.replace("255", "0xff"), "'(13, 14, 0xff)'"),
    "a fraction": (LINE.replace("255", "0.5"), "'(13, 14, 0.5)'"),
    "a fraction of nothing": (LINE.replace("255", "255.0"), "'(13, 14, 255.0)'"),
    "a fraction with a comma": (LINE.replace("255", "2,5"), "'(13, 14, 2,5)'"),
    "a percentage": (LINE.replace("255", "55%"), "'(13, 14, 55%)'"),
    "percent behind": (f"{LINE} %", "goes on behind"),
    "a scale behind": (f"{LINE} / 100", "goes on behind"),
    "talk behind on the line": (f"{LINE} in percent", "goes on behind"),
    "a thousand's comma": (LINE.replace("255", "1,000"), "'(13, 14, 1,000)'"),
    "a thousand's comma for the third number": (LINE.replace("13, 14, 255", "1,200, 30"), "'(1,200, 30)'"),
    "a thousand that looks like two numbers": (LINE.replace("13, 14, 255", "1,000,20"), "'(1,000,20)'"),
    "a thousand's space": (LINE.replace("255", "1 000"), "'(13, 14, 1 000)'"),
    "a thousand's dot": (LINE.replace("255", "1.000"), "'(13, 14, 1.000)'"),
    "a number of five digits": (LINE.replace("255", "25500"), "'(13, 14, 25500)'"),
    "leading zeros": (LINE.replace("255", "025"), "'(13, 14, 025)'"),
    "superscripts": (LINE.replace("255", "25²"), "'(13, 14, 25²)'"),
    "two numbers": (LINE.replace("13, 14, 255", "13, 14"), "'(13, 14)'"),
    "four numbers": (LINE.replace("255", "25, 5"), "'(13, 14, 25, 5)'"),
    "a range": (LINE.replace("255", "25-55"), "'(13, 14, 25-55)'"),
    "named channels": (LINE.replace("(13", "(B=13"), "'(B=13, 14, 255)'"),
    "brackets that do not match": (LINE.replace("255)", "255]"), "4 triples"),
    "two different lines": (f"{LINE}\n{LINE.replace('255', '254')}", "different"),
    "a good line after a bad one": (f"RGB: (1, 2)\n{LINE}", "'(1, 2)'"),
    "an endless thought": (f"<think>{LINE}", "end of its thinking"),
    "a thought that begins again": (f"<think>x</think><think>{LINE}", "end of its thinking"),
}


@pytest.mark.parametrize("answer", WELL_FORMED.values(), ids=WELL_FORMED)
def test_a_line_is_read_through_what_models_wrap_it_in(answer: str) -> None:
    assert read_rgb_line(answer) == READ


@pytest.mark.parametrize(("answer", "reason"), REFUSED.values(), ids=REFUSED)
def test_an_answer_that_leaves_doubt_is_refused_with_the_reason(answer: str, reason: str) -> None:
    with pytest.raises(UnreadableAnswer, match=re.escape(reason)):
        read_rgb_line(answer)


def test_the_fragments_come_first_and_the_whole_last() -> None:
    assert read_rgb_line(LINE).whole == Rgb(13, 14, 255)
    assert read_rgb_line(LINE).fragments[0] == Rgb(1, 2, 3)


@pytest.mark.parametrize(("written", "read"), [("-5", 0), ("−5", 0), ("-0", 0), ("256", 255), ("9999", 255)])
def test_numbers_beyond_the_range_are_brought_to_its_nearer_end(written: str, read: int) -> None:
    assert read_rgb_line(LINE.replace("(1,", f"({written},")).fragments[0] == Rgb(read, 2, 3)


@patient
@given(profiles)
def test_what_is_written_is_read_back(profile: EmotionProfile) -> None:
    assert read_rgb_line(rgb_line(profile)) == profile


@patient
@given(profiles)
def test_the_pattern_matches_the_line_of_every_profile(profile: EmotionProfile) -> None:
    assert re.fullmatch(PATTERN, rgb_line(profile))


@patient
@given(st.from_regex(PATTERN, fullmatch=True))
def test_whatever_the_pattern_matches_is_the_line_of_the_profile_that_is_read(line: str) -> None:
    assert rgb_line(read_rgb_line(line)) == line


@patient
@given(st.data())
def test_a_line_with_one_character_changed_matches_only_if_it_is_the_line_of_what_is_read(data: st.DataObject) -> None:
    line = rgb_line(data.draw(profiles))
    place = data.draw(st.integers(0, len(line)))
    changed = line[:place] + data.draw(st.sampled_from("0159 ,()-.%\nR")) + line[place + data.draw(st.integers(0, 1)) :]
    try:
        is_own_spelling = rgb_line(read_rgb_line(changed)) == changed
    except UnreadableAnswer:
        is_own_spelling = False
    assert bool(re.fullmatch(PATTERN, changed)) == is_own_spelling


@st.composite
def spelled(draw: st.DrawFn) -> tuple[str, list[int]]:
    """An answer in one of the spellings that are read, and its fifteen numbers."""
    written = draw(st.lists(numbers, min_size=15, max_size=15))
    opening, closing = draw(st.sampled_from([("(", ")"), ("[", "]")]))
    name = draw(st.sampled_from(["", "rgb", "RGB "]))
    gap = draw(st.sampled_from([", ", ",", " , ", "; ", ";", ",  "]))
    between = draw(st.sampled_from([", ", "; ", " ", "\n", ",\n", " | ", ""]))
    rows = [written[start : start + 3] for start in range(0, 15, 3)]
    triples = between.join(f"{name}{opening}{gap.join(map(str, row))}{closing}" for row in rows)
    around = draw(st.sampled_from(["{}", "[{}]", "({})", "**{}**", "`{}`", "{}.", '"{}"']))
    mark = draw(st.sampled_from(["RGB: ", "rgb:", "**RGB:** ", "RGB :", '"RGB": ', "RGB:\n"]))
    before = draw(st.sampled_from(["", "Sure!\n", "```\n", "<think>RGB: (9, 9, 9)</think>", "It is "]))
    behind = draw(st.sampled_from(["", "\n", "\n```", "\nThat is 5 triples."]))
    return before + mark + around.format(triples) + behind, written


@patient
@given(spelled())
def test_every_spelling_gives_the_numbers_that_were_written(answer: tuple[str, list[int]]) -> None:
    text, written = answer
    assert in_order(read_rgb_line(text)) == [min(255, max(0, number)) for number in written]


PUNCTUATION = (
    "RGB:",
    "rgb",
    "(",
    ")",
    "[",
    "]",
    ",",
    ", ",
    ";",
    "\n",
    " ",
    "**",
    "<think>",
    "</think>",
    "-",
    ".",
    "%",
    "#",
)
NUMBERS = ("0", "7", "12", "255", "300", "1,000", "0.5", "٣", "４", "²", "(1, 2, 3)", "(40,50,60)", FIVE, LINE)
pieces = st.sampled_from([*PUNCTUATION, *NUMBERS])


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """An answer that could be read, with a few pieces put in or in place of others."""
    text, _ = draw(spelled())
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(pieces) + text[place + draw(st.integers(0, 5)) :]
    return text


@patient
@given(st.one_of(damaged(), st.text(max_size=200), st.lists(pieces, max_size=40).map("".join)))
def test_no_text_gives_numbers_that_do_not_stand_in_it_in_a_row(text: str) -> None:
    try:
        profile = read_rgb_line(text)
    except UnreadableAnswer:
        return
    ascii_digits = "".join(str(int(character)) if character.isdecimal() else character for character in text)
    found = [min(255, max(0, int(number))) for number in re.findall(r"-?[0-9]+", ascii_digits)]
    assert any(found[start : start + 15] == in_order(profile) for start in range(len(found)))


@patient
@given(profiles, st.text(alphabet=st.characters(exclude_categories=["Nd", "Cs"]), max_size=80))
def test_talk_without_numbers_on_lines_around_changes_nothing(profile: EmotionProfile, talk: str) -> None:
    assume("think" not in talk.lower())
    assert read_rgb_line(f"{talk}\n{rgb_line(profile)}\n{talk}") == profile


@patient
@given(profiles, profiles)
def test_an_example_of_the_prompt_that_is_given_back_is_recognised(
    example: EmotionProfile, other: EmotionProfile
) -> None:
    prompt = f"Rate from 0 to 255. For example, {rgb_line(example)}, or so."
    assert is_repeated(example, prompt)
    assert is_repeated(other, prompt) == (other == example)


def in_order(profile: EmotionProfile) -> list[int]:
    return [channel for colour in (*profile.fragments, profile.whole) for channel in colour]
