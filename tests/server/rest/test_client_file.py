"""The client that `GET /api/client.py` hands out, as the file that a notebook has, against a real server."""

import ast
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import given

from server.rest.client_file import client_of, client_source
from server.settings import Settings
from tests.server.live import Live, running
from tests.support.hostile_names import names

pytestmark = pytest.mark.medium


def loaded(source: str) -> ModuleType:
    module = ModuleType("tinkernet_as_downloaded")
    exec(compile(source, "tinkernet.py", "exec"), module.__dict__)
    return module


@pytest.fixture(scope="module")
def tinkernet(live: Live) -> Any:
    return loaded(httpx.get(f"{live.url}/api/client.py").raise_for_status().text)


def test_the_file_needs_nothing_of_this_project_and_only_python_3_9() -> None:
    tree = ast.parse(client_source(), feature_version=(3, 9))
    modules = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
        )
    }
    assert modules - set(sys.stdlib_module_names) == {"httpx", "numpy"}
    names = [each.name for each in tree.body if isinstance(each, ast.ClassDef | ast.FunctionDef)]
    assert len(names) == len(set(names)), "two parts define the same name"


def test_its_default_is_the_server_it_came_from(live: Live, tinkernet: Any) -> None:
    assert live.url == tinkernet.SERVER
    assert tinkernet.Tinkernet().catalogue()["fields"]


def test_the_public_address_in_it_is_a_literal_whatever_it_holds(assets: Path) -> None:
    address = 'https://school.example/"+x'
    with running(Settings(port=0, public_url=address), assets) as server:
        answer = httpx.get(f"{server.url}/api/client.py")
    assert address == loaded(answer.text).SERVER
    assert "tinkernet.py" in answer.headers["Content-Disposition"]


@given(names)
def test_no_address_changes_the_client(address: str) -> None:
    made = client_of(address)
    made.encode()
    ours, plain = ast.parse(made).body, ast.parse(client_source()).body
    changed = [one for one, other in zip(ours, plain, strict=True) if ast.dump(one) != ast.dump(other)]
    (server,) = changed
    assert isinstance(server, ast.Assign)
    assert ast.unparse(server.targets[0]) == "SERVER"
    assert ast.literal_eval(server.value) == address


def test_a_session_is_trained_until_it_is_good_and_read_as_arrays(tinkernet: Any) -> None:
    with tinkernet.Tinkernet() as server:
        session = server.session(dataset="circle", hidden_layers=[8], data_seed=1, weights_seed=1)
        told: list[tuple[int, int]] = []
        metrics = session.train(1000, until={"test_loss": 0.05}, progress=lambda *counts: told.append(counts))
        assert metrics["ending"] == "reached"
        assert metrics["test_loss"] <= 0.05
        assert told[-1] == (metrics["epoch"], 1000)
        outputs = session.predict([[0, 0], [5, 5]])
        assert outputs.shape == (2, 1)
        assert outputs[0, 0] > 0 > outputs[1, 0]
        surface = session.surface(resolution=7, bounds="-1,1,-1,1")
        assert np.isclose(surface[3, 3], outputs[0, 0])
        assert session.surface(layer=1, neuron=3).shape == (50, 50)
        losses = session.losses()
        assert losses["epoch"][-1] == metrics["epoch"]
        assert losses["test_loss"][-1] == metrics["test_loss"]
        train, test = session.points()
        assert train.shape[1] == test.shape[1] == 3
        session.delete()
        with pytest.raises(tinkernet.NotFoundError) as gone:
            session.state()
        assert (gone.value.code, gone.value.status, gone.value.field) == ("not_found", 404, "session")


def test_a_measure_that_does_not_exist_is_refused_with_those_that_do(tinkernet: Any) -> None:
    session = tinkernet.Tinkernet().session(problem="regression")
    with pytest.raises(tinkernet.InvalidInputError) as refused:
        session.train(3, until={"testloss": 0.1})
    assert (refused.value.field, refused.value.value) == ("until.testloss", 0.1)
    assert "train_loss, test_loss, train_accuracy and test_accuracy" in str(refused.value)
    with pytest.warns(UserWarning, match="no test_accuracy"):
        assert session.train(3, until={"test_accuracy": 0.9})["ending"] == "done"


def test_more_points_than_one_call_takes_are_predicted_too(tinkernet: Any) -> None:
    session = tinkernet.Tinkernet().session()
    points = np.random.default_rng(1).uniform(-6, 6, (10_001, 2))
    outputs = session.predict(points)
    assert outputs.shape == (10_001, 1)
    assert outputs[-1] == session.predict(points[-1:])[0]


