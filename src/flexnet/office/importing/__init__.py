"""The member register is taken over from a file: uploaded, looked at, ordered, told."""
