"""Names of people's own that mean something to a language, a format or a screen, for property tests."""

from hypothesis import strategies as st

PIECES = (
    '"""', "'''", '"', "'", "\\", "\\\\", '\\"', "\n", "\r", "\u2028", "\x00", "\x85", "\ud800", "\udfff",
    "\u202e", "\u2066", "\u200f", "\u200b", "\ufeff", "\ufffe",
    "#", "{", "}", "{x}", "{{ 7*7 }}", "{% raw %}", "${x}", "%s", "%n", "\\x41", "\\N{DIGIT ONE}", "\\u0041",
    "</script>", "<script>", "<!--", "-->", "]]>", "<![CDATA[", "<?xml", "&lt;", "&#60;", "*/", "/*", "//",
    "import os", "; raise SystemExit", "`", "$x$", "$\\frac$", "![a](b)", "<b onload=alert(1)>", "</title>",
    "\t", "\x1b[2J", "COLUMNS", "OFFSET", "AXES", "VALUES", "COORDINATES", "SERVER", "javascript:",
    "我的網路", "🙂", "e\u0301", " ", "=1+1", "None", "f'",
)  # fmt: skip
"""What means something to Python, JSON, Markdown, XML, a terminal, a template or to our own programs."""

names = (
    st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=12).map("".join).map(lambda t: t[:100])
)
"""Names of up to 100 characters, the longest that a network or a column can have."""

very_long = st.sampled_from(PIECES).map(lambda piece: (piece * 100)[:100])
"""The longest names, of one piece again and again."""
