"""What gateways cannot do."""


class GatewayExists(Exception):
    """A gateway with this name, certificate or address is there already."""


class BadGateway(Exception):
    """The gateway's name or address cannot be used."""
