"""The database: its schema and migrations, the store of sessions, and the health of storage.

Only this folder and `server.classroom.service.room_store` may use SQL.
"""
