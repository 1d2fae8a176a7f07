"""Renders the HTML pages from the templates."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from server.catalogue import get_catalogue, samples
from server.middleware.security_headers import nonce_of
from server.page_words import read_words
from server.version import VERSION
from server.web.asset_versions import AssetVersions
from server.web.bundles import PAGES
from server.web.translations import choose_locale, find_locales, words_for_script

RETRY_INTERVAL = 15
"""Seconds after which the page of a full server retries."""

_INDENTATION = re.compile(r"\n\s+")


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
        self,
        *,
        locale: str,
        theme: str,
        public_url: str | None = None,
        frames: Sequence[str] = (),
        room: dict[str, str] | None = None,
    ) -> str:
        """Return the HTML of the playground.

        Args:
            locale: one of `locales`.
            theme: "light", "dark" or "auto".
            public_url: the URL of this server for other machines, used in links; None if there is none.
            frames: sites that may show the page in a frame.
            room: for a learner in a classroom, {"session": the id of their session}; else None.
        """
        words = self._words(locale)
        bootstrap = {
            "catalogue": _without_descriptions(get_catalogue()),
            "samples": samples(),
            "words": words_for_script("index", words),
            "locale": locale,
            "public_url": public_url,
            "frames": list(frames),
            **({} if room is None else {"room": room}),
        }
        html = self._templates.get_template("index.html").render(
            words=words,
            t=lambda key: words.get(key, key),
            locale=locale,
            locales=self.locales(),
            theme=theme,
            version=VERSION,
            **self._files("index" if room is None else "seat"),
            bootstrap=bootstrap,
        )
        return _INDENTATION.sub("\n", html)

    def render_article(
        self, *, locale: str, theme: str, lessons: Mapping[str, Sequence[Mapping[str, str]]]
    ) -> str:
        """Return the HTML of the page whose article the playground shows below the lab.

        Args:
            locale: one of `locales`.
            theme: "light", "dark" or "auto".
            lessons: by parts of the article, links to lessons: `href`, `title` and `language` of each.
        """
        words = self._words(locale)
        activations = get_catalogue()["fields"]["activation"]["choices"]
        html = self._templates.get_template("article.html").render(
            t=lambda key: words.get(key, key),
            activations={name: words.get(f"choice.activation.{name}", name) for name in activations},
            locale=locale,
            theme=theme,
            version=VERSION,
            **self._files("article"),
            lessons=lessons,
        )
        return _INDENTATION.sub("\n", html)

    def render_classroom_page(
        self,
        name: Literal["join", "classroom", "projector"],
        *,
        locale: str,
        theme: str,
        public_url: str | None = None,
        has_seat: bool = False,
        teacher_password: bool = False,
        room_lifetime: float = 0.0,
    ) -> str:
        """Return the HTML of a page of the classroom.

        Args:
            name: the template's name.
            locale: one of `locales`.
            theme: "light", "dark" or "auto".
            public_url: the URL of this server for other machines; None if there is none.
            has_seat: whether the browser has a learner's seat, which the page for joining then asks for.
            teacher_password: whether opening a room asks for the teachers' password.
            room_lifetime: seconds after which a room ends by itself.
        """
        words = self._words(locale)
        bootstrap: dict[str, Any] = {
            "words": words_for_script(name, words),
            "locale": locale,
            "public_url": public_url,
        }
        if name == "join":
            bootstrap["has_seat"] = has_seat
        else:
            bootstrap["catalogue"] = _without_descriptions(get_catalogue())
            bootstrap["teacher_password"] = teacher_password
            bootstrap["room_lifetime"] = room_lifetime
        html = self._templates.get_template(f"{name}.html").render(
            t=lambda key: words.get(key, key),
            locale=locale,
            locales=self.locales(),
            theme=theme,
            version=VERSION,
            **self._files(name),
            bootstrap=bootstrap,
        )
        return _INDENTATION.sub("\n", html)

    def words(self, locale: str) -> dict[str, str]:
        """Return all texts of a language by key."""
        return self._words(locale)

    def render_lessons(
        self,
        *,
        locale: str,
        theme: str,
        lessons: Sequence[dict[str, object]],
        faults: Mapping[str, Sequence[dict[str, str]]],
    ) -> str:
        """Return the HTML of the page of all lessons.

        Args:
            locale: one of `locales`.
            theme: "light", "dark" or "auto".
            lessons: the values for the template, of each lesson.
            faults: the faults of files, as `place` and `text`, by the key of their heading.
        """
        words = self._words(locale)
        html = self._templates.get_template("lessons.html").render(
            t=lambda key: words.get(key, key),
            locale=locale,
            locales=self.locales(),
            theme=theme,
            lessons=lessons,
            faults=faults,
            **self._files("lessons"),
            bootstrap={"words": words_for_script("lessons", words), "locale": locale},
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

    def _files(self, page: str) -> dict[str, str]:
        """Return the values for a template's URLs: the folder of static files, the page, its main module."""
        return {
            "static": f"static/{self.versions.current()}",
            "page": page,
            "script": PAGES[page].script,
        }

    def _words(self, locale: str) -> dict[str, str]:
        return read_words(self._static / "i18n" / f"{locale}.json")


def _without_descriptions(catalogue: dict[str, Any]) -> dict[str, Any]:
    """Return the catalogue without its English descriptions, because the page has translated ones.

    To save bytes, default values of datasets (available, no columns) are left out as well.
    """
    fields = {
        name: {key: value for key, value in field.items() if key != "description"}
        for name, field in catalogue["fields"].items()
    }
    datasets = {
        name: {
            key: dataset[key]
            for key in ("problems", "points", "columns")
            if key != "columns" or dataset["columns"] is not None
        }
        if dataset["available"]
        else dataset
        for name, dataset in catalogue["datasets"].items()
    }
    return {**catalogue, "fields": fields, "datasets": datasets}
