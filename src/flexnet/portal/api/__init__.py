"""The door for programs of practices: billing over HTTP, where the KV agreed to it (decision 28)."""
