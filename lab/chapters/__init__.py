"""The story's chapters, in their order."""

from lab.chapters import before, codes, connecting, entering, ground, isolation

ALL = (
    ground.CHAPTER,
    entering.CHAPTER,
    before.CHAPTER,
    connecting.CHAPTER,
    isolation.CHAPTER,
    codes.CHAPTER,
)
