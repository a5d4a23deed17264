"""The way from a practice's Linux PC into the closed network: sign-in, tunnel, isolation."""

__version__ = "0.1.0"
