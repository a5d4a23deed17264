"""The office: where clerks of the KV do their day's work."""
