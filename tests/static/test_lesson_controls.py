"""What lessons can point to and show alone: the server and the page know the same names."""

import re
from pathlib import Path

from server.lessons.controls import CONTROLS, HIDABLE_CONTROLS

SOURCE = (Path(__file__).parents[2] / "static/js/lessons/controls.js").read_text("utf-8")


def test_the_page_has_a_place_for_each_control() -> None:
    (table,) = re.findall(r"const SELECTORS = \{(.*?)\n\};", SOURCE, re.DOTALL)
    places = set(re.findall(r"^\t(\w+):", table, re.MULTILINE))
    assert set(CONTROLS) <= places
    assert set(HIDABLE_CONTROLS) <= places


def test_the_page_hides_what_the_server_says_can_be_hidden() -> None:
    (names,) = re.findall(r"const HIDABLE_CONTROLS = \((.*?)\)\.split", SOURCE, re.DOTALL)
    assert set(re.findall(r"\w+", names)) == set(HIDABLE_CONTROLS)
