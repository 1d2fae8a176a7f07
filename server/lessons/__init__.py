"""Lessons: files of text with steps, set-ups and checks; how they are read, and what is wrong with them.

Text in, lessons and faults out; requests, sessions and the page do not belong here. `README.md` beside this
file is for authors; `shipped/` has the lessons that come with Tinkernet.
"""
