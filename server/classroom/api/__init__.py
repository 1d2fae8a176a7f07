"""The classroom's REST routes, pages and the learner's websocket.

They check and translate; what happens is decided in `server.classroom.service`.
"""
