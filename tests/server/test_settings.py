import pytest
from pydantic import ValidationError

from server.settings import ENVIRONMENT_PREFIX, Settings


def test_the_defaults_serve_a_class() -> None:
    settings = Settings()
    assert (settings.host, settings.port) == ("0.0.0.0", 8000)
    assert settings.pause_after == 10


def test_the_environment_sets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINKERNET_PORT", "9000")
    monkeypatch.setenv("TINKERNET_ALLOWED_ORIGINS", "https://a.example, http://b.example:8080")
    monkeypatch.setenv("TINKERNET_PUBLIC_URL", "")
    settings = Settings()
    assert settings.port == 9000
    assert settings.allowed_origins == ("https://a.example", "http://b.example:8080")
    assert settings.public_url is None


def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINKERNET_PORT", "9000")
    assert Settings(port=1).port == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", 65_536),
        ("frame_rate", 0),
        ("frame_rate", float("inf")),
        ("max_sessions", 0),
        ("public_url", "tinkernet.example"),
        ("log_level", "loud"),
        ("unknown", 1),
        ("api_token", "short"),
        ("root_path", "lab"),
        ("root_path", "/la b"),
        ("max_message", 100_000),
    ],
)
def test_wrong_values_are_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({name: value})


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())
    assert ENVIRONMENT_PREFIX == "TINKERNET_"


def test_what_is_given_empty_is_not_given() -> None:
    settings = Settings.model_validate({"site_password": "", "api_token": "", "public_url": ""})
    assert (settings.site_password, settings.api_token, settings.public_url) == (None, None, None)


def test_a_secret_is_not_shown() -> None:
    assert "open sesame" not in repr(Settings.model_validate({"site_password": "open sesame"}))
