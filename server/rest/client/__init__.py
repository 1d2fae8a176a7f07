"""The client for programs that the server hands out: one file, which imports nothing of this project.

Nothing that the server itself runs belongs here; `server.rest.client_file` joins the parts and serves the
file.
"""
