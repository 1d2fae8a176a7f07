"""Layers of several kinds over REST: what is set, read, written and refused."""

from typing import Any

import httpx
import pytest

from tests.server.rest_client import create_session, problem_of

pytestmark = pytest.mark.anyio

LAYERS: list[dict[str, Any]] = [
    {"kind": "dense", "neurons": 4},
    {"kind": "batch_norm"},
    {"kind": "dense", "neurons": 3},
    {"kind": "residual", "layers": 2},
]
CONFIG = {"layers": LAYERS, "activation": "relu"}


async def trained(api: httpx.AsyncClient, **config: Any) -> str:
    path = await create_session(api, config={**CONFIG, **config})
    (await api.post(f"{path}/train", json={"epochs": 3, "wait": 30})).raise_for_status()
    return path


async def test_what_is_set_is_read_and_every_array_has_its_place(api: httpx.AsyncClient) -> None:
    path = await create_session(api, config=CONFIG)
    state = (await api.get(path)).json()
    assert [layer["kind"] for layer in state["config"]["layers"]] == [layer["kind"] for layer in LAYERS]
    assert state["config"]["hidden_layers"] == []
    assert state["shape"] == [2, 4, 3, 1]
    read = (await api.get(f"{path}/parameters")).json()
    assert [(each["layer"], each["kind"], each["name"], each["shape"]) for each in read["layout"]] == [
        (1, "dense", "weights", [2, 4]),
        (1, "dense", "biases", [4]),
        (1, "batch_norm", "scale", [4]),
        (1, "batch_norm", "shift", [4]),
        (2, "dense", "weights", [4, 3]),
        (2, "dense", "biases", [3]),
        (2, "residual", "projection", [2, 3]),
        (3, "dense", "weights", [3, 1]),
        (3, "dense", "biases", [1]),
    ]
    assert state["parameters"] == len(read["flat"]) == 8 + 4 + 4 + 4 + 12 + 3 + 6 + 3 + 1
    assert read["buffers"] == [0, 0, 0, 0, 1, 1, 1, 1]


async def test_what_was_trained_can_be_written_to_another_session_with_its_running_statistics(
    api: httpx.AsyncClient,
) -> None:
    path = await trained(api)
    read = (await api.get(f"{path}/parameters")).json()
    assert read["buffers"] != [0, 0, 0, 0, 1, 1, 1, 1]
    points = {"points": [[1, 2], [-3, 0.5], [0, 0]]}
    outputs = (await api.post(f"{path}/predictions", json=points)).json()
    other = await create_session(api, config=CONFIG)
    (await api.put(f"{other}/parameters", json=read)).raise_for_status()
    assert (await api.post(f"{other}/predictions", json=points)).json() == outputs
    third = await create_session(api, config=CONFIG, parameters=read)
    assert (await api.post(f"{third}/predictions", json=points)).json() == outputs
    (await api.post(f"{third}/reset")).raise_for_status()
    assert (await api.get(f"{third}/parameters")).json() == read


async def test_parameters_without_those_of_other_kinds_are_refused(api: httpx.AsyncClient) -> None:
    path = await trained(api)
    read = (await api.get(f"{path}/parameters")).json()
    problem = problem_of(await api.put(f"{path}/parameters", json={"layers": read["layers"]}))
    assert (problem["status"], problem["field"]) == (422, "layers")
    problem = problem_of(await api.put(f"{path}/parameters", json={**read, "buffers": [0.0]}))
    assert (problem["status"], problem["field"]) == (422, "buffers")
    assert (await api.get(f"{path}/parameters")).json() == read


@pytest.mark.parametrize(
    ("config", "field", "expected"),
    [
        ({"layers": [{"kind": "batch_norm"}]}, "config.layers", "for layer 1, batch_norm"),
        ({"layers": LAYERS, "batch_size": 1}, "config.batch_size", "at least 2 with batch normalization"),
        ({"layers": LAYERS, "hidden_layers": [4]}, "config.layers", "`layers` or `hidden_layers`, not both"),
        ({"hidden_layers": [4, 4], "residual": [2, 0]}, "config.residual", "a block of at most 1 layer"),
        ({"hidden_layers": [4], "normalization": ["batch"]}, "config.normalization", "'batch_norm'"),
    ],
)
async def test_layers_that_do_not_fit_are_refused_with_layer_and_reason(
    api: httpx.AsyncClient, config: dict[str, Any], field: str, expected: str
) -> None:
    problem = problem_of(await api.post("sessions", json={"config": config}))
    assert (problem["status"], problem["field"]) == (422, field)
    assert expected in problem["expected"]


async def test_one_list_of_layers_can_be_changed(api: httpx.AsyncClient) -> None:
    path = await create_session(api, config=CONFIG)
    changed = (await api.patch(path, json={"config": {"normalization": ["none", "layer_norm"]}})).json()[
        "config"
    ]
    assert changed["layers"] == []
    assert (changed["hidden_layers"], changed["residual"]) == ([4, 3], [0, 2])
    assert changed["normalization"] == ["none", "layer_norm"]
