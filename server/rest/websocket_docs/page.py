"""The page about the websockets: the AsyncAPI document to read, in the look of that of REST."""

import json
import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from server.rest.websocket_docs.asyncapi import operation_name

Schema = dict[str, Any]

SETTINGS_MODEL = "TrainingConfig"
"""The model of all settings of a training, which has a page of its own: the catalogue."""

_STYLE = """\
body { margin: 0 0 4rem }
details.opblock > summary { list-style: none }
.opblock-body { padding: 0 20px 16px }
.swagger-ui table { width: auto; max-width: 100%; display: block; overflow: auto }
.swagger-ui table td, .swagger-ui table th { padding: 6px 16px 6px 0 !important; vertical-align: top }
.swagger-ui .opblock .opblock-summary { gap: 12px; flex-wrap: wrap }
.swagger-ui .opblock .opblock-summary-path { max-width: none }
.swagger-ui .opblock-summary-method { min-width: 90px }
pre { overflow: auto;
  padding: 12px; border-radius: 4px; background: #333; color: #fff; font: 12px/1.5 monospace }
"""

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="../docs-assets/favicon.png">
<link rel="stylesheet" href="../docs-assets/swagger-ui.css">
<style nonce="{nonce}">{style}</style>
</head>
<body>
<main class="swagger-ui"><div class="wrapper">
{content}
</div></main>
</body>
</html>
"""


REFERENCE = r'"#/components/schemas/(\w+)"'

_LINKS = '<p><a href="../asyncapi.json">AsyncAPI document</a> · <a href="../docs">REST</a></p>'


def websocket_page(document: Schema, client: str, nonce: str) -> str:
    """Return the page as HTML.

    Args:
        document: the AsyncAPI document.
        client: the program of the example.
        nonce: of the page's style.
    """
    info, messages = document["info"], document["components"]["messages"]
    schemas, frame = document["components"]["schemas"], messages["Frame"]
    title = escape(info["title"])
    introduction = _prose(info["description"]) + _LINKS
    sections = [
        f'<section class="info"><h1 class="title">{title}</h1>{introduction}</section>',
        _heading("A client") + f'<pre id="client">{escape(client)}</pre>',
        _heading("Messages of clients") + _messages(document, "playground", "receive"),
        _heading("Messages of the server") + _messages(document, "playground", "send"),
        *(_channel(document, name) for name in document["channels"] if name != "playground"),
        _heading("Parts of messages") + _parts(schemas, messages),
        _heading("Frames") + _prose(frame["description"]) + _frame_tables(frame["x-frame"]),
        _heading("Close codes") + _table(("code", "name", "meaning"), _rows(document["x-close-codes"])),
        _heading("Error codes") + _errors(document["x-error-codes"]),
    ]
    content = "\n".join(sections)
    return _PAGE.format(title=title, nonce=nonce, style=_STYLE, content=content)


def _heading(text: str) -> str:
    return f'<h2 class="opblock-tag">{text}</h2>'


def _prose(text: str) -> str:
    """Return paragraphs as HTML; those that are indented stay as they are, and `code` is marked."""
    blocks = []
    for block in text.strip("\n").split("\n\n"):
        marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(block, quote=False))
        blocks.append(f"<pre>{escape(block)}</pre>" if block.startswith("    ") else f"<p>{marked}</p>")
    return f'<div class="markdown">{"".join(blocks)}</div>'


def _channel(document: Schema, name: str) -> str:
    """Return the section of a websocket besides the playground's."""
    channel = document["channels"][name]
    heading = _heading(f"Rooms:&nbsp;<code>{escape(channel['address'])}</code>")
    blocks = "".join(_messages(document, name, action) for action in ("receive", "send"))
    return heading + _prose(channel["description"]) + blocks


def _messages(document: Schema, channel: str, action: str) -> str:
    """Return what clients send on a channel ("receive"), or what the server sends ("send")."""
    colour, verb = ("post", "send") if action == "receive" else ("get", "receive")
    operation = document["operations"].get(operation_name(channel, action))
    if operation is None:
        return ""
    messages, schemas = document["components"]["messages"], document["components"]["schemas"]
    blocks, before = [], "" if channel == "playground" else f"{channel}-"
    for name in (each["$ref"].rsplit("/", 1)[-1] for each in operation["messages"]):
        message = messages[name]
        anchor = f"{before}{verb}-{message['name']}"
        if channel != "playground" and name in document["channels"]["playground"]["messages"]:
            blocks.append(_known(colour, verb, message))
        elif reference := message.get("x-json", message["payload"]).get("$ref"):
            blocks.append(_block(colour, verb, anchor, message, schemas[reference.rsplit("/", 1)[-1]]))
    return "".join(blocks)


