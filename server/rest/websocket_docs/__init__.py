"""The documentation of the playground's websocket, made from `server/protocol/`: AsyncAPI, and a page.

What a message or a frame means does not stand here, but in the docstrings of `server/protocol/`.
"""
