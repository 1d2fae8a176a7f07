"""All lessons of a server: the shipped ones and those of its owner, reloaded when files change."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from server.lessons.faults import Fault
from server.lessons.folder import (
    SHIPPED,
    FolderContent,
    check_links,
    files_of,
    find_cycles,
    misnamed_files,
    read_folder,
)
from server.lessons.lesson import Lesson

CHECK_INTERVAL = 0.5
"""Seconds between two checks whether files have changed."""


class LibraryContent(NamedTuple):
    """The lessons by name, in the order of lists, and all faults."""

    lessons: dict[str, Lesson]
    faults: list[Fault]


class Library:
    """All lessons; any thread may call its methods."""

    def __init__(
        self,
        own: Path | None = None,
        *,
        shipped: Path = SHIPPED,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create it; nothing is read yet.

        Args:
            own: the folder with lessons of the server's owner, which replace shipped ones of the same name.
            shipped: the folder of the shipped lessons.
            clock: returns seconds.
        """
        self._folders = [shipped] if own is None else [shipped, own]
        self._shipped = shipped
        self._clock = clock
        self._lock = threading.Lock()
        self._looked: float | None = None
        self._change_signature: object = None
        self._content = LibraryContent({}, [])
        self.elsewhere: Callable[[str], Lesson | None] = lambda _: None
        """Finds lessons that are in no list: those of classrooms."""

    def content(self) -> LibraryContent:
        """Return all lessons and faults; reads changed files again, so that it may block."""
        with self._lock:
            now = self._clock()
            if self._looked is None or now - self._looked >= CHECK_INTERVAL:
                signature = [_change_signature(folder) for folder in self._folders]
                if signature != self._change_signature:
                    self._content = self._read()
                    self._change_signature = signature
                self._looked = now
            return self._content

    def find(self, name: str) -> Lesson | None:
        """Return a lesson; None if there is none of that name."""
        return self.content().lessons.get(name) or self.elsewhere(name)

    def next_after(self, name: str) -> Lesson | None:
        """Return the next available lesson of the list; None if there is none."""
        lessons = list(self.content().lessons.values())
        at = next((index for index, lesson in enumerate(lessons) if lesson.name == name), len(lessons))
        return next((lesson for lesson in lessons[at + 1 :] if lesson.is_available), None)

    def _read(self) -> LibraryContent:
        folders = [read_folder(folder, is_shipped=folder is self._shipped) for folder in self._folders]
        return merge_folders(folders)


def merge_folders(folders: list[FolderContent]) -> LibraryContent:
    """Return the lessons of several folders as one library; later folders replace lessons of earlier ones."""
    lessons = {name: lesson for folder in folders for name, lesson in folder.lessons.items()}
    links = {name: link for folder in folders for name, link in folder.links.items()}
    faults = [fault for folder in folders for fault in folder.faults]
    faults += [
        Fault(later.first_files[name], 1, "replaces", {"got": name}, hides=False)
        for earlier, later in pairwise(folders)
        for name in sorted(earlier.lessons.keys() & later.lessons.keys())
    ]
    for circle in find_cycles(lessons):
        names = " → ".join([*circle, circle[0]])
        for name in circle:
            lesson = lessons.pop(name)
            file, line = next((file, line) for file, line, target in links[name] if target in lesson.after)
            faults.append(Fault(file, line, "cycle", {"got": names}))
    for name in lessons:
        faults += check_links(lessons, links[name])
    ordered = sorted(lessons.values(), key=lambda lesson: (lesson.order, lesson.name))
    known = {
        lesson.name: replace(lesson, after=tuple(each for each in lesson.after if each in lessons))
        for lesson in ordered
    }
    return LibraryContent(known, faults)


def _change_signature(folder: Path) -> object:
    """Return a value that differs whenever a file of a folder has changed."""
    try:
        files = [path for languages in files_of(folder).values() for path in languages.values()]
        return [(str(path), *_time_and_size(path)) for path in (*files, *misnamed_files(folder))]
    except OSError:
        return None


def _time_and_size(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:  # it was removed in the meantime
        return 0, 0
    return status.st_mtime_ns, status.st_size
