"""Letters and parcels: what goes by post, on which paper, in which order, and what became of it."""
