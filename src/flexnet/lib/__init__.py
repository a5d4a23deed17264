"""Pure parts without Django: quarters, identifiers, codes, seals, billing files."""
