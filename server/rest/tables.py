"""REST: a session's losses, metrics and points, as JSON or CSV."""

from itertools import chain

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from server.errors.problems import Problem
from server.errors.wire_errors import other_problem
from server.rest import serializers
from server.rest.custom_data import validate_dataset
from server.rest.datasets import PointRow, columns_of
from server.rest.dependencies import (
    IF_MATCH,
    Format,
    SessionId,
    csv_response,
    json_response,
    run_in_session,
    session_router,
)
from server.rest.errors import BODY, CHANGES, Responses
from server.rest.json_bodies import large_body
from server.rest.media_types import CSV_RESPONSE, CsvResponse
from server.rest.schemas import CustomData, LossSeries, SessionMetrics
from server.sessions.custom_values import set_points
from server.sessions.session import Session

router = session_router("numbers")

POINTS_REFUSED: Responses = {
    409: {
        "model": Problem,
        "description": "A classroom does not allow it (`locked`, `paused` or `in_room`), or the network "
        "takes images (`other_problem`).",
    }
}


class SessionPoints(BaseModel):
    """The points of a session: x1, x2 and target of each; of images the 64 pixels, from 0 to 1, and digit."""

    train: list[PointRow] = Field(description="The training points.", examples=[[[1.25, -0.5, 1.0]]])
    test: list[PointRow] = Field(description="The test points.", examples=[[[4.1, 0.75, -1.0]]])


@router.get("/losses", summary="Read the losses so far", response_model=LossSeries)
async def losses(request: Request, session: SessionId, format: Format = "json") -> Response:  # noqa: A002
    """Return the losses after each epoch; the last entry is the current one.

    A training started by `train` measures every epoch. While a session plays fast, only some epochs are
    measured. Beyond 2,000 entries, neighbours are averaged. `losses.csv` is the same as a table.
    """
    if format == "csv":
        return await losses_csv(request, session)
    return await json_response(await run_in_session(request, session, serializers.losses))


@router.get(
    "/losses.csv",
    summary="Read the losses so far as CSV",
    response_class=CsvResponse,
    responses=CSV_RESPONSE,
)
async def losses_csv(request: Request, session: SessionId) -> Response:
    """Return the same as `losses`, as a table with the columns epoch, train_loss and test_loss."""
    series = await run_in_session(request, session, serializers.losses)
    rows = zip(series.epoch, series.train_loss, series.test_loss, strict=True)
    return await run_in_threadpool(csv_response, ("epoch", "train_loss", "test_loss"), rows)


@router.get("/metrics", summary="Read the current losses and accuracies", response_model=SessionMetrics)
async def metrics(request: Request, session: SessionId, format: Format = "json") -> Response | SessionMetrics:  # noqa: A002
    """Return the current losses and accuracies. `metrics.csv` is the same as a table."""
    if format == "csv":
        return await metrics_csv(request, session)
    return await run_in_session(request, session, serializers.metrics)


@router.get(
    "/metrics.csv",
    summary="Read the current losses and accuracies as CSV",
    response_class=CsvResponse,
    responses=CSV_RESPONSE,
)
async def metrics_csv(request: Request, session: SessionId) -> Response:
    """Return the same as `metrics`, as a table with one row, whose columns have the same names."""
    row = (await run_in_session(request, session, serializers.metrics)).model_dump()
    return csv_response(list(row), [list(row.values())])


@router.get("/points", summary="Read the data points", response_model=SessionPoints)
async def points(request: Request, session: SessionId, format: Format = "json") -> Response:  # noqa: A002
    """Return the training points and the test points, with targets as in the datasets.

    Of images, a row has the pixels, row by row, and the digit. `points.csv` is the same as a table.
    """
    if format == "csv":
        return await points_csv(request, session)
    train, test = await run_in_session(request, session, serializers.points)
    return await json_response(SessionPoints.model_construct(train=train, test=test))


@router.get(
    "/points.csv",
    summary="Read the data points as CSV",
    response_class=CsvResponse,
    responses=CSV_RESPONSE,
)
async def points_csv(request: Request, session: SessionId) -> Response:
    """Return the same as `points`, as a table with the columns part (train or test), x1, x2 and target.

    Of images, pixel_0 to pixel_63 are in the place of x1 and x2.
    """
    train, test = await run_in_session(request, session, serializers.points)
    rows = chain((("train", *row) for row in train), (("test", *row) for row in test))
    return await run_in_threadpool(csv_response, ("part", *columns_of(train)), rows)


@router.put(
    "/points",
    response_model=SessionPoints,
    summary="Set the data points",
    dependencies=IF_MATCH,
    responses={**BODY, **POINTS_REFUSED, **CHANGES},
)
@large_body
async def write_points(request: Request, session: SessionId, new: CustomData) -> Response:
    """Replace the data points by your own, already split into training and test points.

    The network keeps its weights, and training continues. The points stay until the session gets another
    dataset, and are marked by `custom_data` in its state. A network for images takes none: its setting
    `drawings` adds images.
    """
    limit = request.app.state.settings.max_points

    def write(target: Session) -> SessionPoints:
        if target.config.image:
            raise other_problem(takes_images=True)
        data = validate_dataset(target.config, new, max_points=limit, within="")
        assert data is not None
        set_points(target, data)
        train, test = serializers.points(target)
        return SessionPoints.model_construct(train=train, test=test)

    return await json_response(await run_in_session(request, session, write))
