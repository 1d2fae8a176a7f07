import json
from http import HTTPStatus
from pathlib import Path

import pytest

from server.errors.codes import REST_CODES, ErrorCode, code_of_status
from server.protocol import close_codes

I18N = Path(__file__).parents[3] / "static" / "i18n"
CLOSE_CODES = {number for name, number in vars(close_codes).items() if name.isupper()}


@pytest.mark.parametrize("path", sorted(I18N.glob("*.json")), ids=lambda path: path.stem)
def test_every_code_is_translated_into_each_language(path: Path) -> None:
    words = json.loads(path.read_text("utf-8"))
    assert {code.words for code in ErrorCode} == {key for key in words if key.startswith("error.")}


@pytest.mark.parametrize("code", ErrorCode)
def test_every_code_has_an_http_status_and_a_known_close_code_or_none(code: ErrorCode) -> None:
    assert HTTPStatus(code.status) >= 400
    assert code.close_code in {None, *CLOSE_CODES}
    assert code.value == code.name.lower()


def test_close_codes_differ() -> None:
    numbers = [number for name, number in vars(close_codes).items() if name.isupper()]
    assert len(numbers) == len(set(numbers))


def test_a_code_for_websockets_becomes_the_general_code_of_its_status_in_rest() -> None:
    assert ErrorCode.NO_SUCH_NEURON.in_rest is ErrorCode.NOT_FOUND
    assert ErrorCode.NO_SUCH_ROOM.in_rest is ErrorCode.NO_SUCH_ROOM
    assert {code.in_rest for code in ErrorCode} == set(REST_CODES)


def test_every_status_has_a_general_code() -> None:
    assert code_of_status(405) is ErrorCode.METHOD_NOT_ALLOWED
    assert code_of_status(413) is ErrorCode.TOO_LARGE
    assert code_of_status(418) is ErrorCode.REFUSED
