"""The page: one template, rendered in the visitor's language."""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter, FastAPI, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, Response

from server.catalogue import offered, samples
from server.middleware.security_headers import nonce_of
from server.runtime.session_manager import SessionManager
from server.settings import Settings
from server.version import VERSION
from server.web.assets import Assets, find_assets, set_media_types
from server.web.public_urls import find_addresses
from server.websocket.playground_socket import Clients

DEFAULT_LOCALE = "en"
NAMES = {"en": "English", "zh-CN": "简体中文"}
"""Languages by their own names. One whose file is there but whose name is not shows its code."""

RETRY_INTERVAL = 15
"""Seconds after which the page of a full server asks again."""

THEMES = ("light", "dark", "auto")
_INDENTATION = re.compile(r"\n\s+")
"""For those who read the template; the page weighs less without."""
_WRITTEN_OUT = (
    "article.what.",
    "article.play.",
    "article.colours.",
    "article.control",
    "article.credits.",
    "gate.",
)
"""Words that stand in the HTML of this page or another, so that its scripts need not have them too."""
_LATER = re.compile(
    r"(error|hint|group|keys|share|try|customPoints|room|join|teach|wall|task)\.|choice\.(optimizer|schedule|initializer|loss|scaling|output)\."
    r"|(control|readout)\.[\w.]+\.help$"
)
"""Words of tooltips, panels, dialogs and refusals: the page asks for them when one is first wanted."""

_OF_JOIN = ("join.", "app.", "message.connecting", "message.dismiss")
_NOT_OF_ROOM = ("article.", "gate.", "keys.", "try.")

_IMPORT = re.compile(r"""(?:^|[\s;}])(?:import|from)\s*["'](\.{1,2}/[^"']+)["']""")

router = APIRouter(include_in_schema=False)


