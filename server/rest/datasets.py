"""REST: the points of a dataset, drawn as for a training."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from server.catalogue import bounds, generated_datasets, points, problem_of
from server.errors.codes import ErrorCode
from server.errors.problems import Problem, ProblemError, problem
from server.rest.dependencies import TABLE, Format, csv_response, json_response, reject_unknown_parameters
from server.rest.errors import WITHOUT_BODY

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


class DatasetPoints(BaseModel):
    """Points of a dataset."""

    name: str = Field(description="The dataset.", examples=["circle"])
    problem: str = Field(description="The problem that the dataset is for.", examples=["classification"])
    noise: float = Field(description="Noise in percent.", examples=[10])
    seed: int = Field(description="The seed of the points.", examples=[0])
    points: list[Annotated[list[float], Field(min_length=3, max_length=3)]] = Field(
        description="x1, x2 and target of each point. The target is -1 or 1 for two classes, the number of "
        "the class (from 0) for several, and a number from -1 to 1 in regression.",
        examples=[[[1.25, -0.5, 1.0], [4.1, 0.75, -1.0]]],
    )


@router.get(
    "/datasets/{name}",
    summary="Points of a dataset",
    responses={
        404: {"model": Problem, "description": "There is no such dataset."},
        422: {"model": Problem, "description": "A parameter is out of its bounds."},
        200: TABLE,
    },
    response_model=DatasetPoints,
)
async def dataset(
    name: Annotated[
        str,
        Path(
            description="One of the catalogue's datasets, except the one for own points.",
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
        Query(ge=1, le=MAX_COUNT, description="Number of points; by default that of a training."),
    ] = None,
    classes: Annotated[
        int,
        Query(ge=_CLASSES[0], le=_CLASSES[1], description="Number of classes, for a dataset with several."),
    ] = 3,
    format: Format = "json",  # noqa: A002 - the parameter's name
) -> Response:
    """Return the points that a training with this noise and `data_seed` draws, in its shuffled order."""
    kind = problem_of(name)
    if kind is None:
        known = ", ".join(generated_datasets())
        raise ProblemError(
            problem(
                ErrorCode.NOT_FOUND, f"There is no dataset {name}.", field="name", value=name, expected=known
            )
        )
    drawn = await run_in_threadpool(points, name, noise=noise, seed=seed, count=count, classes=classes)
    if format == "csv":
        return await run_in_threadpool(csv_response, ("x1", "x2", "target"), drawn)
    return await json_response(
        DatasetPoints.model_construct(name=name, problem=kind, noise=noise, seed=seed, points=drawn)
    )
