"""What the theme's own files lack, or have too much of, and no template of ours can change without copies of them."""

import os
import re
from collections.abc import Collection, Iterator

from jinja2 import Environment, FileSystemLoader
from mkdocs.theme import Theme

# In a section with a page of its own the label of the toggle holds an icon only: its list had no name.
LIST = re.compile(r'(<nav class="md-nav" data-md-level="\d+" aria-labelledby="(__nav_\w+?)_)label("[^>]*>\s*<label )')


GENERATOR = re.compile(r'<meta name="generator"[^>]*>')  # tells visitors which holes to try, and readers nothing
KEEPING = re.compile(r"(<(pre|script|style|textarea)\b.*?</\2>)", re.S)  # elements in which space matters


def mended(html: str) -> str:
    """Give a page whose lists in the menu are named by their visible titles, without the space of the templates.

    It does not say by what it was made.
    """
    html = LIST.sub(r'\1title\3id="\2_title" ', GENERATOR.sub("", html))
    between = KEEPING.split(html)  # text, an element, the name of its tag, text, …
    between[::3] = map(_closed_up, between[::3])
    del between[2::3]
    return "".join(between)


def _closed_up(html: str) -> str:
    """Give HTML whose lines have no space around them, none of them empty."""
    first, *rest = html.split("\n")
    if not rest:
        return html
    lines = [first.rstrip(), *filter(None, map(str.strip, rest[:-1])), rest[-1].lstrip()]
    return "\n".join(lines)


class _Loader(FileSystemLoader):
    def list_templates(self) -> list[str]:
        found = set[str]()
        for top in self.searchpath:
            for folder, folders, files in os.walk(top):
                folders[:] = [name for name in folders if not name.startswith(".")]
                found |= {os.path.relpath(os.path.join(folder, name), top).replace(os.sep, "/") for name in files}
        return sorted(found)


def environment(theme: Theme) -> Environment:
    """Give a theme's templates; hidden folders, ten thousand icons, are not listed: MkDocs looks at each name."""
    env = type(theme).get_env(theme)
    env.loader = _Loader(theme.dirs)
    return env


# -- stylesheets ------------------------------------------------------------------------------------------------------
COMMENT = re.compile(r"^[ ]*/\*.*?\*/\n*", re.S | re.M)  # for those who write styles
END = re.compile(r"(?<=[{};,])\n\s*")


def short(css: str) -> str:
    """Give a stylesheet of ours without comments, and without the ends of its lines."""
    return END.sub("", COMMENT.sub("", css))


SHEETS = "assets/stylesheets/*.min.css"  # of the theme
# Parts of the theme that no page of ours has; tests/test_theme.py looks for them in all of them.
WITHOUT = re.compile(
    r"\.(?:md-(?:annotation|author|banner|button|consent|content--post|draft|feedback|header__source|input|meta"
    r"|nav--integrated|nav__source|pagination|path|pin|post|profile|progress|search|sidebar--post|social|source|status"
    r"|tag|version)|arithmatex|cards|grid|critic|emojione|footnote|giscus|gemoji|highlighttable|katex|linenodiv"
    r"|linenos|result|tabbed|task-list|twemoji)(?![a-z])|\.key-|\[dir=rtl\]"
)
COLOUR = re.compile(r"\[data-md-color-(?:primary|accent)=[\"']?([\w-]+)")
GROUPS = ("@media", "@supports")  # hold rules
_HEAD = re.compile(r"""((?:[^{}"']|"[^"]*"|'[^']*')*)([{}])""")
_COMMA = re.compile(r",(?![^(\[]*[)\]])")
_SET = re.compile(r"(--md-[\w-]+):(?:[^;{}\"']|\"[^\"]*\"|'[^']*')*;?")


def slimmed(css: str, colours: Collection[str]) -> str:
    """Give a stylesheet of the theme without the rules and icons of parts, and the colours, that no page has."""
    rules = "".join(_kept(css, colours))
    return _SET.sub(lambda m: "" if m[1].endswith("-icon") and f"var({m[1]})" not in rules else m[0], rules)


def _kept(css: str, colours: Collection[str]) -> Iterator[str]:
    """Every rule of which something is left."""
    for head, body in rules(css):
        if head.startswith(GROUPS):
            if inner := "".join(_kept(body, colours)):
                yield f"{head}{{{inner}}}"
        elif head.startswith("@"):
            yield f"{head}{{{body}}}"
        elif selectors := [s for s in _COMMA.split(head) if not WITHOUT.search(s) and _shown(s, colours)]:
            yield f"{','.join(selectors)}{{{body}}}"


def _shown(selector: str, colours: Collection[str]) -> bool:
    """Whether the colour a selector is about, if any, is one of the site's."""
    return all(m[1] in colours for m in COLOUR.finditer(selector))


def rules(css: str) -> Iterator[tuple[str, str]]:
    """Give what stands before each outermost pair of braces, and what is in them."""
    at = 0
    while m := _HEAD.match(css, at):
        depth, end = 1, m.end()
        while depth and (n := _HEAD.match(css, end)):
            depth, end = depth + (1 if n[2] == "{" else -1), n.end()
        yield m[1].removeprefix('@charset "UTF-8";'), css[m.end() : end - 1]
        at = end
