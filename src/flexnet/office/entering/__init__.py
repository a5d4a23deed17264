"""Entering: practices, people, third parties, their facts, accesses and keys."""
