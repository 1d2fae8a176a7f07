"""Lessons that teachers upload to their rooms: each belongs to one room, and is deleted with it."""

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from server.classroom.model.room import Room
from server.lessons.blocks import NAME
from server.lessons.faults import Fault
from server.lessons.folder import read_lesson
from server.lessons.lesson import Lesson

MAX_LESSONS = 10
"""Maximum number of lessons of a room."""

MAX_TEXT = 100_000
"""Maximum characters of a lesson's files together."""


class UploadedLesson(NamedTuple):
    """A lesson of a room, with its faults; `lesson` is None if no language can be shown."""

    name: str
    lesson: Lesson | None
    faults: list[Fault]
    links: list[tuple[str, int, str]]
    """File, line and name of each lesson that it comes after, or links to."""


def qualified_name(room: Room, name: str) -> str:
    """Return a lesson's name with a digest of its room, which is unique among the lessons of all rooms."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "lesson"
    name = f"{plain}-{hashlib.sha256(room.id.encode()).hexdigest()[:8]}"
    return name if re.fullmatch(NAME, name) else f"lesson-{name}"


def read_uploaded(
    name: str, texts: Mapping[str, str], files: Mapping[str, str] = MappingProxyType({})
) -> UploadedLesson:
    """Build a lesson from uploaded texts.

    Args:
        name: its qualified name.
        texts: the text of the file, by language.
        files: the name of the file, by language, for its faults; by default LANGUAGE.md.
    """
    return _read(
        name, tuple((language, files.get(language, ""), texts[language]) for language in sorted(texts))
    )


@lru_cache(maxsize=64)
def _read(name: str, texts: tuple[tuple[str, str, str], ...]) -> UploadedLesson:
    files = {language: (file or f"{language}.md", text.encode()) for language, file, text in texts}
    return UploadedLesson(name, *read_lesson(name, files))


def lesson_finder(rooms: Callable[[], list[Room]]) -> Callable[[str], Lesson | None]:
    """Return a function that finds a lesson of any room by its qualified name."""

    def find(name: str) -> Lesson | None:
        for room in rooms():
            if name in room.lessons:
                return read_uploaded(name, room.lessons[name]).lesson
        return None

    return find
