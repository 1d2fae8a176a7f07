"""Trains until the network is good, and draws its output. It needs `pip install websockets`."""

import json
import struct

from websockets.sync.client import connect

with connect("ws://localhost:8000/ws", max_size=None) as socket:
    socket.send(json.dumps({"type": "open", "version": 1, "config": {"dataset": "circle"}, "playing": True}))
    loss, heat_map, resolution = 1.0, b"", 0
    while loss > 0.05:
        message = socket.recv()
        if isinstance(message, str):  # a control message: welcome, state, error, ...
            print(json.loads(message)["type"])
            continue
        frame, _, _, epoch, _, loss = struct.unpack_from("<IIIddd", message, 4)
        socket.send(json.dumps({"type": "ack", "frame": frame}))  # without it, there are no more frames
        place = 48
        while place < len(message):
            tag, _, _, c, size = struct.unpack_from("<BBBBI", message, place)
            if tag == 1:  # DETAIL: a scale, then int8 (c, c)
                resolution, heat_map = c, message[place + 12 : place + 8 + size]
            place += 8 + size + -size % 8
        print(f"epoch {epoch:.0f}: test loss {loss:.4f}")
    for row in range(0, resolution, resolution // 12):
        print("".join("o" if heat_map[row * resolution + x] < 128 else "." for x in range(0, resolution, 2)))
