"""QR codes, drawn here: a school's network may have no way out."""

import io

import segno

QUIET = 4
"""Modules of white around the code, as its standard asks for."""


def svg(text: str) -> bytes:
    """Return a QR code as SVG, black on white in light and dark, of whatever size it is shown in.

    It is read even if a seventh of it is hidden: by the corner of a head before the projector.
    """
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        border=QUIET,
        dark="#000",
        light="#fff",
        omitsize=True,
        xmldecl=False,
        nl=False,
        svgclass=None,
        lineclass=None,
    )
    return out.getvalue()
