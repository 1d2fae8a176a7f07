"""The words of the page: where the page's files are, and the texts of each language by their keys.

The server's own sentences about lessons take their words from here, so that command, REST and page agree.
"""

import json
from functools import lru_cache
from pathlib import Path


def find_assets() -> Path:
    """Return the folder that contains `static` and `templates`, in an installed wheel or in the checkout."""
    package = Path(__file__).parent
    inside = package / "_assets"
    return inside if inside.is_dir() else package.parent


def read_words(path: Path) -> dict[str, str]:
    """Return the texts of a language's file by key. The file is read again only when it has changed."""
    return _read_words(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read_words(path: Path, _changed: int) -> dict[str, str]:
    words: dict[str, str] = json.loads(path.read_text("utf-8"))
    return words


def words_in(locale: str) -> dict[str, str]:
    """Return the texts of a language, such as "zh-CN", by key."""
    return read_words(find_assets() / "static" / "i18n" / f"{locale}.json")
