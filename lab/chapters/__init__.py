"""The story's chapters, in their order."""

from lab.chapters import before, codes, entering, ground

ALL = (ground.CHAPTER, entering.CHAPTER, before.CHAPTER, codes.CHAPTER)
