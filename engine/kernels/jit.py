"""How kernels are compiled: `entry` for what Python calls, `helper` and others for what kernels call.

Numba by itself optimizes each function and translates it to machine code, then does so again inside each of
its callers, and again inside theirs. A helper here is only linked into its caller, so that the code of an
entry is optimized and translated once. Helpers have no Python wrapper: only compiled code can call them.

Helpers should take pointers (`simd_memory.pointer`), integers and floats. An array argument takes
several times as long to compile, and for a read-only array Numba compiles a function once more.

A large part of an entry can be a `native` function of another module, which it calls by address: so two
processes compile an entry, and what several entries use is compiled once.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from llvmlite import ir
from numba import cfunc, config, njit, types
from numba.core import cgutils
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import NativeLowering
from numba.extending import intrinsic

# The kernels use vector types, so that LLVM's automatic vectorization finds nothing, but takes a third of the
# compile time. Numba passes these settings to LLVM. `joining_vectors` makes an exception.
config.LOOP_VECTORIZE = 0
config.SLP_VECTORIZE = 0

_OPTIONS = {"error_model": "numpy", "nogil": True, "no_cfunc_wrapper": True}


class _LinkedLibrary(JITCodeLibrary):
    """Code of a helper: linked into its callers, neither optimized nor translated by itself."""

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


@register_pass(mutates_CFG=True, analysis_only=False)
class _HelperLowering(NativeLowering):
    """Numba's step from typed code to LLVM's code, without machine code at the end."""

    _name = "tinkernet_helper_lowering"

    def run_pass(self, state: Any) -> bool:
        context = state.targetctx
        state.library = _LinkedLibrary(context.codegen(), state.func_id.func_qualname)
        state.flags.no_compile = True
        super().run_pass(state)
        # Numba finds the implementation by this object, which must be a built-in function of its own.
        key = [].append  # type: ignore[var-annotated]
        context.insert_user_function(key, state.cr.fndesc, [state.library])
        state.cr = state.cr._replace(cfunc=key)
        return True


_UNUSED = frozenset({"inline_closure_likes", "inline_inlinables", "inline_overloads", "nopython_rewrites"})
"""Steps of Numba's compiler for closures, Numba's own inlining and array expressions: helpers have none."""


class _HelperCompiler(Compiler):
    """Numba's compiler with the step above in place of its own, and without the unused steps."""

    def define_pipelines(self) -> list[Any]:
        pipelines: list[Any] = super().define_pipelines()
        for pipeline in pipelines:
            pipeline.passes = [
                (_HelperLowering if step.__name__.endswith("Lowering") else step, text)
                for step, text in pipeline.passes
                if step.name() not in _UNUSED
            ]
        return pipelines


HELPER_OPTIONS = {**_OPTIONS, "no_cpython_wrapper": True, "pipeline_class": _HelperCompiler}
INLINED_OPTIONS = {**HELPER_OPTIONS, "forceinline": True}


def helper(function: Callable[..., Any]) -> Any:
    """Compile a function for compiled callers, once for each set of types.

    Numba itself would compile it once more for each constant that some caller passes.
    """
    dispatcher = njit(**HELPER_OPTIONS)(function)
    template = dispatcher.get_call_template

    def get_call_template(args: Any, kws: Any) -> Any:
        return template([types.unliteral(arg) for arg in args], kws)

    dispatcher.get_call_template = get_call_template
    return dispatcher


inlined = njit(**INLINED_OPTIONS)
"""Compile a small function into the body of each caller."""


def _cached() -> bool:
    """Return whether compiled code is kept on disk: only in the folder for it while `compile_cache` imports.

    Numba's own choice of a folder would reuse code that was compiled before another of the source files
    changed. Who imports a helper earlier decides nothing for the modules that are imported later.
    """
    return bool(config.CACHE_DIR)


def entry(*signatures: Any) -> Any:
    """Return a decorator that compiles a function for Python callers, or loads it from the cache."""
    return njit(list(signatures), cache=_cached(), **_OPTIONS)


@contextmanager
def joining_vectors() -> Iterator[None]:
    """Let LLVM join operations of the entries that are compiled within into larger vectors."""
    config.SLP_VECTORIZE = 1
    try:
        yield
    finally:
        config.SLP_VECTORIZE = 0


def native(signature: Any) -> Any:
    """Return a decorator like `entry` for a function that other entries call, by its attribute `address`.

    Numbers and pointers are its only arguments. The result also has a function for Python, `ctypes`.
    """
    return cfunc(signature, cache=_cached(), error_model="numpy")


def call_of(signature: Any) -> Any:
    """Return a function for compiled code that calls a `native` function of a signature.

    Its arguments are the address, a whole number, and a tuple of the native function's arguments.
    """

    @intrinsic
    def call(_context: Any, address: Any, arguments: Any) -> Any:
        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            values = [
                context.cast(builder, value, given, wanted)
                for value, given, wanted in zip(
                    cgutils.unpack_tuple(builder, args[1]), sig.args[1], signature.args, strict=True
                )
            ]
            kind = ir.FunctionType(
                context.get_value_type(signature.return_type),
                [context.get_value_type(each) for each in signature.args],
            )
            return builder.call(builder.inttoptr(args[0], kind.as_pointer()), values)

        return signature.return_type(address, arguments), generate

    return call
