"""The REST API, one file a resource, with its schemas, dependencies and OpenAPI document.

Routes translate between HTTP and `server.runtime` or `server.jobs`; they train nothing themselves.
"""
