"""The version of Tinkernet: that of the installed package, else the one in the source tree's pyproject."""

import tomllib
from importlib import metadata
from pathlib import Path


def find_version() -> str:
    """Return the version, such as "0.1.0"."""
    try:
        return metadata.version("tinkernet")
    except metadata.PackageNotFoundError:
        project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))
        return str(project["project"]["version"])


VERSION = find_version()
