"""REST under `/api`: health, the catalogue, and datasets."""

import time
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field

from server.host import SessionHost
from server.offers import bounds, offered, points, problem_of
from server.problems import Problem, ProblemError, problem
from server.version import VERSION

_NOISE = bounds("noise")
_SEED = bounds("data_seed")
_LARGEST_DATASET = 10_000

router = APIRouter(prefix="/api")


class Health(BaseModel):
    """The state of the server."""

    status: str = Field("ok", description="Always ok: a server that is not does not answer.")
    version: str = Field(description="Tinkernet's version.", examples=["0.1.0"])
    sessions: int = Field(description="Trainings in memory, watched or not.", examples=[12])
    uptime_seconds: float = Field(description="Seconds since the server started.", examples=[3600.5])


class DatasetPoints(BaseModel):
    """Points of a dataset."""

    name: str = Field(examples=["circle"])
    problem: str = Field(description="What the dataset is for.", examples=["classification"])
    noise: float = Field(description="Noise in percent.", examples=[10])
    seed: int = Field(description="The seed that drew them.", examples=[0])
    points: list[Annotated[list[float], Field(min_length=3, max_length=3)]] = Field(
        description="x1, x2 and the target: -1 or 1 for a class, else a number from -1 to 1.",
        examples=[[[1.25, -0.5, 1.0], [4.1, 0.75, -1.0]]],
    )


@router.get("/health", tags=["server"], summary="Is the server well?")
async def health(request: Request) -> Health:
    """Answer as soon as the server takes requests: for monitors and for scripts that wait for it."""
    host: SessionHost = request.app.state.host
    uptime = round(time.monotonic() - request.app.state.started, 3)
    return Health(version=VERSION, sessions=len(host), uptime_seconds=uptime)


@router.get("/catalogue", tags=["catalogue"], summary="All settings, choices and bounds")
async def catalogue() -> dict[str, Any]:
    """Return every setting of a training with its default, description, bounds and choices.

    `fields` holds the settings by name; `offered` in a field is what the page shows, within the wider
    bounds of the engine. `datasets`, `features`, `activations` and `outputs` list what the settings can
    name.
    """
    return offered()


@router.get(
    "/datasets/{name}",
    tags=["datasets"],
    summary="Points of a dataset",
    responses={
        404: {"model": Problem, "description": "There is no such dataset."},
        422: {"model": Problem, "description": "A parameter is out of its bounds."},
    },
)
def dataset(
    name: Annotated[
        str, Path(description="One of the catalogue's datasets.", examples=["circle"], max_length=64)
    ],
    noise: Annotated[
        float, Query(ge=_NOISE[0], le=_NOISE[1], allow_inf_nan=False, description="Noise in percent.")
    ] = 0,
    seed: Annotated[
        int, Query(ge=_SEED[0], le=_SEED[1], description="The same seed gives the same points.")
    ] = 0,
    count: Annotated[
        int | None,
        Query(
            ge=1, le=_LARGEST_DATASET, description="How many points; by default as many as a training has."
        ),
    ] = None,
) -> DatasetPoints:
    """Draw the points that a training with this noise and `data_seed` has, already shuffled."""
    kind = problem_of(name)
    if kind is None:
        known = ", ".join(offered()["datasets"])
        raise ProblemError(
            problem(
                404, "not_found", f"There is no dataset {name}.", field="name", value=name, expected=known
            )
        )
    drawn = points(name, noise=noise, seed=seed, count=count)
    return DatasetPoints(name=name, problem=kind, noise=noise, seed=seed, points=drawn)
