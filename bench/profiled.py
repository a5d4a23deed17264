"""The radius process with a profiler in each of its threads: prints the dearest functions when it ends."""

import cProfile
import os
import pstats
import sys
import threading
from collections.abc import Callable
from typing import Any

import django

_profiles: list[cProfile.Profile] = []
LINES = 45


def _profiled(work: Callable[..., None]) -> Callable[..., None]:
    def run(*args: Any, **kwargs: Any) -> None:
        profile = cProfile.Profile()
        _profiles.append(profile)
        profile.runcall(work, *args, **kwargs)

    return run


def main() -> None:
    threading.Thread.run = _profiled(threading.Thread.run)  # type: ignore[method-assign]  # a profiler sees one thread only
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flexnet.settings")
    django.setup()
    from flexnet.radius import main as radius

    own = cProfile.Profile()
    own.runcall(radius.run)
    stats = pstats.Stats(own, *_profiles, stream=sys.stderr)
    stats.sort_stats("tottime").print_stats(LINES)
    stats.sort_stats("cumulative").print_stats(LINES)


if __name__ == "__main__":
    main()
