import subprocess
import sys

CHECK = """
import os, sys
os.environ.pop("OPENBLAS_NUM_THREADS", None)
import server
assert "numpy" not in sys.modules
assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
os.environ["OPENBLAS_NUM_THREADS"] = "3"
del sys.modules["server"]
import server
assert os.environ["OPENBLAS_NUM_THREADS"] == "3"
"""


def test_the_blas_is_told_to_use_one_thread_before_numpy_is_there_unless_somebody_chose_otherwise() -> None:
    subprocess.run([sys.executable, "-c", CHECK], check=True)
