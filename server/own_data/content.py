"""Recognizes files that are not CSV: workbooks, pictures, JSON, web pages."""

import json
import re

from server.own_data.faults import UnusableTable

_EXAMINED_LENGTH = 4096
"""Characters that are examined."""

_MAX_ODD_FRACTION = 0.1
"""Maximum fraction of control and replacement characters in a text."""

_ZIP = "PK\x03\x04"
"""How workbooks of Excel and LibreOffice begin, as other archives do."""

_OLD_WORKBOOK = "\xd0\xcf\x11\xe0"
"""How workbooks of Excel before 2007 begin."""

_BEGINNINGS = ("%PDF-", "\x89PNG", "GIF8", "\xff\xd8\xff", "\x1f\x8b", "SQLite format 3")
"""How other files begin that hold no text."""

_MARKUP = re.compile(r"\s*<(!doctype|html|head|body|table|\?xml|svg|div)\b", re.IGNORECASE)
_ODD_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")


def why_not_a_table(data: bytes | str) -> UnusableTable | None:
    """Return why a file or text is not a table; None if it may be one."""
    head = data[:_EXAMINED_LENGTH]
    if isinstance(head, bytes):
        start = head.decode("latin-1")
        if start.startswith((_ZIP, _OLD_WORKBOOK)):
            text = "This is a workbook or an archive, not a table as text. Save the sheet as CSV."
            return UnusableTable("workbook", text)
        return _BINARY if start.startswith(_BEGINNINGS) else None
    if len(_ODD_CHARACTER.findall(head)) > max(2, _MAX_ODD_FRACTION * len(head)):
        return _BINARY
    if _MARKUP.match(head):
        text = "This is a page or a picture in a markup language (HTML, XML), not a table. Copy its cells."
        return UnusableTable("markup", text)
    return UnusableTable("json", _JSON) if _is_json(str(data)) else None


_BINARY = UnusableTable("binary", "This is no text. Save the table as CSV, or choose its encoding.")

_JSON = "This is JSON, not a table as CSV. A config with points can be given to a session as it is."


def _is_json(text: str) -> bool:
    stripped = text.strip()
    if stripped[:1] + stripped[-1:] not in {"[]", "{}"}:
        return False
    try:
        json.loads(stripped)
    except ValueError:
        return False
    except RecursionError:
        return True
    return True
