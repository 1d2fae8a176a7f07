"""REST: further points like those of one's own, drawn from their density."""

from functools import partial
from typing import Any

import numpy as np
from fastapi import APIRouter, Depends, Request
from pydantic import Field

from engine.config import TrainingConfig
from engine.config_fields import MAX_COORDINATE, MAX_POINTS, MAX_SEED
from engine.data.datasets import CUSTOM
from engine.data.density import sample_like
from server.limits.training_size import check_points
from server.protocol.strict_model import ConfigChanges, StrictModel, with_example
from server.rest.call_charges import run_charged
from server.rest.dependencies import reject_unknown_parameters
from server.rest.errors import BODY, COMMON, errors_as_problems, invalid_value
from server.rest.json_bodies import JsonRoute

_EXAMPLE: dict[str, Any] = {
    "problem": "classification",
    "points": [[1, 1.5, 1], [1.5, 1.5, 1], [-1, -1.5, -1], [-1.5, -1.5, -1]],
}

router = APIRouter(
    route_class=JsonRoute,
    prefix="/api/own-data",
    tags=["own data"],
    dependencies=[Depends(reject_unknown_parameters)],
    responses=COMMON,
)


class DensityOrder(StrictModel):
    """Points, and how many more like them are to be drawn."""

    config: ConfigChanges = Field(
        description="`problem`, `classes` and `points` of a config; other settings have no effect.",
        examples=[_EXAMPLE],
    )
    count: int = Field(
        20, ge=1, le=MAX_POINTS, description="How many of each class; in regression, of all.", examples=[20]
    )
    width: float | None = Field(
        None,
        ge=0.01,
        le=10,
        description="Width of the kernel: the standard deviation of the normal distribution by which a point "
        "is moved, on the plane. Null: for each class the one under which its points are likeliest, each "
        "given all others.",
        examples=[None],
    )
    seed: int = Field(0, ge=0, le=MAX_SEED, description="Seed of the points that are drawn.", examples=[0])

    model_config = with_example({"config": _EXAMPLE, "count": 20})


class KernelWidth(StrictModel):
    """The width of the kernel of a class."""

    target: float | None = Field(description="The class's target; null in regression.", examples=[1.0])
    width: float = Field(description="The width, on the plane.", examples=[0.316])


class DrawnPoints(StrictModel):
    """Points that were drawn."""

    points: list[list[float]] = Field(
        description="x1, x2 and target of each new point, one class after the other.",
        examples=[[[1.2, 1.4, 1.0], [-1.1, -1.6, -1.0]]],
    )
    widths: list[KernelWidth] = Field(description="The width of each kernel.")


@router.post("/samples", summary="Draw more points like those given", responses=BODY)
async def draw_like_these(request: Request, body: DensityOrder) -> DrawnPoints:
    """Return further points of each class, drawn from the kernel density of those given.

    Each is a given one, moved by a normal distribution; it stays on the plane if that one lies there. In
    regression its target follows the mean of those near it. Nothing is stored.
    """
    with errors_as_problems(within="config"):
        config = TrainingConfig().changed({**body.config, "dataset": CUSTOM})
        check_points(len(config.points), request.app.state.settings.max_points)
    if "points" not in body.config:
        raise invalid_value("config.points", None, "points")
    by_class = config.problem != "regression"
    classes = len({target for _, _, target in config.points}) if by_class else 1
    if body.count * classes > MAX_POINTS:
        raise invalid_value("count", body.count, f"at most {MAX_POINTS // classes} of each class")
    rng = np.random.default_rng(body.seed)
    draw = partial(sample_like, config.points, body.count, rng, by_class=by_class, width=body.width)
    rows, widths = await run_charged(request, draw)
    return DrawnPoints.model_construct(
        points=np.clip(rows, -MAX_COORDINATE, MAX_COORDINATE).tolist(),
        widths=[
            KernelWidth(target=target if by_class else None, width=width) for target, width in widths.items()
        ],
    )
