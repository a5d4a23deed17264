"""The story of KV Sachsen, beside the other one: the same programs, another profile."""

from lab.chapters.kvs import entering, opening, ranges, staff

ALL = (opening.CHAPTER, entering.CHAPTER, staff.CHAPTER, ranges.CHAPTER)