def test_weights_go_out_and_in_with_every_kind_of_layer(tinkernet: Any) -> None:
    server = tinkernet.Tinkernet()
    settings = {"hidden_layers": [4, 4], "normalization": ["layer_norm", "none"], "residual": [0, 1]}
    session, other = server.session(settings, weights_seed=1), server.session(settings, weights_seed=2)
    layers = session.weights()
    assert layers[0]["weights"].shape == (2, 4)
    assert layers[0]["biases"].shape == (4,)
    assert "scale" in layers[0]
    other.set_weights(layers)
    assert all(
        np.array_equal(mine[name], theirs[name])
        for mine, theirs in zip(layers, other.weights(), strict=True)
        for name in mine
    )
    assert np.array_equal(session.predict([[1, 2]]), other.predict([[1, 2]]))


def test_a_session_plays_pauses_and_is_changed(tinkernet: Any) -> None:
    server = tinkernet.Tinkernet()
    session = server.session({"dataset": "xor"}, options={"speed": 10}, learning_rate=0.1)
    assert session.play(until_epoch=1_000_000)["playing"] is True
    assert session.pause()["playing"] is False
    assert session.configure(learning_rate=0.3)["config"]["learning_rate"] == 0.3
    assert session.train(steps=3)["ending"] == "done"
    assert session.reset()["metrics"]["epoch"] == 0
    assert server.open(session.id).state()["config"]["dataset"] == "xor"
    assert session.download("surface.png", resolution=10).startswith(b"\x89PNG")
    assert server.dataset("circle", count=7).shape == (7, 3)


def test_repeated_runs_are_a_list_of_dicts(tinkernet: Any) -> None:
    runs = tinkernet.Tinkernet().runs(
        {"dataset": "circle"}, grid={"learning_rate": [0.01, 0.1]}, seeds=3, epochs=5
    )
    told: list[tuple[int, int]] = []
    results = runs.wait(lambda *counts: told.append(counts))
    assert told[-1] == (6, 6)
    assert [result["learning_rate"] for result in results] == [0.01, 0.1]
    assert all(result["runs"] == 3 and result["test_loss_median"] > 0 for result in results)
    single = runs.each()
    assert len(single) == 6
    assert {"learning_rate", "seed", "test_loss", "ending"} <= set(single[0])


def test_each_run_has_the_losses_and_weights_that_were_kept(tinkernet: Any) -> None:
    server = tinkernet.Tinkernet()
    runs = server.runs(
        {"dataset": "xor"},
        grid={"hidden_layers": [[2], [3]]},
        seeds=2,
        epochs=4,
        keep=["losses", "weights"],
    )
    runs.wait()
    details = runs.details()
    assert sorted((tuple(run["hidden_layers"]), run["seed"]) for run in details) == [
        ((2,), 0),
        ((2,), 1),
        ((3,), 0),
        ((3,), 1),
    ]
    for run in details:
        assert run["losses"]["epoch"].tolist() == [0, 1, 2, 3, 4]
        assert run["losses"]["test_loss"][-1] == run["test_loss"]
        assert run["weights"][0]["weights"].shape == (2, run["hidden_layers"][0])
    run = details[0]
    session = server.session(
        {"dataset": "xor"}, hidden_layers=run["hidden_layers"], options={"parameters": run["parameters"]}
    )
    assert np.array_equal(session.weights()[0]["weights"], run["weights"][0]["weights"])


def test_a_checkpoint_goes_on_bit_for_bit(tinkernet: Any, tmp_path: Path) -> None:
    server = tinkernet.Tinkernet()
    session = server.session(dataset="spiral", optimizer="adam", weights_seed=1, data_seed=1)
    session.train(20)
    checkpoint = session.checkpoint()
    other = server.restore(json.loads(json.dumps(checkpoint)))
    later = session.train(20)
    assert other.train(20) == later
    assert session.restore(checkpoint)["metrics"]["epoch"] == 20
    assert session.train(20) == later
    assert json.loads(session.export("json", "my spiral"))["name"] == "my spiral"
    written = tmp_path / "network.py"
    assert session.export("keras", file=str(written)) == written.read_bytes()


def test_an_exported_program_predicts_what_the_session_does(tinkernet: Any) -> None:
    session = tinkernet.Tinkernet().session(dataset="circle", weights_seed=1, data_seed=1)
    session.train(20)
    program: dict[str, Any] = {"__name__": "exported"}
    exec(session.export("numpy", "my circle").decode(), program)
    points = np.array([[0.0, 0.0], [4.0, -4.0]])
    assert np.allclose(program["predict"](points), session.predict(points), atol=1e-6)


def test_cancelled_runs_raise(tinkernet: Any) -> None:
    runs = tinkernet.Tinkernet().runs(epochs=100_000, seeds=100)
    runs.cancel()
    with pytest.raises(tinkernet.JobFailedError, match="cancelled") as cancelled:
        runs.wait()
    assert cancelled.value.code == "cancelled"


