"""ASGI middleware that every HTTP request passes through: authentication, rate limit, headers, log.

Routes and pages do not belong here.
"""
