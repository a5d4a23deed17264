"""What the system does in numbers: `flexnet bench NAME`, on throw-away installations of its own."""
