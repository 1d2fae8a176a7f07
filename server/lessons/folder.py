"""Reads a folder of lessons: the files NAME/LANGUAGE.md and NAME.LANGUAGE.md in it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from server.lessons.blocks import NAME
from server.lessons.faults import Fault, Faults, did_you_mean
from server.lessons.lesson import Lesson, build_lesson
from server.lessons.phrases import Phrase
from server.lessons.source import MAX_BYTES, Source, read_source

LANGUAGES = ("en", "zh-CN", "zh-TW")
"""The languages of lessons. The first one that a lesson has is its original; the others are translations."""

MAX_LESSONS = 300
"""The most lessons of a folder; further ones are not read."""

SHIPPED = Path(__file__).parent / "shipped"
"""The folder of the lessons that come with Tinkernet."""

_TEXTS = (".md", ".markdown", ".txt")
"""Extensions of files that are probably meant as lessons."""

_FILE = re.compile(r"(?P<name>[^.]+)\.(?P<language>[^.]+)\.md")


class FolderContent(NamedTuple):
    """The lessons of a folder by name, and the faults of its files."""

    lessons: dict[str, Lesson]
    faults: list[Fault]
    links: dict[str, list[tuple[str, int, str]]]
    """By lesson: the file, line and name of each lesson that it comes after or links to."""
    first_files: dict[str, str]
    """By lesson: the path of its file in the original language."""


def files_of(folder: Path) -> dict[str, dict[str, Path]]:
    """Return the files of a folder by lesson name and language, whether or not these are valid.

    Of two files for one language, the first is returned.
    """
    found: dict[str, dict[str, Path]] = {}
    for name, language, path in _named_files(folder):
        found.setdefault(name, {}).setdefault(language, path)
    return found


def _named_files(folder: Path) -> Iterator[tuple[str, str, Path]]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "_")):
            continue
        if path.is_dir():
            for file in sorted(path.glob("*.md")):
                yield path.name, file.stem, file
        elif match := _FILE.fullmatch(path.name):
            yield match["name"], match["language"], path


def misnamed_files(folder: Path) -> list[Path]:
    """Return the files of a folder that seem to be lessons but do not follow the naming scheme."""
    known = {path for _, _, path in _named_files(folder)}
    texts = [path for path in sorted(folder.glob("*")) + sorted(folder.glob("*/*")) if path.suffix in _TEXTS]
    return [
        path
        for path in texts
        if path not in known and not path.name.startswith((".", "_", "README")) and path.is_file()
    ]


def _report_misnamed(folder: Path, path: Path) -> list[Fault]:
    file = path.relative_to(folder).as_posix()
    name, *others = re.split(r"(?:\.md|\.txt|\.markdown)+$", path.name)[0].split(".")
    language = next((each for each in others if each in LANGUAGES), LANGUAGES[0])
    likely = f"{name}.{language}.md" if path.parent == folder else f"{name}.md"
    wrong = Faults(file)
    wrong.add(1, "file_name", got=path.name, expected=likely)
    return wrong.found


def read_folder(folder: Path, *, is_shipped: bool = False) -> FolderContent:
    """Return the lessons and faults of a folder; a folder that cannot be read is reported as a fault."""
    content = FolderContent({}, [], {}, {})
    try:
        files = files_of(folder)
    except OSError as problem:
        fault = Faults(folder.name)
        fault.add(1, "unreadable", detail=problem.strerror or problem)
        return FolderContent({}, fault.found, {}, {})
    for path in misnamed_files(folder):
        content.faults.extend(_report_misnamed(folder, path))
    for name, language, path in _named_files(folder):
        if path != (first := files[name][language]):
            double = Faults(path.relative_to(folder).as_posix())
            double.add(1, "twice", expected=language, got=first.relative_to(folder).as_posix())
            content.faults.extend(double.found)
    if len(files) > MAX_LESSONS:
        unread = next(iter(files[list(files)[MAX_LESSONS]].values()))
        cut = Faults(unread.relative_to(folder).as_posix())
        cut.add(1, "folder_full", expected=MAX_LESSONS, got=len(files))
        content.faults.extend(cut.found)
    for name in list(files)[:MAX_LESSONS]:
        texts: dict[str, tuple[str, bytes | OSError]] = {}
        for language, path in files[name].items():
            texts[language] = path.relative_to(folder).as_posix(), _read(path)
        lesson, faults, links = read_lesson(name, texts)
        content.faults.extend(faults)
        if lesson is not None:
            content.lessons[name] = replace(lesson, is_shipped=is_shipped)
            content.links[name] = links
            content.first_files[name] = texts[next(iter(lesson.texts))][0]
    return content


def _read(path: Path) -> bytes | OSError:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as problem:
        return problem


def read_lesson(
    name: str, files: Mapping[str, tuple[str, bytes | OSError]]
) -> tuple[Lesson | None, list[Fault], list[tuple[str, int, str]]]:
    """Build a lesson from its files.

    Args:
        name: its name.
        files: by language: the path of the file, and its content or the error of reading it.

    Returns:
        the lesson, None if no language can be shown; its faults; file, line and name of each linked lesson.
    """
    faults: list[Faults] = []
    sources: dict[str, tuple[Source, Faults]] = {}
    first_file = next(iter(files.values()))[0]
    if not re.fullmatch(NAME, name):
        wrong = Faults(first_file)
        likely = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
        hint = Phrase("did_you_mean", {"names": likely}) if likely else None
        wrong.add(1, "name", got=name, expected="small letters, digits and -", hint=hint)
        return None, wrong.found, []
    for language in sorted(files, key=_language_order):
        file, content = files[language]
        faults.append(found := Faults(file))
        if language not in LANGUAGES:
            hint = did_you_mean(language, LANGUAGES)
            found.add(1, "language", got=language, expected=", ".join(LANGUAGES), hint=hint)
        elif isinstance(content, OSError):
            found.add(1, "unreadable", detail=content.strerror or content)
        elif (source := read_source(content, found)) is not None:
            sources[language] = source, found
    # If the original cannot be read, no translation may take its place.
    languages = sorted((language for language in files if language in LANGUAGES), key=_language_order)
    lesson = None
    if languages and languages[0] in sources:
        lesson = build_lesson(name, sources)
    if lesson is not None and (missing := [each for each in LANGUAGES if each not in files]):
        remark = Faults(first_file)
        shown = next(iter(lesson.texts))
        remark.add(1, "translation", expected=", ".join(missing), got=shown, hides=False)
        faults.append(remark)
    if len(files) == 1 and languages and languages != [LANGUAGES[0]]:
        _hint_at_missing_original(faults)
    links = [
        (found.file, line, target)
        for language, (source, found) in sources.items()
        if lesson is not None and language in lesson.texts
        for line, target in source.links
    ]
    if lesson is not None:
        source, found = sources[languages[0]]
        links += [(found.file, source.header.line_of("after"), target) for target in lesson.after]
    return lesson, [fault for each in faults for fault in each.found], links


def _hint_at_missing_original(faults: list[Faults]) -> None:
    """If a lesson has one file, add to missing fields the hint that the original may be missing."""
    for each in faults:
        each.found = [
            fault._replace(hint=Phrase("alone", {})) if _may_be_in_original(fault) else fault
            for fault in each.found
        ]


def _may_be_in_original(fault: Fault) -> bool:
    return fault.code == "empty_check" or "choices_or_number" in [
        each.code for each in fault.phrases.values()
    ]


def _language_order(language: str) -> tuple[int, str]:
    return LANGUAGES.index(language) if language in LANGUAGES else len(LANGUAGES), language


def check_links(lessons: Mapping[str, Lesson], links: Iterable[tuple[str, int, str]]) -> list[Fault]:
    """Return a warning for each link to a lesson that does not exist."""
    faults = []
    for file, line, target in links:
        if target not in lessons:
            hint = did_you_mean(target, list(lessons))
            faults.append(Fault(file, line, "lesson_link", {"got": target}, hides=False, hint=hint))
    return faults


def find_cycles(lessons: Mapping[str, Lesson]) -> list[list[str]]:
    """Return the cycles in the relation "comes after", each as names; a lesson is in one cycle at most."""
    found: list[list[str]] = []
    finished: set[str] = set()
    for start in sorted(lessons):
        path: list[str] = []
        stack = [(start, iter(lessons[start].after))]
        if start in finished:
            continue
        path.append(start)
        while stack:
            name, waiting = stack[-1]
            target = next((each for each in waiting if each in lessons), None)
            if target is None:
                stack.pop()
                path.pop()
                finished.add(name)
            elif target in path:
                circle = path[path.index(target) :]
                if not any(set(circle) & set(known) for known in found):
                    found.append(circle)
            elif target not in finished:
                path.append(target)
                stack.append((target, iter(lessons[target].after)))
    return found