class Pages:
    """Renders the page from a folder that holds `static` and `templates`."""

    def __init__(self, folder: Path) -> None:
        self._static = folder / "static"
        self._templates = Environment(
            loader=FileSystemLoader(folder / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self._templates.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}

    def locales(self) -> list[dict[str, str]]:
        """Return the languages that there are words for, the default one first."""
        codes = {path.stem for path in (self._static / "i18n").glob("*.json")}
        ordered = sorted(codes, key=lambda code: (code != DEFAULT_LOCALE, code))
        return [{"code": code, "name": NAMES.get(code, code)} for code in ordered]

    def locale_for(self, request: HTTPConnection) -> str:
        """Return the language of a page for whoever asks."""
        return choose_locale(
            [each["code"] for each in self.locales()],
            request.query_params.get("lang"),
            request.cookies.get("lang"),
            request.headers.get("accept-language"),
        )

    def render(
        self, *, locale: str, theme: str, public_url: str | None = None, room: dict[str, str] | None = None
    ) -> str:
        """Return the page's HTML.

        Args:
            locale: one of `locales`.
            theme: "light", "dark" or "auto".
            public_url: where others find this page; it stands in the links that they are given.
            room: for a learner in a classroom, the `session` that the page opens.
        """
        words, locales = self._words(locale), self.locales()
        bootstrap = {
            "catalogue": _without_descriptions(offered()),
            "samples": samples(),
            "words": {
                key: text
                for key, text in words.items()
                if not key.startswith(_WRITTEN_OUT) and not _LATER.match(key)
            },
            "locale": locale,
            "public_url": public_url,
            **({} if room is None else {"room": room}),
        }
        html = self._templates.get_template("index.html").render(
            words=words,
            t=lambda key: words.get(key, key),
            locale=locale,
            locales=locales,
            theme=theme,
            modules=self._modules(),
            version=VERSION,
            bootstrap=bootstrap,
        )
        return _INDENTATION.sub("\n", html)

    def render_room(
        self, name: Literal["join", "classroom"], *, locale: str, theme: str, public_url: str | None = None
    ) -> str:
        """Return the HTML of a page of the classroom; its script has the words that it needs.

        Args:
            name: of its template.
            locale: one of `locales`.
            theme: "light", "dark" or "auto".
            public_url: where others find this server.
        """
        words = self._words(locale)
        bootstrap: dict[str, Any] = {
            "words": {key: text for key, text in words.items() if _is_of_room(name, key)},
            "locale": locale,
            "public_url": public_url,
        }
        if name == "classroom":
            bootstrap["catalogue"] = _without_descriptions(offered())
        html = self._templates.get_template(f"{name}.html").render(
            t=lambda key: words.get(key, key),
            locale=locale,
            locales=self.locales(),
            theme=theme,
            version=VERSION,
            bootstrap=bootstrap,
        )
        return _INDENTATION.sub("\n", html)

    def full_page(self, request: HTTPConnection) -> HTMLResponse:
        """Return the page that says that the server is full and asks again after `RETRY_INTERVAL` seconds."""
        response = self._gate("full", request, retry=RETRY_INTERVAL)
        response.headers["Retry-After"] = str(RETRY_INTERVAL)
        return response

    def login_page(self, request: HTTPConnection, notice: str) -> HTMLResponse:
        """Return the page that asks for the site's password.

        Args:
            request: the visitor's.
            notice: "wrong" or "wait" after an attempt, else "".
        """
        return self._gate("login", request, notice=notice)

    def _gate(
        self, kind: Literal["full", "login"], request: HTTPConnection, *, retry: int = 0, notice: str = ""
    ) -> HTMLResponse:
        """Return a page that needs no other file, for visitors who cannot come in now."""
        locale = self.locale_for(request)
        words = self._words(locale)
        html = self._templates.get_template("gate.html").render(
            t=lambda key: words.get(key, key),
            locale=locale,
            kind=kind,
            nonce=nonce_of(request.scope),
            again=retry,
            notice=notice,
        )
        return HTMLResponse(html, headers={"Content-Language": locale})

    def _words(self, locale: str) -> dict[str, str]:
        path = self._static / "i18n" / f"{locale}.json"
        return _read_words(path, path.stat().st_mtime_ns)

    def _modules(self) -> list[str]:
        """Return every module that the page's own imports, for the browser to load them all at once."""
        found: list[Path] = []
        waiting = [self._static / "js" / "app" / "main.js"]
        while waiting:
            path = waiting.pop(0)
            if path in found or not path.is_file():
                continue
            found.append(path)
            imports = _read_imports(path, path.stat().st_mtime_ns)
            waiting += [(path.parent / name).resolve() for name in imports]
        return [path.relative_to(self._static).as_posix() for path in found]


@router.api_route("/", methods=["GET", "HEAD"])
def index(request: Request) -> Response:
    """Return the page."""
    pages: Pages = request.app.state.pages
    locale = pages.locale_for(request)
    if _full_for(request):
        response = pages.full_page(request)
        response.status_code = 503
        response.headers.update(headers(locale))
        return response
    html = pages.render(locale=locale, theme=theme_for(request), public_url=url_for_others(request))
    return HTMLResponse(html, headers=headers(locale))


def theme_for(request: HTTPConnection) -> str:
    """Return the theme that a visitor chose."""
    theme = request.cookies.get("theme", "")
    return theme if theme in THEMES else "auto"


def url_for_others(request: HTTPConnection) -> str | None:
    """Return where other machines find this server; None where they cannot, or nobody knows how."""
    settings: Settings = request.app.state.settings
    _, port = request.scope.get("server") or ("", None)
    return find_addresses(settings.host, port or settings.port, settings.public_url).others


def headers(locale: str) -> dict[str, str]:
    """Return those of a page in a language."""
    return {"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie", "Content-Language": locale}


def _full_for(request: Request) -> bool:
    """Return whether there is no room for who asks: those whose training is there always come in."""
    session_manager: SessionManager = request.app.state.session_manager
    if session_manager.can_resume(request.cookies.get("session", "")):
        return False
    address = request.client.host if request.client else None
    clients: Clients = request.app.state.clients
    return clients.full_for(address) or session_manager.is_full_for(address)


def choose_locale(codes: list[str], query: str | None, cookie: str | None, accepted: str | None) -> str:
    """Return a visitor's language: what the address says, else what was chosen before, else the browser's.

    Args:
        codes: the languages that there are.
        query: of the address, such as "zh".
        cookie: of an earlier visit.
        accepted: the header `Accept-Language`, such as "de, zh-TW;q=0.8".
    """
    for wish in (query, cookie, *_preferences(accepted or "")):
        code = _matching(codes, wish or "")
        if code is not None:
            return code
    return DEFAULT_LOCALE


def install(app: FastAPI, folder: Path | None = None) -> None:
    """Add page and files to an application, from the usual place or another folder."""
    folder = (folder or find_assets()).resolve()
    set_media_types()
    app.state.pages = Pages(folder)
    app.include_router(router)
    app.mount("/static", Assets(directory=folder / "static"), name="static")


def _matching(codes: list[str], wish: str) -> str | None:
    """Return the language for a wish; any Chinese is better than another language."""
    wish = wish.strip().lower()
    for code in codes:
        if code.lower() == wish:
            return code
    language = wish.split("-")[0]
    return next((code for code in codes if language and code.lower().split("-")[0] == language), None)


def _preferences(accepted: str) -> list[str]:
    """Return the languages of an `Accept-Language`, the dearest first."""
    wishes = []
    for part in accepted.split(",")[:50]:
        language, _, parameter = part.partition(";")
        match = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", parameter)
        quality = float(match[1]) if match else 1.0
        if quality > 0:
            wishes.append((quality, language))
    return [language for _, language in sorted(wishes, key=lambda wish: -wish[0])]


def _without_descriptions(catalogue: dict[str, Any]) -> dict[str, Any]:
    """Return the catalogue without its English sentences: the page has its own words."""
    fields = {
        name: {key: value for key, value in field.items() if key != "description"}
        for name, field in catalogue["fields"].items()
    }
    return {**catalogue, "fields": fields}


def _is_of_room(name: str, key: str) -> bool:
    """Return whether the script of a classroom's page needs a word."""
    return key.startswith(_OF_JOIN) if name == "join" else not key.startswith(_NOT_OF_ROOM)


@lru_cache(maxsize=64)
def _read_words(path: Path, _changed: int) -> dict[str, str]:
    words: dict[str, str] = json.loads(path.read_text("utf-8"))
    return words


@lru_cache(maxsize=512)
def _read_imports(path: Path, _changed: int) -> list[str]:
    names: list[Any] = _IMPORT.findall(path.read_text("utf-8"))
    return [str(name) for name in names]
