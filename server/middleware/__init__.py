"""ASGI middleware that every HTTP request passes: authentication, origin, rate limit, headers, log.

No routes and no pages.
"""
