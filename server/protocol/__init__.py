"""The formats of the websockets: control messages as JSON, frames as bytes, close codes.

Only data formats; code that needs a training or a socket does not belong here.
"""
