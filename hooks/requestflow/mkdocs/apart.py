"""The other languages, built while serving by a process of their own: at the same time, with a memory of its own.

It is told of each build in one line of JSON and says in another how that went. It ends when it hears no more, however
the server has ended, and is started anew when the code changes.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import get_plugin_logger

from .remembered import listening

log = get_plugin_logger("flow")
WHO = "The process that builds beside the server"
HOOKS = Path(__file__).parents[2]
START = (  # first what the tool does before all else: a successor lets itself be called 'mkdocs'
    "import json, sys; from importlib import import_module; sys.path[:] = json.loads(sys.argv[1]);"
    "import_module(sys.argv[2] + '.__main__'); from requestflow.mkdocs import apart; apart.main()"
)
STARTED: list[str] = []  # by whom, in the process
FORMAT = logging.Formatter()
Said = list[tuple[str, int, str]]  # logger, level, message


@dataclass(frozen=True)
class Asked:
    """One build of another language, inside that of the first."""

    tool: str  # what builds: 'mkdocs', or a successor with the same shape
    config_file: str
    site_dir: str
    strict: bool
    use_directory_urls: bool
    address: str  # of its top, or nothing

    def config(self) -> MkDocsConfig:
        """Read its configuration."""
        options = {"site_dir": self.site_dir, "strict": self.strict, "use_directory_urls": self.use_directory_urls}
        config: MkDocsConfig = import_module(f"{self.tool}.config").load_config(self.config_file, **options)
        config.extra["address"] = self.address
        return config

    def build(self, config: MkDocsConfig) -> None:
        """Build it, here and now."""
        import_module(f"{self.tool}.commands.build").build(config)


class Apart:
    """The process: `begin` a build, `wait` for it; started when it is needed and not there."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._begun: list[Asked] = []  # in the order in which it says how they went

    def begin(self, asked: Asked) -> None:
        """Have it build; nothing is begun where there is no second processor, or no process can be."""
        if (os.cpu_count() or 1) == 1:
            return
        with suppress(OSError):  # it has died since the last build, or cannot be started
            pipe = self._running(asked.tool).stdin
            assert pipe
            level = logging.getLogger(asked.tool).getEffectiveLevel()
            pipe.write(json.dumps([asdict(asked), level]) + "\n")
            pipe.flush()
            self._begun.append(asked)

    def wait(self, asked: Asked) -> bool:
        """Wait for a build, say what was said and raise what was raised; give whether it had been begun."""
        if asked not in self._begun:
            return False
        if (answer := self._answer()) is None:
            log.error(f"{WHO} has ended with code {self.stop()}: save again, and it is started anew.")
            raise _abort(asked.tool, "Aborted with half a site!")
        said, aborted, broken = answer
        for logger, level, message in said:
            logging.getLogger(logger).log(level, message)
        if aborted is not None:
            raise _abort(asked.tool, aborted)
        if broken:
            raise RuntimeError(broken)
        return True

    def abandon(self) -> None:
        """Let it end what it builds, and forget how that went."""
        while self._begun and self._answer() is not None:
            pass

    def stop(self) -> int | None:
        """End it, whatever it does; give the code it ended with."""
        process, self._process, self._begun = self._process, None, []
        if process is None:
            return None
        with suppress(OSError), process:  # waits for its end
            process.terminate()
        return process.returncode

    def _running(self, tool: str) -> "subprocess.Popen[str]":
        if self._process and self._process.poll() is not None:
            log.info(f"{WHO} has ended with code {self.stop()}; it is started anew.")
        if self._process is None:
            command = [sys.executable, "-c", START, json.dumps([str(HOOKS), *sys.path]), tool]
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        return self._process

    def _answer(self) -> tuple[Said, str | None, str | None] | None:
        """Give how the build begun first went; None: it has died."""
        self._begun.pop(0)
        assert self._process and self._process.stdout
        line = self._process.stdout.readline()
        return tuple(json.loads(line)) if line.endswith("\n") else None


def _abort(tool: str, why: str) -> Exception:
    abort: Exception = import_module(f"{tool}.exceptions").Abort(why)
    return abort


# -- in the process ---------------------------------------------------------------------------------------------------
def main() -> None:
    """Build what is asked for, until nobody can ask any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # also sent to the server, which then ends this
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what anyone prints is no answer
    queue = SimpleQueue[Any]()
    Thread(target=_hear, args=(queue,), daemon=True).start()
    while True:
        asked, level = queue.get()
        answers.write(json.dumps(_built(Asked(**asked), level)) + "\n")
        answers.flush()


def _hear(queue: "SimpleQueue[Any]") -> None:
    """Hand on what is asked for; when the server has ended, end at once, in the midst of a build too."""
    for line in sys.stdin:
        queue.put(json.loads(line))
    os._exit(0)


def _built(asked: Asked, level: int) -> tuple[Said, str | None, str | None]:
    """Build; give what was said, and the words of what ended it early: an Abort, or anything else."""
    logging.getLogger(asked.tool).setLevel(level)
    aborted, broken = None, None
    with listening(asked.tool, level) as heard:
        try:
            config = asked.config()
            if not STARTED:
                config.plugins.on_startup(command="serve", dirty=False)
                STARTED.append(asked.tool)
            asked.build(config)
        except SystemExit as why:
            aborted = str(why)
        except Exception:
            broken = traceback.format_exc()
    return [(record.name, record.levelno, FORMAT.format(record)) for record in heard], aborted, broken
