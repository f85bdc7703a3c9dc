"""python -m requestflow: check the definition, show a route, stage the pages, write schema, ledger, README's diagram.

Needs no MkDocs.
"""

import argparse
import gc
import os

if __name__ == "__main__":
    gc.disable()  # one command is over before there is anything worth collecting
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for some takes longer than a route

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from .model import reading, versions
from .model.definition import LANGUAGES, Language
from .model.places import SHOWN
from .pages import ledger, loop, meant, whole
from .problems import FlowError, nearest, refuse
from .view import ladder, mermaid, show

README_BEGIN, README_END = "<!-- diagram: make readme -->", "<!-- /diagram -->"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; give the exit code: 0 fine, 1 the definition has mistakes, 2 the command has."""
    parser = argparse.ArgumentParser(prog="python -m requestflow", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    checks = commands.add_parser("check", help="check the definition and the pages as they are written")
    checks.add_argument("--pages", action="store_true", help="render the pages too, with MkDocs: what only HTML shows")
    one = commands.add_parser("show", help="print a route, step by step, with its addresses")
    one.add_argument("route", metavar="ROUTE")
    one.add_argument("--language", choices=LANGUAGES, default="en")
    one.add_argument("--json", action="store_true", help="as plain data")
    commands.add_parser(
        "schema", help="write docs/flow.schema.json, which editors complete and check docs/flow.yml with"
    )
    commands.add_parser("versions", help="list what was last held against an older release than the newest one known")
    commands.add_parser("readme", help="write the diagram in README.md anew")
    commands.add_parser("mcp", help="answer assistants over stdin and stdout: routes, steps, traces, faults")
    release = commands.add_parser("release", help=f"add a built site to {ledger.SHOWN}, unless an old link is dead")
    release.add_argument("site", nargs="?", default="site", help="the folder it was built into")
    stage = commands.add_parser("stage", help="write all pages as plain Markdown, for any builder or a Git host")
    stage.add_argument("folder", metavar="DIR", type=Path, help="a folder that is new or empty")
    options = parser.parse_args(arguments)
    try:
        code = run(options, find_root(Path.cwd()))
        if sys.stdout:  # nothing where it is closed
            sys.stdout.flush()
    except BrokenPipeError:  # `… | head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except FlowError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 1
    except OSError as why:  # a full disk, a file that may not be written
        print(f"{parser.prog} {options.command}: {why}", file=sys.stderr)
        return 1
    return code


def leave(code: int) -> NoReturn:
    """End at once: to tidy up all that was read takes longer than to follow a route."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # which `main` has told
            if stream:
                stream.flush()
    os._exit(code)


def run(options: argparse.Namespace, root: Path) -> int:
    """Do what was asked for; raises FlowError."""
    match options.command:
        case "check":
            return check(root) or rendered(root, options.pages)
        case "schema":
            return write_schema(root)
        case "versions":
            return list_stale(root)
        case "readme":
            return write_readme(root)
        case "stage":
            return stage_pages(root, options.folder)
        case "release":
            return write_ledger(root, Path(options.site))
        case "mcp":
            return answer_assistants(root)
        case _:
            return show_route(root, options.route, options.language, options.json)


def find_root(start: Path) -> Path:
    """Give the project's root: the nearest folder above `start` with docs/flow.yml, or the one this package is in."""
    above = [start, *start.parents]
    return next((p for p in above if (p / SHOWN).is_file()), Path(__file__).resolve().parents[2])


def check(root: Path) -> int:
    """Check everything that needs no site build; raises FlowError."""
    found = whole.read(root)
    refuse([*found.bearable, *meant.problems(root, found)])
    flow, trips = found.known.flow, found.known.trips
    hops = sum(len(trip.hops) for trip in trips.values())
    which = "every step but those of drafts" if found.drafts.steps else "every step"
    counts = f"{len(flow.steps)} steps, {len(flow.routes)} routes, {hops} hops followed"
    print(f"{SHOWN}: {counts}; {which} is explained in {' and '.join(LANGUAGES)}.")
    if found.drafts:
        print(f"{found.drafts}. A strict build refuses drafts.")
    return 0


