"""The application: builds all parts of the server and connects them."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import URL
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from server import engine_status
from server.classroom import setup as classroom
from server.classroom.api import pages as classroom_pages
from server.jobs.bundle_pool import BundlePool
from server.jobs.bundles import BundleExecutor
from server.jobs.sweep_pool import SweepPool
from server.jobs.worker_pool import WorkerPool
from server.lessons.fresh_results import FreshResults
from server.lessons.library import Library
from server.lessons.verified import ProgressReports
from server.limits.call_work import CallWork
from server.limits.memory_budget import MemoryBudget
from server.limits.processes import ALONE, Processes
from server.metrics import Metrics
from server.metrics import router as metrics_router
from server.middleware import error_handlers
from server.middleware.auth import Authentication
from server.middleware.cors import RestCors
from server.middleware.head_requests import HeadRequests
from server.middleware.host import HostCheck
from server.middleware.rate_limit import RequestRateLimit
from server.middleware.request_log import RequestLog
from server.middleware.root_path import RootPath
from server.middleware.security_headers import SecurityHeaders
from server.rest import openapi, openapi_document, router
from server.runtime.change_guard import ChangeGuard
from server.runtime.room_sessions import LocalRoomSessions, RoomSessions
from server.runtime.scheduler import Scheduler, default_threads
from server.runtime.session_ids import SessionIds
from server.runtime.session_manager import SessionManager
from server.settings import Settings
from server.storage.database import Database, in_folder
from server.storage.database_file import make_private_folder
from server.storage.session_store import SessionStore
from server.storage.shared_data import SharedDataLimits, SharedDataStore
from server.storage.storage_quotas import StorageQuotas
from server.version import VERSION
from server.web import article, lesson_list, pages
from server.websocket.connections import ConnectionManager
from server.websocket.lesson_messages import LessonMessages
from server.websocket.playground_socket import PlaygroundSocket


@dataclass(frozen=True)
class Services:
    """The parts of the server that live as long as it does."""

    settings: Settings
    database_url: str | URL
    metrics: Metrics
    session_store: SessionStore
    session_manager: SessionManager
    worker_pool: WorkerPool
    sweep_pool: SweepPool
    connections: ConnectionManager
    call_work: CallWork
    shared_data: SharedDataStore
    lessons: Library
    lesson_results: FreshResults
    progress_reports: ProgressReports


@dataclass(frozen=True)
class ClusterParts:
    """The parts of an application that differ if it is one host of a cluster."""

    session_ids: SessionIds
    """Decides which sessions the process owns."""
    database: Callable[[str | URL, StorageQuotas], Database]
    """Creates the database objects."""
    room_sessions: Callable[[SessionManager], RoomSessions] = LocalRoomSessions
    """Returns the interface of classrooms to sessions in all processes, given this process's manager."""
    relay: classroom.Relay | None = None
    """Serves the websockets of projectors, if sessions may be in other processes."""
    processes: Processes = ALONE
    """The processes that share the message rate of an address."""


