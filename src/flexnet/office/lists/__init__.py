"""Lists: filtered and sorted by their address, page by page, and as a file for Excel."""
