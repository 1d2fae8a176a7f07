"""Repeated runs as the client has them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from server.rest.client.connection import Progress, ServerConnection, wait_for_job
from server.rest.client.sessions import loss_arrays, parameter_arrays


class RemoteRuns:
    """Repeated runs on the server: a config from many seeds, over a grid of settings.

    Attributes:
        id: their id.
    """

    def __init__(self, server: ServerConnection, runs_id: str) -> None:
        """Refer to runs; `Tinkernet.runs` starts them."""
        self.id = runs_id
        self._server = server
        self._path = f"runs/{quote(runs_id, '')}"

    def wait(self, progress: Progress | bool = False) -> list[dict[str, Any]]:
        """Wait for the end and return `results`; raise `JobFailedError` if they are cancelled.

        Args:
            progress: called with the number of runs done and of all; True prints them.
        """
        wait_for_job(
            self._server, self._path, self.state(), lambda state: (state["done"], state["total"]), progress
        )
        return self.results()

    def state(self, *, each: bool = False) -> dict[str, Any]:
        """Return the answer of `GET /api/runs/ID`; with `each`, it has every single run."""
        return dict(self._server.call("GET", self._path, params={"each": each}))

    def results(self) -> list[dict[str, Any]]:
        """Return a dict for each combination so far: its settings, `runs`, `test_loss_median` and so on."""
        return [_flattened(result) for result in self.state()["results"]]

    def each(self) -> list[dict[str, Any]]:
        """Return a dict for every single run so far: its settings, seed, losses and how it ended."""
        state = self.state(each=True)
        settings = [result["settings"] for result in state["results"]]
        return [{**settings[run["setting"]], **run} for run in state["each"]]

    def details(self) -> list[dict[str, Any]]:
        """Return a dict for every finished run, with what `keep=["losses", "weights"]` of `runs` kept.

        `losses` and `weights` are as those of a session, None where nothing was kept or the run diverged;
        `parameters` is what `options` of `Tinkernet.session` takes, to go on with that network.
        """
        details: list[dict[str, Any]] = []
        first: int | None = 0
        while first is not None:
            page = self._server.call("GET", f"{self._path}/each", params={"first": first})
            details += [_with_arrays(run) for run in page["runs"]]
            first = page["next"]
        return details

    def stream(self) -> Iterator[dict[str, Any]]:
        """Yield a dict as in `details` for every run, each as soon as it is finished, until the end.

        However many runs there are, they take no memory here. A stream that is cut off is taken up again.
        """
        known = 0
        while True:
            before = known
            for run in self._server.lines(f"{self._path}/results.ndjson", first=known):
                known = run["number"] + 1
                yield _with_arrays(run)
            state = self.state()
            if state["state"] != "running" and known >= state["done"]:
                return
            if known == before:
                time.sleep(0.5)

    def cancel(self) -> None:
        """Stop; the results of finished runs stay."""
        self._server.call("DELETE", self._path)


def _with_arrays(run: dict[str, Any]) -> dict[str, Any]:
    """Return a run as one level, with its losses and weights as arrays."""
    run["losses"] = run["losses"] and loss_arrays(run["losses"])
    run["weights"] = run["parameters"] and parameter_arrays(run["parameters"])
    return {**run.pop("settings"), **run}


def _flattened(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result of a combination as one level, such as `test_loss_median`."""
    parts = ("least", "lower", "median", "upper", "most")
    flat = dict(result["settings"])
    for name, value in result.items():
        if name in {"train_loss", "test_loss", "epochs_to_goal", "train_accuracy", "test_accuracy"}:
            flat.update({f"{name}_{part}": value[part] if value else None for part in parts})
        elif name != "settings":
            flat[name] = value
    return flat
