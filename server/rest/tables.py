"""REST: a session's numbers as tables: its losses, its metrics, its points. JSON or CSV."""

from itertools import chain
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from server.rest import serializers
from server.rest.dependencies import (
    COMMON,
    NOT_FOUND,
    TABLE,
    Format,
    Responses,
    SessionId,
    csv_response,
    obeyed,
    only_known,
)
from server.rest.schemas import Losses, Metrics

CSV: Responses = {200: TABLE}

router = APIRouter(
    prefix="/api/sessions/{session}",
    tags=["numbers"],
    dependencies=[Depends(only_known)],
    responses=COMMON | NOT_FOUND,
)


class Points(BaseModel):
    """The points of a session: x1, x2 and target of each."""

    train: list[Annotated[list[float], Field(min_length=3, max_length=3)]] = Field(
        description="Those that it trains with.", examples=[[[1.25, -0.5, 1.0]]]
    )
    test: list[Annotated[list[float], Field(min_length=3, max_length=3)]] = Field(
        description="Those that it is tested with.", examples=[[[4.1, 0.75, -1.0]]]
    )


@router.get("/losses", summary="The losses so far", response_model=Losses, responses=CSV)
async def losses(request: Request, session: SessionId, format: Format = "json") -> Response | Losses:  # noqa: A002
    """Return the losses after each epoch, the present ones last.

    Trainings that are asked for keep the losses of every epoch up to 2,000; while a session plays fast, only
    some epochs are measured.
    """
    found = await obeyed(request, session, serializers.losses)
    if format == "json":
        return found
    rows = zip(found.epoch, found.train_loss, found.test_loss, strict=True)
    return csv_response(("epoch", "train_loss", "test_loss"), rows)


@router.get("/metrics", summary="How well it does now", response_model=Metrics, responses=CSV)
async def metrics(request: Request, session: SessionId, format: Format = "json") -> Response | Metrics:  # noqa: A002
    """Return the losses and accuracies of this moment."""
    found = await obeyed(request, session, serializers.metrics)
    if format == "json":
        return found
    table = found.model_dump()
    return csv_response(list(table), [list(table.values())])


@router.get("/points", summary="The points it learns from", response_model=Points, responses=CSV)
async def points(request: Request, session: SessionId, format: Format = "json") -> Response | Points:  # noqa: A002
    """Return the points that train and those that test. Their targets are as in the datasets."""
    train, test = await obeyed(request, session, serializers.points)
    if format == "json":
        return Points.model_construct(train=train, test=test)
    rows = chain((("train", *row) for row in train), (("test", *row) for row in test))
    return csv_response(("part", "x1", "x2", "target"), rows)
