"""The page of all lessons."""

from collections.abc import Mapping

from fastapi import APIRouter, FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from engine.data import images
from server.lessons.faults import Fault
from server.lessons.lesson import Lesson
from server.lessons.library import Library
from server.web.pages import page_response, theme_for
from server.web.renderer import PageRenderer

router = APIRouter(include_in_schema=False)


@router.api_route("/lessons", methods=["GET", "HEAD"])
async def lessons(request: Request) -> Response:
    """Return the page of all lessons, with the faults of their files."""
    pages: PageRenderer = request.app.state.pages
    library: Library = request.app.state.lessons
    locale = pages.locale_for(request)
    content = await run_in_threadpool(library.content)

    def render() -> Response:
        words = pages.words(locale)
        html = pages.render_lessons(
            locale=locale,
            theme=theme_for(request),
            lessons=[
                _lesson_entry(lesson, content.lessons, locale, words) for lesson in content.lessons.values()
            ],
            faults={
                heading: [_fault_entry(fault, words) for fault in content.faults if fault.hides == hides]
                for heading, hides in (("faultsHide", True), ("faultsShown", False))
            },
        )
        return page_response(request, html, locale)

    return await run_in_threadpool(render)


def _lesson_entry(
    lesson: Lesson, others: Mapping[str, Lesson], locale: str, words: Mapping[str, str]
) -> dict[str, object]:
    language, text = lesson.text(locale)
    steps, minutes, missing = len(text.steps), lesson.minutes, words["lesson.unavailable"]
    is_alike = [other.text(locale)[1].title for other in others.values()].count(text.title) > 1
    key = "lesson.list.facts" if minutes else "lesson.list.steps"
    facts = words.get(f"{key}.one", words[f"{key}.other"]) if steps == 1 else words[f"{key}.other"]
    return {
        "name": lesson.name,
        "language": language,
        "title": text.title,
        "alike": is_alike,
        "summary": text.summary,
        "steps": steps,
        "facts": facts.format(count=steps, minutes=minutes),
        "unavailable": "" if lesson.is_available else missing.format(install=images.INSTALL),
        "after": [others[name].text(locale)[1].title for name in lesson.after],
    }


def _fault_entry(fault: Fault, words: Mapping[str, str]) -> dict[str, str]:
    return {"place": f"{fault.file}:{fault.line}", "text": fault.sentence(words)}


def install(app: FastAPI) -> None:
    """Add the page to an application whose state has a page renderer and a library of lessons."""
    app.include_router(router)
