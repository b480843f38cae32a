//! What kind of place an address is. The tables are those of IANA's registries of special addresses, and of what clouds
//! have put where their machines ask for credentials.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Public,
    /// Of this machine, of a network that is not everybody's, or of no use to anybody.
    Private,
    /// Hands out credentials to whoever asks from this machine.
    Metadata,
    /// Not one machine's.
    Nobodys,
}

const METADATA_V4: [Ipv4Net; 4] = [
    v4([169, 254, 0, 0], 16),
    // Alibaba, Oracle, Azure.
    v4([100, 100, 100, 200], 32),
    v4([192, 0, 0, 192], 32),
    v4([168, 63, 129, 16], 32),
];

const PRIVATE_V4: [Ipv4Net; 13] = [
    // Reaches this machine on Linux.
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([240, 0, 0, 0], 4),
];

const MULTICAST_V4: Ipv4Net = v4([224, 0, 0, 0], 4);

const METADATA_V6: [Ipv6Net; 4] = [
    v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10),
    // Amazon's, for machines and for their containers; Google's; Oracle's.
    v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0], 32),
    v6([0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254], 128),
    v6([0xfd00, 0xc1, 0, 0, 0, 0, 0xa9fe, 0xa9fe], 128),
];

const MULTICAST_V6: Ipv6Net = v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8);

/// All that is given out to be reached from everywhere lies in here,
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// but for protocols, Teredo and benchmarks, and for examples.
const NOT_GLOBAL_V6: [Ipv6Net; 3] = [
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];

const fn v4([a, b, c, d]: [u8; 4], prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6([a, b, c, d, e, f, g, h]: [u16; 8], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), prefix)
}

pub(crate) fn place(address: IpAddr) -> Place {
    match address.to_canonical() {
        IpAddr::V4(address) => place_v4(address),
        IpAddr::V6(address) => place_v6(address),
    }
}

fn place_v4(address: Ipv4Addr) -> Place {
    let within = |networks: &[Ipv4Net]| networks.iter().any(|net| net.contains(&address));
    if within(&METADATA_V4) {
        Place::Metadata
    } else if address.is_broadcast() || MULTICAST_V4.contains(&address) {
        Place::Nobodys
    } else if within(&PRIVATE_V4) {
        Place::Private
    } else {
        Place::Public
    }
}

fn place_v6(address: Ipv6Addr) -> Place {
    let within = |networks: &[Ipv6Net]| networks.iter().any(|net| net.contains(&address));
    let given_out = GLOBAL_V6.contains(&address) && !within(&NOT_GLOBAL_V6);
    if within(&METADATA_V6) {
        return Place::Metadata;
    }
    if MULTICAST_V6.contains(&address) {
        return Place::Nobodys;
    }
    match embedded(address) {
        // Translators and tunnels lead to public addresses, too.
        Some((inner, true)) => place_v4(inner),
        Some((inner, false)) => match place_v4(inner) {
            Place::Public => Place::Private,
            other => other,
        },
        None if given_out => Place::Public,
        None => Place::Private,
    }
}

/// The IPv4 address that an IPv6 one leads to, and whether that way is there for everybody: NAT64 and 6to4 are; NAT64 of
/// one network, and the forms of old (compatible, translated), are not. Mapped ones were taken for what they are before.
fn embedded(address: Ipv6Addr) -> Option<(Ipv4Addr, bool)> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let v4 = |high: u16, low: u16| {
        let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
        Ipv4Addr::new(a, b, c, d)
    };
    match [a, b, c, d, e, f] {
        [0x64, 0xff9b, 0, 0, 0, 0] => Some((v4(g, h), true)),
        [0x2002, ..] => Some((v4(b, c), true)),
        [0x64, 0xff9b, 1, ..] | [0, 0, 0, 0, 0xffff, 0] => Some((v4(g, h), false)),
        [0, 0, 0, 0, 0, 0] if g != 0 => Some((v4(g, h), false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S13: one table of every notation and network that a guard has been got around with.
    #[test]
    fn every_special_address_is_known_for_what_it_is() {
        let table = [
            (
                Place::Metadata,
                "169.254.169.254 169.254.170.2 100.100.100.200 192.0.0.192 168.63.129.16 fe80::1 febf::1 \
                 fd00:ec2::254 fd00:ec2::23 fd20:ce::254 ::ffff:169.254.169.254 ::a9fe:a9fe 64:ff9b::a9fe:a9fe \
                 64:ff9b:1::a9fe:a9fe 2002:a9fe:a9fe::1 ::ffff:0:a9fe:a9fe",
            ),
            (
                Place::Nobodys,
                "224.0.0.1 239.255.255.250 255.255.255.255 ff02::1 ::ffff:224.0.0.1 64:ff9b::e000:1",
            ),
            (
                Place::Private,
                "127.0.0.1 127.255.255.254 0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 172.16.0.1 172.31.0.1 \
                 192.168.1.1 192.0.0.8 192.0.2.1 192.88.99.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 \
                 240.0.0.1 255.255.255.254 :: ::1 fc00::1 fd12::1 fec0::1 feff::1 ::ffff:7f00:1 ::7f00:1 \
                 ::ffff:0:7f00:1 64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b:1::808:808 2002:7f00:1::1 2002:a00:1:: \
                 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 2001:db8::1 3fff::1 100::1 5f00::1 \
                 4000::1 ::808:808",
            ),
            (
                Place::Public,
                "93.184.215.14 8.8.8.8 100.63.0.1 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 198.17.0.1 198.20.0.1 \
                 169.253.0.1 223.255.255.255 2606:4700::1111 2001:200::1 2001:4860:4860::8888 64:ff9b::808:808 \
                 2002:808:808::1 ::ffff:8.8.8.8",
            ),
        ];
        for (expected, addresses) in table {
            for address in addresses.split_whitespace() {
                let found = place(address.parse().unwrap());
                assert_eq!(found, expected, "{address}");
            }
        }
    }
}
