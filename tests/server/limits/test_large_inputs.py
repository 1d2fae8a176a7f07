"""Large JSON texts: what is refused before it is parsed, and which thread handles the others."""

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.limits.large_inputs import MAX_KEYS, excess_of, run_off_loop


@pytest.mark.parametrize("kind", [str.encode, str])
def test_a_text_of_a_million_tiny_things_is_refused_by_a_count(kind: Callable[[str], Any]) -> None:
    assert excess_of(kind("[" + "[[]]," * 500_000 + "1]")) == "at most 40000 lists"
    assert excess_of(kind("[" + "1," * 500_000 + "1]")) == "at most 300000 entries"
    assert excess_of(kind("[" + "{}," * 100_000 + "1]")) == f"at most {MAX_KEYS} keys"
    assert excess_of(kind("{" + '"a":1,' * 2000 + '"a":1}')) == f"at most {MAX_KEYS} keys"


def test_the_largest_valid_request_passes() -> None:
    rows = [[1.5, -2.5, 1]] * 10_000
    body = {"data": {"train": rows, "test": rows}, "parameters": [0.1] * 100_000, "points": rows}
    assert excess_of(json.dumps(body)) is None


@given(st.text())
def test_text_and_bytes_are_counted_alike(text: str) -> None:
    assert excess_of(text) == excess_of(text.encode(errors="replace"))


@pytest.mark.anyio
async def test_one_thread_besides_the_loop_handles_large_inputs_one_after_the_other() -> None:
    threads = await asyncio.gather(*(run_off_loop(threading.get_ident) for _ in range(5)))
    assert len(set(threads)) == 1
    assert threading.get_ident() not in threads


@pytest.mark.anyio
async def test_what_the_function_raises_reaches_the_caller() -> None:
    with pytest.raises(ZeroDivisionError):
        await run_off_loop(lambda: 1 // 0)
