"""The article below the lab, whose sections link to the lessons in which a reader can try them."""

from collections.abc import Mapping

from fastapi import APIRouter, FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from server.lessons.lesson import Lesson
from server.lessons.library import Library
from server.web.pages import page_response, theme_for
from server.web.renderer import PageRenderer

router = APIRouter(include_in_schema=False)

LESSONS: dict[str, tuple[tuple[str, int], ...]] = {
    "what": (("neuron", 1), ("circle", 1)),
    "play": (("descent", 1), ("backpropagation", 1), ("overfitting", 1)),
    "colours": (("neuron", 3), ("circle", 2)),
    "deep": (("spiral", 2), ("deep-networks", 1)),
    "mend": (("deep-networks", 2), ("deep-networks", 3)),
    "images": (("handwriting", 1),),
    "activation": (("activations", 1), ("dead-relu", 1)),
    "regularization": (("overfitting", 3), ("overfitting", 5)),
    "noise": (("overfitting", 1),),
    "batchSize": (("batches", 1),),
    "learningRate": (("descent", 2), ("descent", 4)),
    "regularizationRate": (("overfitting", 3),),
    "problem": (("outputs", 1), ("regression", 1)),
    "dataset": (("circle", 1), ("spiral", 1)),
    "trainPercent": (("overfitting", 2),),
    "features": (("xor", 2), ("circle", 4)),
    "layers": (("circle", 3), ("spiral", 4)),
    "outputActivation": (("outputs", 4),),
    "loss": (("losses", 1),),
    "optimizer": (("optimizers", 2), ("optimizers", 4)),
    "schedule": (("optimizers", 5),),
    "initializer": (("starting-weights", 1),),
    "inputScaling": (("regression", 2),),
    "dropout": (("overfitting", 6),),
    "normalization": (("deep-networks", 2),),
    "residual": (("deep-networks", 3),),
    "imageLayers": (("handwriting", 3),),
    "seeds": (("starting-weights", 3),),
}
"""For each section and setting of the article: lessons, and the steps where it can be tried."""


@router.api_route("/article", methods=["GET", "HEAD"])
async def article(request: Request, lessons: str = "true") -> Response:
    """Return the article, which the playground shows, with links to lessons unless `lessons` is "false"."""
    pages: PageRenderer = request.app.state.pages
    library: Library = request.app.state.lessons
    locale = pages.locale_for(request)
    found = (await run_in_threadpool(library.content)).lessons if lessons != "false" else {}

    def render() -> Response:
        html = pages.render_article(
            locale=locale, theme=theme_for(request), lessons=lesson_links(found, locale)
        )
        return page_response(request, html, locale)

    return await run_in_threadpool(render)


def lesson_links(lessons: Mapping[str, Lesson], locale: str) -> dict[str, list[dict[str, str]]]:
    """Return the links to lessons by the parts of the article: `href`, `title` and `language` of each.

    Steps that a server's own lesson of the same name does not have are left out, and so are lessons that
    cannot be done on this server.
    """
    links: dict[str, list[dict[str, str]]] = {}
    for part, places in LESSONS.items():
        for name, number in places:
            lesson = lessons.get(name)
            if lesson is None or not lesson.is_available or lesson.step(number) is None:
                continue
            language, text = lesson.text(locale)
            title = text.title if number == 1 else text.steps[number - 1].title
            href = f"./#lesson={name}&step={number}"
            links.setdefault(part, []).append({"href": href, "title": title, "language": language})
    return links


def install(app: FastAPI) -> None:
    """Add the article to an application whose state has a page renderer and a library of lessons."""
    app.include_router(router)
