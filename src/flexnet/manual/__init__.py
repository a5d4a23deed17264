"""The manual: chapters in Markdown, filled in for one KV, as pages and as PDF."""
