"""Uvicorn, set up for Tinkernet: the server process and its two protocol classes.

What overrides uvicorn's private parts lives here and nowhere else.
"""
