"""Which namespaces, bridges, cables, addresses, routes and NAT rules the lab consists of."""

from dataclasses import dataclass

INTERNET = "fn-inet"
NAT, NAT2 = "fn-nat", "fn-nat2"
PC, PC2, LAN = "fn-pc", "fn-pc2", "fn-lan"
GATEWAY, PORTAL, SERVICE, KV, PUBLIC = "fn-gw", "fn-portal", "fn-svc", "fn-kv", "fn-public"
# Of KV Sachsen: the same three places; a provider of KV-SafeNet, its box in a practice, the PC behind it.
KVS, KVS_PORTAL, KVS_PUBLIC = "fn-kvs", "fn-kvs-portal", "fn-kvs-public"
PROVIDER, BOX, PC3 = "fn-provider", "fn-box", "fn-pc3"
_OF_KVS = (KVS, KVS_PORTAL, KVS_PUBLIC, PROVIDER, BOX, PC3)
NAMESPACES = (INTERNET, NAT, NAT2, PC, PC2, LAN, GATEWAY, PORTAL, SERVICE, KV, PUBLIC, *_OF_KVS)

INTERNET_HOST, INTERNET_HOST6 = "198.51.100.80", "2001:db8:100::80"
GATEWAY_ADDRESS, GATEWAY_NAME = "198.51.100.1", "flexnet.kvsa.de"
GATEWAY_SNK, GATEWAY_KV = "10.20.0.1", "10.30.0.1"
ROUTER, ROUTER_OUTSIDE, ROUTER_OUTSIDE_LATER = "192.168.178.1", "198.51.100.10", "198.51.100.11"
PC_ADDRESS, PC_ADDRESS6 = "192.168.178.10", "2001:db8:178::10"
NEIGHBOUR, NEIGHBOUR6 = "192.168.178.20", "2001:db8:178::20"
SECOND_NEIGHBOUR = "192.168.188.20"
ROUTER2 = "192.168.179.1"
PORTAL_ADDRESS, PORTAL_NAME = "10.20.0.10", "kvsaonline.kvsa.kv-safenet.de"
SERVICE_ADDRESS, SERVICE_NAME, SNK_DNS = "10.20.0.20", "dienst.kv-safenet.de", "10.20.0.53"
KV_ADDRESS, RADIUS_NAME = "10.30.0.10", "radius.kvsa.test"
MAIL_NAME = "mail.kvsa.test"
OFFICE_NAME = "mitgliederverwaltung.kvsa.example"
PUBLIC_ADDRESS, PUBLIC_NAME = "198.51.100.30", "netzzugang.kvsa.example"
DOWNLOADS_PORT = 8446
TUNNEL_POOL = "10.66.0.0/16"
KVS_PORTAL_ADDRESS, KVS_PORTAL_NAME = "10.21.0.10", "mipo.kvs.kv-safenet.de"
KVS_ADDRESS, KVS_OFFICE_NAME = "10.31.0.10", "mitgliederverwaltung.kvs.example"
KVS_PUBLIC_ADDRESS, KVS_PUBLIC_NAME = "198.51.100.40", "netzzugang.kvs.example"
PROVIDER_SNK, OTHER_SERVICE_ADDRESS = "10.21.0.2", "10.21.0.20"
# What the provider's participants have, and what another provider's had.
PROVIDER_RANGE, BOX_ADDRESS = "10.92.0.0/24", "10.92.0.10"
STOPPED_RANGE, STOPPED_ADDRESS = "10.93.0.0/24", "10.93.0.10"
ROUTER3 = "192.168.180.1"


@dataclass(frozen=True)
class Port:
    """One end of a cable: a card with addresses of its own, or a port of a bridge."""

    namespace: str
    device: str
    addresses: tuple[str, ...] = ()
    bridge: str | None = None


@dataclass(frozen=True)
class Bridge:
    """A switch, and the addresses of the host that it belongs to."""

    namespace: str
    device: str
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class Route:
    """To a network, by way of a neighbour."""

    namespace: str
    network: str
    via: str


@dataclass(frozen=True)
class Topology:
    """All of it; a value, so that a test can look at it without building it."""

    bridges: tuple[Bridge, ...]
    cables: tuple[tuple[Port, Port], ...]
    routes: tuple[Route, ...]
    routers: tuple[str, ...]
    nat: tuple[str, ...]
    resolvers: dict[str, str]
    hosts: dict[str, dict[str, str]]


