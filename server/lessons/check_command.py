"""The command `tinkernet lessons`: reports the faults of a folder's lessons, and tries their solutions."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from server.lessons.folder import LANGUAGES, SHIPPED
from server.lessons.lesson import Lesson
from server.lessons.library import Library, LibraryContent
from server.lessons.trial import SEED_COUNT, Trial, try_solution
from server.page_words import words_in

_PRINTED_METRICS = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
"""What is told of trials; epochs and sizes stand in the file."""


def run(arguments: Sequence[str]) -> int:
    """Print all lessons and faults; return the exit code.

    It is 1 if a fault excludes a file, or if with `--try` a check is not reached as often as its solution
    says; otherwise 0.
    """
    asked = _parser().parse_args(arguments)
    folder: Path | None = asked.folder
    content = Library(folder, shipped=SHIPPED).content()
    own = [lesson for lesson in content.lessons.values() if folder is None or not lesson.is_shipped]
    for lesson in own:
        steps = len(next(iter(lesson.texts.values())).steps)
        print(f"{lesson.name}: {steps} {'step' if steps == 1 else 'steps'}, {', '.join(lesson.texts)}")
    _print_faults(content, asked.language)
    is_good = not any(fault.hides for fault in content.faults)
    if asked.tried is not None:
        chosen = [lesson for lesson in own if asked.tried in ("", lesson.name)]
        if asked.tried and not chosen:
            print(f"There is no lesson {asked.tried} to try.")
            return 1
        results = [_try_lesson(lesson) for lesson in chosen]
        is_good = is_good and all(results)
    return int(not is_good)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tinkernet lessons",
        description="Reads the lessons of a folder, by default those that come with Tinkernet, and lists "
        "what is wrong with them: file, line and reason, in the words of the page /lessons.",
        allow_abbrev=False,
    )
    parser.add_argument("folder", metavar="FOLDER", nargs="?", type=Path)
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of the reasons; by default en")
    parser.add_argument(
        "--try",
        dest="tried",
        metavar="LESSON",
        nargs="?",
        const="",
        help=f"train the solution of each check from {SEED_COUNT} seeds, and tell how many reach it, and "
        "their losses and accuracies; of one lesson, or of all",
    )
    return parser


def _print_faults(content: LibraryContent, language: str) -> None:
    words = words_in(language)
    for heading, hides in (("faultsHide", True), ("faultsShown", False)):
        faults = [fault for fault in content.faults if fault.hides == hides]
        if faults:
            print(f"\n{words[f'lesson.list.{heading}']}:")
        for fault in faults:
            print(f"{fault.file}:{fault.line}: {fault.sentence(words)}")


def _try_lesson(lesson: Lesson) -> bool:
    """Print the trials of all solutions of a lesson; return whether each check was reached often enough."""
    is_good = True
    for number, step in enumerate(next(iter(lesson.texts.values())).steps, 1):
        for check in step.checks:
            if check.solution is None:
                print(f"\n{lesson.name}, step {number}: {check.text}\n  no solution to try")
                continue
            trials = try_solution(step, check)
            reached = sum(trial.is_reached for trial in trials)
            wanted = min(check.solution.seeds, len(trials))
            is_good &= reached >= wanted
            print(f"\n{lesson.name}, step {number}: {check.text}")
            print(f"  reached from {reached} of {len(trials)} seeds; at least {wanted} should")
            for name in _PRINTED_METRICS:
                _print_ranges(name, trials)
    return is_good


def _print_ranges(name: str, trials: Sequence[Trial]) -> None:
    values = [value for trial in trials if (value := trial.measured[name]) is not None]
    if not values:
        return
    low, middle, high = (
        f"{value:.1%}" if name.endswith("accuracy") else f"{value:.3g}"
        for value in (min(values), median(values), max(values))
    )
    print(f"  {name:<15} median {middle:>7}, from {low} to {high}")
