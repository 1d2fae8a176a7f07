"""Every setting of the server, in one model.

The environment variables (`TINKERNET_NAME`), the command-line options (`--name`) and their help are derived
from the fields of `Settings`: to add a setting, add a field.
"""

from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from server.setting_units import Bytes, Seconds, Site, Unit

MIN_TOKEN_LENGTH = 8
"""Characters that an API token must have at least."""

ENVIRONMENT_PREFIX = "TINKERNET_"


class Settings(BaseSettings):
    """The server's settings. Times are in seconds, sizes in bytes.

    Raises:
        pydantic.ValidationError: an argument or environment variable is invalid, or an argument unknown.
    """

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX, env_ignore_empty=True, extra="forbid", frozen=True, allow_inf_nan=False
    )

    host: str = Field(
        "0.0.0.0", min_length=1, description="address to listen on; 127.0.0.1 lets only this machine in"
    )
    port: int = Field(8000, ge=0, le=65535, description="port to listen on; 0 takes any free one")
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/]+(/[^\s]*)?$",
        description="the address that others use, if not the detected one",
    )
    open: bool | None = Field(
        None, description="open the page in a browser; by default only when started at a terminal"
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="origins whose pages may connect and call REST besides the server's, separated by commas",
    )
    frame_ancestors: Annotated[tuple[Site, ...], NoDecode] = Field(
        (), description="sites that may show the playground in a frame, such as https://moodle.example.org"
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="names of this server besides that of public_url, separated by commas, such as "
        "*.school.example; addresses and names of the local network need none",
    )
    data_dir: Path = Field(
        default_factory=lambda: user_data_path("tinkernet", appauthor=False),
        description="folder for what is kept from one start to the next: trainings, the compiled engine",
    )
    lessons: Path | None = Field(
        None, description="folder with lessons of your own, which the page shows as soon as a file is saved"
    )
    database_url: str | None = Field(
        None,
        min_length=1,
        description="where trainings are kept, as SQLAlchemy names databases; by default a file in data_dir",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("warning", description="how much to log")
    log_format: Literal["text", "json"] = Field(
        "text", description="lines to read, or one JSON object a line"
    )

    max_sessions: int = Field(
        500,
        ge=1,
        le=100_000,
        description="trainings kept in memory at most; a tenth more of those that somebody comes back to",
    )
    max_sessions_per_address: int = Field(
        400,
        ge=1,
        le=100_000,
        description="those of them that one address may begin, so that one visitor does not take all; a "
        "school may share one address",
    )
    max_session_memory: Bytes = Field(
        2_000_000_000, ge=1_000_000, description="memory of trainings at most, by their size"
    )
    max_session_memory_per_address: Bytes = Field(
        250_000_000,
        ge=1_000_000,
        description="that of the trainings which one address began; 300,000 for each of a small network",
    )
    max_kept_sessions: int = Field(
        20_000, ge=1, le=10_000_000, description="trainings kept in the database; the oldest go first"
    )
    max_kept_bytes: Bytes = Field(
        2_000_000_000, ge=1_000_000, description="bytes of these trainings; the oldest go first"
    )
    max_kept_sessions_per_address: int = Field(
        10_000,
        ge=1,
        le=10_000_000,
        description="those of them that one address began since the start; the oldest that nobody changed or "
        "trained go first",
    )
    max_kept_bytes_per_address: Bytes = Field(
        1_000_000_000, ge=1_000_000, description="about how many bytes these may have"
    )
    max_shared_data: int = Field(
        5000, ge=1, le=1_000_000, description="data of links kept in the database; the oldest go first"
    )
    max_shared_bytes: Bytes = Field(
        100_000_000, ge=100_000, description="bytes of these data; the oldest go first"
    )
    max_shared_data_per_address: int = Field(
        200, ge=1, le=100_000, description="data of links that one address may store in a day"
    )
    max_connections: int = Field(2000, ge=1, le=100_000, description="pages that may be connected at a time")
    max_connections_per_address: int = Field(
        800, ge=1, le=100_000, description="those of them from one address: two for each training it may have"
    )
    max_pages_per_session: int = Field(
        100, ge=1, le=100_000, description="pages that may show one training at a time"
    )
    max_message_rate: float = Field(
        250.0,
        ge=1,
        le=100_000,
        description="messages a second that a page may send: beyond it is slowed, then refused, then let go",
    )
    max_message_rate_per_address: float = Field(
        2000.0,
        ge=1,
        le=1_000_000,
        description="messages a second that all pages of one address may send: beyond it they are slowed; a "
        "school may share one",
    )
    max_points: int = Field(10_000, ge=1, le=100_000, description="data points of one training at most")
    max_parameters: int = Field(
        100_000, ge=1, le=1_000_000, description="weights and biases of one network at most"
    )
    max_multiply_adds: int = Field(
        500_000,
        ge=1,
        le=100_000_000,
        description="multiply-adds of a network for one image at most: convolutions have few weights, and "
        "much to compute",
    )
    max_epochs_per_call: int = Field(
        100_000, ge=1, le=1_000_000_000, description="epochs that one call or step may ask for at most"
    )
    max_request_rate: float = Field(
        500.0,
        ge=1,
        le=1_000_000,
        description="REST requests a second that one address may make, large ones counting as several; a "
        "school may share one",
    )
    max_jobs: int = Field(
        100, ge=1, le=10_000, description="trainings and repeated runs that programs may have under way"
    )
    max_jobs_per_address: int = Field(
        80, ge=1, le=10_000, description="those of them that one address may have; a school may share one"
    )
    max_job_seconds: Seconds = Field(
        3600.0,
        gt=0,
        description="processor time of one of them at most, and of all that one address has under way "
        "before it may start another; then it ends",
    )
    max_job_memory: Bytes = Field(
        200_000_000,
        ge=1_000_000,
        description="memory of what they train at a time at most, by its size, half of it for one address; "
        "the others wait; a quarter as much again keeps results",
    )
    max_job_disk: Bytes = Field(
        1_000_000_000, ge=0, description="bytes in data_dir for results of more than 20,000 trainings a call"
    )
    job_share: float = Field(
        0.75,
        gt=0,
        le=1,
        description="in a cluster: share of its cores, rounded up, that repeated runs may take",
    )
    job_nice: int = Field(
        19, ge=0, le=19, description="in a cluster, on Linux: by how much they give way to learners"
    )
    max_jobs_kept: int = Field(
        1000,
        ge=0,
        le=10_000,
        description="those that have ended of which programs can still ask the results, the oldest go first",
    )
    job_lifetime: Seconds = Field(86_400.0, ge=0, description="how long programs can, at most")
    max_runs_per_call: int = Field(
        2000, ge=1, le=2_000_000, description="trainings of one call for repeated runs at most"
    )
    pause_after: Seconds = Field(
        10.0, ge=0, description="a training pauses this long after its last page left"
    )
    session_grace: Seconds = Field(
        60.0,
        ge=0,
        description="when full, a training whose pages left longer ago than this gives way to a new one",
    )
    idle_after: Seconds = Field(
        300.0,
        ge=0,
        description="a training whose pages left longer ago than this leaves memory until one comes back",
    )
    session_lifetime: Seconds = Field(
        1_209_600.0,
        ge=0,
        description="a training whose pages left longer ago than this, two weeks, is removed for good",
    )
    checkpoint_every: Seconds = Field(
        1.0, ge=0.1, le=3600, description="every so often a training that goes on is saved"
    )

    max_rooms: int = Field(100, ge=0, le=10_000, description="classrooms at a time at most")
    max_rooms_per_address: int = Field(
        40,
        ge=1,
        le=10_000,
        description="classrooms that one address may have at a time, unless teachers need a password; a "
        "school may share one address",
    )
    max_seats: int = Field(250, ge=1, le=10_000, description="learners in one classroom at most")
    max_joins_per_minute: int = Field(
        60,
        ge=1,
        le=10_000,
        description="learners that one address may bring into one classroom; a class may share one address",
    )
    reserved_for_rooms: int = Field(
        200,
        ge=0,
        le=100_000,
        description="places of max_sessions, at most half, that only learners in classrooms get while one is "
        "open",
    )
    room_lifetime: Seconds = Field(
        86_400.0, ge=1, description="a classroom ends by itself after this, and all that is in it is removed"
    )

    cluster: str | None = Field(
        None,
        min_length=1,
        description="train in several processes: local starts them on the cores of this machine, HOST:PORT "
        "joins a Ray cluster of several machines, which need one database; pip install 'tinkernet[cluster]'",
    )
    hosts: int | None = Field(
        None, ge=1, le=256, description="processes of a cluster that train here; by default one for each core"
    )
    fronts: int | None = Field(
        None, ge=1, le=64, description="those that have the connections here; by default one for four cores"
    )
    threads: int | None = Field(
        None, ge=1, le=256, description="threads that train; by default as many as there are cores"
    )
    frame_rate: float = Field(60.0, gt=0, le=240, description="frames a second to each page at most")
    class_size: int = Field(
        8, ge=1, le=100_000, description="from so many connected pages on it is a class, on one Wi-Fi"
    )
    class_frame_rate: float = Field(
        15.0, gt=0, le=240, description="frames a second to each page of a class at most"
    )
    packing: Literal["auto", "always", "never"] = Field(
        "auto", description="whether frames are packed; auto: in a class, but not for this very machine"
    )
    slice: Seconds = Field(
        0.004, gt=0, le=1, description="how long a training runs before the next has its turn"
    )
    switch_interval: Seconds = Field(
        0.0005, gt=0, le=0.1, description="how long a thread may keep Python's lock while another waits"
    )
    send_timeout: Seconds = Field(20.0, gt=0, description="a page that takes nothing for this long is let go")
    ack_timeout: Seconds = Field(
        20.0, gt=0, description="a visible page that paints nothing for this long is let go"
    )
    shutdown_timeout: Annotated[int, Unit("SECONDS")] = Field(
        3, ge=1, le=600, description="how long a stop waits for pages to say goodbye"
    )
    max_body: Bytes = Field(4_000_000, ge=0, description="bytes in the body of a REST request at most")
    max_body_memory: Bytes = Field(
        32_000_000,
        ge=0,
        description="bytes of all these bodies that are received or handled at a time, half of it for one "
        "address",
    )
    max_message: Bytes = Field(65_536, ge=1024, le=65_536, description="bytes in a page's message at most")
    request_timeout: Seconds = Field(
        20.0, gt=0, description="a connection that has not finished its request after this long is dropped"
    )

    api_token: SecretStr | None = Field(
        None, description="programs must send it: Authorization: Bearer TOKEN"
    )
    site_password: SecretStr | None = Field(None, description="visitors are asked for it, once a month")
    teacher_password: SecretStr | None = Field(
        None, description="opening classrooms asks for it; who knows it can enter all of them"
    )

    root_path: str = Field(
        "",
        pattern=r"^(/[A-Za-z0-9._~-]+)*/?$",
        description="the path under which a proxy shows the page, such as /lab",
    )
    forwarded_allow_ips: str = Field(
        "127.0.0.1,::1",
        description="proxies whose word on address and scheme is taken: addresses, networks, or * for all",
    )

    @field_validator("api_token")
    @classmethod
    def _check_token_length(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < MIN_TOKEN_LENGTH:
            raise PydanticCustomError("string_too_short", "too short", {"min_length": MIN_TOKEN_LENGTH})
        return value

    @field_validator(
        "api_token",
        "site_password",
        "teacher_password",
        "public_url",
        "database_url",
        "cluster",
        mode="before",
    )
    @classmethod
    def _empty_to_none(cls, value: object) -> object:
        """Treat an empty option as if it were absent, as is done with empty environment variables."""
        return None if value == "" else value

    @field_validator("root_path")
    @classmethod
    def _strip_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("allowed_origins", "frame_ancestors", "allowed_hosts", mode="before")
    @classmethod
    def _split_list(cls, value: object) -> object:
        """Split a string such as "a, b", the form of a list in the environment and on the command line."""
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value
