"""Where the page's files are, and the texts of each language."""

import os
from pathlib import Path

import pytest

import server.page_words as module


def test_the_checkout_serves_its_own_folders() -> None:
    folder = module.find_assets()
    assert (folder / "static").is_dir()
    assert (folder / "templates").is_dir()


def test_an_installed_wheel_serves_its_own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    carried = tmp_path / "_assets"
    carried.mkdir()
    monkeypatch.setattr(module, "__file__", str(tmp_path / "page_words.py"))
    assert module.find_assets() == carried


def test_a_file_of_words_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "en.json"
    path.write_text('{"a": "one"}', "utf-8")
    assert module.read_words(path) == {"a": "one"}
    path.write_text('{"a": "another"}', "utf-8")
    os.utime(path, ns=(0, 1))
    assert module.read_words(path) == {"a": "another"}
