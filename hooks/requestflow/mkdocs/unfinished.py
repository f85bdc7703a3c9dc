"""A site is built inside a hidden folder of its own: what was built before stays until the new one is whole."""

import shutil
from pathlib import Path

NAME = ".unfinished"


class Unfinished:
    """The folder a build writes into; the build of another language, inside that of the first, has none of its own."""

    def __init__(self, site: Path) -> None:
        self.site = site
        self.folder = site if NAME in site.parts else site / NAME

    def finish(self) -> None:
        """Put what was built in the place of what was there before; hidden files stay."""
        if self.folder == self.site or not self.folder.is_dir():
            return
        for old in self.site.iterdir():
            if not old.name.startswith("."):
                shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
        for new in self.folder.iterdir():
            new.replace(self.site / new.name)
        self.folder.rmdir()

    def drop(self) -> None:
        """Delete what was built, and leave no empty folder behind."""
        if self.folder == self.site or not self.folder.is_dir():
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        if not any(self.site.iterdir()):
            self.site.rmdir()


def reveal(folder: Path) -> None:
    """Give a hidden folder its name, in the place of what has it."""
    if folder.name.startswith("."):
        shutil.rmtree(shown := folder.with_name(folder.name[1:]), ignore_errors=True)
        folder.replace(shown)
