"""Renders the HTML pages from the templates."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from server.catalogue import get_catalogue, samples
from server.middleware.security_headers import nonce_of
from server.version import VERSION
from server.web.asset_versions import AssetVersions
from server.web.translations import choose_locale, find_locales, read_words, words_for_script

RETRY_INTERVAL = 15
"""Seconds after which the page of a full server retries."""

_INDENTATION = re.compile(r"\n\s+")
_IMPORT = re.compile(r"""(?:^|[\s;}])(?:import|from)\s*["'](\.{1,2}/[^"']+)["']""")


class PageRenderer:
    """Renders pages from a folder that contains `static` and `templates`."""

    def __init__(self, folder: Path) -> None:
        self._static = folder.resolve() / "static"
        self.versions = AssetVersions(self._static)
        self._templates = Environment(
            loader=FileSystemLoader(folder / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self._templates.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}

    def locales(self) -> list[dict[str, str]]:
        """Return {"code": ..., "name": ...} of each available language; the default language comes first."""
        return find_locales(self._static / "i18n")

    def locale_for(self, request: HTTPConnection) -> str:
        """Return the code of the language in which a request is answered."""
        return choose_locale(
            [locale["code"] for locale in self.locales()],
            request.query_params.get("lang"),
            request.cookies.get("lang"),
            request.headers.get("accept-language"),
        )

    def render(
        self, *, locale: str, theme: str, public_url: str | None = None, room: dict[str, str] | None = None
    ) -> str:
        """Return the HTML of the playground.

        Args:
            locale: one of `locales`.
            theme: "light", "dark" or "auto".
            public_url: the URL of this server for other machines, used in links; None if there is none.
            room: for a learner in a classroom, {"session": the id of their session}; else None.
        """
        words = self._words(locale)
        bootstrap = {
            "catalogue": _without_descriptions(get_catalogue()),
            "samples": samples(),
            "words": words_for_script("index", words),
            "locale": locale,
            "public_url": public_url,
            **({} if room is None else {"room": room}),
        }
        html = self._templates.get_template("index.html").render(
            words=words,
            t=lambda key: words.get(key, key),
            locale=locale,
            locales=self.locales(),
            theme=theme,
            modules=self._modules(),
            version=VERSION,
            static=self._static_address(),
            bootstrap=bootstrap,
        )
        return _INDENTATION.sub("\n", html)

    def render_classroom_page(
        self,
        name: Literal["join", "classroom", "projector"],
        *,
        locale: str,
        theme: str,
        public_url: str | None = None,
        teacher_password: bool = False,
    ) -> str:
        """Return the HTML of a page of the classroom.

        Args:
            name: the template's name.
            locale: one of `locales`.
            theme: "light", "dark" or "auto".
            public_url: the URL of this server for other machines; None if there is none.
            teacher_password: whether opening a room asks for the teachers' password.
        """
        words = self._words(locale)
        bootstrap: dict[str, Any] = {
            "words": words_for_script(name, words),
            "locale": locale,
            "public_url": public_url,
        }
        if name != "join":
            bootstrap["catalogue"] = _without_descriptions(get_catalogue())
            bootstrap["teacher_password"] = teacher_password
        html = self._templates.get_template(f"{name}.html").render(
            t=lambda key: words.get(key, key),
            locale=locale,
            locales=self.locales(),
            theme=theme,
            version=VERSION,
            static=self._static_address(),
            bootstrap=bootstrap,
        )
        return _INDENTATION.sub("\n", html)

    def full_page(self, request: HTTPConnection) -> HTMLResponse:
        """Return the page that says that the server is full; it retries after `RETRY_INTERVAL` seconds."""
        response = self._gate("full", request, retry=RETRY_INTERVAL)
        response.headers["Retry-After"] = str(RETRY_INTERVAL)
        return response

    def login_page(self, request: HTTPConnection, notice: str) -> HTMLResponse:
        """Return the page that asks for the site's password.

        Args:
            request: the visitor's request.
            notice: "wrong" after a wrong password, "wait" after too many attempts, else "".
        """
        return self._gate("login", request, notice=notice)

    def _gate(
        self, kind: Literal["full", "login"], request: HTTPConnection, *, retry: int = 0, notice: str = ""
    ) -> HTMLResponse:
        """Return a page that loads no other file, for visitors who are not admitted."""
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

    def _static_address(self) -> str:
        """Return the folder of the static files, as the pages name it."""
        return f"static/{self.versions.current()}"

    def _words(self, locale: str) -> dict[str, str]:
        return read_words(self._static / "i18n" / f"{locale}.json")

    def _modules(self) -> list[str]:
        """Return the paths of all modules that the page's main module imports, for the browser to preload."""
        found: dict[Path, None] = {}
        waiting = [self._static / "js" / "app" / "main.js"]
        for path in waiting:
            if path not in found and path.is_file():
                found[path] = None
                waiting += _read_imports(path, path.stat().st_mtime_ns)
        return [path.relative_to(self._static).as_posix() for path in found]


def _without_descriptions(catalogue: dict[str, Any]) -> dict[str, Any]:
    """Return the catalogue without its English descriptions, because the page has translated ones."""
    fields = {
        name: {key: value for key, value in field.items() if key != "description"}
        for name, field in catalogue["fields"].items()
    }
    return {**catalogue, "fields": fields}


@lru_cache(maxsize=512)
def _read_imports(path: Path, _changed: int) -> list[Path]:
    """Return the modules that a module imports; it is read again when its time of change is another."""
    names: list[str] = _IMPORT.findall(path.read_text("utf-8"))
    return [(path.parent / name).resolve() for name in names]
