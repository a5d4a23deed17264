"""Where client software is fetched: files and nothing else, in a process of its own."""
