"""`python -m requestflow mcp`: answers for assistants that speak the Model Context Protocol over stdin and stdout."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from .model.definition import Language
from .pages.answers import Answers, Unknown
from .problems import FlowError

Asked = ParamSpec("Asked")
Told = TypeVar("Told")
ABOUT = """Computes how a request from outside reaches a container in a Kubernetes Pod, and how the answer gets back.
Ask `routes` first, then `route` for every packet of one; `trace` follows it with addresses of another cluster. Letters
in the place of a port stand for one that the sender chose. `proof` says how a step is known: recorded on a real
cluster, or derived. `fix` takes a symptom (504, timeout, refused, …) or a text that some program printed."""


def serve(root: Path) -> None:
    """Answer until stdin ends."""
    server(root).run()


def server(root: Path) -> MCPServer:
    """Make the server for the project at a root; it reads the files anew for each answer."""
    made = MCPServer("from-request-to-container", instructions=ABOUT, log_level="WARNING")

    @_tool(made)
    def routes(language: Language = "en") -> list[dict[str, Any]]:
        """List every route: id, name, page of the site, and the route it is like."""
        return Answers(root, language).routes()

    @_tool(made)
    def route(id: str, language: Language = "en") -> dict[str, Any]:
        """Give a route step by step: packet before and after, who rewrites it, how it is known, how connections end."""
        return Answers(root, language).route(id)

    @_tool(made)
    def step(id: str, language: Language = "en") -> dict[str, Any]:
        """Give where a step is explained, the packet at it in every route that has it, and what breaks it."""
        return Answers(root, language).step(id)

    @_tool(made)
    def trace(id: str, own: dict[str, Any], language: Language = "en") -> dict[str, Any]:
        """Follow a route with your own names and addresses, checked like the site's.

        `own` has the form of docs/flow.local.yml: {"addresses": {"192.0.2.0/24": "10.1.0.0/24"} moves whole ranges,
        "names": {"host": …}, "ports": {…}, "participants": {NAME: {"interfaces": {…}}}}.
        """
        return Answers(root, language).trace(id, own)

    @_tool(made)
    def fix(words: str, language: Language = "en") -> dict[str, Any]:
        """Give the commands that decide, and the causes, of a symptom, a fault, or a text that was printed."""
        return Answers(root, language).fix(words)

    return made


def _tool(made: MCPServer) -> Callable[[Callable[Asked, Told]], Callable[Asked, Told]]:
    """Register a function as a tool that says in words what it cannot answer."""

    def register(answer: Callable[Asked, Told]) -> Callable[Asked, Told]:
        @wraps(answer)
        def tool(*args: Asked.args, **given: Asked.kwargs) -> Told:
            try:
                return answer(*args, **given)
            except (Unknown, FlowError) as no:
                raise ToolError(str(no)) from None

        made.tool()(tool)
        return tool

    return register
