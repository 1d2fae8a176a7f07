"""How many examples a property test tries that says so itself."""

from hypothesis import settings

DEFAULT_EXAMPLES = 100
"""Examples of a property test that says no number, in the slow stage."""


def examples(number: int) -> int:
    """Return how many of `number` examples to try: all in the slow stage, otherwise a share.

    The share is that of the property tests that say no number: see `pytest_configure` in tests/conftest.py.
    """
    return max(5, number * settings().max_examples // DEFAULT_EXAMPLES)
