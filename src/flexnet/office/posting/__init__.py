"""Letters and parcels in the office: what is due, batches, single letters, security paper."""
