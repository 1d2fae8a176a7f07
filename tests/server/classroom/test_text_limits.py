"""The page's limits on texts are those of the server."""

import json
import re
from pathlib import Path

from server.classroom.model.nicknames import MAX_NICKNAME_LENGTH
from server.classroom.model.task import MAX_TEXT, MAX_TITLE
from server.classroom.schemas import MAX_HINT, MAX_REASON, MAX_ROOM_NAME

PAGE = Path(__file__).parents[3] / "static" / "js" / "classroom"


def test_the_page_lets_people_write_as_much_as_the_server_takes() -> None:
    found = re.search(r"TEXT_LIMITS = (\{.*?\});", (PAGE / "shared" / "text-limits.js").read_text("utf-8"))
    assert found is not None
    assert json.loads(re.sub(r"(\w+):", r'"\1":', found[1])) == {
        "nickname": MAX_NICKNAME_LENGTH,
        "roomName": MAX_ROOM_NAME,
        "title": MAX_TITLE,
        "taskText": MAX_TEXT,
        "hint": MAX_HINT,
        "reason": MAX_REASON,
    }


def test_no_page_of_a_room_has_a_limit_of_its_own() -> None:
    texts = {path.name: path.read_text("utf-8") for path in PAGE.rglob("*.js")}
    assert [name for name, text in texts.items() if re.search(r"maxlength: \"?\d", text)] == []
