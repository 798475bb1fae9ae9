// Verdicts on IPv6: what is given out to the public, what is not, and IPv4 in every disguise.

/** One a line: what is asked for | what comes of it | why. */
export const ipv6Verdicts = `
[1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff] | refused: not global unicast | one before 2000::/3
[2000::] | → 2000:: | first of 2000::/3
[3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff] | → 3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff | last of 2000::/3
[4000::] | refused: not global unicast | one after 2000::/3
[2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff] | → 2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff | one before 2001::/23
[2001::] | refused: Teredo of 255.255.255.255, reserved | first of 2001::/23, RFC 2928
[2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff] | refused: protocol assignments, Teredo included | last of 2001::/23
[2001:200::] | → 2001:200:: | one after 2001::/23
[2001:1::1] | refused: protocol assignments, Teredo included | Port Control Protocol anycast, RFC 7723
[2001:2::1] | refused: protocol assignments, Teredo included | benchmarking, RFC 5180
[2001:3::1] | refused: protocol assignments, Teredo included | AMT, RFC 7450
[2001:4:112::1] | refused: protocol assignments, Teredo included | AS112, RFC 7535
[2001:10::1] | refused: protocol assignments, Teredo included | ORCHID, RFC 4843
[2001:20::1] | refused: protocol assignments, Teredo included | ORCHIDv2, RFC 7343
[2001:30::1] | refused: protocol assignments, Teredo included | drones, RFC 9374
[2001:db7:ffff:ffff:ffff:ffff:ffff:ffff] | → 2001:db7:ffff:ffff:ffff:ffff:ffff:ffff | one before 2001:db8::/32
[2001:db8::] | refused: documentation | first of 2001:db8::/32, RFC 3849
[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff] | refused: documentation | last of 2001:db8::/32
[2001:db9::] | → 2001:db9:: | one after 2001:db8::/32
[2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff] | → 2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff | one before 2002::/16
[2002::] | refused: 6to4 of 0.0.0.0, this network | first of 2002::/16, RFC 3056
[2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff] | refused: 6to4 of 255.255.255.255, reserved | last of 2002::/16
[2003::] | → 2003:: | one after 2002::/16
[2620:4f:7fff:ffff:ffff:ffff:ffff:ffff] | → 2620:4f:7fff:ffff:ffff:ffff:ffff:ffff | one before 2620:4f:8000::/48
[2620:4f:8000::] | refused: AS112 | first of 2620:4f:8000::/48, RFC 7534
[2620:4f:8000:ffff:ffff:ffff:ffff:ffff] | refused: AS112 | last of 2620:4f:8000::/48
[2620:4f:8001::] | → 2620:4f:8001:: | one after 2620:4f:8000::/48
[3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff] | → 3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff | one before 3fff::/20
[3fff::] | refused: documentation | first of 3fff::/20, RFC 9637
[3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff] | refused: documentation | last of 3fff::/20
[3fff:1000::] | → 3fff:1000:: | one after 3fff::/20
[2606:4700:4700::1111] | → 2606:4700:4700::1111 | public
[2001:4860:4860::8888] | → 2001:4860:4860::8888 | public
[2606:4700:4700:0:0:0:0:1111] | → 2606:4700:4700::1111 | public, written in full
[2A00:1450::1] | → 2a00:1450::1 | public, in capitals
[::] | refused: IPv4-compatible of 0.0.0.0, this network | no address, this computer on Linux
[::1] | refused: IPv4-compatible of 0.0.0.1, this network | loopback
[0:0:0:0:0:0:0:1] | refused: IPv4-compatible of 0.0.0.1, this network | loopback, written in full
[::2] | refused: IPv4-compatible of 0.0.0.2, this network | not assigned
[100::1] | refused: not global unicast | discarded, RFC 6666
[100:0:0:1::1] | refused: not global unicast | dummy prefix, RFC 9780
[5f00::1] | refused: not global unicast | segment routing, RFC 9602
[6000::1] | refused: not global unicast | not assigned
[8000::1] | refused: not global unicast | not assigned
[c000::1] | refused: not global unicast | not assigned
[e000::1] | refused: not global unicast | not assigned
[fbff::1] | refused: not global unicast | one before fc00::/7
[fc00::1] | refused: not global unicast | unique local, RFC 4193
[fd00:ec2::254] | refused: not global unicast | metadata of AWS
[fd20:ce::254] | refused: not global unicast | metadata of Google
[fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff] | refused: not global unicast | last of fc00::/7
[fe80::1] | refused: not global unicast | link-local
[fe80::a9fe:a9fe] | refused: not global unicast | link-local metadata
[febf::1] | refused: not global unicast | last of fe80::/10
[fec0::1] | refused: not global unicast | site-local, RFC 3879
[ff02::1] | refused: not global unicast | all nodes of the link
[ff0e::1] | refused: not global unicast | global multicast
[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff] | refused: not global unicast | the last address
[fe80::1%25eth0] | error-not-a-link | a zone id is no part of a web address
[fe80::1%eth0] | error-not-a-link | a zone id, not encoded
[2606:4700:4700::1111%25lo] | error-not-a-link | a zone id on a public address
[::ffff:127.0.0.1] | refused: loopback | mapped
[::ffff:7f00:1] | refused: loopback | mapped, in hex
[0:0:0:0:0:ffff:7f00:1] | refused: loopback | mapped, written in full
[::FFFF:127.0.0.1] | refused: loopback | mapped, in capitals
[::ffff:10.0.0.1] | refused: private | mapped
[::ffff:a9fe:a9fe] | refused: link-local | mapped metadata
[::ffff:169.254.169.254] | refused: link-local | mapped metadata
[::ffff:0.0.0.0] | refused: this network | mapped
[::ffff:168.63.129.16] | refused: Azure platform service | mapped
[::ffff:8.8.8.8] | → 8.8.8.8 | mapped: the system sends IPv4, and this one is public
[::127.0.0.1] | refused: IPv4-compatible of 127.0.0.1, loopback | compatible, long given up
[::7f00:1] | refused: IPv4-compatible of 127.0.0.1, loopback | compatible, in hex
[::10.0.0.1] | refused: IPv4-compatible of 10.0.0.1, private | compatible
[::169.254.169.254] | refused: IPv4-compatible of 169.254.169.254, link-local | compatible
[::8.8.8.8] | refused: IPv4-compatible of 8.8.8.8, public | compatible leads nowhere
[::ffff:0:127.0.0.1] | refused: IPv4-translated of 127.0.0.1, loopback | SIIT, RFC 2765
[::ffff:0:7f00:1] | refused: IPv4-translated of 127.0.0.1, loopback | SIIT, in hex
[::ffff:0:808:808] | refused: IPv4-translated of 8.8.8.8, public | SIIT leads nowhere
[64:ff9b::127.0.0.1] | refused: IPv4 behind NAT64 | well-known prefix
[64:ff9b::7f00:1] | refused: IPv4 behind NAT64 | well-known prefix, in hex
[64:ff9b::a00:1] | refused: IPv4 behind NAT64 | well-known prefix
[64:ff9b::a9fe:a9fe] | refused: IPv4 behind NAT64 | well-known prefix, metadata
[64:ff9b::8.8.8.8] | refused: IPv4 behind NAT64 | public addresses are reached as IPv4
[64:ff9b:0:0:0:1::] | refused: not global unicast | one after 64:ff9b::/96
[64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff] | refused: not global unicast | one before 64:ff9b::/96
[64:ff9b:1::] | refused: NAT64 of 0.0.0.0, this network | first of 64:ff9b:1::/48, RFC 8215
[64:ff9b:1:7f00:0:100::] | refused: NAT64 of 127.0.0.1, loopback | local prefix of 48 bits
[64:ff9b:1:a00:0:100::] | refused: NAT64 of 10.0.0.1, private | local prefix of 48 bits
[64:ff9b:1::7f00:1] | refused: NAT64 of 127.0.0.1, loopback | local prefix of 96 bits
[64:ff9b:1:808:8:800::] | refused: NAT64 of 8.8.8.8, public | a local translator is private itself
[64:ff9b:1:ffff:ffff:ffff:ffff:ffff] | refused: NAT64 of 255.255.255.255, reserved | last of 64:ff9b:1::/48
[64:ff9b:2::] | refused: not global unicast | one after 64:ff9b:1::/48
[2002:7f00:1::] | refused: 6to4 of 127.0.0.1, loopback | 6to4
[2002:a00:1::1] | refused: 6to4 of 10.0.0.1, private | 6to4
[2002:a9fe:a9fe::1] | refused: 6to4 of 169.254.169.254, link-local | 6to4
[2002:c0a8:101::1] | refused: 6to4 of 192.168.1.1, private | 6to4
[2002:808:808::1] | refused: 6to4 of 8.8.8.8, public | through a stranger's relay
[2001:0:808:808:0:0:80ff:fffe] | refused: Teredo of 127.0.0.1, loopback | the client's address is inverted
[2001:0:7f00:1:0:0:f7f7:f7f7] | refused: Teredo of 8.8.8.8, public | through the server 127.0.0.1
[2001:0:4136:e378:8000:63bf:f5ff:fffe] | refused: Teredo of 10.0.0.1, private | Teredo
[2a00:1450::5efe:127.0.0.1] | refused: ISATAP of 127.0.0.1, loopback | in any global prefix
[2a00:1450::5efe:10.0.0.1] | refused: ISATAP of 10.0.0.1, private | in any global prefix
[2a00:1450::200:5efe:10.0.0.1] | refused: ISATAP of 10.0.0.1, private | with the universal bit
[2a00:1450::300:5efe:a9fe:a9fe] | refused: ISATAP of 169.254.169.254, link-local | with the group bit too
[2a00:1450::5efe:8.8.8.8] | → 2a00:1450::5efe:808:808 | routed by its own prefix, and 8.8.8.8 is public
[2a00:1450::400:5efe:a00:1] | → 2a00:1450::400:5efe:a00:1 | not ISATAP: another bit is set
[2a00:1450::5eff:a00:1] | → 2a00:1450::5eff:a00:1 | not ISATAP: another vendor
[fe80::5efe:10.0.0.1] | refused: ISATAP of 10.0.0.1, private | ISATAP, link-local
[fe80::5efe:8.8.8.8] | refused: not global unicast | ISATAP, link-local
[::1 | error-not-a-link | no end
[::1]] | error-not-a-link | two ends
[:::] | error-not-a-link | no address
[1:2:3:4:5:6:7:8:9] | error-not-a-link | nine parts
[::1.2.3] | error-not-a-link | a short IPv4 part
[::127.1] | error-not-a-link | a short IPv4 part
[v1.fe80] | error-not-a-link | a future form
`;
