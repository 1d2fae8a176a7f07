"""Files of models that are wrong anywhere: each is refused with place and reason, or opens and predicts."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.server.live import Live

pytestmark = pytest.mark.medium

Path = tuple[str | int, ...]

TABLE = {"x1": {"name": "a", "offset": 1.0, "factor": 2.0}, "x2": {"name": "b"}, "classes": ["u", "v"]}
CONFIGS: list[dict[str, Any]] = [
    {
        "dataset": "own",
        "points": [[0, 0, -1], [1, 1, 1], [2, 1, 1], [-2, -1, -1], [3, 1, 1], [1, 3, 1]],
        "data_columns": TABLE,
        "hidden_layers": [2],
        "batch_size": 2,
        "optimizer": "adam",
        "normalization": ["batch_norm"],
    },
    {"problem": "multiclass", "classes": 3, "optimizer": "momentum", "hidden_layers": [3], "dropout": [0.1]},
    {"layers": [{"kind": "dense", "neurons": 2}, {"kind": "layer_norm"}], "problem": "regression"},
]

nested: list[Any] = []
for _ in range(150):
    nested = [nested]

JUNK: tuple[Any, ...] = (
    *(None, True, False, -1, 0, 1, 2, 7, 0.5, -0.5, 1e308, -1e308, 1e-320, -0.0),
    *(2**31, 2**53, 2**53 + 1, 2**63, 2**64, 10**400, float("nan"), float("inf"), float("-inf")),
    *("", "x", "NaN", "1", "own", "circle", "x" * 101, "\x00", "AAAA", "A" * 64, "__proto__", "</script>"),
    *([], [0], [[]], [None], [1, 2], [1.5], [True], ["a"], [float("nan")], [1] * 200, nested),
    *({}, {"a": 1}, {"kind": "dense"}, [{"kind": "dense"}], {"__class__": "x"}),
)


@pytest.fixture(scope="module")
def server(live: Live) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{live.url}/api/", timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def models(server: httpx.Client) -> list[dict[str, Any]]:
    """Trainings after some epochs, as files."""
    made = []
    for config in CONFIGS:
        state = server.post("sessions", json={"config": config}).raise_for_status().json()
        path = f"sessions/{state['id']}"
        server.post(f"{path}/train", json={"epochs": 3, "wait": 30}).raise_for_status()
        made.append(server.get(f"{path}/export").raise_for_status().json())
        server.delete(path)
    return made


def places(value: Any, at: Path = ()) -> Iterator[Path]:
    """Yield the path of everything in a file; of long lists the first entries and the last."""
    yield at
    if isinstance(value, dict):
        for name in value:
            yield from places(value[name], (*at, name))
    elif isinstance(value, list):
        for index in sorted({*range(min(3, len(value))), len(value) - 1} - {-1}):
            yield from places(value[index], (*at, index))


def pointer(path: Path) -> str:
    return "".join(f"/{part}" for part in path)


def sent(server: httpx.Client, text: str) -> httpx.Response:
    headers = {"Content-Type": "application/json"}
    return server.post("sessions/import", content=text.encode("utf-8", "surrogatepass"), headers=headers)


def assert_opens_or_is_told(server: httpx.Client, text: str, path: Path) -> None:
    """Send a file; it opens and predicts numbers, or the answer names the path, or what no longer fits it."""
    answer = sent(server, text)
    if answer.status_code == 201:
        session = f"sessions/{answer.json()['id']}"
        told = server.post(f"{session}/predictions", json={"points": [[0, 0], [4, -5]]}).raise_for_status()
        assert np.isfinite(np.array(told.json()["outputs"], dtype=np.float64)).all()
        for kind in ("json", "numpy", "keras", "pytorch", "notebook"):
            server.get(f"{session}/export?format={kind}").raise_for_status()
        server.delete(session).raise_for_status()
        return
    problem = answer.json()
    assert answer.status_code in (413, 422), problem
    assert problem["expected"], problem
    if not path or answer.status_code == 413:
        return
    error = problem["errors"][0]
    place = (error.get("pointer") or "").removeprefix("#")
    wanted = pointer(path)
    if place and (wanted.startswith(place) or place.startswith(wanted)):
        return
    # What is right by itself, but does not fit the rest, is told where it does not fit.
    part = place.split("/")[1]
    assert part == path[0] or (path[0] == "config" and part in ("state", "data", "initial")), (
        wanted,
        problem,
    )


def changed(model: dict[str, Any], path: Path, value: Any) -> Any:
    """Return a file with another value at a path; `...` takes the entry away."""
    if not path:
        return value
    whole = copy.deepcopy(model)
    inner: Any = whole
    for part in path[:-1]:
        inner = inner[part]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return whole


@given(st.data())
def test_any_value_anywhere_is_refused_with_its_place_or_opens(
    server: httpx.Client, models: list[dict[str, Any]], data: st.DataObject
) -> None:
    model = data.draw(st.sampled_from(models))
    path = data.draw(st.sampled_from([*places(model)]))
    value = data.draw(st.sampled_from([*JUNK, *([...] * 4 if path else [])]))
    assert_opens_or_is_told(server, json.dumps(changed(model, path, value)), path)


@given(st.data())
def test_an_unknown_name_anywhere_is_refused_by_its_place(
    server: httpx.Client, models: list[dict[str, Any]], data: st.DataObject
) -> None:
    model = data.draw(st.sampled_from(models))
    # What `metrics` has is measured anew, and may be that of a later version.
    objects = [path for path in places(model) if isinstance(_at(model, path), dict) and path != ("metrics",)]
    path = (
        *data.draw(st.sampled_from(objects)),
        data.draw(st.sampled_from(["unheard_of", "", "A", "a.b", "~", "/"])),
    )
    answer = sent(server, json.dumps(changed(model, path, 1)))
    assert answer.status_code == 422, answer.text
    assert "no field" in answer.json()["detail"] or answer.json()["field"], answer.text


def _at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value


@given(st.data())
def test_a_name_that_stands_twice_is_refused_by_its_place(
    server: httpx.Client, models: list[dict[str, Any]], data: st.DataObject
) -> None:
    model = data.draw(st.sampled_from(models))
    inner = [path for path in places(model) if path and isinstance(_at(model, path[:-1]), dict)]
    path = data.draw(st.sampled_from(inner))
    marked = json.dumps(changed(model, path, "MARK"))
    right = json.dumps(_at(model, path))
    twice = marked.replace('"MARK"', f"{right}, {json.dumps(path[-1])}: {right}")
    assert json.loads(twice) == model
    problem = sent(server, twice).json()
    assert (problem["status"], problem["expected"]) == (422, "each name once"), problem
    assert problem["errors"][0]["pointer"] == f"#{pointer(path)}"


@given(st.data())
@example(None)
def test_a_file_that_breaks_off_is_told_where(
    server: httpx.Client, models: list[dict[str, Any]], data: st.DataObject | None
) -> None:
    text = json.dumps(models[0], indent=1)
    cut = 0 if data is None else data.draw(st.integers(0, len(text) - 1))
    problem = sent(server, text[:cut]).json()
    assert problem["status"] in (400, 422)
    assert "line" in problem["detail"] or cut == 0, problem
