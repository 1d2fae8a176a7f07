"""The classroom's REST routes, pages and the learner's websocket.

They validate and translate; the logic is in `server.classroom.service`.
"""
