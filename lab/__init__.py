"""A practice, its LAN, the Internet, the DMZ, the SNK and the KV, in network namespaces on one machine."""
