"""The AsyncAPI 3 document of the websockets: that of the playground, and those that others add."""

import inspect
from collections.abc import Iterable, Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from server.errors.codes import ErrorCode
from server.protocol import close_codes, frames
from server.protocol import messages as wire
from server.protocol.examples import client_examples, example_of, server_examples
from server.rest.websocket_docs.channels import BinaryMessage, Channel, Message, TextMessage
from server.rest.websocket_docs.frame_layout import frame_layout
from server.rest.websocket_docs.source_docs import constant_docs
from server.version import VERSION

DESCRIPTION = f"""\
What the page itself uses: it changes one session as REST does, and streams what training changes. Control
messages are JSON text, frames are binary.

The first message is `open`; the answer is `welcome`, then `state`, then frames. Frames follow as the client
acknowledges them: send `ack` with the number of each frame once it is shown, or there are no more. A message
may have a number `ref`; an `error` or a reply to it has the same. A message of a client has at most
{wire.MAX_MESSAGE_BYTES:,} bytes. Readers skip types, fields and tags that they do not know.
"""

FRAME = "Frame"
_SCHEMAS = "#/components/schemas/"


def models_of(union: Any) -> list[type[BaseModel]]:
    """Return the models of one of the unions of messages, in its order."""
    return list(get_args(get_args(union)[0]))


def names_of(union: Any) -> list[str]:
    """Return the names of these models, which are those of the messages in the document."""
    return [model.__name__ for model in models_of(union)]


def build_document(channels: Sequence[Channel] = ()) -> dict[str, Any]:
    """Return the document, with no entry of a server.

    Args:
        channels: the websockets besides the playground's.
    """
    by_client, by_server = names_of(wire.AnyClientMessage), names_of(wire.ServerMessage)
    messages = {
        **{type(each).__name__: _message(each, exclude_unset=True) for each in client_examples()},
        **{type(each).__name__: _message(each, exclude_unset=False) for each in server_examples()},
        FRAME: _frame(),
    }
    playground = Channel(
        "playground",
        "/ws",
        "One session, as one page has it. `open` with the id of a view in place of a session's watches a "
        'training that only its owner changes; "Share" on the page gives it.',
        by_client,
        [*by_server, FRAME],
    )
    for channel in channels:
        messages |= {name: _other(message) for name, message in channel.messages.items()}
    channels = [playground, *channels]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Tinkernet: the websocket",
            "version": VERSION,
            "description": DESCRIPTION,
            "license": {"name": "MIT License"},
        },
        "defaultContentType": "application/json",
        "servers": {},
        "channels": {channel.name: _channel(channel) for channel in channels},
        "operations": {
            name: operation for channel in channels for name, operation in _operations(channel).items()
        },
        "components": {"messages": messages, "schemas": _schemas(channels)},
        "x-close-codes": _close_codes(),
        "x-error-codes": _error_codes(),
    }


def operation_name(channel: str, action: str) -> str:
    """Return the name of what clients send on a channel ("receive"), or of what the server sends ("send")."""
    return action if channel == "playground" else f"{action}_{channel}"


def _channel(channel: Channel) -> dict[str, Any]:
    names = dict.fromkeys([*channel.receives, *channel.sends])
    return {
        "address": channel.address,
        "description": channel.description,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
    }


def _operations(channel: Channel) -> dict[str, Any]:
    address = f"#/channels/{channel.name}"
    sides = (
        ("receive", "What clients send.", channel.receives),
        ("send", "What the server sends.", channel.sends),
    )
    return {
        operation_name(channel.name, action): {
            "action": action,
            "summary": summary,
            "channel": {"$ref": address},
            "messages": [{"$ref": f"{address}/messages/{name}"} for name in names],
        }
        for action, summary, names in sides
        if names
    }


def _other(message: Message) -> dict[str, Any]:
    """Return the entry of a message of another websocket, with an example from those of its fields."""
    if isinstance(message, BinaryMessage):
        return {
            "name": message.kind,
            "summary": message.summary,
            "description": message.description,
            "contentType": "application/octet-stream",
            "payload": {"type": "string", "format": "binary"},
            "x-json": {"$ref": _SCHEMAS + message.header.__name__},
        }
    description = inspect.cleandoc(message.model.__doc__ or "")
    fields = {key: value for key, value in example_of(message.model).items() if key != "type"}
    return {
        "name": message.kind,
        "summary": message.summary or description.split("\n")[0],
        "description": description,
        "payload": {"$ref": _SCHEMAS + message.model.__name__},
        "examples": [{"payload": {"type": message.kind, **fields}}],
    }


def _message(example: wire.AnyClientMessage | wire.ServerMessage, *, exclude_unset: bool) -> dict[str, Any]:
    model = type(example)
    description = inspect.cleandoc(model.__doc__ or "")
    payload = {"type": example.type, **example.model_dump(mode="json", exclude_unset=exclude_unset)}
    return {
        "name": example.type,
        "summary": description.split("\n")[0],
        "description": description,
        "payload": {"$ref": _SCHEMAS + model.__name__},
        "examples": [{"payload": payload}],
    }


def _frame() -> dict[str, Any]:
    description = inspect.cleandoc(frames.__doc__ or "")
    return {
        "name": "frame",
        "summary": "What training changes: losses, heat maps, weights. Binary.",
        "description": description,
        "contentType": "application/octet-stream",
        "payload": {"type": "string", "format": "binary"},
        "x-frame": frame_layout(),
    }


def _schemas(channels: Iterable[Channel]) -> dict[str, Any]:
    models = [*models_of(wire.AnyClientMessage), *models_of(wire.ServerMessage)]
    others = [message for channel in channels for message in channel.messages.values()]
    typed = {message.model: message.kind for message in others if isinstance(message, TextMessage)}
    models += [message.header if isinstance(message, BinaryMessage) else message.model for message in others]
    inputs = [(model, "validation") for model in models]
    _, definitions = models_json_schema(inputs, ref_template=_SCHEMAS + "{model}")  # type: ignore[arg-type]
    schemas: dict[str, Any] = _with_plain_discriminators(definitions["$defs"])
    for model in models:
        schema = schemas[model.__name__]
        if model in typed:
            schema["properties"] = {"type": {"const": typed[model], "type": "string"}, **schema["properties"]}
        if "type" not in schema["properties"]:
            continue
        schema["required"] = ["type", *(name for name in schema.get("required", []) if name != "type")]
    return schemas


def _with_plain_discriminators(schema: Any) -> Any:
    """Return a schema whose discriminators are the names of properties, as AsyncAPI has them, not objects."""
    if isinstance(schema, list):
        return [_with_plain_discriminators(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: value["propertyName"]
        if key == "discriminator" and isinstance(value, dict)
        else _with_plain_discriminators(value)
        for key, value in schema.items()
    }


def _close_codes() -> list[dict[str, Any]]:
    docs = constant_docs(close_codes)
    return [{"code": getattr(close_codes, name), "name": name, "description": docs[name]} for name in docs]


def _error_codes() -> list[dict[str, Any]]:
    return [{"code": code.value, "closes": code.close_code} for code in ErrorCode]
