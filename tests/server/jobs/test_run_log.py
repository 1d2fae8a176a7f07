from pathlib import Path

import numpy as np
import pytest

from server.jobs.finished_runs import RECORD, Records
from server.jobs.run_log import RunLog


def records(first: int, count: int) -> Records:
    made = np.zeros(count, RECORD)
    made["number"] = np.arange(first, first + count)
    made["test_loss"] = made["number"] / 7
    return made


@pytest.mark.parametrize("piece", [1, 7, 100])
def test_results_are_read_again_from_any_place(tmp_path: Path, piece: int) -> None:
    log = RunLog(tmp_path, in_memory=32)
    for first in range(0, 200, piece):
        log.append(records(first, piece))
    count = len(log)
    assert count >= 200
    for first, limit in [
        (0, count),
        (0, 1),
        (31, 3),
        (150, 1000),
        (count - 1, 1),
        (count, 5),
        (count + 9, 5),
    ]:
        expected = records(0, count)[first : first + limit]
        assert np.array_equal(log.read(first, limit), expected), (first, limit)


def test_memory_is_bounded_and_the_rest_is_in_a_file(tmp_path: Path) -> None:
    log = RunLog(tmp_path, in_memory=1000)
    for first in range(0, 50_000, 100):
        log.append(records(first, 100))
    assert log.memory <= 1000 * RECORD.itemsize
    assert log.disk >= 49_000 * RECORD.itemsize


def test_few_results_need_no_file(tmp_path: Path) -> None:
    log = RunLog(tmp_path / "is not there")
    log.append(records(0, 1000))
    assert (len(log), log.disk, list(tmp_path.iterdir())) == (1000, 0, [])


def test_what_cannot_be_written_is_an_error_and_the_results_before_it_stay(tmp_path: Path) -> None:
    log = RunLog(tmp_path / "is not there", in_memory=10)
    log.append(records(0, 10))
    with pytest.raises(OSError, match="No such file"):
        log.append(records(10, 1))
    assert np.array_equal(log.read(0, 20), records(0, 10))
