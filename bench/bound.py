"""How many password hashes a second this machine can do, with nothing else to do."""

import os
import threading
import time

import argon2

from flexnet.configuration import PasswordPolicy


def hashes_per_second(policy: PasswordPolicy, seconds: float) -> float:
    """Check a password over and over, in a thread for each core."""
    hasher = argon2.PasswordHasher(
        time_cost=policy.argon2_iterations, memory_cost=policy.argon2_memory_kib, parallelism=1
    )
    hashed = hasher.hash("correct horse")
    counts: list[int] = []
    until = time.perf_counter() + seconds
    begun = time.perf_counter()
    threads = [
        threading.Thread(target=_verify, args=(hasher, hashed, until, counts)) for _ in range(_cores())
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - begun)


def _verify(hasher: argon2.PasswordHasher, hashed: str, until: float, counts: list[int]) -> None:
    count = 0
    while time.perf_counter() < until:
        hasher.verify(hashed, "correct horse")
        count += 1
    counts.append(count)


def _cores() -> int:
    return len(os.sched_getaffinity(0))
