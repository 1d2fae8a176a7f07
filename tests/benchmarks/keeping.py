"""What keeping fifty sessions costs: `python -m tests.benchmarks.keeping`.

Each second of training every session is recorded once, by the thread that trains it, and all are written in
a few transactions by the keeper's. Printed is the processor time of both, as a share of one core.
"""

import tempfile
import time
from pathlib import Path

from engine.config import TrainingConfig
from engine.kernels import compile_cache
from server.sessions.session import Session
from server.sessions.session_record import StoredExtent, capture_record, restore_record
from server.storage.database import Database, in_folder
from server.storage.session_rows import SessionRow

SESSIONS = 50
SECONDS = 20
EPOCHS_A_SECOND = 60

NETWORKS: dict[str, dict[str, object]] = {
    "default network": {},
    "heaviest of the page, Adam": {
        "features": ["x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2"],
        "hidden_layers": [8] * 6,
        "optimizer": "adam",
    },
}


def never() -> bool:
    return False


def measure(changes: dict[str, object], storage: Database) -> None:
    """Print what some seconds of keeping cost, without the training."""
    sessions = {str(n): Session(TrainingConfig().changed(changes), playing=True) for n in range(SESSIONS)}
    stored = dict.fromkeys(sessions, StoredExtent())
    recording = saving = written = 0.0
    for second in range(SECONDS):
        entries = []
        for session_id, session in sessions.items():
            session.train(EPOCHS_A_SECOND, never)
            session.measure()
            began = time.thread_time()
            record = capture_record(session, stored[session_id])
            recording += time.thread_time() - began
            entries.append(SessionRow(session_id, 0.0, float(second), record))
            written += len(record.state) + sum(map(len, record.pages)) + len(record.setup or b"")
        began = time.thread_time()
        for start in range(0, SESSIONS, SESSIONS // 4):  # as a quarter of them falls into each transaction
            some = entries[start : start + SESSIONS // 4]
            storage.save(some, lambda _, second=second: second > 0)  # type: ignore[misc]
        saving += time.thread_time() - began
        stored = {entry.session_id: entry.record.stored for entry in entries}
    began = time.perf_counter()
    for session_id in sessions:
        found = storage.load(session_id)
        assert found is not None
        restore_record(found[0])
    back = (time.perf_counter() - began) / SESSIONS
    print(f"  recording {recording / SECONDS:6.2%} of a core, saving {saving / SECONDS:6.2%}")
    print(f"  {written / SECONDS / 1000:.0f} kB/s, a session comes back in {back * 1000:.1f} ms")


def main() -> None:
    compile_cache.wait()
    for name, changes in NETWORKS.items():
        print(f"{SESSIONS} sessions, {name}, {EPOCHS_A_SECOND} epochs a second")
        with tempfile.TemporaryDirectory() as folder:
            storage = Database(in_folder(Path(folder)))
            storage.open()
            measure(changes, storage)
            storage.close()


if __name__ == "__main__":
    main()
