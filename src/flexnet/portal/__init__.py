"""The member portal: what doctors and their staff see of the KV."""
