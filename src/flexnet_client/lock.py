"""One connection at a time for each network namespace, and who holds it: a lock that the kernel keeps."""

import fcntl
import os
import struct
from pathlib import Path

from flexnet_client.failures import Exit, Failure

_FLOCK = "hhqqi4x"  # struct flock of a 64-bit Linux: type, whence, start, length, process
VARIABLE = "FLEXNET_CLIENT_RUN_DIR"


def folder(named: str | None) -> Path:
    """Return the run directory, of root only; by default one for this network namespace. Raises Failure."""
    namespace = os.stat("/proc/self/ns/net").st_ino
    path = Path(named or os.environ.get(VARIABLE) or f"/run/flexnet-client/{namespace}")
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
    except OSError as error:
        raise Failure(
            f"Der Ordner {path} lässt sich nicht anlegen ({error.strerror}).", Exit.MACHINE
        ) from None
    if path.is_symlink() or path.stat().st_uid != os.geteuid():
        raise Failure(f"Der Ordner {path} gehört jemand anderem und wird nicht benutzt.", Exit.MACHINE)
    return path


class Lock:
    """Held by the process that keeps the connection; gone with it, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)

    def take(self) -> bool:
        """Take it for this process, which a fork does not inherit; False if another holds it."""
        try:
            fcntl.lockf(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def holder(self) -> int | None:
        """Return the process id of whoever holds it, other than this process."""
        asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        kind, _whence, _start, _length, process = struct.unpack(
            _FLOCK, fcntl.fcntl(self._handle, fcntl.F_GETLK, asked)
        )
        return None if kind == fcntl.F_UNLCK else int(process)
