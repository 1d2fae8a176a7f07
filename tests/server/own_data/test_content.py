"""Files that are no tables are called what they are, and odd texts cost nothing that can be read."""

import json
import random

import pytest

from server.own_data.preview import TableOptions, preview

NOISE = random.Random(1).randbytes(3000)


def reason(data: bytes) -> str | None:
    found = preview(data.decode("utf-8", "replace"), TableOptions(skip_invalid=True), data=data).unusable
    return None if found is None else found.code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04" + NOISE, "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1" + NOISE, "workbook"),
        (b"\x89PNG\r\n" + NOISE, "binary"),
        (b"%PDF-1.7\n1 0 obj", "binary"),
        (NOISE, "binary"),
        (bytes(range(256)) * 20, "binary"),
        (json.dumps({"a": [[1, 2, {"b": [1]}]] * 5}).encode(), "json"),
        (json.dumps([[1, 2, "a"], [3, 4, "b"]], indent=1).encode(), "json"),
        (b"[" * 50_000 + b"]" * 50_000, "json"),
        (b"<!DOCTYPE html><table><tr><td>1</td></tr></table>", "markup"),
        (b"<svg xmlns=''></svg>", "markup"),
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"a,b,c\n", "few_rows"),
        (b"a,b,c\n1,2,x\n", "few_rows"),
        (b"[1],2,x\n[2],3,y\n", "few_rows"),
        (b"a,b,c\n1,2,x\n2,3,x\n", "one_class"),
        (b"a,b,c\n1,2,x\n1,2,y\n", "one_spot"),
        (b"a,b,c\n1,2,x\0y\n2,3,z\n", None),
        (b"a,b,c\n1,2," + b"x" * 200_000 + b"\n2,3,y\n", None),
        (b"<b>,b,c\n1,2,x\n2,3,z\n", None),
    ],
)
def test_each_odd_file_is_told_by_its_own_reason(data: bytes, code: str | None) -> None:
    assert reason(data) == code


def test_a_quotation_mark_that_is_not_closed_is_told_as_such() -> None:
    found = preview('a,b,c\n1,2,"x\n2,3,y\n4,4,y\n5,5,x\n', TableOptions())
    assert [each.text for each in found.faults] == ["Line 2: a quotation mark is not closed."]
    assert found.usable_rows == 3