def _known(colour: str, verb: str, message: Schema) -> str:
    """Return a line on a message that the playground's websocket has too."""
    title = escape(message["name"])
    place = f'<a href="#{verb}-{title}">as on /ws</a>' if "examples" in message else "as on /ws"
    return (
        f'<div class="opblock opblock-{colour}"><div class="opblock-summary">'
        f'<span class="opblock-summary-method">{verb}</span><span class="opblock-summary-path">{title}</span>'
        f'<span class="opblock-summary-description">{place}</span></div></div>'
    )


def _block(colour: str, verb: str, anchor: str, message: Schema, schema: Schema) -> str:
    title = message["name"]
    examples = [json.dumps(each["payload"], ensure_ascii=False) for each in message.get("examples", [])]
    return (
        f'<details class="opblock opblock-{colour}" id="{escape(anchor)}">'
        f'<summary class="opblock-summary"><span class="opblock-summary-method">{verb}</span>'
        f'<span class="opblock-summary-path">{escape(title)}</span>'
        f'<span class="opblock-summary-description">{_inline(message["summary"])}</span></summary>'
        f'<div class="opblock-body">{_prose(message["description"])}{_fields(schema)}'
        f"{''.join(f'<pre>{escape(example)}</pre>' for example in examples)}</div></details>"
    )


def _parts(schemas: Schema, messages: Schema) -> str:
    """Return the objects that messages consist of, but for the settings of a training."""
    found: list[str] = []
    shown = set(re.findall(REFERENCE, json.dumps(messages)))
    queue = sorted(shown)
    while queue:
        for name in re.findall(REFERENCE, json.dumps(schemas[queue.pop(0)])):
            if name != SETTINGS_MODEL and name not in shown and name not in found:
                found.append(name)
                queue.append(name)
    return "".join(
        f'<details class="opblock" id="{name}"><summary class="opblock-summary">'
        f'<span class="opblock-summary-path">{name}</span></summary>'
        f'<div class="opblock-body">{_prose(schemas[name].get("description", ""))}{_fields(schemas[name])}'
        "</div></details>"
        for name in sorted(found)
    )


def _fields(schema: Schema) -> str:
    required = schema.get("required", [])
    rows = []
    for name, field in schema.get("properties", {}).items():
        default = "needed" if name in required else f"default {json.dumps(field.get('default'))}"
        rows.append(
            (f"<code>{name}</code>", type_text(field), escape(default), _inline(field.get("description", "")))
        )
    return _table(("field", "type", "", ""), rows)


def type_text(schema: Schema) -> str:
    """Return the type of a field as HTML: its choices, bounds, items, or a link to its part."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return (
            '<a href="../catalogue">settings</a>'
            if name == SETTINGS_MODEL
            else f'<a href="#{name}">{name}</a>'
        )
    if "anyOf" in schema:
        return " or ".join(map(type_text, schema["anyOf"]))
    choices = [schema["const"]] if "const" in schema else schema.get("enum", [])
    if choices:
        return " or ".join(f"<code>{escape(json.dumps(each))}</code>" for each in choices)
    if schema.get("type") == "array":
        return f"list of {type_text(schema['items'])}" if "items" in schema else "list"
    bounds = [
        f"{words} {schema[key]:g}"
        for key, words in (("minimum", "at least"), ("exclusiveMinimum", "more than"), ("maximum", "at most"))
        if key in schema and abs(schema[key]) < 2**53
    ]
    return escape(", ".join([schema.get("type", "any"), *bounds]))


def _frame_tables(layout: Schema) -> str:
    places = ("field", "type", "offset", "bytes")
    tables = (
        ("Header", _table(places, _rows(layout["header"]))),
        ("Flags", _table(("bit", "value", "meaning"), _rows(layout["flags"]))),
        ("Packing", _table(("name", "value", "meaning"), _rows(layout["packing"]))),
        ("Section", _table(places, _rows(layout["section"]))),
        ("Tags", _table(("tag", "value", "bytes a, b, c and payload"), _rows(layout["tags"]))),
        ("Sources of images", _table(("name", "value", "meaning"), _rows(layout["imageSources"]))),
    )
    return "".join(f"<h3>{title}</h3>{table}" for title, table in tables)


def _errors(codes: Iterable[Schema]) -> str:
    rows = [(f"<code>{each['code']}</code>", str(each["closes"] or "stays open")) for each in codes]
    return _prose("An `error` has one of these; some end the socket with a close code.") + _table(
        ("code", "socket"), rows
    )


def _rows(entries: Iterable[Schema]) -> list[tuple[str, ...]]:
    return [tuple(_inline(str(value)) for value in entry.values()) for entry in entries]


def _inline(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as HTML, of cells that are HTML already."""
    head = "".join(f"<th>{name}</th>" for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
