"""The languages of a room's texts: built-in tasks and generated nicknames."""

from typing import Literal, get_args

Language = Literal["en", "zh-CN", "zh-TW"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
"""The same as the files in static/i18n, as a test states."""
