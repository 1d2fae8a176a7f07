"""Tables of people's own, as CSV: what is in them, and the points that a training gets from them.

Text in, settings out; requests, sessions and the database do not belong here.
"""
