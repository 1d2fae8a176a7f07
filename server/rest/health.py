"""REST under `/api`: health, the catalogue, and datasets."""

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, JsonValue

from server import engine_status
from server.catalogue import bounds, drawable, offered, points, problem_of
from server.errors.codes import ErrorCode
from server.errors.problems import Problem, ProblemError, problem
from server.rest.dependencies import COMMON, TABLE, Format, csv_response, only_known
from server.runtime.session_manager import SessionManager
from server.storage.database import StorageFailure
from server.version import VERSION

_NOISE = bounds("noise")
_SEED = bounds("data_seed")
_CLASSES = bounds("classes")
_LARGEST_DATASET = 10_000

router = APIRouter(
    prefix="/api",
    responses={
        405: {"model": Problem, "description": "Only GET and HEAD are taken."},
        413: {"model": Problem, "description": "The body is too large; none is needed."},
        429: COMMON[429],
    },
)


class Health(BaseModel):
    """The state of the server."""

    status: str = Field("ok", description="Always ok: a server that is not does not answer.")
    version: str = Field(description="Tinkernet's version.", examples=["0.1.0"])
    sessions: int = Field(description="Trainings in memory, watched or not.", examples=[12])
    engine: engine_status.Engine = Field(
        description="What trains: compiled code, plain NumPy, or plain NumPy until the code is compiled.",
        examples=["compiled"],
    )
    storage: Literal["ok"] | StorageFailure = Field(
        description="ok, or why trainings cannot be saved; they go on. locked: another program holds the "
        "database; full: the disk is; read_only: the folder or file; corrupt: the file is damaged; "
        "later_version: a later Tinkernet wrote it; unreachable: it is not there.",
        examples=["ok"],
    )
    uptime_seconds: float = Field(description="Seconds since the server started.", examples=[3600.5])


class Ready(BaseModel):
    """Whether the server takes visitors."""

    status: str = Field("ready", description="ready; while the server stops, the answer is a 503.")
    full: bool = Field(description="Whether newcomers have to wait for a place.", examples=[False])


class Setting(BaseModel, extra="forbid"):
    """One setting of a training. What does not apply to its type is left out."""

    type: str = Field(description="boolean, choice, integer, list or number.", examples=["number"])
    default: JsonValue = Field(description="The value of a setting that was not given.", examples=[0.03])
    description: str = Field(
        description="What the setting does.", examples=["How far each step goes down the slope."]
    )
    minimum: float | None = Field(None, description="The least value.", examples=[0])
    maximum: float | None = Field(None, description="The greatest value.", examples=[100])
    exclusive_minimum: float | None = Field(
        None, description="The value must be greater than this.", examples=[0]
    )
    minimum_items: int | None = Field(None, description="A list has at least so many entries.", examples=[1])
    maximum_items: int | None = Field(None, description="A list has at most so many entries.", examples=[16])
    choices: list[str] | None = Field(
        None, description="The values, of each entry in a list.", examples=[["tanh", "relu"]]
    )
    items: dict[str, float] | None = Field(
        None, description="Such bounds of each entry in a list.", examples=[{"minimum": 1, "maximum": 64}]
    )
    offered: JsonValue = Field(
        None, description="What the page shows, where that is less.", examples=[{"minimum": 1, "maximum": 30}]
    )


class DatasetKind(BaseModel, extra="forbid"):
    """One dataset."""

    problems: list[str] = Field(
        description="What it is for: classification, multiclass or regression.", examples=[["classification"]]
    )
    points: int = Field(
        description="How many points a training has; 0 of those that are given.", examples=[500]
    )


class Catalogue(BaseModel, extra="forbid"):
    """Everything that a training can be set to."""

    fields: dict[str, Setting] = Field(
        description="The settings by name.",
        examples=[{"noise": offered()["fields"]["noise"]}],
    )
    datasets: dict[str, DatasetKind] = Field(
        description="The datasets by name.", examples=[{"circle": offered()["datasets"]["circle"]}]
    )
    features: list[str] = Field(description="The inputs that a network may have.", examples=[["x1", "x2"]])
    activations: list[str] = Field(description="Of hidden layers.", examples=[["tanh", "relu"]])
    outputs: dict[str, list[str]] = Field(
        description="Activations of the output by problem.", examples=[offered()["outputs"]]
    )
    losses: dict[str, list[str]] = Field(
        description="Losses by activation of the output, the usual one first.", examples=[offered()["losses"]]
    )
    optimizers: dict[str, list[str]] = Field(
        description="The optimizers, and the settings that each takes.", examples=[offered()["optimizers"]]
    )
    schedules: dict[str, list[str]] = Field(
        description="The learning-rate schedules, and the settings that each takes.",
        examples=[offered()["schedules"]],
    )
    most_points: int = Field(description="Points that can be given at most.", examples=[1000])
    plane: list[float] = Field(description="The bounds of x1 and x2.", examples=[[-6, 6]])


