"""Screens to look at the site with: one browser, a fresh context for each."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from screens import LANGUAGES

Screen = Callable[..., Page]
Where = Callable[..., str]


@pytest.fixture
def screen(browser: Browser) -> Iterator[Screen]:
    """Opens a blank page of a width, in light or dark; what it opened is closed after the test."""
    contexts: list[BrowserContext] = []

    def opened(width: int = 1280, height: int = 900, *, dark: bool = False, **options: Any) -> Page:
        options = {"reduced_motion": "reduce", "color_scheme": "dark" if dark else "light"} | options
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, **options))
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def at(address: str) -> Where:
    """Gives the address of a page in a language."""
    return lambda language, path="": address + LANGUAGES[language] + path
