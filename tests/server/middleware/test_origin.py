import pytest

from server.middleware.origin import may_connect


@pytest.mark.parametrize(
    ("origin", "host", "scheme"),
    [
        ("http://192.168.1.5:8000", "192.168.1.5:8000", "ws"),
        ("http://lab.example", "lab.example", "ws"),
        ("http://lab.example", "lab.example:80", "ws"),
        ("https://lab.example", "lab.example", "wss"),
        ("https://lab.example", "lab.example", "ws"),
        ("http://LAB.example", "lab.EXAMPLE", "ws"),
        ("http://[::1]:8000", "[::1]:8000", "ws"),
        (None, "lab.example", "ws"),
        (None, None, "ws"),
        ("https://school.example", "127.0.0.1:8000", "ws"),
    ],
)
def test_own_pages_and_programs_may_connect(origin: str | None, host: str | None, scheme: str) -> None:
    assert may_connect(origin, host, scheme=scheme, allowed=["https://school.example"])


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://evil.example", "lab.example"),
        ("http://lab.example:8001", "lab.example:8000"),
        ("http://lab.example.evil.example", "lab.example"),
        ("http://lab.example", None),
        ("http://lab.example", ""),
        ("null", "lab.example"),
        ("", "lab.example"),
        ("file://", "lab.example"),
        ("http://lab.example:port", "lab.example"),
        ("http://[::1", "lab.example"),
        ("http://lab.example", "lab.example:port"),
        ("http://school.example", "127.0.0.1:8000"),
        ("https://school.example:444", "127.0.0.1:8000"),
    ],
)
def test_foreign_origins_may_not_connect(origin: str, host: str | None) -> None:
    assert not may_connect(origin, host, scheme="ws", allowed=["https://school.example"])