def test_what_is_refused_names_the_field(tinkernet: Any) -> None:
    with pytest.raises(tinkernet.InvalidInputError, match="noise") as refused:
        tinkernet.Tinkernet().session(noise=200)
    error = refused.value
    assert (error.code, error.status, error.field, error.value) == ("invalid_value", 422, "config.noise", 200)
    assert isinstance(error, tinkernet.TinkernetError)


def test_an_interrupt_from_the_keyboard_ends_the_training(tinkernet: Any) -> None:
    session = tinkernet.Tinkernet().session()

    def interrupt(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        session.train(100_000, progress=interrupt)
    assert session.state()["training"] is None


def test_a_view_is_a_frame_whose_address_is_escaped(tinkernet: Any) -> None:
    view = tinkernet.Tinkernet().session().show(width=600, height=400)
    html = view._repr_html_()
    assert view.url.split("?")[0] in html
    assert 'width="600" height="400"' in html
    crooked = tinkernet.LiveView('http://x/"><script>', 1, 1)._repr_html_()
    assert "<script" not in crooked


def test_a_token_comes_from_the_call_or_the_environment(
    assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(Settings(port=0, api_token="a-long-token"), assets) as server:
        tinkernet: Any = loaded(httpx.get(f"{server.url}/api/client.py").raise_for_status().text)
        with pytest.raises(tinkernet.NotAllowedError) as refused:
            tinkernet.Tinkernet().catalogue()
        assert refused.value.code == "unauthorized"
        assert tinkernet.Tinkernet(token="a-long-token").catalogue()
        monkeypatch.setenv("TINKERNET_API_TOKEN", "a-long-token")
        assert tinkernet.Tinkernet().catalogue()


@contextmanager
def answering(*answers: tuple[int, dict[str, str], object]) -> Iterator[tuple[str, list[str]]]:
    """Serve some answers one after the other; yield the address and the requests so far."""
    left, asked = list(answers), []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            status, headers, body = left.pop(0)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


FULL = (503, {"Retry-After": "0"}, {"code": "server_full", "detail": "The server is full."})


def test_what_the_server_puts_off_is_asked_again(tinkernet: Any) -> None:
    with answering((429, {"Retry-After": "0"}, {}), FULL, (200, {}, {"fields": []})) as (url, asked):
        assert tinkernet.Tinkernet(url).catalogue() == {"fields": []}
        assert len(asked) == 3


def test_patience_ends(tinkernet: Any) -> None:
    later = (429, {"Retry-After": "100"}, {"code": "too_many_requests", "detail": "Too many."})
    with answering(later) as (url, asked):
        with pytest.raises(tinkernet.BusyError, match="Too many") as refused:
            tinkernet.Tinkernet(url).catalogue()
        assert refused.value.code == "too_many_requests"
        assert len(asked) == 1


def test_an_answer_of_another_program_is_an_error_with_its_status(tinkernet: Any) -> None:
    with answering((502, {}, "<h1>Bad gateway</h1>")) as (url, _):
        with pytest.raises(tinkernet.TinkernetError, match="502") as refused:
            tinkernet.Tinkernet(url).catalogue()
        assert (refused.value.code, refused.value.status) == ("refused", 502)


def test_a_server_that_is_not_there_says_where(tinkernet: Any) -> None:
    with answering() as (url, _):
        pass
    with pytest.raises(tinkernet.UnreachableError, match=url):
        tinkernet.Tinkernet(url).catalogue()


def test_a_table_of_ones_own_becomes_a_session(tinkernet: Any) -> None:
    lines = [f"{each};{each * each};{'pear' if each % 2 else 'plum'}" for each in range(20)]
    table = "width;area;kind\n" + "\n".join(lines)
    with tinkernet.Tinkernet() as server:
        session = server.session(server.table(table, target="kind"), hidden_layers=[3])
        state = session.state()
        assert state["config"]["data_columns"]["classes"] == ["pear", "plum"]
        assert state["config"]["hidden_layers"] == [3]
        with pytest.raises(ValueError, match=r"1 line cannot be used\. Line 22"):
            server.table(table + "\nx;1;pear")
        assert len(server.table(table + "\nx;1;pear", skip_invalid=True)["points"]) == 20


def test_one_point_is_predicted_and_none_is_refused(tinkernet: Any) -> None:
    with tinkernet.Tinkernet() as server:
        session = server.session()
        assert session.predict([1, 2]) == session.predict([[1, 2]])
        with pytest.raises(ValueError, match="expected points"):
            session.predict([])
        with pytest.raises(tinkernet.TinkernetError, match="points"):
            session.predict([[1, 2, 3]])
