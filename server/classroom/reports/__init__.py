"""Reports for teachers: the results of a room as tables, and a summary of the class.

Only pure functions of a room; nothing here reads a session or sends a response.
"""
