"""What travels over the playground's websocket: control messages as JSON, frames as bytes, close codes.

Shapes and bytes only; nothing here knows a training or a socket.
"""
