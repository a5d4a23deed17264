"""Applications at the desk: read, mended, approved, sent back, refused."""
