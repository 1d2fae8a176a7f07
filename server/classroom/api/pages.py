"""The classroom's pages: joining a room, a learner's seat, and the teacher's page."""

from typing import Literal

from fastapi import APIRouter, FastAPI, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from server.classroom.api.dependencies import get_room_manager, seat_of
from server.errors.problems import ProblemError
from server.web.pages import frame_sites_for, page_response, public_url_for, theme_for
from server.web.renderer import PageRenderer

router = APIRouter(include_in_schema=False)

RETRY_AFTER = "5"
"""Seconds after which a browser loads a page again that was unavailable."""


@router.api_route("/join", methods=["GET", "HEAD"])
def join(request: Request) -> Response:
    """Return the page on which a learner types a room's code."""
    return _page(request, "join")


@router.api_route("/join/{code}", methods=["GET", "HEAD"])
def join_by_link(code: str) -> Response:
    """Redirect a join link or QR code to the join page, with the code filled in."""
    letters = "".join(each for each in code if each.isalnum() and each.isascii())[:12]
    # Relative, so that it also works if the server is mounted under a path of another site.
    return RedirectResponse(f"../join?code={letters}", 303, {"Cache-Control": "no-cache"})


@router.api_route("/seat", methods=["GET", "HEAD"])
def seat(request: Request) -> Response:
    """Return the playground for the browser's seat; without a seat, redirect to the join page."""
    session = _session_of_seat(request)
    if session is None:
        return RedirectResponse("join", 303, {"Cache-Control": "no-cache"})
    pages: PageRenderer = request.app.state.pages
    locale = pages.locale_for(request)
    html = pages.render(
        locale=locale,
        theme=theme_for(request),
        public_url=public_url_for(request),
        frames=frame_sites_for(request),
        room={"session": session},
    )
    return page_response(request, html, locale)


@router.api_route("/classroom", methods=["GET", "HEAD"])
def classroom(request: Request) -> Response:
    """Return the teacher's page."""
    return _page(request, "classroom")


@router.api_route("/projector", methods=["GET", "HEAD"])
def projector(request: Request) -> Response:
    """Return the page that shows a room to the class."""
    return _page(request, "projector")


def install(app: FastAPI) -> None:
    """Add the routes to an application whose state has a page renderer."""
    app.include_router(router)


def _page(request: Request, name: Literal["join", "classroom", "projector"]) -> Response:
    pages: PageRenderer = request.app.state.pages
    locale = pages.locale_for(request)
    try:
        has_seat = seat_of(request) is not None
    except ProblemError:  # the rooms cannot be read now: the page asks for itself
        has_seat = True
    html = pages.render_classroom_page(
        name,
        locale=locale,
        theme=theme_for(request),
        public_url=public_url_for(request),
        has_seat=has_seat,
        teacher_password=get_room_manager(request).teacher_keys.required,
        room_lifetime=get_room_manager(request).settings.room_lifetime,
    )
    return page_response(request, html, locale)


def _session_of_seat(request: Request) -> str | None:
    """Return the session of the browser's seat, None without a seat or while it waits for approval.

    Raises:
        HTTPException: the rooms cannot be read now; the browser loads the page again by itself.
    """
    try:
        found = seat_of(request)
    except ProblemError as refused:
        headers = {"Retry-After": RETRY_AFTER, "Refresh": RETRY_AFTER}
        raise HTTPException(refused.status_code, refused.detail, headers) from None
    return None if found is None or found[1].waiting else found[1].session
