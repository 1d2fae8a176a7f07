"""The catalogue: default, choices and bounds of every setting, for the page and for REST clients."""

from typing import Any

from pydantic_core import to_jsonable_python

from engine.config import TrainingConfig
from engine.config_fields import MAX_POINTS
from engine.data import images
from engine.data.datasets import DATASETS, PLANE
from engine.data.features import FEATURES
from engine.dependent_settings import DEPENDENTS
from engine.nn.activations import ACTIVATIONS
from engine.nn.heads import OUTPUTS, PROBLEMS
from engine.optim.optimizers import OPTIMIZERS
from engine.optim.schedules import SCHEDULES
from engine.setting_types import Offered

_TYPES = {"string": "choice", "array": "list"}
_BOUNDS = {
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "exclusive_minimum",
    "minItems": "minimum_items",
    "maxItems": "maximum_items",
}


def catalogue() -> dict[str, Any]:
    """Return all settings and tables, as a value that JSON can represent.

    `fields` has for each setting its type, default, description, bounds and choices; for a list the choices
    and bounds of its entries; `offered`, if the page offers fewer values than the engine accepts; and
    `default_depends_on`, the settings with which the default changes. Datasets say whether their data are
    `available`, and the command to `install` them; of real data, the `columns` that they come from.
    `optimizers` and `schedules` have the names of the settings that each entry reads.
    """
    schema = TrainingConfig.model_json_schema()
    properties = {name: _plain(each, schema["$defs"]) for name, each in schema["properties"].items()}
    return {
        "fields": {name: _field(name, schema) for name, schema in properties.items()},
        "datasets": {
            name: {
                "problems": list(kind.problems),
                "points": kind.points,
                "available": name != images.DIGITS or images.are_available(),
                "install": images.INSTALL if name == images.DIGITS else None,
                "columns": None if kind.columns is None else kind.columns.model_dump(mode="json"),
            }
            for name, kind in DATASETS.items()
        },
        "features": list(FEATURES),
        "activations": list(ACTIVATIONS),
        "outputs": {problem: list(names) for problem, names in PROBLEMS.items()},
        "losses": {name: list(output.losses) for name, output in OUTPUTS.items()},
        "optimizers": {name: list(optimizer.parameters) for name, optimizer in OPTIMIZERS.items()},
        "schedules": {name: list(schedule.parameters) for name, schedule in SCHEDULES.items()},
        "most_points": MAX_POINTS,
        "plane": [-PLANE, PLANE],
    }


def _plain(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a setting that may be null as that of its other values."""
    (other,) = [each for each in schema.get("anyOf", [schema]) if each.get("type") != "null"]
    name = other.get("$ref", "").rpartition("/")[2]
    return {**schema, **definitions[name], "description": schema["description"]} if name else schema


def _field(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    field = {
        "type": _TYPES.get(schema["type"], schema["type"]),
        "default": to_jsonable_python(TrainingConfig.model_fields[name].default),
        "description": schema["description"],
    }
    if causes := [cause for cause, names in DEPENDENTS.items() if name in names]:
        field["default_depends_on"] = causes
    field |= _bounds(schema)
    items = schema.get("items", {})
    if choices := _choices(schema) or _choices(items):
        field["choices"] = choices
    if bounds := _bounds(items):
        field["items"] = bounds
    for metadata in TrainingConfig.model_fields[name].metadata:
        if isinstance(metadata, Offered):
            field["offered"] = metadata.value
    return field


def _bounds(schema: dict[str, Any]) -> dict[str, float]:
    return {name: schema[keyword] for keyword, name in _BOUNDS.items() if keyword in schema}


def _choices(schema: dict[str, Any]) -> list[str] | None:
    """Return the choices of a schema. Pydantic writes a table with a single entry as a constant."""
    return [schema["const"]] if "const" in schema else schema.get("enum")
