"""The story's chapters, in their order."""

from lab.chapters import (
    before,
    billing,
    codes,
    connecting,
    entering,
    failures,
    ground,
    isolation,
    kvs,
    leaving,
    locks,
    manual,
    office,
    portal,
    software,
    trail,
)

ALL = (
    ground.CHAPTER,
    office.CHAPTER,
    entering.CHAPTER,
    software.CHAPTER,
    before.CHAPTER,
    connecting.CHAPTER,
    isolation.CHAPTER,
    portal.CHAPTER,
    billing.CHAPTER,
    codes.CHAPTER,
    locks.CHAPTER,
    leaving.CHAPTER,
    failures.CHAPTER,
    trail.CHAPTER,
    manual.CHAPTER,
    *kvs.ALL,
)
