"""The Tinkernet server: sessions, websocket, REST and the page.

The BLAS behind NumPy must be told before it is loaded: the matrices here are small, and a thread pool of
its own beside the server's would only make them slower and the server less even.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
