"""The compiled implementation: the mathematics of `engine.reference` in Numba, and the cache of compiled code.

Importing the package or `registry` does not import Numba; `compile_cache` does that in the background.
"""
