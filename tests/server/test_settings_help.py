import json

from server import settings_help
from server.settings import Settings


def test_every_setting_is_listed_with_its_names() -> None:
    entries = {entry.name: entry for entry in settings_help.entries()}
    assert set(entries) == set(Settings.model_fields)
    port = entries["port"]
    assert (port.environment, port.option, port.takes, port.default) == (
        "TINKERNET_PORT",
        "--port",
        "PORT",
        8000,
    )
    assert entries["pause_after"].takes == "SECONDS"
    assert entries["log_format"].takes == "text|json"
    assert entries["api_token"].default is None
    assert entries["open"].takes == ""


def test_settings_as_text_and_as_json() -> None:
    text = settings_help.as_text()
    assert (
        "TINKERNET_MAX_POINTS   --max-points NUMBER\n    data points of one training at most (default: 10000)"
        in text
    )
    listed = json.loads(settings_help.as_json())
    assert listed[1] == {
        "name": "port",
        "environment": "TINKERNET_PORT",
        "option": "--port",
        "takes": "PORT",
        "default": 8000,
        "description": "port to listen on; 0 takes any free one",
    }
