"""The public site: where everyone on the Internet learns how to take part."""
