"""Lessons: reading the Markdown files, validating them, and applying a step or its checks to a session.

HTTP, websockets, classrooms and the page do not belong here. `README.md` beside this file is for authors;
`shipped/` has the lessons that come with Tinkernet.
"""
