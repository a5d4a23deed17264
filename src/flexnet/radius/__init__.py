"""The RADIUS door: packets in, the domain's actions, packets out."""
