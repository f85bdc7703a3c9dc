"""The house: model, world, view, pages, mkdocs. A room takes from those before it, never from one that comes later."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from houses import ROOT

HOUSE = ROOT / "hooks/requestflow"
ROOMS = ("model", "world", "view", "pages", "mkdocs")
DOORS = {
    "problems": (),
    "assistants": ROOMS[:-1],
    "__main__": (*ROOMS[:-1], "assistants"),
}  # beside the rooms: what each may take from
FILES = {f.relative_to(HOUSE).with_suffix("").as_posix().replace("/", "."): f for f in sorted(HOUSE.rglob("*.py"))}


def takes(name: str) -> Iterator[str]:
    """Every file of the house that a file imports, or imports from, by its name below the package."""
    for node in ast.walk(ast.parse(FILES[name].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (found for alias in node.names if (found := known(alias.name.removeprefix("requestflow."))))
        elif isinstance(node, ast.ImportFrom):
            yield from from_(name, node)


def from_(name: str, node: ast.ImportFrom) -> Iterator[str]:
    base = name.split(".")[: -node.level] if node.level else []
    module = (node.module or "").removeprefix("requestflow") if not node.level else (node.module or "")
    path = [*base, *module.strip(".").split(".")] if module.strip(".") else base
    if not node.level and not (node.module or "").startswith("requestflow"):
        return
    for alias in node.names:
        found = known(".".join([*path, alias.name])) or known(".".join(path))
        if found:
            yield found


def known(name: str) -> str | None:
    return next((n for n in (name, f"{name}.__init__") if n in FILES), None)


def room(name: str) -> str:
    return name.partition(".")[0]


def test_every_file_stands_in_a_room():
    assert {room(name) for name in FILES} == {*ROOMS, *DOORS, "__init__"}


@pytest.mark.parametrize("name", FILES)
def test_a_room_takes_from_none_that_comes_later(name: str):
    of = room(name)
    may = {"problems", *(DOORS[of] if of in DOORS else ROOMS[: ROOMS.index(of) + 1] if of in ROOMS else ())}
    assert [taken for taken in takes(name) if room(taken) not in may] == []


def test_no_two_files_need_each_other():
    assert len(list(TopologicalSorter({name: set(takes(name)) for name in FILES}).static_order())) == len(FILES)


def test_imports_are_read_in_every_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "x.py"
    forms = "import requestflow.view.ladder\nfrom requestflow.world import packets\nfrom ..pages.book import Book\n"
    file.write_text(forms + "from . import reading, sources\nfrom .values import Values\nimport re\n", "utf-8")
    monkeypatch.setitem(FILES, "model.x", file)
    assert list(takes("model.x")) == [
        *("view.ladder", "world.packets", "pages.book"),
        *("model.reading", "model.sources", "model.values"),
    ]


def test_only_the_room_of_mkdocs_knows_it():
    for name, file in FILES.items():
        imported = {m for n in ast.walk(ast.parse(file.read_text("utf-8"))) for m in modules(n)}
        assert room(name) == "mkdocs" or not {m for m in imported if m.partition(".")[0] in ("mkdocs", "material")}, (
            name
        )


def modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
