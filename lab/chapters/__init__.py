"""The story's chapters, in their order."""

from lab.chapters import (
    before,
    codes,
    connecting,
    entering,
    failures,
    ground,
    isolation,
    leaving,
    locks,
    trail,
)

ALL = (
    ground.CHAPTER,
    entering.CHAPTER,
    before.CHAPTER,
    connecting.CHAPTER,
    isolation.CHAPTER,
    codes.CHAPTER,
    locks.CHAPTER,
    leaving.CHAPTER,
    failures.CHAPTER,
    trail.CHAPTER,
)
