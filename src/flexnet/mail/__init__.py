"""Mails: an outbox that is filled in the transaction of an act, and emptied by the worker."""
