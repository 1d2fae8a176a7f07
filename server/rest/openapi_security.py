"""Which credentials each operation of the OpenAPI document needs."""

from typing import Any

from server.errors.problems import MEDIA_TYPE
from server.middleware.auth import ALWAYS_OPEN, needs_no_token
from server.middleware.credentials import ACCESS_COOKIE
from server.settings import Settings

Alternatives = list[dict[str, list[str]]]
"""Any of them is enough; each consists of all the credentials in it, by the names of their schemes."""

_UNAUTHORIZED = {
    "description": "The token is missing or wrong.",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def add_security(document: dict[str, Any], settings: Settings) -> None:
    """Add the kinds of credentials, those that each operation needs, and the 401 of calls without them."""
    document.setdefault("components", {})["securitySchemes"] = _schemes(settings)
    for path, operations in document["paths"].items():
        for operation in operations.values():
            general = _general(path, settings)
            combined: Alternatives = [
                {**one, **other} for one in _own(path, operation, settings) for other in general
            ]
            operation["security"] = [] if combined == [{}] else combined
            if {} not in general:
                operation["responses"].setdefault("401", _UNAUTHORIZED)


def _schemes(settings: Settings) -> dict[str, Any]:
    schemes = {
        "roomKey": _in_header("X-Room-Key", "The key of a room's teacher, from `POST /api/rooms`."),
        "sessionKey": _in_header("X-Session-Key", "The `session_key` of a learner's seat."),
        "seatCookie": {
            "type": "apiKey",
            "in": "cookie",
            "name": "tinkernet_seat",
            "description": "The cookie of a seat, which `POST /api/seats` sets.",
        },
    }
    if settings.teacher_password is not None:
        schemes["teacherKey"] = _in_header("X-Teacher-Key", "A teacher's key, from `POST /api/teachers`.")
    if settings.api_token is not None:
        schemes["token"] = {"type": "http", "scheme": "bearer", "description": "The server's access token."}
    if settings.site_password is not None:
        schemes["password"] = {
            "type": "apiKey",
            "in": "cookie",
            "name": ACCESS_COOKIE,
            "description": "The cookie that the login page sets after the site's password was entered.",
        }
    return schemes


def _in_header(name: str, description: str) -> dict[str, str]:
    return {"type": "apiKey", "in": "header", "name": name, "description": description}


def _general(path: str, settings: Settings) -> Alternatives:
    """Return what the server as a whole asks for."""
    if path in ALWAYS_OPEN or (settings.site_password is None and needs_no_token(path)):
        return [{}]
    asked: Alternatives = []
    if settings.api_token is not None:
        asked.append({"token": []})
    if settings.site_password is not None:
        asked.append({"password": []})
    return asked or [{}]


def _own(path: str, operation: dict[str, Any], settings: Settings) -> Alternatives:
    """Return what the operation itself asks for: the key of a room, the cookie of a seat."""
    headers = {each["name"] for each in operation.get("parameters", []) if each["in"] == "header"}
    if "X-Room-Key" in headers:
        return [{"roomKey": []}]
    if "X-Teacher-Key" in headers:
        return [{"teacherKey": []}] if settings.teacher_password is not None else [{}]
    if path == "/api/seat" or path.startswith("/api/seat/"):
        return [{"seatCookie": []}]
    if "{session}" in path and "403" in operation["responses"]:  # some sessions belong to learners
        return [{}, {"seatCookie": []}, {"sessionKey": []}, {"roomKey": []}]
    return [{}]
