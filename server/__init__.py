"""The Tinkernet server: sessions, websocket, REST and the page.

OpenBLAS is limited to one thread, which must happen before NumPy loads it: the matrices here are small, and
a second thread pool beside the server's would only slow them down.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
