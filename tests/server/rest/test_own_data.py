"""Tables of one's own over REST."""

from typing import Any

import httpx
import pytest

from tests.server.rest_client import create_room_and_seat, create_session, problem_of

pytestmark = pytest.mark.anyio

FLOWERS = "length,width,species\n1.4,0.2,setosa\n5.1,1.9,virginica\n4.7,1.4,setosa\n6.0,2.5,virginica\n"
CSV = {"Content-Type": "text/csv"}


async def previewed(api: httpx.AsyncClient, text: str | bytes, **wishes: Any) -> dict[str, Any]:
    answer = await api.post("own-data/preview", content=text, params=wishes, headers=CSV)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_table_becomes_the_settings_of_a_session(api: httpx.AsyncClient) -> None:
    found = await previewed(api, FLOWERS)
    assert (found["separator"], found["header"], found["problem"]) == (",", True, "classification")
    assert found["classes"] == [{"name": "setosa", "points": 2}, {"name": "virginica", "points": 2}]
    assert found["rows"][0] == {"line": 2, "cells": ["1.4", "0.2", "setosa"]}
    session = await create_session(api, config=found["config"])
    config = (await api.get(session)).json()["config"]
    assert config["data_columns"] == found["data_columns"]
    assert config["points"] == found["config"]["points"]


async def test_columns_and_problem_are_wished_for_in_the_address(api: httpx.AsyncClient) -> None:
    text = "id;a;b;c\n1;1,5;10;0\n2;2,5;20;1\n3;3,5;15;2,5\n"
    found = await previewed(api, text, x1="b", x2="1", target="c", problem="regression")
    assert [found[name] for name in ("x1", "x2", "target", "decimal")] == [2, 1, 3, ","]
    assert found["data_columns"]["target"]["name"] == "c"
    assert found["config"]["problem"] == "regression"


@pytest.mark.parametrize(
    ("data", "fallback", "encoding", "name"),
    [
        ("长度,宽,类\n1,2,甲\n3,4,乙\n".encode(), "gb18030", "utf-8", "长度"),
        ("长度,宽,类\n1,2,甲\n3,4,乙\n".encode("gb18030"), "gb18030", "gb18030", "长度"),
        ("長度,寬,類\n1,2,甲\n3,4,乙\n".encode("big5"), "big5", "big5", "長度"),
        ("Länge\t2\t3\n1\t2\ta\n3\t4\tb\n".encode("utf-16"), "windows-1252", "utf-16-le", "Länge"),
        ("Länge;2;3\n1;2;a\n3;4;b\n".encode("latin-1"), "windows-1252", "windows-1252", "Länge"),
    ],
)
async def test_files_of_every_region_are_decoded(
    api: httpx.AsyncClient, data: bytes, fallback: str, encoding: str, name: str
) -> None:
    found = await previewed(api, data, encoding=fallback)
    assert (found["encoding"], found["columns"][0]["name"]) == (encoding, name)


async def test_bytes_that_could_be_utf_8_are_read_as_another_encoding_only_where_that_is_forced(
    api: httpx.AsyncClient,
) -> None:
    data = "协,b,c\n1,2,a\n3,4,b\n".encode("gb18030")  # its first bytes are valid UTF-8, too
    plain = await previewed(api, data, encoding="gb18030")
    assert plain["encoding"] == "utf-8"
    found = await previewed(api, data, encoding="gb18030", force_encoding=True)
    assert (found["encoding"], found["columns"][0]["name"]) == ("gb18030", "协")
    found = await previewed(
        api, "\ufeff长,b,c\n1,2,a\n".encode("utf-16-be"), encoding="utf-16-be", force_encoding=True
    )
    assert found["columns"][0]["name"] == "长"


async def test_bad_lines_are_told_and_left_out_only_if_wished(api: httpx.AsyncClient) -> None:
    found = await previewed(api, FLOWERS + "1.2,wide,setosa\n")
    assert found["config"] is None
    assert found["unusable"]["code"] == "bad_lines"
    (fault,) = found["faults"]
    assert fault["text"] == "Line 6, column width: expected a number, got wide."
    found = await previewed(api, FLOWERS + "1.2,wide,setosa\n", skip_invalid=True)
    assert (len(found["config"]["points"]), found["bad_lines"]) == (4, 1)


