"""HTML elements as strings that cannot be escaped twice or not at all (MarkupSafe keeps count)."""

from markupsafe import Markup, escape

__all__ = ["Markup", "el", "join", "plain"]

Attribute = str | int | bool | None


def el(name: str, *children: str, **attributes: Attribute) -> Markup:
    """Give one element; text is escaped, Markup is not. `class_` and `aria_label` become `class` and `aria-label`.

    An attribute that is None or False is left out; one that is True stands without a value.
    """
    written = "".join(_attribute(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    return Markup(f"<{name}{written}>{''.join(map(_escaped, children))}</{name}>")


def join(*children: str, by: str = "") -> Markup:
    """Put elements and texts after each other."""
    return Markup(_escaped(by).join(map(_escaped, children)))


def plain(words: str) -> Markup:
    """Words for those who hear the page, or read it without style."""
    return el("span", words, class_="vh")


def _escaped(child: str) -> str:
    return child if isinstance(child, Markup) else escape(child)


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    return f" {key}" if value is True else f' {key}="{escape(str(value))}"'
