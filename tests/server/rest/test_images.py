from typing import Any

import httpx
import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.data import images
from engine.training.trainer import Trainer
from server import catalogue
from tests.server.rest_client import create_session, problem_of

pytestmark = pytest.mark.anyio

CONFIG: dict[str, Any] = {
    "problem": "images",
    "layers": [{"kind": "conv", "filters": 2, "activation": "relu"}, {"kind": "max_pool"}],
    "train_percent": 80,
    "batch_size": 300,
}
SEVEN = [0] * 9 + [16] * 6 + [0, 0, 0, 0, 0, 16, 0, 0, 0] + [0, 0, 0, 0, 8, 9, 0, 0] * 5


@pytest.fixture
def api(shared_api: httpx.AsyncClient) -> httpx.AsyncClient:
    return shared_api


@pytest.fixture
async def path(api: httpx.AsyncClient) -> str:
    return await create_session(api, config=CONFIG)


@pytest.fixture(scope="module")
def trainer() -> Trainer:
    return Trainer(TrainingConfig.model_validate(CONFIG))


def _outputs(trainer: Trainer, pixels: object) -> np.ndarray[Any, Any]:
    return trainer.network.forward(np.array(pixels, np.float64).reshape(-1, 64))


@pytest.mark.medium
async def test_a_session_of_images_trains_and_tells_its_accuracy(api: httpx.AsyncClient, path: str) -> None:
    state = (await api.get(path)).json()
    assert (state["shape"], state["custom_data"]) == ([64, 2, 10], False)
    job = (await api.post(f"{path}/train", json={"epochs": 2, "wait": 30})).json()
    assert job["state"] == "ended"
    losses = (await api.get(f"{path}/losses")).json()
    assert losses["epoch"] == [0, 1, 2]
    metrics = (await api.get(f"{path}/metrics")).json()
    assert metrics["test_loss"] == losses["test_loss"][-1] < losses["test_loss"][0]
    confusion = (await api.get(f"{path}/confusion")).json()
    assert np.trace(confusion["matrix"]) / 360 == pytest.approx(metrics["test_accuracy"])


async def test_images_are_predicted(api: httpx.AsyncClient, path: str, trainer: Trainer) -> None:
    given = [SEVEN, SEVEN[::-1]]
    answer = (await api.post(f"{path}/predictions", json={"images": given})).json()
    expected = _outputs(trainer, np.array(given) / 16)
    assert np.array(answer["outputs"]) == pytest.approx(expected)
    assert answer["labels"] == expected.argmax(axis=1).tolist()


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"points": [[1, 2]]}, "other_problem", None),
        ({"images": [[9] * 63]}, "invalid_value", "images"),
        ({"images": [[9] * 64, [0] * 64]}, "invalid_value", "images"),
        ({"images": [[17] * 64]}, "invalid_value", "images"),
        ({"images": []}, "invalid_value", "images"),
        ({"images": [SEVEN], "points": [[1, 2]]}, "invalid_value", "points"),
        ({}, "invalid_value", "points"),
    ],
)
async def test_what_a_network_for_images_cannot_predict_is_refused(
    api: httpx.AsyncClient, path: str, body: object, code: str, field: str | None
) -> None:
    problem = problem_of(await api.post(f"{path}/predictions", json=body))
    assert (problem["code"], problem.get("field")) == (code, field)


@pytest.mark.parametrize("count", [0, 63, 65, 2000])
async def test_another_number_of_pixels_is_refused_with_the_right_one(
    api: httpx.AsyncClient, path: str, count: int
) -> None:
    row = [1] * count
    drawing = {"label": 1, "pixels": row}
    for method, call, body in (
        ("POST", f"{path}/predictions", {"images": [SEVEN, row]}),
        ("POST", f"{path}/feature-maps", {"pixels": row}),
        ("PATCH", path, {"config": {"drawings": [drawing]}}),
        ("POST", "train", {"config": CONFIG, "epochs": 1, "images": [row]}),
    ):
        problem = problem_of(await api.request(method, call, json=body))
        assert (problem["status"], problem["expected"]) == (422, "exactly 64 entries")


async def test_the_feature_maps_of_an_image_of_a_set(
    api: httpx.AsyncClient, path: str, trainer: Trainer
) -> None:
    answer = (await api.post(f"{path}/feature-maps", json={"set": "train", "index": 3})).json()
    train = trainer.dataset.train
    outputs = _outputs(trainer, train.inputs[3])[0]
    assert answer["label"] == train.targets[3]
    assert answer["predicted"] == outputs.argmax()
    assert answer["scores"] == pytest.approx(outputs.tolist())
    shapes = [(each["layer"], each["kind"], np.shape(each["values"])) for each in answer["layers"]]
    assert shapes == [
        (0, "input", (1, 8, 8)),
        (1, "conv", (2, 8, 8)),
        (1, "max_pool", (2, 4, 4)),
        (2, "output", (10, 1, 1)),
    ]
    assert np.array(answer["layers"][0]["values"]).ravel() == pytest.approx(train.inputs[3])
    first, second = (np.array(answer["layers"][number]["values"]) for number in (1, 2))
    assert second == pytest.approx(first.reshape(2, 4, 2, 4, 2).max(axis=(2, 4)))


