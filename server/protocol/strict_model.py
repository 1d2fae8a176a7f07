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


def _inlined(schema: Any, definitions: Mapping[str, Any]) -> Any:
    """Return a JSON schema with each definition in the place where it is named."""
    if isinstance(schema, list):
        return [_inlined(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        inlined = _inlined(definitions[schema["$ref"].removeprefix("#/$defs/")], definitions)
        # Its title is the name of a schema of its own, which a generated client would have twice.
        return {key: value for key, value in inlined.items() if key != "title"}
    # The mapping of a discriminator names definitions; without it the constants of the property tell.
    return {key: _inlined(value, definitions) for key, value in schema.items() if key != "discriminator"}


_SCHEMA = TrainingConfig.model_json_schema()
_SETTINGS = {
    name: _inlined(schema, _SCHEMA.get("$defs", {})) for name, schema in _SCHEMA["properties"].items()
}
_WITHOUT_DEFAULTS = {
    name: {key: value for key, value in schema.items() if key != "default"}
    for name, schema in _SETTINGS.items()
}

ConfigChanges = Annotated[
    dict[str, Any],
    WithJsonSchema({"type": "object", "properties": _WITHOUT_DEFAULTS, "additionalProperties": False}),
]
"""Some settings of a training by name. `TrainingConfig` checks them when they are applied."""
