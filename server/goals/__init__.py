"""Goals of rooms' tasks and of lessons' checks, and the progress of a session towards them.

The conditions and how they are evaluated belong here; rooms, lessons and requests do not.
"""
