"""Names of people's own in what the page makes, pictures, code of a frame, names of files: they stay text."""

import json
import re
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hostile_names import names, very_long

pytestmark = pytest.mark.medium

SCRIPT = Path(__file__).parent / "support" / "hostile.js"
TAGS = re.compile("svg|title|rect|image|circle|path|line|g|text|linearGradient|stop")
ATTRIBUTES = re.compile(
    "width|height|viewBox|font-(family|size|weight)|fill|stroke(-[a-z]+)?|stop-color|c?[xy][12]?|rx?|d|id|href"
    "|offset|text-anchor|transform|{http://www.w3.org/XML/1998/namespace}lang"
)
FILE = r'[^\s./\\:*?"<>|\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]{1,60}\.json'
any_name = names | very_long


@pytest.fixture(scope="module")
def made(node: str) -> Iterator[Callable[[list[str]], dict[str, Any]]]:
    """A function from the names of a network, a column and a class to what the page makes of them."""
    command = [node, "--experimental-detect-module", "--no-warnings", str(SCRIPT)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        asked, told = process.stdin, process.stdout
        assert asked is not None
        assert told is not None

        def make(given_names: list[str]) -> dict[str, Any]:
            asked.write(json.dumps(given_names) + "\n")
            asked.flush()
            answer: dict[str, Any] = json.loads(told.readline())
            return answer

        yield make
        asked.close()


def legible(text: str) -> str:
    """Return a text with the sign that stands for what XML forbids."""
    return "".join(
        "\ufffd" if unicodedata.category(each) in ("Cc", "Cs") or each in "\ufffe\uffff" else each
        for each in text
    )


@given(st.tuples(any_name, any_name, any_name))
def test_a_picture_is_xml_in_which_names_are_text(
    made: Callable[[list[str]], dict[str, Any]], given_names: tuple[str, str, str]
) -> None:
    for svg in made(list(given_names))["pictures"]:
        root = ElementTree.fromstring(svg)
        for element in root.iter():
            tag = element.tag.removeprefix("{http://www.w3.org/2000/svg}")
            assert TAGS.fullmatch(tag)
            assert all(map(ATTRIBUTES.fullmatch, element.attrib))
            assert element.get("href", "data:image/png;").startswith("data:image/png;")
            assert tag in ("text", "title") or not (element.text or "").strip()
            assert not (element.tail or "").strip()
        assert root[0].text == legible(given_names[0]) or (not given_names[0] and not root[0].text)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        assert not data.strip()


@given(any_name)
def test_the_code_of_a_frame_is_one_frame_with_that_address(
    made: Callable[[list[str]], dict[str, Any]], name: str
) -> None:
    parser = _Tags()
    parser.feed(made([name, "a", "b"])["frame"])
    parser.close()
    ((tag, attributes),) = parser.found
    assert (tag, [*attributes]) == ("iframe", ["src", "width", "height", "title", "style"])
    assert attributes["src"] == f"http://here/#{name}"


@given(any_name)
def test_a_file_has_a_name_that_every_system_allows(
    made: Callable[[list[str]], dict[str, Any]], name: str
) -> None:
    answer = made([name, "a", name])
    assert re.fullmatch(FILE, answer["file"])
    answer["file"].encode()  # no half of a character is left
    assert answer["read"] == answer["summary"] == name
