"""All REST requests that change a session."""

from engine.config import TrainingConfig
from server.rest.model_files import model_file
from server.sessions.session import Session
from server.sessions.trained_model import capture_model

MODEL = model_file(capture_model(Session(TrainingConfig())), "a model")

CHANGES = (
    ("PATCH", "", {"config": {"noise": 10}}),
    ("POST", "/play", None),
    ("POST", "/pause", None),
    ("POST", "/reset", None),
    ("POST", "/new-weights", None),
    ("POST", "/regenerate", None),
    ("POST", "/train", {"epochs": 1}),
    ("PUT", "/parameters", {"flat": [0.0] * 25}),
    ("PUT", "/points", {"train": [[0, 0, 1]], "test": [[0, 0, 1]]}),
    ("PUT", "/weights/1/0/0", {"value": 1}),
    ("PUT", "/biases/1/0", {"value": 1}),
    ("PUT", "/model", MODEL),
    ("DELETE", "", None),
)
"""Method, path below the session, and body of each request; the last one deletes the session."""
