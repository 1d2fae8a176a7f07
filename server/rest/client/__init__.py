"""The client for programs that the server hands out: one file, which imports nothing of this project.

What the server itself runs does not belong here, but for the route that serves the file.
"""