def rendered(root: Path, wanted: bool) -> int:
    """Render every page and print what only that tells; or say that it was not done."""
    if not wanted:
        print("The pages were read, not rendered: `check --pages` renders them, and tells what only HTML shows.")
        return 0
    from .pages import built  # takes time that a plain check has no use for

    try:
        told = built.told(root)
    except built.NoMkDocs as none:
        print(none, file=sys.stderr)
        return 2
    if told:
        print(told, file=sys.stderr)
        return 1
    print("Every page is rendered in every language.")
    return 0


def show_route(root: Path, name: str, language: Language, as_json: bool) -> int:
    """Print one route, as text or as JSON; raises FlowError."""
    flow = reading.read(root / SHOWN)
    if name not in flow.routes:
        print(
            f"unknown route '{name}'. {nearest(name, flow.routes) or 'Known: ' + ', '.join(flow.routes) + '.'}",
            file=sys.stderr,
        )
        return 2
    view, trip = whole.one(root, flow, name, language)
    print(json.dumps(show.data(view, trip), indent=2, ensure_ascii=False) if as_json else show.text(view, trip))
    return 0


def answer_assistants(root: Path) -> int:
    """Be a server for assistants until stdin ends; or say what it needs."""
    try:
        from . import assistants
    except ModuleNotFoundError as none:
        print(f"{none}: pip install -r requirements/mcp.txt", file=sys.stderr)
        return 2
    assistants.serve(root)
    return 0


def write_schema(root: Path) -> int:
    """Write the JSON Schema of the definition beside it."""
    file = root / "docs/flow.schema.json"
    file.write_text(json.dumps(reading.schema(), indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(f"wrote {file.relative_to(root)}")
    return 0


def list_stale(root: Path) -> int:
    """Print every claim of docs/versions.yml that a newer release has come after; raises FlowError."""
    known = versions.read(root / versions.SHOWN)
    older = list(versions.stale(known))
    for problem in older:
        print(problem)
    print(f"{versions.SHOWN}: {len(older)} of {len(known.claims)} claims are older than the newest release it knows.")
    return 0


def write_readme(root: Path) -> int:
    """Put the diagram of the first route between the marks in README.md."""
    file = root / "README.md"
    file.write_text(readme(root, file.read_text("utf-8")), "utf-8", newline="\n")
    print(f"wrote {file.name}")
    return 0


def write_ledger(root: Path, folder: Path) -> int:
    """Add every address of a built site to the ledger; raises FlowError while one of old leads nowhere."""
    if not (folder / "index.html").is_file():
        print(f"{folder} is no built site. Build it: make build", file=sys.stderr)
        return 2
    file, site = root / ledger.SHOWN, ledger.Site(folder)
    known = ledger.read(file) if file.is_file() else {}
    refuse(ledger.dead(known, site, loop.load(root / "docs")[LANGUAGES[0]]))
    entries = ledger.with_new(known, site)
    file.write_text(ledger.written(entries), "utf-8", newline="\n")
    every, new = ledger.count(entries), ledger.count(entries) - ledger.count(known)
    print(f"{ledger.SHOWN}: {every} addresses, {new} of them new; all lead somewhere in {' and '.join(LANGUAGES)}.")
    return 0


def stage_pages(root: Path, folder: Path) -> int:
    """Write every page as plain Markdown into a folder that is new or empty; raises FlowError."""
    from .pages import staged  # takes time that a plain check has no use for

    staged.empty(folder)
    found = whole.read(root)
    refuse([*found.bearable, *meant.problems(root, found)])
    files = staged.tree(root, found)
    staged.write(files, folder)
    pages = sum(path.endswith(".md") for path in files)
    print(f"{folder}: {pages} Markdown files of {len(files)}; begin at README.md.")
    if found.drafts:
        print(f"{found.drafts}. Left out.")
    return 0


def readme(root: Path, text: str) -> str:
    """Give the text of README.md with its diagram made anew; raises FlowError."""
    flow = reading.read(root / SHOWN)
    view, _ = whole.one(root, flow, next(iter(flow.routes)), "en")
    head, _, rest = text.partition(README_BEGIN)
    _, _, tail = rest.partition(README_END)
    diagram = mermaid.diagram(view, width="whole").rstrip()
    return f"{head}{README_BEGIN}\n{ladder.letters(view)}\n\n```mermaid\n{diagram}\n```\n{README_END}{tail}"


if __name__ == "__main__":
    leave(main())
