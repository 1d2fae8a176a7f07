"""The logic of rooms: members, actions of teachers, submissions and their verification, and storage.

All of it runs on one event loop. Nothing here knows requests or websockets.
"""
