"""Packages of the machine's npm client, fetched while testing."""

from pathlib import Path

from houses import required

from tools.machine import Failed, package


def fetch(name: str, version: str) -> Path:
    """Give the folder of a package's files; skip the test, or fail it where it must run, when npm cannot fetch it."""
    try:
        return package(name, version)
    except Failed as why:
        required(str(why))
