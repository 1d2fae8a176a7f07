"""Checks that the private parts of Numba on which `engine/kernels/jit.py` relies are as expected.

If a test fails here after an update of Numba: read the named part in the new version, adapt `jit.py`, and
then raise the upper bound in `pyproject.toml`.
"""

import inspect
import tomllib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba import config, njit, types
from numba.core import compiler
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler, _LowerResult
from numba.core.typed_passes import NativeLowering
from packaging.requirements import Requirement

from engine.kernels.jit import call_of, entry, helper, inlined, joining_vectors, native
from engine.kernels.simd_memory import pointer

pytestmark = pytest.mark.medium

PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"

METHODS = [
    (JITCodeLibrary, "_optimize_final_module", []),
    (JITCodeLibrary, "_finalize_final_module", []),
    (JITCodeLibrary, "_finalize_dynamic_globals", []),
    (NativeLowering, "run_pass", ["state"]),
    (Compiler, "define_pipelines", []),
]


@pytest.mark.parametrize(
    ("owner", "name", "parameters"), METHODS, ids=[f"{owner.__name__}.{name}" for owner, name, _ in METHODS]
)
def test_a_method_in_use_has_the_expected_parameters(owner: type, name: str, parameters: list[str]) -> None:
    where = f"{owner.__module__}.{owner.__name__}.{name} has changed: see engine/kernels/jit.py"
    method = getattr(owner, name, None)
    assert method is not None, where
    assert list(inspect.signature(method).parameters)[1:] == parameters, where


def test_a_result_of_compiling_has_the_fields_in_use() -> None:
    assert {"cfunc", "fndesc"} <= set(_LowerResult._fields)
    assert "library" in compiler.CR_FIELDS


def triple(x: Any) -> Any:
    return 3 * x


@pytest.mark.parametrize("decorate", [helper, inlined])
def test_a_function_for_compiled_code_gives_what_it_gives_in_python(decorate: Callable[..., Any]) -> None:
    called = decorate(triple)

    @entry(types.float64(types.float64))
    def compiled(x: float) -> float:
        return called(x) + 1.0

    assert compiled(2.0) == 7.0


def test_a_helper_is_compiled_once_whatever_constants_its_callers_pass() -> None:
    called = helper(triple)

    @entry(types.int64(types.int64))
    def compiled(n: int) -> int:
        return called(2) + called(8) + called(n)

    assert compiled(1) == 33
    assert len(called.signatures) == 1


def test_a_helper_is_only_linked_into_its_callers() -> None:
    called = helper(triple)

    @njit
    def compiled(x: float) -> float:
        return called(x)

    assert compiled(2.0) == 6.0
    (result,) = called.overloads.values()
    assert type(result.library).__name__ == "_LinkedLibrary"
    assert "triple" in compiled.inspect_llvm(compiled.signatures[0])


def test_a_native_function_is_called_by_its_address() -> None:
    signature = types.float64(types.CPointer(types.float64), types.int64, types.float64)
    add = native(signature)(lambda array, index, value: array[index] + value)
    call = call_of(signature)

    @entry(types.float64(types.int64, types.float64[::1]))
    def compiled(address: int, array: Any) -> Any:
        # The whole number 3 becomes a float, as the signature says.
        return call(address, (pointer(array), 1, 3))

    assert compiled(add.address, np.array([1.0, 2.0])) == 5.0


def test_vectors_are_joined_only_within_the_block() -> None:
    before = config.SLP_VECTORIZE
    with joining_vectors():
        assert config.SLP_VECTORIZE == 1
    assert config.SLP_VECTORIZE == before == 0


def test_the_allowed_versions_have_an_upper_bound() -> None:
    lines = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]["dependencies"]
    requirement = next(each for each in map(Requirement, lines) if each.name == "numba")
    assert any(bound.operator == "<" for bound in requirement.specifier)
    assert requirement.specifier.contains(version("numba"))
