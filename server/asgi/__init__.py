"""Uvicorn, set up for Tinkernet: the server process and its two protocol classes.

All code that overrides or reads private parts of uvicorn lives here.
"""
