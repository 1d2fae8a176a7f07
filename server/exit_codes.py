"""Exit codes of the `tinkernet` command."""

EXIT_FAILED = 1
"""What was asked for could not be done."""

EXIT_USAGE = 2
"""The options do not fit."""
