"""Limits of the server's settings in the OpenAPI document, which states those that are in force."""

from dataclasses import dataclass
from typing import Any

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from engine.config import TrainingConfig

_MARK = "x-limited-by"
_BOUNDS = ("maximum", "maxItems")


@dataclass(frozen=True)
class LimitedBy:
    """Metadata of a number or list that a setting of the server limits, besides its own bound."""

    setting: str
    """The name of the limit in `server.rest.limits.Limits`."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Mark the schema, for `apply_limits`."""
        return {**handler(schema), _MARK: self.setting}


def apply_limits(schema: Any, limits: dict[str, float]) -> None:
    """Lower the bounds of all marked schemas within a JSON schema to the limits, and remove the marks."""
    if isinstance(schema, list):
        for each in schema:
            apply_limits(each, limits)
    elif isinstance(schema, dict):
        if isinstance(mark := schema.pop(_MARK, None), str):
            _lower(schema, limits[mark])
        properties = schema.get("properties")
        if isinstance(properties, dict) and properties.keys() >= TrainingConfig.model_fields.keys():
            _lower(properties["points"], limits["max_points"])
        for each in schema.values():
            apply_limits(each, limits)


def _lower(schema: dict[str, Any], limit: float) -> None:
    for bound in _BOUNDS:
        if bound in schema:
            schema[bound] = min(schema[bound], limit)
