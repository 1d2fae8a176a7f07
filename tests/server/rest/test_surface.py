import io
import struct

import httpx
import numpy as np
import pytest

from engine.catalogue import catalogue
from server.sessions.network_snapshot import MAX_RESOLUTION
from tests.server.rest_client import create_session, problem_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def api(shared_api: httpx.AsyncClient) -> httpx.AsyncClient:
    return shared_api


async def test_the_three_formats_of_a_surface_agree(api: httpx.AsyncClient) -> None:
    surface = f"{await create_session(api)}/surface?resolution=8"
    told = (await api.get(surface)).json()
    assert (told["resolution"], told["plane"]) == (8, [-6, 6])
    npy = await api.get(f"{surface}&format=npy")
    assert np.load(io.BytesIO(npy.content)).tolist() == told["values"]
    png = await api.get(f"{surface}&format=png")
    assert png.headers["content-type"] == "image/png"
    assert struct.unpack(">II", png.content[16:24]) == (8, 8)


async def test_formats_have_routes_of_their_own(api: httpx.AsyncClient) -> None:
    surface = f"{await create_session(api)}/surface"
    query = "resolution=8&layer=1&neuron=2&bounds=-1,2,0,3"
    for name in ("npy", "png"):
        own, before = (
            await api.get(f"{surface}.{name}?{query}"),
            await api.get(f"{surface}?{query}&format={name}"),
        )
        assert own.status_code == 200, own.text
        assert (own.content, own.headers["content-type"]) == (before.content, before.headers["content-type"])
    assert (await api.get(f"{surface}.png?theme=dark&discretize=true")).content.startswith(b"\x89PNG")
    assert problem_of(await api.get(f"{surface}.npy?theme=dark"))["field"] == "theme"


@pytest.mark.parametrize("bounds", [[-1, 3, 0.5, 1], [-1000, 1000, -6, 6], [5, 5.5, -6, -5]])
async def test_a_surface_of_a_part_of_the_plane_has_the_predictions_there(
    api: httpx.AsyncClient, bounds: list[float]
) -> None:
    path = await create_session(api)
    told = (await api.get(f"{path}/surface", params={"resolution": 4, "bounds": bounds})).json()
    assert told["bounds"] == bounds
    query = f"resolution=4&bounds={','.join(map(str, bounds))}"
    assert (await api.get(f"{path}/surface?{query}")).json() == told
    shares = [(2 * number + 1) / 8 for number in range(4)]
    x1 = [bounds[0] + share * (bounds[1] - bounds[0]) for share in shares]
    x2 = [bounds[3] - share * (bounds[3] - bounds[2]) for share in shares]
    points = [[first, second] for second in x2 for first in x1]
    outputs = (await api.post(f"{path}/predictions", json={"points": points})).json()["outputs"]
    assert np.ravel(told["values"]) == pytest.approx(np.ravel(outputs))


@pytest.mark.parametrize(
    "bounds", ["1", "0,1,2", "0,1,2,3,4", "1,1,0,1", "0,1,2,1", "a,1,2,3", "0,1,0,1001", "0,inf,0,1", ""]
)
async def test_invalid_bounds_are_refused(api: httpx.AsyncClient, bounds: str) -> None:
    path = await create_session(api)
    problem = problem_of(await api.get(f"{path}/surface.npy", params={"bounds": bounds}))
    assert (problem["status"], problem["field"].split(".")[0]) == (422, "bounds")


async def test_a_surface_has_the_predictions_at_its_cells(api: httpx.AsyncClient) -> None:
    path = await create_session(api)
    values = (await api.get(f"{path}/surface?resolution=2")).json()["values"]
    cells = [[-3, 3], [3, 3], [-3, -3], [3, -3]]
    outputs = (await api.post(f"{path}/predictions", json={"points": cells})).json()["outputs"]
    assert np.ravel(values) == pytest.approx(np.ravel(outputs))


async def test_surfaces_of_inputs_hidden_neurons_and_classes(api: httpx.AsyncClient) -> None:
    path = await create_session(api, config={"problem": "multiclass", "classes": 5})
    number = catalogue()["features"].index("x2")
    inputs = (await api.get(f"{path}/surface?resolution=2&layer=0&neuron={number}")).json()["values"]
    assert inputs == [[3, 3], [-3, -3]]
    shares = (await api.get(f"{path}/surface?resolution=3")).json()["values"]
    assert np.shape(shares) == (5, 3, 3)
    assert np.sum(shares, axis=0) == pytest.approx(np.ones((3, 3)))
    one = (await api.get(f"{path}/surface?resolution=3&layer=3&neuron=2")).json()["values"]
    assert one == shares[2]
    assert np.shape((await api.get(f"{path}/surface?layer=1&neuron=3")).json()["values"]) == (50, 50)
    for what in ("", "&layer=3&neuron=4", "&layer=1&neuron=0", "&theme=dark", "&discretize=true"):
        assert (await api.get(f"{path}/surface?format=png{what}")).content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("layer=4", 404, None),
        ("layer=1&neuron=4", 404, None),
        ("layer=1", 422, "neuron"),
        ("neuron=1", 404, None),
        ("resolution=0", 422, "resolution"),
        (f"resolution={MAX_RESOLUTION + 1}", 422, "resolution"),
        ("format=gif", 422, "format"),
        ("theme=pink", 422, "theme"),
        ("layers=1", 422, "layers"),
    ],
)
async def test_invalid_surfaces_are_refused(
    api: httpx.AsyncClient, query: str, status: int, field: str | None
) -> None:
    problem = problem_of(await api.get(f"{await create_session(api)}/surface?{query}"))
    assert (problem["status"], problem.get("field")) == (status, field)
