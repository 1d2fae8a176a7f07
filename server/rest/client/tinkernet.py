"""A client for Tinkernet in one file: trainings, predictions and repeated runs, from a notebook or a script.

It needs Python 3.9 or later, NumPy and httpx (`pip install httpx numpy`):

    from tinkernet import Tinkernet

    session = Tinkernet().session(dataset="circle", hidden_layers=[8, 8])
    session.train(1000, until={"test_loss": 0.05})
    session.predict([[0, 0], [4, 4]])

Settings have the names that `Tinkernet().catalogue()` lists. Whatever is refused raises a `TinkernetError`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any
from urllib.parse import quote

import numpy as np

from server.rest.client.connection import ServerConnection
from server.rest.client.runs import RemoteRuns
from server.rest.client.sessions import Array, RemoteSession

SERVER = "http://localhost:8000"
"""The server that this file came from, and the default of `Tinkernet`."""


class Tinkernet(ServerConnection):
    """A server. Use it as it is, or in a `with` block, which closes its connections."""

    def __init__(self, url: str = SERVER, *, token: str | None = None, patience: float = 60.0) -> None:
        """Remember a server; nothing is sent yet.

        Args:
            url: its address; by default that of the server from which this file was downloaded.
            token: its access token; by default from the environment variable TINKERNET_API_TOKEN.
            patience: seconds for which a call that the server puts off, or a lost connection, is tried again.
        """
        super().__init__(url, token, patience)

    def __enter__(self) -> Tinkernet:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.close()

    def session(
        self,
        config: Mapping[str, Any] | None = None,
        *,
        options: Mapping[str, Any] | None = None,
        **settings: Any,
    ) -> RemoteSession:
        """Create a session: a network and its training, at epoch 0.

        Args:
            config: settings of the training by their names; all others have their defaults.
            options: what a session has besides: `data`, `parameters`, `speed`, `playing`, `until_epoch`.
            settings: more settings, such as `dataset="circle"`.
        """
        body = {**(options or {}), "config": {**(config or {}), **settings}}
        return RemoteSession(self, self.call("POST", "sessions", json=body)["id"])

    def restore(self, checkpoint: Mapping[str, Any]) -> RemoteSession:
        """Create a session from what `checkpoint` of another returned: it trains on as that would have."""
        return RemoteSession(self, self.call("POST", "sessions/import", json=checkpoint)["id"])

    def open(self, session_id: str, *, key: str | None = None) -> RemoteSession:
        """Return a session that exists already, such as that of a page.

        Args:
            session_id: its id, as "Share" on the page shows it.
            key: the key of a learner's seat, with which it can be changed, too.
        """
        session = RemoteSession(self, session_id, key)
        session.state()  # raises NotFoundError
        return session

    def runs(
        self,
        config: Mapping[str, Any] | None = None,
        *,
        epochs: int,
        grid: Mapping[str, Sequence[Any]] | None = None,
        seeds: int = 10,
        **more: Any,
    ) -> RemoteRuns:
        """Start repeated runs of a config from many seeds, with each combination of the values of a grid.

        Args:
            config: settings that all runs share.
            epochs: the most epochs of each run.
            grid: lists of values by setting, such as `{"learning_rate": [0.03, 0.3]}`.
            seeds: how many runs each combination has.
            more: any other field of `POST /api/runs`, such as `until` or `configs`.
        """
        body = {"config": config or {}, "epochs": epochs, "grid": grid or {}, "seeds": seeds, **more}
        return RemoteRuns(self, self.call("POST", "runs", json=body)["id"])

    def table(self, text: str, **choices: Any) -> dict[str, Any]:
        """Return the settings of a training with the points of a table of your own.

        For a session: `server.session(server.table(text), learning_rate=0.1)`. Each line that cannot be used
        is refused with its reason, unless you leave such lines out by `skip_invalid=True`.

        Args:
            text: the table as CSV: two columns of numbers and one to predict.
            choices: `x1`, `x2` and `target` (names of columns), `problem`, `skip_invalid`, and other
                parameters of `POST /api/own-data/preview`.

        Raises:
            ValueError: the table gives no points to train on; it says why.
        """
        headers = {"Content-Type": "text/csv; charset=utf-8"}
        read = self.call("POST", "own-data/preview", content=text.encode(), headers=headers, params=choices)
        if read["config"] is None:
            raise ValueError(read["unusable"]["text"])
        return dict(read["config"])

    def catalogue(self) -> dict[str, Any]:
        """Return every setting of a training with its default, its choices and its bounds."""
        return dict(self.call("GET", "catalogue"))

    def dataset(self, name: str, **parameters: Any) -> Array:
        """Return points of a dataset: x1, x2 and target of each. Parameters: noise, seed, count, classes."""
        return np.array(self.call("GET", f"datasets/{quote(name, '')}", params=parameters)["points"], float)
