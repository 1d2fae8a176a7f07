"""The kinds of layers, one file for each: what a layer computes, forwards and backwards, in plain NumPy.

`engine.nn.layers` has their table, `kind` what all of them have in common.
"""