async def test_a_table_without_points_is_no_error_but_says_why(api: httpx.AsyncClient) -> None:
    found = await previewed(api, "")
    assert (found["config"], found["unusable"]["code"], found["columns"]) == (None, "empty", [])


async def test_other_bodies_and_parameters_are_refused(api: httpx.AsyncClient) -> None:
    answer = await api.post("own-data/preview", json={"text": FLOWERS})
    assert problem_of(answer)["code"] == "unsupported_media_type"
    answer = await api.post("own-data/preview", content=FLOWERS, params={"separator": "x"}, headers=CSV)
    assert problem_of(answer)["field"] == "separator"
    answer = await api.post("own-data/preview", content=FLOWERS, params={"colour": "x"}, headers=CSV)
    assert problem_of(answer)["field"] == "colour"
    answer = await api.post("own-data/preview", content=b"1,2,a\n" * 700_000, headers=CSV)
    assert (answer.status_code, problem_of(answer)["code"]) == (413, "too_large")


async def test_more_rows_than_points_become_a_sample_with_both_numbers(api: httpx.AsyncClient) -> None:
    text = "".join(f"{at},{at % 37},{'ab'[at % 2]}\n" for at in range(1500))
    found = await previewed(api, text, seed=3)
    assert (found["usable_rows"], found["points"], found["total_rows"]) == (1500, 1000, 1500)


async def test_own_data_reach_the_learners_of_a_room(api: httpx.AsyncClient) -> None:
    found = await previewed(api, FLOWERS)
    room, _ = await create_room_and_seat(api)
    key = {"X-Room-Key": room["key"]}
    body = {"config": found["config"], "apply": "all"}
    answer = await api.post(f"rooms/{room['id']}/start", json=body, headers=key)
    assert answer.status_code == 200, answer.text
    session = (await api.get("seat")).json()["session"]
    config = (await api.get(f"sessions/{session}")).json()["config"]
    assert config["data_columns"] == found["data_columns"]
    assert config["points"] == found["config"]["points"]


async def test_noise_moves_own_data_by_the_seed_and_without_it_they_are_where_they_were(
    api: httpx.AsyncClient,
) -> None:
    found = await previewed(api, FLOWERS)
    session = await create_session(api, config={**found["config"], "noise": 50, "data_seed": 3})

    async def points() -> list[list[float]]:
        told = (await api.get(f"{session}/points")).json()
        return [*told["train"], *told["test"]]

    plain = await points()
    assert sorted(plain) == sorted(found["config"]["points"])
    changed = await api.patch(session, json={"config": {"points_noise": 20}})
    assert changed.json()["config"]["points"] == found["config"]["points"]
    moved = await points()
    assert [row[2] for row in moved] == [row[2] for row in plain]
    assert all(one[:2] != other[:2] for one, other in zip(moved, plain, strict=True))
    twin = await create_session(api, config={**changed.json()["config"]})
    assert (await api.get(f"{twin}/points")).json() == (await api.get(f"{session}/points")).json()
    await api.patch(session, json={"config": {"points_noise": 0}})
    assert await points() == plain
    answer = await api.post(
        "runs", json={"epochs": 2, "config": found["config"], "grid": {"points_noise": [0, 50]}}
    )
    assert answer.status_code in (200, 202), answer.text


async def test_own_data_are_split_copied_and_replaced_like_others(api: httpx.AsyncClient) -> None:
    found = await previewed(api, FLOWERS)
    session = await create_session(api, config={**found["config"], "train_percent": 75})
    rows = (await api.get(f"{session}/points")).json()
    assert (len(rows["train"]), len(rows["test"])) == (3, 1)
    copy = (await api.post(f"{session}/copy")).json()
    assert copy["config"]["data_columns"] == found["data_columns"]
    changed = await api.patch(session, json={"config": {"dataset": "xor"}})
    assert changed.json()["config"]["data_columns"] is None
    answer = await api.patch(session, json={"config": {"data_columns": found["data_columns"]}})
    assert problem_of(answer)["field"] == "config.data_columns"
