"""A session as the client has it."""

from __future__ import annotations

import html
import io
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import numpy.typing as npt

from server.rest.client.connection import Progress, ServerConnection, wait_for_job

POINTS_PER_CALL = 10_000
IMAGES_PER_CALL = 1000
PIXELS = 64

Array = npt.NDArray[np.float64]


class RemoteSession:
    """A session on the server. Whoever knows its id can change it.

    Attributes:
        id: its id.
    """

    def __init__(self, server: ServerConnection, session_id: str, key: str | None = None) -> None:
        """Refer to a session; `Tinkernet.session` creates one and `Tinkernet.open` finds one."""
        self.id = session_id
        self._server = server
        self._headers = {"X-Session-Key": key} if key else {}

    def call(self, method: str, path: str = "", **request: Any) -> Any:
        """Call REST below this session and return the JSON of the answer: see `Tinkernet.call`."""
        return self._server.call(method, self._path(path), headers=self._headers, **request)

    def download(self, path: str, **parameters: Any) -> bytes:
        """Return a file about this session, such as `surface.png` or `losses.csv`."""
        return self._server.download(self._path(path), headers=self._headers, params=parameters)

    def state(self) -> dict[str, Any]:
        """Return settings, metrics, progress, and the `url` at which the session can be watched."""
        return dict(self.call("GET"))

    def configure(self, **settings: Any) -> dict[str, Any]:
        """Change settings, such as `learning_rate=0.1`; return the new state."""
        return dict(self.call("PATCH", json={"config": settings}))

    def play(
        self,
        *,
        until_epoch: int | None = None,
        until: Mapping[str, float] | None = None,
        speed: float | None = None,
    ) -> dict[str, Any]:
        """Train continuously until it is paused, up to an epoch, or until losses or accuracies are reached.

        `until` names them, such as `{"test_loss": 0.05}`; `speed` is in epochs a second.
        """
        body: dict[str, Any] = {"playing": True, "until_epoch": until_epoch, "until": until}
        return dict(self.call("PATCH", json=body if speed is None else {**body, "speed": speed}))

    def pause(self) -> dict[str, Any]:
        """Stop training; return the new state."""
        return dict(self.call("POST", "pause"))

    def reset(self) -> dict[str, Any]:
        """Return to epoch 0 with the same initial weights; return the new state."""
        return dict(self.call("POST", "reset"))

    def race(self, **settings: Any) -> dict[str, Any]:
        """Put a rival beside the session, with other settings such as `activation="relu"`; return its report.

        Both begin at epoch 0 and are trained in step on the same points; `rival` tells who is ahead.
        """
        return dict(self.call("PUT", "rival", json={"changes": settings}))

    def rival(self) -> dict[str, Any]:
        """Return the rival's settings and metrics, both scores, and who is ahead."""
        return dict(self.call("GET", "rival"))

    def rival_losses(self) -> dict[str, Array]:
        """Return the rival's losses, as `losses` does."""
        return loss_arrays(self.call("GET", "rival/losses"))

    def end_race(self, keep: str = "training") -> None:
        """End the race, and keep the "training" or the "rival"."""
        self.call("DELETE", "rival", params={"keep": keep})

    def delete(self) -> None:
        """Remove the session from the server."""
        self.call("DELETE")

    def train(
        self,
        epochs: int | None = None,
        *,
        steps: int | None = None,
        until: Mapping[str, float] | None = None,
        progress: Progress | bool = False,
    ) -> dict[str, Any]:
        """Train, wait for the end, and return losses, accuracies, and why it ended as `ending`.

        Args:
            epochs: the most epochs; or
            steps: the most mini-batches.
            until: when to stop earlier, such as `{"test_loss": 0.05}`: `train_loss` or `test_loss` at most,
                `train_accuracy` or `test_accuracy` (0 to 1, of classifications) at least; all that are given.
            progress: called with the epochs done and their number; True prints them.

        Raises:
            JobFailedError: somebody paused or changed the session meanwhile.
        """
        wanted = {"epochs": epochs, "steps": steps, "until": until, "wait": 0.2}
        body = {name: value for name, value in wanted.items() if value is not None}
        job = self.call("POST", "train", json=body)
        path = f"jobs/{job['id']}"

        def counts(state: dict[str, Any]) -> tuple[int, int]:
            return state["progress"]["done"], state["progress"]["total"]

        ended = wait_for_job(self._server, path, job, counts, progress)
        metrics = ended["metrics"] or {}
        for name in until or {}:
            if metrics.get(name, 0) is None:
                warnings.warn(f"until: this training has no {name}, so it did not stop earlier", stacklevel=2)
        return {**metrics, "ending": ended["ending"]}

    def predict(self, inputs: npt.ArrayLike) -> Array:
        """Return the network's outputs (n, outputs) at points (n, 2), or at one point (2,).

        If it takes images: for (n, 64) or (n, 8, 8) pixels, from 0 for paper to 16 for ink. Raises
        `ValueError` if there are none.
        """
        rows = np.asarray(inputs, float)
        rows = rows[None] if rows.shape in {(2,), (PIXELS,)} else rows
        if rows.ndim < 2 or rows.size == 0:
            raise ValueError(f"inputs: expected points (n, 2) or images (n, 64), got the shape {rows.shape}")
        rows = rows.reshape(len(rows), -1)
        name, limit = ("images", IMAGES_PER_CALL) if rows.shape[1] == PIXELS else ("points", POINTS_PER_CALL)
        answers = [
            self.call("POST", "predictions", json={name: rows[start : start + limit].tolist()})
            for start in range(0, max(1, len(rows)), limit)
        ]
        return np.concatenate([np.array(answer["outputs"], float) for answer in answers])

    def surface(self, **parameters: Any) -> Array:
        """Return a neuron's output over the plane: (resolution, resolution), the largest x2 first.

        Without parameters, that of the whole network. Parameters: layer, neuron, resolution, bounds.
        """
        return np.asarray(np.load(io.BytesIO(self.download("surface.npy", **parameters))), float)

    def losses(self) -> dict[str, Array]:
        """Return the arrays `epoch`, `train_loss` and `test_loss`, from the first epoch on."""
        return loss_arrays(self.call("GET", "losses"))

    def points(self) -> tuple[Array, Array]:
        """Return the training points and the test points: rows of x1, x2 and target."""
        points = self.call("GET", "points")
        return np.array(points["train"], float), np.array(points["test"], float)

    def weights(self) -> list[dict[str, Array]]:
        """Return the parameters of each layer by their names: `weights` (inputs, neurons), `biases`, ..."""
        return parameter_arrays(self.call("GET", "parameters"))

    def set_weights(self, layers: Sequence[Mapping[str, npt.ArrayLike]]) -> None:
        """Set all parameters, in the form in which `weights` returns them; training goes on from there."""
        given = self.call("GET", "parameters")
        flat = np.array(given["flat"], float)
        for place in given["layout"]:
            values = np.asarray(layers[place["layer"] - 1][place["name"]], float).reshape(place["shape"])
            flat[place["start"] : place["start"] + values.size] = values.ravel()
        self.call("PUT", "parameters", json={"flat": flat.tolist()})

    def export(self, format: str = "json", name: str = "", *, file: str = "") -> bytes:  # noqa: A002
        """Return the network in one of the formats of `GET /api/sessions/ID/export`, as bytes.

        Args:
            format: "json", "numpy", "keras", "pytorch", "notebook" or "onnx".
            name: what the network is called in it.
            file: where to write it, too: `session.export("keras", file="network.py")`.
        """
        content = self.download("export", format=format, name=name)
        if file:
            Path(file).write_bytes(content)
        return content

    def checkpoint(self) -> dict[str, Any]:
        """Return the whole training, with the optimizer's memory, as JSON can hold it: see `restore`."""
        return dict(self.call("GET", "export", params={"format": "json"}))

    def restore(self, checkpoint: Mapping[str, Any]) -> dict[str, Any]:
        """Become what `checkpoint` returned, of this session or another; return the new state."""
        return dict(self.call("PUT", "model", json=checkpoint))

    def show(self, *, width: int = 1000, height: int = 700) -> LiveView:
        """Return a view that shows the training live in a notebook, as its cell's last line."""
        return LiveView(self.state()["url"], width, height)

    def _path(self, path: str) -> str:
        return f"sessions/{quote(self.id, '')}/{path}".rstrip("/")


