"""Goes into the background once the tunnel is up; until then the caller waits and hears everything."""

import os
import signal
import traceback
from collections.abc import Callable

from flexnet_client.failures import Exit

_READY = b"1"

Ready = Callable[[], None]


def detached(work: Callable[[Ready], int]) -> int:
    """Run `work` in a process of its own; return DONE once it calls `ready`, else its own exit code."""
    reader, writer = os.pipe()
    process = os.fork()
    if process:
        os.close(writer)
        return _await(process, reader)
    code: int = Exit.FAILED
    try:
        os.close(reader)
        os.setsid()
        code = work(lambda: _let_go(writer))
    except BaseException:  # noqa: BLE001 - a bug must show, and must not go on in the caller's code
        traceback.print_exc()
    finally:
        os._exit(code)  # neither return into the caller's code nor run its clean-up twice


def _await(process: int, reader: int) -> int:
    try:
        if os.read(reader, 1) == _READY:
            return Exit.DONE
    except KeyboardInterrupt:
        os.kill(process, signal.SIGTERM)
    finally:
        os.close(reader)
    _process, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status)


def _let_go(writer: int) -> None:
    os.chdir("/")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
    os.write(writer, _READY)
    os.close(writer)
