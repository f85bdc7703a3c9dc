"""Where everything of a file stands: what a writer looks for when something is wrong with it."""

SHOWN = "docs/flow.yml"
Path = tuple[str | int, ...]


class Places(dict[Path, str]):
    """Where each value stands: `('steps', 'x', 'dnat')` → `docs/flow.yml:12:3`."""

    def of(self, *path: str | int) -> str:
        """Give the place of the value, or of the nearest thing around it."""
        while path and path not in self:
            path = path[:-1]
        return self.get(path, f"{SHOWN}:1:1")
