"""The headers every answer has: what a page may load and run, and for how long a file may be kept."""

from collections.abc import Iterable

from .inline import Inline

CONSTANT = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-write=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",  # maps and pictures stand in pages of others
}
KEPT = "public, max-age=31536000, immutable"
ASKED = "no-cache"  # kept, but asked about before it is used again
# Files whose name changes with their content. Not the theme's styles: ours leave rules out, under the theme's name.
HASHED = (
    "/assets/javascripts/bundle.*.min.js",
    "/assets/javascripts/workers/search.*.min.js",
    "/pagefind/fragment/*",
    "/pagefind/index/*",
    "/pagefind/*.pf_meta",
)


def page(inline: Inline, searched: bool) -> str:
    """Give the policy of pages: own files, and the scripts and styles that stand in them by hash; none is loosened."""
    wasm = ["'wasm-unsafe-eval'"] if searched else []  # Pagefind's engine; lets nothing but WebAssembly in
    return _joined(
        {
            "default-src": ["'none'"],
            "script-src": ["'self'", *wasm, *sorted(inline.scripts)],
            "style-src": ["'self'"],  # for browsers that do not know the two below
            "style-src-elem": ["'self'", *sorted(inline.styles)],
            "style-src-attr": ["'unsafe-inline'"],  # places in ladders and maps: a number cannot call anybody
            "img-src": ["'self'", "data:"],  # the theme's icons stand in its stylesheet
            "connect-src": ["'self'"],
            "worker-src": ["'self'"],
            "form-action": ["'self'"],
            "base-uri": ["'none'"],
            "frame-ancestors": ["'none'"],
        }
    )


def picture(inline: Inline) -> str:
    """Give the policy of a picture that is opened by itself: its own style, and nothing runs."""
    return _joined(
        {
            "default-src": ["'none'"],
            "style-src-elem": sorted(inline.drawn) or ["'none'"],
            "style-src-attr": ["'unsafe-inline'"],
            "base-uri": ["'none'"],
            "frame-ancestors": ["'none'"],
        }
    )


def _joined(directives: dict[str, Iterable[str]]) -> str:
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())
