"""Errors as clients see them: one table of codes, and their forms on the wire and in REST.

The only place that says which HTTP status or close code an error has.
"""