async def test_the_feature_maps_of_a_drawing(api: httpx.AsyncClient, path: str, trainer: Trainer) -> None:
    answer = (await api.post(f"{path}/feature-maps", json={"pixels": SEVEN})).json()
    assert answer["label"] is None
    assert answer["scores"] == pytest.approx(_outputs(trainer, np.array(SEVEN) / 16)[0].tolist())


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"set": "test", "index": 360}, "index"),
        ({"set": "test", "index": -1}, "index"),
        ({"set": "validation"}, "set"),
        ({"pixels": [0] * 64}, "pixels"),
        ({"pixels": [1] * 65}, "pixels"),
        ({"pixels": SEVEN, "set": "test"}, "set"),
        ({}, "set"),
    ],
)
async def test_an_image_that_is_not_there_is_refused(
    api: httpx.AsyncClient, path: str, body: object, field: str | None
) -> None:
    problem = problem_of(await api.post(f"{path}/feature-maps", json=body))
    assert (problem["status"], problem["code"], problem.get("field")) == (422, "invalid_value", field)


async def test_the_confusion_lists_the_wrong_images(
    api: httpx.AsyncClient, path: str, trainer: Trainer
) -> None:
    answer = (await api.get(f"{path}/confusion")).json()
    matrix = np.array(answer["matrix"])
    assert matrix.shape == (10, 10)
    assert len(answer["wrong"]) == matrix.sum() - np.trace(matrix)
    first = answer["wrong"][0]
    test = trainer.dataset.test
    outputs = _outputs(trainer, test.inputs[first["index"]])[0]
    assert (first["label"], first["predicted"]) == (test.targets[first["index"]], outputs.argmax())
    assert first["probability"] == pytest.approx(outputs.max())


@pytest.mark.parametrize("name", ["surface", "surface.npy", "surface.png"])
async def test_a_network_for_images_has_no_surface(api: httpx.AsyncClient, path: str, name: str) -> None:
    problem = problem_of(await api.get(f"{path}/{name}"))
    assert (problem["status"], problem["code"]) == (409, "other_problem")
    assert problem["detail"] == "This network takes images, not points of the plane."


@pytest.mark.parametrize(
    ("method", "name", "body"), [("POST", "feature-maps", {"set": "test"}), ("GET", "confusion", None)]
)
async def test_a_network_for_points_has_no_images(
    api: httpx.AsyncClient, method: str, name: str, body: object
) -> None:
    path = await create_session(api)
    problem = problem_of(await api.request(method, f"{path}/{name}", json=body))
    assert (problem["status"], problem["code"]) == (409, "other_problem")
    assert problem_of(await api.post(f"{path}/predictions", json={"images": [SEVEN]}))["status"] == 409


@pytest.mark.medium
async def test_points_of_a_session_are_images_with_their_digits(
    api: httpx.AsyncClient, path: str, trainer: Trainer
) -> None:
    read = (await api.get(f"{path}/points")).json()
    assert [len(read["train"]), len(read["test"])] == [1437, 360]
    assert read["test"][7] == [*trainer.dataset.test.inputs[7], trainer.dataset.test.targets[7]]
    table = (await api.get(f"{path}/points.csv")).text.splitlines()
    assert table[0].split(",")[:3] == ["part", "pixel_0", "pixel_1"]
    assert table[0].split(",")[-1] == "target"
    assert len(table) == 1798
    assert len(table[1].split(",")) == 66


async def test_points_of_the_plane_are_refused_where_images_are_needed(
    api: httpx.AsyncClient, path: str
) -> None:
    data = {"train": [[1, 1, 1]], "test": [[1, 1, 1]]}
    problem = problem_of(await api.put(f"{path}/points", json=data))
    assert (problem["status"], problem["code"]) == (409, "other_problem")
    for where, body in (
        ("sessions", {"config": CONFIG, "data": data}),
        ("train", {"config": CONFIG, "data": data, "epochs": 1}),
        ("runs", {"config": CONFIG, "data": data, "epochs": 1, "seeds": 1, "vary": "weights"}),
    ):
        problem = problem_of(await api.post(where, json=body))
        assert (problem["status"], problem["field"]) == (422, "data"), where


async def test_one_call_trains_and_predicts_images(api: httpx.AsyncClient) -> None:
    body = {"config": CONFIG, "epochs": 1, "images": [SEVEN], "wait": 30}
    result = (await api.post("train", json=body)).json()["result"]
    assert len(result["predictions"]["outputs"][0]) == 10
    assert result["metrics"]["test_accuracy"] > 0
    for wrong, config in (("points", CONFIG), ("images", {})):
        given = {"points": [[1, 2]], "images": [SEVEN]}[wrong]
        problem = problem_of(await api.post("train", json={"config": config, "epochs": 1, wrong: given}))
        assert (problem["status"], problem["field"]) == (422, wrong)


