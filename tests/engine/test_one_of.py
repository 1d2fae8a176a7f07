from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError

from engine.errors import quoted
from engine.setting_types import OneOf

COLOUR = TypeAdapter(Annotated[str, OneOf({"orange": 1, "blue": 2})])


def test_a_name_of_the_table_is_valid() -> None:
    assert COLOUR.validate_python("blue") == "blue"


@pytest.mark.parametrize("value", ["green", "", "Blue", None, 1, ["blue"], {"blue": 1}])
def test_anything_else_is_refused_with_the_names(value: object) -> None:
    with pytest.raises(ValidationError, match="'orange' or 'blue'"):
        COLOUR.validate_python(value)


def test_the_schema_lists_the_names() -> None:
    assert COLOUR.json_schema() == {"enum": ["orange", "blue"], "type": "string"}


def test_names_are_quoted_as_pydantic_does() -> None:
    assert quoted(["a"]) == "'a'"
    assert quoted(["a", "b", "c"]) == "'a', 'b' or 'c'"
