import re
import xml.etree.ElementTree as Tree

import pytest

from server.classroom.api.qr import QUIET_ZONE, svg

LINK = "http://192.168.1.20:8000/join/ABCDEF"


def modules(svg_text: str) -> list[list[bool]]:
    """Return the dark modules of a code whose SVG path has runs along the rows."""
    box = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg_text)
    path = re.search(r'stroke="#000" d="([^"]+)"', svg_text)
    assert box
    assert path
    dark = [[False] * int(box[1]) for _ in range(int(box[2]))]
    x, y = 0.0, 0.0
    for letter, numbers in re.findall(r"([Mmh])([-\d. ]+)", path[1]):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if letter == "h":
            for column in range(int(x), int(x + values[0])):
                dark[int(y)][column] = True
            x += values[0]
        elif letter == "M":
            x, y = values
        else:
            x, y = x + values[0], y + values[1]
    return dark


def test_it_is_a_small_svg_without_references() -> None:
    svg_text = svg(LINK)
    assert Tree.fromstring(svg_text).tag == "{http://www.w3.org/2000/svg}svg"
    assert b"href" not in svg_text
    assert b"style" not in svg_text
    assert len(svg_text) < 5000


def test_it_has_its_quiet_zone_and_its_three_corners() -> None:
    dark = modules(svg(LINK).decode())
    size = len(dark)
    assert all(len(row) == size for row in dark)
    for row in range(size):
        for column in range(size):
            if min(row, column, size - 1 - row, size - 1 - column) < QUIET_ZONE:
                assert not dark[row][column]
    for top, left in (
        (QUIET_ZONE, QUIET_ZONE),
        (QUIET_ZONE, size - QUIET_ZONE - 7),
        (size - QUIET_ZONE - 7, QUIET_ZONE),
    ):
        assert all(dark[top][left : left + 7])
        assert not any(dark[top + 1][left + 1 : left + 6])
        assert all(dark[top + 3][left + 2 : left + 5])


@pytest.mark.parametrize("text", ["http://[fd00::1]:8000/lab/join/ABCDEF", "https://学校.例子/join/ABCDEF"])
def test_any_text_can_be_encoded(text: str) -> None:
    assert svg(text).startswith(b"<svg ")


def test_another_text_gives_another_code() -> None:
    assert svg(LINK) == svg(LINK) != svg(LINK + "G")
