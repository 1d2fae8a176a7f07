import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from server.rest import surface_png

COLORS = (Path(__file__).parents[3] / "static" / "js" / "ui" / "color.js").read_text("utf-8")


def colours(text: str) -> list[tuple[int, ...]]:
    found = re.findall(r"\[0x(\w\w), 0x(\w\w), 0x(\w\w)\]", text)
    return [tuple(int(part, 16) for part in each) for each in found]


def test_the_colours_are_those_of_the_page() -> None:
    light, dark = re.findall(r"(?:light|dark): \{(.*?)\}", COLORS)[:2]
    assert colours(light) == [surface_png.NEGATIVE, surface_png.ZERO["light"], surface_png.POSITIVE]
    assert colours(dark) == [surface_png.NEGATIVE, surface_png.ZERO["dark"], surface_png.POSITIVE]
    assert colours(COLORS.split("const CLASSES = [")[1].split("];")[0]) == list(surface_png.CLASSES)
    assert colours(COLORS.split("const LIGHT_BLACK =")[1].split(";")[0]) == [surface_png.LIGHT_BLACK]
    shares = re.search(r"\[\w+, \w+\] = \[([\d.]+), ([\d.]+)\]", COLORS)
    assert shares is not None
    assert tuple(map(float, shares.groups())) == (surface_png.MAX_TINT, surface_png.MIN_RELATIVE_TINT)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_go_from_orange_to_blue(theme: surface_png.Theme) -> None:
    pixels = surface_png.value_pixels(np.array([[-2, -1, 0, 1, np.nan]]), theme)
    expected = [
        surface_png.NEGATIVE,
        surface_png.NEGATIVE,
        surface_png.ZERO[theme],
        surface_png.POSITIVE,
        surface_png.ZERO[theme],
    ]
    assert list(map(tuple, pixels[0].tolist())) == expected
    half = surface_png.value_pixels(np.array([[0.5]]), "light")[0, 0].tolist()
    assert half == [0x78, 0xB1, 0xD4]
    sides = surface_png.value_pixels(np.array([[-0.01, 0.01]]), theme, discretize=True)
    assert list(map(tuple, sides[0].tolist())) == [surface_png.NEGATIVE, surface_png.POSITIVE]


def test_the_likeliest_class_is_drawn_as_strongly_as_it_is_sure() -> None:
    shares = np.array([[[1.0, 0.4]], [[0.0, 0.6]]])
    sure, unsure = surface_png.class_map_pixels(shares, "light")[0].astype(int)
    first, second = np.array(surface_png.CLASSES[0]), np.array(surface_png.CLASSES[1])
    zero = np.array(surface_png.ZERO["light"])
    np.testing.assert_allclose(sure, zero + (first - zero) * 0.7, atol=0.5)
    np.testing.assert_allclose(unsure, zero + (second - zero) * 0.7 * (0.1 + 0.9 * 0.2), atol=0.5)
    flat = surface_png.class_map_pixels(shares, "light", discretize=True)[0].astype(int)
    np.testing.assert_allclose(flat[1], zero + (second - zero) * 0.7, atol=0.5)


def test_one_class_is_drawn_from_the_background_up() -> None:
    pixels = surface_png.class_pixels(np.array([[0.0, 1.0]]), 7, "dark")[0].astype(int)
    zero = np.array(surface_png.ZERO["dark"])
    assert pixels[0].tolist() == zero.tolist()
    np.testing.assert_allclose(pixels[1], zero + (np.array(surface_png.LIGHT_BLACK) - zero) * 0.7, atol=0.5)
    sides = surface_png.class_pixels(np.array([[0.4, 0.6]]), 0, "light", discretize=True)
    assert sides[0, 0].tolist() == list(surface_png.ZERO["light"])


def test_a_png_has_its_pixels_and_right_checks() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (3, 5, 3)).astype(np.uint8)
    data = surface_png.encode_png(pixels)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    place, chunks = 8, {}
    while place < len(data):
        (size,) = struct.unpack_from(">I", data, place)
        kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + size]
        assert struct.unpack_from(">I", data, place + 8 + size) == (zlib.crc32(kind + body),)
        chunks[kind] = body
        place += 12 + size
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    assert struct.unpack(">IIBBBBB", chunks[b"IHDR"]) == (5, 3, 8, 2, 0, 0, 0)
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(3, 16)
    assert (rows[:, 0] == 0).all()
    np.testing.assert_array_equal(rows[:, 1:].reshape(3, 5, 3), pixels)
