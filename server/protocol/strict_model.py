"""The base class of every model that validates input from a client, over a websocket or REST."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, JsonValue, WithJsonSchema

from engine.config import TrainingConfig


class StrictModel(BaseModel):
    """A model without coercion: exact types, finite numbers, no unknown fields. Instances are immutable."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


def with_example(body: Mapping[str, JsonValue]) -> ConfigDict:
    """Return a `model_config` that shows an example in the OpenAPI document."""
    return ConfigDict(json_schema_extra={"examples": [dict(body)]})


_SETTINGS = TrainingConfig.model_json_schema()["properties"]
_WITHOUT_DEFAULTS = {
    name: {key: value for key, value in schema.items() if key != "default"}
    for name, schema in _SETTINGS.items()
}

ConfigChanges = Annotated[
    dict[str, Any],
    WithJsonSchema({"type": "object", "properties": _WITHOUT_DEFAULTS, "additionalProperties": False}),
]
"""Some settings of a training by name. `TrainingConfig` checks them when they are applied."""
