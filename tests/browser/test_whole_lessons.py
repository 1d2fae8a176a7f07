"""Whole lessons, from the list to the last step: by mouse, by keyboard and on a phone, in each language."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, loss
from tests.browser.lesson_walk import LessonWalk
from tests.browser.lesson_ways import Keyboard, Mouse, Phone

Way = type[Mouse]

LOCALES = ("en-US", "zh-CN", "zh-TW")
WAYS: tuple[Way, ...] = (Mouse, Keyboard, Phone)
COMBINATIONS = list(product(LOCALES, WAYS))
"""Each language by each way."""

PRINTED = re.compile(r"epoch \d+: test loss [\d.]+")
"""What the text of the last lesson says that an exported program prints."""


def in_turn(first: int) -> list[tuple[str, Way]]:
    """Return each language once and each way once; another `first` pairs them in another way."""
    return [(locale, WAYS[(first + place) % 3]) for place, locale in enumerate(LOCALES)]


def begin(open_page: OpenPage, way: Way, name: str, locale: str, **options: Any) -> LessonWalk:
    """Open a lesson from the page of all lessons."""
    page = open_page("lessons", locale=locale, ready=False, **way.options)
    learner = LessonWalk(way(page), name, locale, **options)
    learner.open_from_the_list()
    return learner


@pytest.mark.parametrize(
    ("locale", "way"),
    [
        pytest.param(locale, way, marks=() if (locale, way) == COMBINATIONS[0] else pytest.mark.slow)
        for locale, way in COMBINATIONS
    ],
)
def test_the_lesson_of_one_neuron(open_page: OpenPage, locale: str, way: Way) -> None:
    learner = begin(open_page, way, "neuron", locale)
    learner.go_through()
    learner.finish()


@pytest.mark.slow
@pytest.mark.parametrize(("locale", "way"), in_turn(1))
def test_the_lesson_of_xor_whose_last_check_succeeds_from_ten_starts(
    open_page: OpenPage, locale: str, way: Way
) -> None:
    learner = begin(open_page, way, "xor", locale)
    learner.go_through()
    learner.go_on()


def download(learner: LessonWalk, kind: str, folder: Path) -> Path:
    """Download the training as a program, as the lesson says, and leave the dialog."""
    way, page = learner.way, learner.page
    way.to_lab()
    way.press(page.locator('[data-action="share"]'))
    way.press(page.locator("#share-models"))
    with page.expect_download() as saved:
        way.press(page.locator(f'.models [data-format="{kind}"]'))
    path = folder / saved.value.suggested_filename
    saved.value.save_as(path)
    way.press(page.locator("dialog.models header button"))
    expect(page.locator("dialog[open]")).to_have_count(0)
    return path


def run(program: Path) -> str:
    """Run a program, and return what it prints."""
    environment = {**os.environ, "KERAS_BACKEND": "torch"}
    done = subprocess.run(
        [sys.executable, program],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        cwd=program.parent,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("locale", "way"), in_turn(0))
def test_the_lesson_from_here_to_code_and_the_programs_that_it_ends_with(
    open_page: OpenPage, tmp_path: Path, locale: str, way: Way
) -> None:
    printed: list[str] = []

    def take_along(learner: LessonWalk) -> None:
        text = " ".join(part for part in learner.step.parts if isinstance(part, str))
        if told := PRINTED.findall(text):
            assert set(told) <= set(PRINTED.findall(run(download(learner, "numpy", tmp_path))))
            printed.extend(told)
        elif learner.number == len(learner.text.steps):
            # The page has trained on, to where the program of the step before ended.
            assert loss(learner.page) == pytest.approx(float(printed[-1].split()[-1]), abs=1e-4)
            program = download(learner, "keras", tmp_path)
            (lines,) = re.findall(r"<code[^>]*>(.*?)</code></pre>", text, re.DOTALL)
            assert lines.strip().splitlines()[-1].replace("&quot;", '"') in program.read_text("utf-8")
            if way is Mouse and find_spec("keras") and find_spec("torch"):
                assert "val_loss" in run(program)

    learner = begin(open_page, way, "code", locale, stops={3}, opened=take_along)
    learner.go_through()
    assert printed
    expect(learner.page.locator(".lesson-onward")).to_have_count(0)
    learner.finish()
