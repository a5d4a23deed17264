"""What the kernel says of a process: processor time used, memory held."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process, all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def family(pid: int) -> list[int]:
    """A process and all that it started and that are still there."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += family(child)
    return found


def memory_mb(pid: int) -> float:
    """Resident memory now, in 10^6 bytes."""
    return _status_kib(pid, "VmRSS") * 1024 / 1e6


def peak_memory_mb(pid: int) -> float:
    """Resident memory at its highest, in 10^6 bytes."""
    return _status_kib(pid, "VmHWM") * 1024 / 1e6


def _status_kib(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def machine_busy_seconds() -> float:
    """Processor time used by everything on this machine since its start, all cores together."""
    numbers = [int(one) for one in Path("/proc/stat").read_text().splitlines()[0].split()[1:8]]
    return (sum(numbers) - numbers[3] - numbers[4]) / _TICKS  # without idle and waiting for the disk
