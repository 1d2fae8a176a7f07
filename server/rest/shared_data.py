"""REST: points of one's own, stored for links that name them."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field

from engine.config import TrainingConfig
from engine.data.columns import DataColumns
from engine.data.datasets import CUSTOM
from server.errors.codes import ErrorCode
from server.errors.problems import Problem, ProblemError, problem
from server.limits.rate_limits import AddressRateLimiter
from server.limits.training_size import check_points
from server.protocol.strict_model import ConfigChanges, StrictModel, with_example
from server.rest.dependencies import reject_unknown_parameters
from server.rest.errors import (
    BODY,
    COMMON,
    UNAVAILABLE,
    Responses,
    errors_as_problems,
    invalid_value,
    unavailable,
)
from server.rest.errors import not_found as not_found_problem
from server.rest.json_bodies import JsonRoute
from server.settings import Settings
from server.storage.database import StorageError
from server.storage.shared_data import SharedDataStore, id_of

SHARED_SETTINGS = ("problem", "classes", "points", "data_columns")
"""Settings of a training that are stored together."""

SECONDS_PER_DAY = 86_400.0

_EXAMPLE: dict[str, Any] = {"problem": "classification", "points": [[1, 1.5, 1], [-1, -1.5, -1]]}

router = APIRouter(
    route_class=JsonRoute,
    prefix="/api/own-data",
    tags=["own data"],
    dependencies=[Depends(reject_unknown_parameters)],
    responses=COMMON | UNAVAILABLE,
)


class DataToShare(StrictModel):
    """Points to store."""

    config: ConfigChanges = Field(
        description="`problem`, `classes`, `points` and `data_columns` of a config; "
        "other settings are left out.",
        examples=[_EXAMPLE],
    )

    model_config = with_example({"config": _EXAMPLE})


class SharedDataId(StrictModel):
    """Where points are stored."""

    id: str = Field(
        description="The id; the same data have the same one. Links have it as `data`.",
        examples=["q1oVdZ0yqKd0wq3Y0k2R9g"],
    )
    lifetime: float = Field(
        description="Seconds without use after which they are removed; each use of a link counts.",
        examples=[1_209_600],
    )


class SharedPoints(StrictModel):
    """Points that are stored, as settings of a training."""

    problem: str = Field(description="The problem.", examples=["classification"])
    dataset: str = Field(description="The dataset of custom points.", examples=[CUSTOM])
    classes: int = Field(description="The number of classes, for several.", examples=[3])
    points: list[list[float]] = Field(
        description="x1, x2 and target of each point.", examples=[[[1.0, 1.5, 1.0], [-1.0, -1.5, -1.0]]]
    )
    data_columns: DataColumns | None = Field(description="The columns that they come from.")


_GONE: Responses = {404: {"model": Problem, "description": "No such data are stored, or no longer."}}


def rate_limit(settings: Settings) -> AddressRateLimiter:
    """Return the limit on how often one address may store data."""
    limit = settings.max_shared_data_per_address
    return AddressRateLimiter(limit, limit / SECONDS_PER_DAY)


@router.post("", status_code=201, summary="Store points for links", responses=BODY)
async def share_data(request: Request, body: DataToShare) -> SharedDataId:
    """Store points of your own, so that a link can name them: `#data=ID`.

    They are kept as long as a session: each use counts, by a link or by `GET`.
    """
    settings, store = request.app.state.settings, _store(request)
    with errors_as_problems(within="config"):
        config = TrainingConfig().changed({**body.config, "dataset": CUSTOM})
        check_points(len(config.points), settings.max_points)
    if "points" not in body.config:
        raise invalid_value("config.points", None, "points")
    value = _serialize(config)
    address = None if request.client is None else request.client.host
    rate: AddressRateLimiter = request.app.state.shared_data_rate
    try:
        if not await store.has(id_of(value)) and rate.acquire(address):
            detail = "Your network address has stored as many data today as it may."
            raise ProblemError(
                problem(ErrorCode.TOO_MANY_REQUESTS, detail, expected="no further data today"),
                {"Retry-After": "3600"},
            )
        return SharedDataId(id=await store.put(value), lifetime=settings.session_lifetime)
    except StorageError:
        raise unavailable() from None


@router.get("/{data}", summary="Read stored points", responses=_GONE)
async def shared_data(
    request: Request,
    data: Annotated[str, Path(description="The id.", max_length=64, examples=["q1oVdZ0yqKd0wq3Y0k2R9g"])],
) -> SharedPoints:
    """Return points that were stored, as settings of a training."""
    try:
        value = await _store(request).get(data)
    except StorageError:
        raise unavailable() from None
    if value is None:
        raise not_found_problem("data", data, "the id of data that are stored")
    found: dict[str, Any] = json.loads(value)
    return SharedPoints.model_validate({"dataset": CUSTOM, **found})


def _serialize(config: TrainingConfig) -> bytes:
    """Return the shared settings of a config in the one form in which they are stored."""
    chosen = config.model_dump(mode="json", include=set(SHARED_SETTINGS))
    if config.problem != "multiclass":
        chosen["classes"] = TrainingConfig.model_fields["classes"].default
    return json.dumps(chosen, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _store(request: Request) -> SharedDataStore:
    store: SharedDataStore = request.app.state.shared_data
    return store