_BRIDGES = (
    Bridge(INTERNET, "net0", (f"{INTERNET_HOST}/24", f"{INTERNET_HOST6}/64")),
    Bridge(NAT, "home0", (f"{ROUTER}/24", "2001:db8:178::1/64")),
    Bridge(SERVICE, "snk0", (f"{SERVICE_ADDRESS}/16", f"{SNK_DNS}/16", f"{OTHER_SERVICE_ADDRESS}/16")),
    Bridge(KV, "kv0", (f"{KV_ADDRESS}/24",)),
    Bridge(KVS, "kv0", (f"{KVS_ADDRESS}/24",)),
)
_CABLES = (
    (Port(GATEWAY, "pub0", (f"{GATEWAY_ADDRESS}/24",)), Port(INTERNET, "gw", bridge="net0")),
    (
        Port(NAT, "wan0", (f"{ROUTER_OUTSIDE}/24", "2001:db8:100::10/64")),
        Port(INTERNET, "nat", bridge="net0"),
    ),
    (Port(NAT2, "wan0", ("198.51.100.20/24",)), Port(INTERNET, "nat2", bridge="net0")),
    (Port(PC, "lan0", (f"{PC_ADDRESS}/24", f"{PC_ADDRESS6}/64")), Port(NAT, "pc", bridge="home0")),
    (Port(LAN, "lan0", (f"{NEIGHBOUR}/24", f"{NEIGHBOUR6}/64")), Port(NAT, "lan", bridge="home0")),
    (Port(PC2, "lan0", ("192.168.179.10/24",)), Port(NAT2, "home0", (f"{ROUTER2}/24",))),
    (Port(GATEWAY, "snk0", (f"{GATEWAY_SNK}/16",)), Port(SERVICE, "gw", bridge="snk0")),
    (Port(PORTAL, "snk0", (f"{PORTAL_ADDRESS}/16",)), Port(SERVICE, "portal", bridge="snk0")),
    (Port(GATEWAY, "kv0", (f"{GATEWAY_KV}/24",)), Port(KV, "gw", bridge="kv0")),
    (Port(PORTAL, "kv0", ("10.30.0.20/24",)), Port(KV, "portal", bridge="kv0")),
    (Port(PUBLIC, "pub0", (f"{PUBLIC_ADDRESS}/24",)), Port(INTERNET, "public", bridge="net0")),
    (Port(PUBLIC, "kv0", ("10.30.0.30/24",)), Port(KV, "public", bridge="kv0")),
    (
        Port(KVS_PORTAL, "snk0", (f"{KVS_PORTAL_ADDRESS}/16",)),
        Port(SERVICE, "kvs-portal", bridge="snk0"),
    ),
    (Port(KVS_PORTAL, "kv0", ("10.31.0.20/24",)), Port(KVS, "portal", bridge="kv0")),
    (
        Port(KVS_PUBLIC, "pub0", (f"{KVS_PUBLIC_ADDRESS}/24",)),
        Port(INTERNET, "kvs-public", bridge="net0"),
    ),
    (Port(KVS_PUBLIC, "kv0", ("10.31.0.30/24",)), Port(KVS, "public", bridge="kv0")),
    (Port(PROVIDER, "snk0", (f"{PROVIDER_SNK}/16",)), Port(SERVICE, "provider", bridge="snk0")),
    (
        Port(BOX, "snk0", (f"{BOX_ADDRESS}/24", f"{STOPPED_ADDRESS}/24")),
        Port(PROVIDER, "box0", ("10.92.0.1/24", "10.93.0.1/24")),
    ),
    (Port(BOX, "wan0", ("198.51.100.60/24",)), Port(INTERNET, "box", bridge="net0")),
    (Port(PC3, "lan0", ("192.168.180.10/24",)), Port(BOX, "home0", (f"{ROUTER3}/24",))),
)
SECOND_CARD = (Port(PC, "lan1", ("192.168.188.10/24",)), Port(LAN, "lan1", (f"{SECOND_NEIGHBOUR}/24",)))
_ROUTES = (
    Route(PC, "default", ROUTER),
    Route(PC, "::/0", "2001:db8:178::1"),
    Route(LAN, "default", ROUTER),
    Route(LAN, "::/0", "2001:db8:178::1"),
    Route(PC2, "default", ROUTER2),
    Route(INTERNET, "2001:db8:178::/64", "2001:db8:100::10"),
    Route(PORTAL, TUNNEL_POOL, GATEWAY_SNK),
    Route(SERVICE, TUNNEL_POOL, GATEWAY_SNK),
    Route(PC3, "default", ROUTER3),
    Route(BOX, "10.21.0.0/16", "10.92.0.1"),
    Route(KVS_PORTAL, PROVIDER_RANGE, PROVIDER_SNK),
    Route(KVS_PORTAL, STOPPED_RANGE, PROVIDER_SNK),
)
LAB = Topology(
    bridges=_BRIDGES,
    cables=_CABLES,
    routes=_ROUTES,
    routers=(NAT, NAT2, GATEWAY, PROVIDER, BOX),
    nat=(NAT, NAT2, BOX),
    resolvers={PC: ROUTER, LAN: ROUTER, PC2: ROUTER2},
    hosts={
        GATEWAY: {KV_ADDRESS: RADIUS_NAME},
        KV: {KV_ADDRESS: f"{RADIUS_NAME} {OFFICE_NAME} {MAIL_NAME}"},
        PC: {PUBLIC_ADDRESS: PUBLIC_NAME},
        PC2: {PUBLIC_ADDRESS: PUBLIC_NAME},
        LAN: {PUBLIC_ADDRESS: PUBLIC_NAME},
        PUBLIC: {PUBLIC_ADDRESS: PUBLIC_NAME},
        PORTAL: {PORTAL_ADDRESS: PORTAL_NAME},
        SERVICE: {PORTAL_ADDRESS: PORTAL_NAME, KVS_PORTAL_ADDRESS: KVS_PORTAL_NAME},
        BOX: {KVS_PORTAL_ADDRESS: KVS_PORTAL_NAME},
        KVS: {KVS_ADDRESS: KVS_OFFICE_NAME},
        KVS_PUBLIC: {KVS_PUBLIC_ADDRESS: KVS_PUBLIC_NAME},
        KVS_PORTAL: {KVS_PORTAL_ADDRESS: KVS_PORTAL_NAME},
        PC3: {KVS_PUBLIC_ADDRESS: KVS_PUBLIC_NAME, KVS_PORTAL_ADDRESS: KVS_PORTAL_NAME},
    },
)
