"""Users' own tables: parsing CSV, choosing columns, scaling them, and making points for a training.

All of it is pure functions from text to settings; requests, sessions and the database do not belong here.
"""