@pytest.mark.medium
async def test_runs_of_images_from_several_seeds(api: httpx.AsyncClient) -> None:
    body = {"config": CONFIG, "seeds": 2, "epochs": 2, "wait": 30, "until": {"test_accuracy": 0.01}}
    runs = (await api.post("runs", json=body)).json()
    assert (runs["state"], runs["done"]) == ("ended", 2)
    assert runs["results"][0]["success_rate"] == 1
    body = {"config": CONFIG, "grid": {"features": [["x1"], ["x2"]]}, "epochs": 1}
    assert problem_of(await api.post("runs", json=body))["field"] == "grid.features"


async def test_parameters_of_convolutions_are_read_and_written(api: httpx.AsyncClient, path: str) -> None:
    read = (await api.get(f"{path}/parameters")).json()
    assert [np.shape(each["weights"]) for each in read["layers"]] == [(9, 2), (32, 10)]
    read["flat"][0] = read["layers"][0]["weights"][0][0] = 0.25
    assert (await api.put(f"{path}/parameters", json=read)).json() == read
    assert (await api.get(f"{path}/weights/1/0/0")).json() == {"value": 0.25}


@pytest.mark.medium
async def test_drawings_are_added_while_the_weights_stay(api: httpx.AsyncClient, path: str) -> None:
    await api.post(f"{path}/train", json={"epochs": 1, "wait": 30})
    before = (await api.get(f"{path}/parameters")).json()["flat"]
    drawings = [{"label": 7, "pixels": SEVEN}, {"label": 7, "pixels": SEVEN, "use": "test"}]
    answer = await api.patch(path, json={"config": {"drawings": drawings}})
    assert answer.status_code == 200, answer.text
    read = (await api.get(f"{path}/points")).json()
    assert read["train"][-1] == read["test"][-1] == [*(np.array(SEVEN) / 16), 7]
    assert [len(read["train"]), len(read["test"])] == [1438, 361]
    assert (await api.get(f"{path}/parameters")).json()["flat"] == before
    empty = {"config": {"drawings": [{"label": 3, "pixels": [0] * 64}]}}
    problem = problem_of(await api.patch(path, json=empty))
    assert (problem["status"], problem["field"]) == (422, "config.drawings")
    assert len((await api.get(f"{path}/points")).json()["train"]) == 1438


async def test_the_digits_as_a_dataset(api: httpx.AsyncClient) -> None:
    drawn = (await api.get("datasets/digits?count=20&seed=3")).json()
    assert (drawn["problem"], len(drawn["points"]), len(drawn["points"][0])) == ("images", 20, 65)
    table = (await api.get("datasets/digits/points.csv?count=2")).text.splitlines()
    assert table[0].startswith("pixel_0,")
    assert len((await api.get("datasets/digits?count=5000")).json()["points"]) == 1797


async def test_the_catalogue_says_whether_the_digits_are_there(api: httpx.AsyncClient) -> None:
    datasets = (await api.get("catalogue")).json()["datasets"]
    assert datasets["digits"]["available"] is True
    assert datasets["digits"]["install"] == "pip install 'tinkernet[digits]'"
    assert (datasets["circle"]["available"], datasets["circle"]["install"]) == (True, None)


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "_file", lambda: None)


@pytest.mark.usefixtures("missing")
async def test_missing_digits_are_refused_with_the_command_that_installs_them(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    plane = await create_session(api)
    for method, where, body, field in (
        ("POST", "sessions", {"config": CONFIG}, "dataset"),
        ("PATCH", plane, {"config": {"problem": "images"}}, "config.dataset"),
        ("POST", "train", {"config": CONFIG, "epochs": 1}, "dataset"),
        ("POST", "runs", {"config": CONFIG, "epochs": 1}, "dataset"),
        ("POST", "rooms", {"name": "7b", "config": CONFIG}, "dataset"),
        ("GET", "datasets/digits", None, "name"),
    ):
        problem = problem_of(await api.request(method, where, json=body))
        assert (problem["status"], problem["code"]) == (422, "invalid_value"), where
        assert "pip install 'tinkernet[digits]'" in problem["detail"], where
        assert problem["field"] in {field, "dataset"}, where
    assert (await api.get(plane)).json()["config"]["dataset"] == "circle"
    monkeypatch.setattr("server.rest.catalogue.get_catalogue", catalogue.get_catalogue.__wrapped__)
    assert (await api.get("catalogue")).json()["datasets"]["digits"]["available"] is False


async def test_networks_that_compute_too_much_are_refused(api: httpx.AsyncClient, path: str) -> None:
    layers = [{"kind": "conv", "filters": 32, "size": 8}, {"kind": "conv", "filters": 16, "size": 8}]
    problem = problem_of(await api.patch(path, json={"config": {"layers": layers}}))
    assert (problem["status"], problem["code"], problem["field"]) == (422, "too_large", "layers")
    assert "500,000 multiply-adds" in problem["detail"]
    assert (await api.get(path)).json()["shape"] == [64, 2, 10]
