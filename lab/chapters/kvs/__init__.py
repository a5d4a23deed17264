"""The story of KV Sachsen, beside the other one: the same programs, another profile."""

from lab.chapters.kvs import entering, opening, ranges, staff, submitter, two_sites

ALL = (opening.CHAPTER, entering.CHAPTER, submitter.CHAPTER, staff.CHAPTER, two_sites.CHAPTER, ranges.CHAPTER)
