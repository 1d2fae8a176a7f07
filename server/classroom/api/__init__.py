"""The classroom's REST routes, pages and the learner's websocket.

They validate requests and build responses; `server.classroom.service` does the work.
"""
