"""SVG → PNG, for those who cannot show SVG: previews in chat, slides, documents.

`novasvg`, which the renderer of pictures brings, draws; Pillow makes the files small. It knows `currentColor` in this
spelling alone, no `font` shorthand, and no fonts but those it is given by name.
"""

import io
import sys
from functools import cache
from pathlib import Path
from typing import cast

try:
    import novasvg  # type: ignore[import-untyped, unused-ignore]
    from novasvg import fonts
    from PIL import Image
except ImportError:  # no wheel for this platform
    novasvg = None  # type: ignore[assignment, unused-ignore]

from ..model.definition import Language

VERSION = 6  # of how they are drawn: a new one draws all anew
COLOURS = 200  # of a picture
RUN = 4 * 32  # bytes of pixels that are looked up together
HAN = "Han"  # the name under which a font with Chinese letters is known here
FONTS: tuple[tuple[str, str], ...] = (  # regular, bold: Debian and its like, Fedora, Arch, macOS, Windows
    (
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    ),
    (
        "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Bold.ttc",
    ),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", "/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc"),
    ("/System/Library/Fonts/STHeiti Light.ttc", "/System/Library/Fonts/STHeiti Medium.ttc"),
    ("C:/Windows/Fonts/msyh.ttc", "C:/Windows/Fonts/msyhbd.ttc"),
)
FAMILIES = (
    "Liberation Sans,Arial,Helvetica,DejaVu Sans Condensed,sans-serif",
    "Liberation Mono,DejaVu Sans Mono,Menlo,Consolas,monospace",
)  # of words, of addresses


class NoPixels(Exception):
    """No PNG can be made here; the message says what is missing."""


def png(svg: str, language: Language, width: int) -> bytes:
    """Give an SVG as a PNG so many px wide; raises NoPixels where there is no renderer, or no font for the language."""
    rules = f".seq text{{font-family:{ready(language)}}}.seq text.ad,.seq text.ends{{font-family:{FAMILIES[1]}}}"
    text = svg.replace("currentcolor", "currentColor").replace("</style>", f"{rules}</style>", 1)
    bitmap = novasvg.Document.load_from_data(text).render_to_bitmap(width, -1, 0xFFFFFFFF)
    height, wide, _ = bitmap.shape
    out = io.BytesIO()
    _few_colours(bitmap.tobytes(), (wide, height)).save(out, "PNG")
    return out.getvalue()


def _few_colours(pixels: bytes, size: tuple[int, int]) -> "Image.Image":
    """Keep the most frequent colours exactly, those of grounds and lines; the edges of letters take a near one.

    Pillow alone would blend pale grounds, or lose what has its colour in few places.
    """
    whole = Image.frombuffer("RGBA", size, pixels, "raw", "RGBA", 0, 1).convert("RGB")
    counted = whole.getcolors(size[0] * size[1]) or []
    every = [cast(tuple[int, int, int], colour) for _, colour in sorted(counted, reverse=True)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([channel for colour in every[:COLOURS] for channel in colour])
    strip = Image.frombytes("RGB", (len(every), 1), b"".join(map(bytes, every)))
    nearest = strip.quantize(palette=palette, dither=Image.Dither.NONE).tobytes()
    index = {_packed(colour): n for colour, n in zip(every, nearest, strict=True)}
    index |= {_packed(colour): n for n, colour in enumerate(every[:COLOURS])}
    image = Image.frombytes("P", size, _looked_up(pixels, index))
    image.putpalette(palette.getpalette() or [])
    return image


def _looked_up(pixels: bytes, index: dict[int, int]) -> bytes:
    """Give the number of each pixel's colour; a run of pixels that comes often is looked up once."""
    runs = [pixels[at : at + RUN] for at in range(0, len(pixels), RUN)]
    known = {run: bytes(map(index.__getitem__, memoryview(run).cast("I"))) for run in set(runs)}
    return b"".join(map(known.__getitem__, runs))


def _packed(colour: tuple[int, int, int]) -> int:
    """A colour as the renderer has it in memory, opaque."""
    return int.from_bytes(bytes((*colour, 255)), sys.byteorder)


def ready(language: Language) -> str:
    """Give the name of a font for a language; raises NoPixels as `png` does."""
    if novasvg is None:
        raise NoPixels("no PNG files are made: the renderer is not installed")
    return _han() if language == "zh" else FAMILIES[0]


@cache
def _han() -> str:
    """Give the name of a font with Chinese letters."""
    for regular, bold in FONTS:
        if Path(regular).is_file() and fonts.add_font_face_from_file(HAN, False, False, regular):
            fonts.add_font_face_from_file(HAN, True, False, bold if Path(bold).is_file() else regular)
            return HAN
    fix = "install Noto Sans CJK (on Debian: fonts-noto-cjk)"
    raise NoPixels(f"no PNG files are made in Chinese: no font with Chinese letters was found; {fix}")
