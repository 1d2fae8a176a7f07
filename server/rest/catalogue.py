"""REST: every setting of a training, with its default, bounds and choices."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, JsonValue

from engine.data.columns import DataColumns
from server.catalogue import get_catalogue
from server.rest.errors import WITHOUT_BODY

router = APIRouter(prefix="/api", tags=["catalogue"], responses=WITHOUT_BODY)


class CatalogueSetting(BaseModel, extra="forbid"):
    """One setting of a training. Fields that do not apply to its type are absent."""

    type: str = Field(description="boolean, choice, integer, list, number, or object.", examples=["number"])
    default: JsonValue = Field(
        description="The default value, where all other settings have theirs.", examples=[0.03]
    )
    default_depends_on: list[str] | None = Field(
        None,
        description="The settings with which the default changes, as the description says. A setting that is "
        "left out follows them.",
        examples=[["problem"]],
    )
    description: str = Field(
        description="What the setting does.",
        examples=["Learning rate: the factor on the gradient in each update."],
    )
    minimum: float | None = Field(None, description="The smallest value.", examples=[0])
    maximum: float | None = Field(None, description="The largest value.", examples=[100])
    exclusive_minimum: float | None = Field(
        None, description="The value must be greater than this.", examples=[0]
    )
    minimum_items: int | None = Field(None, description="Minimum number of entries of a list.", examples=[1])
    maximum_items: int | None = Field(None, description="Maximum number of entries of a list.", examples=[16])
    choices: list[str] | None = Field(
        None, description="The possible values, for a list those of each entry.", examples=[["tanh", "relu"]]
    )
    items: dict[str, float] | None = Field(
        None, description="The bounds of each entry of a list.", examples=[{"minimum": 1, "maximum": 64}]
    )
    offered: JsonValue = Field(
        None,
        description="The bounds or choices that the page shows, if they are narrower.",
        examples=[{"minimum": 1, "maximum": 30}],
    )


class CatalogueDataset(BaseModel, extra="forbid"):
    """One dataset of the catalogue."""

    problems: list[str] = Field(
        description="The problems that it suits: classification, multiclass, regression or images.",
        examples=[["classification"]],
    )
    points: int = Field(
        description="Number of points of a training; 0 for the dataset of custom points.", examples=[500]
    )
    available: bool = Field(description="Whether this server has its data.", examples=[True])
    install: str | None = Field(
        description="The command that installs its data on the server; null: they need none.", examples=[None]
    )
    columns: DataColumns | None = Field(
        description="Of real data the columns that the points come from, and how they are scaled; else null."
    )


class Catalogue(BaseModel, extra="forbid"):
    """All settings of a training, and the names that they may take."""

    fields: dict[str, CatalogueSetting] = Field(
        description="The settings by name.",
        examples=[{"noise": get_catalogue()["fields"]["noise"]}],
    )
    datasets: dict[str, CatalogueDataset] = Field(
        description="The datasets by name.",
        examples=[{"circle": get_catalogue()["datasets"]["circle"]}],
    )
    features: list[str] = Field(description="The inputs that a network may have.", examples=[["x1", "x2"]])
    activations: list[str] = Field(description="Activations of hidden layers.", examples=[["tanh", "relu"]])
    outputs: dict[str, list[str]] = Field(
        description="Activations of the output by problem.", examples=[get_catalogue()["outputs"]]
    )
    losses: dict[str, list[str]] = Field(
        description="Losses by activation of the output, the default first.",
        examples=[get_catalogue()["losses"]],
    )
    optimizers: dict[str, list[str]] = Field(
        description="The optimizers, and the settings that each takes.",
        examples=[get_catalogue()["optimizers"]],
    )
    schedules: dict[str, list[str]] = Field(
        description="The learning-rate schedules, and the settings that each takes.",
        examples=[get_catalogue()["schedules"]],
    )
    most_points: int = Field(description="Maximum number of custom points of a config.", examples=[1000])
    plane: list[float] = Field(description="The bounds of x1 and x2.", examples=[[-6, 6]])


@router.get(
    "/catalogue",
    summary="Read the catalogue of settings",
    response_model=Catalogue,
)
async def catalogue() -> JSONResponse:
    """Return every setting of a training with its default, description, bounds and choices.

    `fields` holds the settings by name; `offered` in a field is what the page shows, within the wider
    bounds of the engine. The other tables list the names that settings can take, and what fits together.
    """
    return JSONResponse(get_catalogue())