def create_app(
    settings: Settings | None = None,
    *,
    assets: Path | None = None,
    bundle_executor: BundleExecutor | None = None,
    cluster_parts: ClusterParts | None = None,
) -> FastAPI:
    """Return the application. Its threads run from its start to its end (the ASGI lifespan).

    Args:
        settings: by default from the environment.
        assets: a folder with `static` and `templates`; by default the usual one.
        bundle_executor: trains the sweeps that programs ask for; by default the worker pool does.
        cluster_parts: for one host of a cluster. Its fronts have checked all requests, and the caller enters
            `run_classrooms` once the host has the classrooms.

    Raises:
        server.storage.database.StorageError: the setting `database_url` names no database.
    """
    cluster_parts = cluster_parts or _ALONE
    services = _build_services(settings or Settings(), bundle_executor, cluster_parts)
    app = FastAPI(
        title=openapi_document.TITLE,
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    app.state.services = services
    app.state.cluster_parts = cluster_parts
    app.state.settings = services.settings
    app.state.session_manager = services.session_manager
    app.state.change_guard = ChangeGuard(services.session_manager)
    app.state.worker_pool = services.worker_pool
    app.state.sweep_pool = services.sweep_pool
    app.state.session_store = services.session_store
    app.state.connections = services.connections
    app.state.call_work = services.call_work
    app.state.shared_data = services.shared_data
    app.state.metrics = services.metrics
    app.state.lessons = services.lessons
    app.state.websocket_channels, app.state.websocket_document = [], {}
    app.state.lesson_results = services.lesson_results
    app.state.progress_reports = services.progress_reports
    app.state.started = time.monotonic()
    _add_routes(app, services, assets, cluster_parts)
    _add_gauges(app, services)
    if cluster_parts is _ALONE:
        add_middleware(app, services.settings, services.metrics)
    else:
        error_handlers.install(
            app,
            max_body=services.settings.max_body,
            max_body_memory=services.settings.max_body_memory,
        )
        app.add_middleware(RequestLog, metrics=services.metrics)
    return app


_ALONE = ClusterParts(SessionIds(), Database)
"""A single process, which has all sessions."""


def _build_services(
    settings: Settings, bundle_executor: BundleExecutor | None, cluster_parts: ClusterParts
) -> Services:
    database_url = settings.database_url or in_folder(settings.data_dir)
    metrics = Metrics()
    session_store = SessionStore(
        cluster_parts.database(
            database_url, StorageQuotas(settings.max_kept_sessions, settings.max_kept_bytes)
        ),
        lifetime=settings.session_lifetime,
        cleans=lambda: cluster_parts.session_ids.is_home,
    )
    call_work = CallWork()
    threads = settings.threads or default_threads()
    scheduler = Scheduler(threads)
    worker_pool = WorkerPool(
        scheduler,
        threads,
        max_slice=settings.slice,
        max_seconds=settings.max_job_seconds,
        budget=_job_budget(settings),
        on_trained=metrics.count_epochs,
    )
    return Services(
        settings=settings,
        database_url=database_url,
        metrics=metrics,
        session_store=session_store,
        session_manager=SessionManager(
            settings,
            scheduler,
            session_store=session_store,
            metrics=metrics,
            session_ids=cluster_parts.session_ids,
        ),
        worker_pool=worker_pool,
        sweep_pool=worker_pool
        if bundle_executor is None
        else BundlePool(
            bundle_executor,
            max_seconds=settings.max_job_seconds,
            budget=_job_budget(settings),
            on_trained=metrics.count_epochs,
        ),
        connections=ConnectionManager(
            settings, metrics, call_work.builds, rate_processes=cluster_parts.processes
        ),
        call_work=call_work,
        shared_data=SharedDataStore(
            cluster_parts.database(database_url, StorageQuotas()),
            SharedDataLimits(settings.session_lifetime, settings.max_shared_data, settings.max_shared_bytes),
        ),
        lessons=Library(settings.lessons),
        lesson_results=FreshResults(),
        progress_reports=ProgressReports(),
    )


def _job_budget(settings: Settings) -> MemoryBudget:
    return MemoryBudget(settings.max_job_memory, settings.max_job_memory / 2)


def run_classrooms(app: FastAPI) -> AbstractAsyncContextManager[None]:
    """Return a context in which an application with `cluster_parts` runs the classrooms."""
    return classroom.classroom_lifespan(app)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Start all threads and tasks; end them in the reverse order."""
    services: Services = app.state.services
    openapi.build_routes(app)
    with suppress(OSError):  # what uses the folder says so
        make_private_folder(services.settings.data_dir)
    engine_status.start(services.settings.data_dir / "kernels")
    services.session_manager.start()
    lateness = asyncio.create_task(services.metrics.measure_lateness())
    try:
        if app.state.cluster_parts is _ALONE:
            async with classroom.classroom_lifespan(app):
                yield
        else:
            yield
    finally:
        lateness.cancel()
        await asyncio.gather(lateness, return_exceptions=True)
        await asyncio.to_thread(services.sweep_pool.stop)
        services.worker_pool.stop()
        services.session_manager.stop()
        await services.shared_data.close()


def _add_routes(app: FastAPI, services: Services, assets: Path | None, cluster_parts: ClusterParts) -> None:
    settings, session_manager = services.settings, services.session_manager
    lesson_messages = LessonMessages(
        services.lessons, services.lesson_results, services.progress_reports, session_manager
    )

    async def playground(socket: WebSocket) -> None:
        await services.connections.serve(
            socket,
            lambda accepted: PlaygroundSocket(
                accepted, session_manager, settings, app.state.change_guard, lesson_messages
            ),
        )

    pages.install(app, assets)  # first: opening a page asks for many static files, each at the first route
    article.install(app)
    lesson_list.install(app)
    router.install(app, settings, cluster_parts.session_ids)
    classroom.install(
        app,
        settings,
        cluster_parts.room_sessions(session_manager),
        services.worker_pool,
        services.connections,
        cluster_parts.database(services.database_url, StorageQuotas()),
        others=None
        if cluster_parts is _ALONE
        else cluster_parts.database(services.database_url, StorageQuotas()),
        relay=cluster_parts.relay,
    )
    app.include_router(metrics_router)
    app.router.routes.append(WebSocketRoute("/ws", playground))
    without_upgrade = services.connections.refusals.without_upgrade
    app.router.routes.append(Route("/ws", without_upgrade))
    app.router.routes.append(Route("/ws/{rest:path}", without_upgrade))
    openapi.install(app)
    classroom_pages.install(app)


def _add_gauges(app: FastAPI, services: Services) -> None:
    watch = services.metrics.add_gauge
    watch("sessions", "Trainings in memory.", lambda: len(services.session_manager))
    watch("connections", "Pages that are connected.", lambda: len(services.connections))
    watch("jobs", "Trainings and repeated runs of programs under way.", lambda: len(app.state.jobs))
    watch("job_memory_bytes", "Memory of what they train now.", lambda: services.worker_pool.memory)
    if isinstance(pool := services.sweep_pool, BundlePool):
        watch("bundles", "Bundles of repeated runs under way in the cluster.", lambda: pool.running)
        watch("bundles_lost", "Bundles lost with their process, and trained again.", lambda: pool.lost)


def add_middleware(app: FastAPI, settings: Settings, metrics: Metrics, processes: Processes = ALONE) -> None:
    """Add error handlers and middleware, whose limits all `processes` share.

    The one added last sees a request first.
    """
    error_handlers.install(
        app, max_body=settings.max_body, max_body_memory=settings.max_body_memory, processes=processes
    )
    app.add_middleware(HeadRequests)
    app.add_middleware(
        Authentication, settings=settings, login_page=app.state.pages.login_page, processes=processes
    )
    app.add_middleware(RequestRateLimit, rate=settings.max_request_rate, processes=processes)
    app.add_middleware(HostCheck, settings=settings)
    if settings.allowed_origins:
        app.add_middleware(RestCors, origins=settings.allowed_origins)
    app.add_middleware(SecurityHeaders, frame_ancestors=settings.frame_ancestors)
    app.add_middleware(RequestLog, metrics=metrics)
    if settings.root_path:
        app.add_middleware(RootPath, root=settings.root_path)
