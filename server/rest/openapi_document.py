"""The content of the OpenAPI document, besides the routes: introduction, tags, limits, media types."""

from collections.abc import Sequence
from typing import Any

from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from server.errors.problems import MEDIA_TYPE
from server.rest.limits import limits_of
from server.rest.openapi_security import add_security
from server.rest.schema_limits import apply_limits
from server.settings import Settings
from server.version import VERSION

TITLE = "Tinkernet"

DESCRIPTION = """\
A neural-network playground. Programs and pages share the same training: the catalogue holds every setting
with its default, its choices and its bounds.

- **A session** is a training, as a page has it: `POST /api/sessions` creates one, and its `url` shows it
  live. Train it with `POST /api/sessions/{session}/train`, for some epochs or until conditions are met; or
  let it play. Read and write its settings, weights and points; read predictions and surfaces. Answers have
  the session's revision in the header `ETag`: sent back as `If-Match`, a change is made only if nobody else
  has changed the session meanwhile.
- **A one-shot**, `POST /api/train`, trains and returns all results, and leaves no session behind.
- **Repeated runs**, `POST /api/runs`, train a config from many seeds, over a grid of settings.

A learner's training in a classroom is read with its id alone, and changed with the seat's cookie, the key
that the seat's page shows (header `X-Session-Key`), or the teacher's key (`X-Room-Key`).

A training that takes longer than the call's `wait` continues as a job: the response is 202, and its
`Location` is the address of the job. A job that has ended is known until `kept_until`, for a day by default,
unless many newer ones need its memory. A restart of the server ends jobs; a session keeps what it has
trained. A client that starts jobs with a random text of its own in the header `X-Client-Key` can list them
with `GET /api/jobs`.

Errors are `application/problem+json`: a stable `code` and, where an input is wrong, the `field`, its `value`
and what was `expected`. If the server is full (503) or gets too many requests (429), `Retry-After` says in
how many seconds to try again.

The page's websocket has [a page of its own](docs/websocket), with all messages and the bytes of frames.

To try the calls about a session here, create one and use its `id` as their `session`.
"""

TAGS = {
    "server": "The state of the server and its limits.",
    "catalogue": "All settings of a training, with their defaults, bounds and choices.",
    "datasets": "The points of the built-in datasets.",
    "own data": "Points from a table of your own, as CSV.",
    "sessions": "Sessions: trainings that pages show, too. Create, read, change, play and delete them.",
    "training": "Training a session, or a config without a session, and the jobs that long trainings become.",
    "network": "Weights, biases and outputs of a session's network.",
    "models": "Models as files: a session's network and training go out in several formats, and come back.",
    "numbers": "Losses, accuracies and data points of a session.",
    "race": "A race: a second set-up, the rival, is trained in step with a session on the same points.",
    "lessons": "Lessons, and trainings that follow them: their steps begin, and their checks are verified.",
    "runs": "Repeated runs: the same training from many seeds, over combinations of settings.",
    "classroom": "Rooms for classes: their settings, learners, tasks and results.",
}
"""The groups of operations, in the order in which the documentation shows them."""

_SUCCESS = {
    "200": "Success.",
    "201": "Created.",
    "204": "Success, without content.",
}


def build_document(routes: Sequence[BaseRoute], settings: Settings) -> dict[str, Any]:
    """Return the OpenAPI document of some routes, with the limits and credentials of a server's settings."""
    document = get_openapi(
        title=TITLE,
        version=VERSION,
        description=DESCRIPTION,
        routes=routes,
        tags=[{"name": name, "description": description} for name, description in TAGS.items()],
        servers=[{"url": "/"}],
        contact={"name": "Tinkernet"},
        license_info={"name": "MIT License", "identifier": "MIT"},
    )
    for path in document["paths"].values():
        for operation in path.values():
            _describe_success(operation["responses"])
            _set_problem_type(operation["responses"])
    add_security(document, settings)
    apply_limits(document, limits_of(settings).model_dump())
    return document


def _describe_success(responses: dict[str, dict[str, Any]]) -> None:
    """Replace FastAPI's description of successful responses, which is the same for all."""
    for status, description in _SUCCESS.items():
        if responses.get(status, {}).get("description") == "Successful Response":
            responses[status]["description"] = description


def _set_problem_type(responses: dict[str, dict[str, Any]]) -> None:
    """Give errors the media type of problems, where FastAPI describes them as another one."""
    for status, response in responses.items():
        content = response.get("content", {})
        if status >= "400" and content:
            response["content"] = {MEDIA_TYPE: next(iter(content.values()))}