class DatasetPoints(BaseModel):
    """Points of a dataset."""

    name: str = Field(description="The dataset.", examples=["circle"])
    problem: str = Field(description="What the dataset is for.", examples=["classification"])
    noise: float = Field(description="Noise in percent.", examples=[10])
    seed: int = Field(description="The seed that drew them.", examples=[0])
    points: list[Annotated[list[float], Field(min_length=3, max_length=3)]] = Field(
        description="x1, x2 and the target: -1 or 1 for two classes, the class from 0 on for several, else a "
        "number from -1 to 1.",
        examples=[[[1.25, -0.5, 1.0], [4.1, 0.75, -1.0]]],
    )


@router.get("/health", tags=["server"], summary="Is the server well?")
async def health(request: Request) -> Health:
    """Answer as soon as the server takes requests: for monitors and for scripts that wait for it."""
    session_manager: SessionManager = request.app.state.session_manager
    uptime = round(time.monotonic() - request.app.state.started, 3)
    return Health(
        version=VERSION,
        sessions=len(session_manager),
        engine=engine_status.engine(),
        storage=request.app.state.session_store.failure or "ok",
        uptime_seconds=uptime,
    )


@router.get(
    "/ready",
    tags=["server"],
    summary="Does the server take visitors?",
    responses={503: {"model": Problem, "description": "The server is stopping."}},
)
async def ready(request: Request) -> Ready:
    """Answer for a proxy or supervisor: a full server is ready too, as those inside need it."""
    if request.app.state.clients.closing:
        raise ProblemError(problem(ErrorCode.CLOSING, "The server is stopping."))
    session_manager: SessionManager = request.app.state.session_manager
    return Ready(full=session_manager.is_full_for(None))


@router.get(
    "/catalogue",
    tags=["catalogue"],
    summary="All settings, choices and bounds",
    response_model=Catalogue,
)
async def catalogue() -> JSONResponse:
    """Return every setting of a training with its default, description, bounds and choices.

    `fields` holds the settings by name; `offered` in a field is what the page shows, within the wider
    bounds of the engine. The other tables list what the settings can name, and what goes with what.
    """
    return JSONResponse(offered())


@router.get(
    "/datasets/{name}",
    dependencies=[Depends(only_known)],
    tags=["datasets"],
    summary="Points of a dataset",
    responses={
        404: {"model": Problem, "description": "There is no such dataset."},
        422: {"model": Problem, "description": "A parameter is out of its bounds."},
        200: TABLE,
    },
    response_model=DatasetPoints,
)
def dataset(
    name: Annotated[
        str,
        Path(
            description="One of the catalogue's datasets, but that of given points.",
            examples=["circle"],
            max_length=64,
            json_schema_extra={"enum": drawable()},
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
            ge=1, le=_LARGEST_DATASET, description="How many points; by default as many as a training has."
        ),
    ] = None,
    classes: Annotated[
        int,
        Query(ge=_CLASSES[0], le=_CLASSES[1], description="How many classes, of a dataset that has several."),
    ] = 3,
    format: Format = "json",  # noqa: A002 - the parameter's name
) -> DatasetPoints | Response:
    """Draw the points that a training with this noise and `data_seed` has, already shuffled."""
    kind = problem_of(name)
    if kind is None:
        known = ", ".join(drawable())
        raise ProblemError(
            problem(
                ErrorCode.NOT_FOUND, f"There is no dataset {name}.", field="name", value=name, expected=known
            )
        )
    drawn = points(name, noise=noise, seed=seed, count=count, classes=classes)
    if format == "csv":
        return csv_response(("x1", "x2", "target"), drawn)
    return DatasetPoints(name=name, problem=kind, noise=noise, seed=seed, points=drawn)
