"""QR codes as SVG, generated locally because a school's network may block other sites."""

import io

import segno

QUIET_ZONE = 4
"""Width of the white border in modules, as the standard requires."""


def svg(text: str) -> bytes:
    """Return a text as a QR code in SVG: black on white in every theme, scalable to any size.

    Error correction level M: it can be read even if about 15 % of it is hidden.
    """
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        border=QUIET_ZONE,
        dark="#000",
        light="#fff",
        omitsize=True,
        xmldecl=False,
        nl=False,
        svgclass=None,
        lineclass=None,
    )
    return out.getvalue()