class LiveView:
    """A frame that shows a page; Jupyter draws it.

    The server has to allow it: `--frame-ancestors` names the notebook's address, unless both are on this
    computer.
    """

    def __init__(self, url: str, width: int, height: int) -> None:
        self.url = url
        self._size = f'width="{int(width)}" height="{int(height)}"'

    def _repr_html_(self) -> str:
        url = html.escape(self.url)
        frame = f'<iframe src="{url}#embed=true" {self._size} style="max-width: 100%; border: 0"></iframe>'
        return f'{frame}<p><a href="{url}" target="_blank" rel="noopener">{url}</a></p>'


def loss_arrays(series: Mapping[str, Any]) -> dict[str, Array]:
    """Return the losses of an answer as arrays."""
    return {name: np.array(series[name], float) for name in ("epoch", "train_loss", "test_loss")}


def parameter_arrays(given: Mapping[str, Any]) -> list[dict[str, Array]]:
    """Return the parameters of an answer as arrays by their names, one dict for each layer."""
    flat = np.array(given["flat"], float)
    layers: dict[int, dict[str, Array]] = {}
    for place in given["layout"]:
        size = int(np.prod(place["shape"]))
        values = flat[place["start"] : place["start"] + size].reshape(place["shape"])
        layers.setdefault(place["layer"], {})[place["name"]] = values
    return [layers[number] for number in sorted(layers)]
