"""REST: the points of a dataset, drawn as for a training."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from engine.data import images
from engine.data.images import DIGITS, SHAPE
from server.catalogue import bounds, generated_datasets, points, problem_of
from server.errors.codes import ErrorCode
from server.errors.problems import Problem, ProblemError, problem
from server.rest.dependencies import Format, csv_response, json_response, reject_unknown_parameters
from server.rest.errors import WITHOUT_BODY, Responses, invalid_value
from server.rest.media_types import CSV_RESPONSE, CsvResponse

_NOISE = bounds("noise")
_SEED = bounds("data_seed")
_CLASSES = bounds("classes")
MAX_COUNT = 10_000

router = APIRouter(
    prefix="/api",
    tags=["datasets"],
    dependencies=[Depends(reject_unknown_parameters)],
    responses=WITHOUT_BODY,
)


PointRow = Annotated[list[float], Field(min_length=3, max_length=SHAPE.values + 1)]
"""x1, x2 and target of a point; of an image its pixels and what it shows."""


def columns_of(rows: Sequence[Sequence[float]]) -> list[str]:
    """Return the names of the columns of points, or of images."""
    width = len(rows[0]) - 1 if rows else 2
    pixels = [f"pixel_{number}" for number in range(width)]
    return [*(("x1", "x2") if width == 2 else pixels), "target"]


class DatasetPoints(BaseModel):
    """Points of a dataset."""

    name: str = Field(description="The dataset.", examples=["circle"])
    problem: str = Field(description="The problem that the dataset is for.", examples=["classification"])
    noise: float = Field(description="Noise in percent.", examples=[10])
    seed: int = Field(description="The seed of the points.", examples=[0])
    points: list[PointRow] = Field(
        description="x1, x2 and target of each point. The target is -1 or 1 for two classes, the number of "
        "the class (from 0) for several, and a number from -1 to 1 in regression. Of images: 64 pixels from "
        "0 (paper) to 1 (ink), row by row, and the digit.",
        examples=[[[1.25, -0.5, 1.0], [4.1, 0.75, -1.0]]],
    )


_RESPONSES: Responses = {
    404: {"model": Problem, "description": "There is no such dataset."},
    422: {
        "model": Problem,
        "description": "A parameter is out of its bounds, or the dataset is not installed.",
    },
}


@dataclass(frozen=True)
class DatasetRequest:
    """Which points are requested."""

    name: str
    noise: float
    seed: int
    count: int | None
    classes: int


def requested_points(
    name: Annotated[
        str,
        Path(
            description="One of the catalogue's datasets, except the one for custom points.",
            examples=["circle"],
            max_length=64,
            json_schema_extra={"enum": generated_datasets()},
        ),
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
            ge=1,
            le=MAX_COUNT,
            description="Number of points; by default that of a training, which is the most of real data and "
            "digits.",
        ),
    ] = None,
    classes: Annotated[
        int,
        Query(ge=_CLASSES[0], le=_CLASSES[1], description="Number of classes, for a dataset with several."),
    ] = 3,
) -> DatasetRequest:
    """Return the parameters of a dataset; raise `ProblemError` if there is none with that name."""
    if problem_of(name) is None:
        known = ", ".join(generated_datasets())
        raise ProblemError(
            problem(
                ErrorCode.NOT_FOUND, f"There is no dataset {name}.", field="name", value=name, expected=known
            )
        )
    if name == DIGITS and not images.are_available():
        raise invalid_value("name", name, images.NOT_INSTALLED)
    return DatasetRequest(name, noise, seed, count, classes)


Requested = Annotated[DatasetRequest, Depends(requested_points)]


@router.get(
    "/datasets/{name}",
    summary="Draw the points of a dataset",
    responses=_RESPONSES,
    response_model=DatasetPoints,
)
async def dataset(wanted: Requested, format: Format = "json") -> Response:  # noqa: A002 - the parameter's name
    """Return the points that a training with this noise and `data_seed` draws, in its shuffled order.

    `points.csv` is the same as a table.
    """
    if format == "csv":
        return await dataset_csv(wanted)
    drawn = await _draw(wanted)
    return await json_response(
        DatasetPoints.model_construct(
            name=wanted.name,
            problem=problem_of(wanted.name) or "",
            noise=wanted.noise,
            seed=wanted.seed,
            points=drawn,
        )
    )


@router.get(
    "/datasets/{name}/points.csv",
    summary="Draw the points of a dataset as CSV",
    response_class=CsvResponse,
    responses={**CSV_RESPONSE, **_RESPONSES},
)
async def dataset_csv(wanted: Requested) -> Response:
    """Return the same points as a table with the columns x1, x2 and target.

    Of images, pixel_0 to pixel_63 are in the place of x1 and x2.
    """
    drawn = await _draw(wanted)
    return await run_in_threadpool(csv_response, columns_of(drawn), drawn)


async def _draw(wanted: DatasetRequest) -> list[list[float]]:
    return await run_in_threadpool(
        points,
        wanted.name,
        noise=wanted.noise,
        seed=wanted.seed,
        count=wanted.count,
        classes=wanted.classes,
    )
