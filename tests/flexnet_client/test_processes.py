"""What lies between processes: the lock, the script's call, going into the background, the unseen field."""

import json
import os
import pty
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from flexnet_client import background, lock, script
from flexnet_client.failures import Exit

HOLD = "import sys, pathlib; from flexnet_client import lock; held = lock.Lock(pathlib.Path(sys.argv[1]))"
TOLD = {
    "reason": "connect",
    "TUNDEV": "flexnet0",
    "INTERNAL_IP4_ADDRESS": "10.66.0.5",
    "INTERNAL_IP4_MTU": "1434",
}


def test_the_kernel_says_who_holds_the_lock_and_forgets_it_with_the_process(tmp_path: Path) -> None:
    code = f"{HOLD}; print(held.take(), flush=True); sys.stdin.read()"
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout
        assert other.stdout.readline() == "True\n"
        mine = lock.Lock(tmp_path)
        assert mine.holder() == other.pid
        assert not mine.take()
        other.send_signal(signal.SIGKILL)
    assert mine.holder() is None
    assert mine.take()


def test_the_run_directory_is_roots_own_and_one_for_each_network_namespace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(lock.VARIABLE, str(tmp_path / "from environment"))
    assert lock.folder(None) == tmp_path / "from environment"
    named = lock.folder(str(tmp_path / "named"))
    assert named == tmp_path / "named"
    assert named.stat().st_mode & 0o777 == 0o700


def _run_script(path: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-I", "-S", str(Path(script.__file__)), str(path)]
    return subprocess.Popen(command, env=TOLD)


@pytest.mark.parametrize(("answer", "code"), [(b"done\n", 0), (b"", 1)])
def test_the_script_tells_and_waits_for_the_answer(tmp_path: Path, answer: bytes, code: int) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "script"))
        listener.listen()
        with _run_script(tmp_path / "script") as process:
            caller, _address = listener.accept()
            with caller, caller.makefile("rb") as stream:
                told = json.loads(stream.readline())
                caller.sendall(answer)
    assert told == {
        "reason": "connect",
        "device": "flexnet0",
        "address": "10.66.0.5",
        "mtu": "1434",
        "dns": "",
    }
    assert process.returncode == code


def test_the_script_does_not_wait_for_a_client_that_is_gone(tmp_path: Path) -> None:
    with _run_script(tmp_path / "script") as process:
        assert process.wait(5) == 1


def test_the_caller_goes_on_once_the_work_is_ready() -> None:
    reader, writer = os.pipe()

    def work(ready: background.Ready) -> int:
        ready()
        return os.write(writer, b"still there")

    assert background.detached(work) == Exit.DONE
    assert os.read(reader, 64) == b"still there"
    os.close(reader)
    os.close(writer)


def test_work_that_never_gets_ready_gives_its_own_exit_code() -> None:
    assert background.detached(lambda _ready: Exit.REFUSED) == Exit.REFUSED


def test_nothing_typed_at_a_terminal_is_shown() -> None:
    code = "from flexnet_client import credentials; print(len(credentials.ask_field().reveal()))"
    process, terminal = pty.fork()
    if process == 0:
        os.execv(sys.executable, [sys.executable, "-c", code])  # noqa: S606 - the terminal's own child
    seen = b""
    while b"unsichtbar): " not in seen:
        seen += os.read(terminal, 1024)
    os.write(terminal, b"Herbstlaub-7-755224\r")
    while b"19" not in seen:
        seen += os.read(terminal, 1024)
    os.waitpid(process, 0)
    os.close(terminal)
    assert b"Herbst" not in seen
    assert b"755224" not in seen
