"""The command `tinkernet lessons`: says what is wrong with the lessons of a folder."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from server.lessons.folder import SHIPPED
from server.lessons.library import Library


def run(arguments: Sequence[str]) -> int:
    """Print all lessons, and all that is wrong; return 1 if a file is left out because of it, else 0."""
    parser = argparse.ArgumentParser(
        prog="tinkernet lessons",
        description="Reads the lessons of a folder, by default those that come with Tinkernet, and lists "
        "what is wrong with them: file, line and reason.",
        allow_abbrev=False,
    )
    parser.add_argument("folder", metavar="FOLDER", nargs="?", type=Path)
    folder: Path | None = parser.parse_args(arguments).folder
    content = Library(folder, shipped=SHIPPED).content()
    for lesson in content.lessons.values():
        if folder is None or not lesson.is_shipped:
            steps = len(next(iter(lesson.texts.values())).steps)
            print(f"{lesson.name}: {steps} steps, {', '.join(lesson.texts)}")
    for fault in content.faults:
        print(f"{fault}" if fault.hides else f"{fault} (The lesson is shown all the same.)")
    return int(any(fault.hides for fault in content.faults))
