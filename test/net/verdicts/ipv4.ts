// Verdicts on IPv4: the edges of each block of IANA's special-purpose registry and their neighbours, and known targets.

/** One a line: what is asked for | what comes of it | why. */
export const ipv4Verdicts = `
0.0.0.0 | refused: this network | first of 0.0.0.0/8, RFC 791
0.255.255.255 | refused: this network | last of 0.0.0.0/8
1.0.0.0 | → 1.0.0.0 | one after 0.0.0.0/8
9.255.255.255 | → 9.255.255.255 | one before 10.0.0.0/8
10.0.0.0 | refused: private | first of 10.0.0.0/8, RFC 1918
10.255.255.255 | refused: private | last of 10.0.0.0/8
11.0.0.0 | → 11.0.0.0 | one after 10.0.0.0/8
100.63.255.255 | → 100.63.255.255 | one before 100.64.0.0/10
100.64.0.0 | refused: carrier-grade NAT | first of 100.64.0.0/10, RFC 6598
100.127.255.255 | refused: carrier-grade NAT | last of 100.64.0.0/10
100.128.0.0 | → 100.128.0.0 | one after 100.64.0.0/10
126.255.255.255 | → 126.255.255.255 | one before 127.0.0.0/8
127.0.0.0 | refused: loopback | first of 127.0.0.0/8, RFC 1122
127.255.255.255 | refused: loopback | last of 127.0.0.0/8
128.0.0.0 | → 128.0.0.0 | one after 127.0.0.0/8
168.63.129.15 | → 168.63.129.15 | one before 168.63.129.16/32
168.63.129.16 | refused: Azure platform service | first of 168.63.129.16/32, public by number, the host's own by service
168.63.129.17 | → 168.63.129.17 | one after 168.63.129.16/32
169.253.255.255 | → 169.253.255.255 | one before 169.254.0.0/16
169.254.0.0 | refused: link-local | first of 169.254.0.0/16, RFC 3927, metadata of clouds
169.254.255.255 | refused: link-local | last of 169.254.0.0/16
169.255.0.0 | → 169.255.0.0 | one after 169.254.0.0/16
172.15.255.255 | → 172.15.255.255 | one before 172.16.0.0/12
172.16.0.0 | refused: private | first of 172.16.0.0/12, RFC 1918
172.31.255.255 | refused: private | last of 172.16.0.0/12
172.32.0.0 | → 172.32.0.0 | one after 172.16.0.0/12
191.255.255.255 | → 191.255.255.255 | one before 192.0.0.0/24
192.0.0.0 | refused: protocol assignments | first of 192.0.0.0/24, RFC 6890
192.0.0.255 | refused: protocol assignments | last of 192.0.0.0/24
192.0.1.0 | → 192.0.1.0 | one after 192.0.0.0/24
192.0.1.255 | → 192.0.1.255 | one before 192.0.2.0/24
192.0.2.0 | refused: documentation | first of 192.0.2.0/24, RFC 5737
192.0.2.255 | refused: documentation | last of 192.0.2.0/24
192.0.3.0 | → 192.0.3.0 | one after 192.0.2.0/24
192.31.195.255 | → 192.31.195.255 | one before 192.31.196.0/24
192.31.196.0 | refused: AS112 | first of 192.31.196.0/24, RFC 7535
192.31.196.255 | refused: AS112 | last of 192.31.196.0/24
192.31.197.0 | → 192.31.197.0 | one after 192.31.196.0/24
192.52.192.255 | → 192.52.192.255 | one before 192.52.193.0/24
192.52.193.0 | refused: AMT | first of 192.52.193.0/24, RFC 7450
192.52.193.255 | refused: AMT | last of 192.52.193.0/24
192.52.194.0 | → 192.52.194.0 | one after 192.52.193.0/24
192.88.98.255 | → 192.88.98.255 | one before 192.88.99.0/24
192.88.99.0 | refused: 6to4 relay | first of 192.88.99.0/24, RFC 7526
192.88.99.255 | refused: 6to4 relay | last of 192.88.99.0/24
192.88.100.0 | → 192.88.100.0 | one after 192.88.99.0/24
192.167.255.255 | → 192.167.255.255 | one before 192.168.0.0/16
192.168.0.0 | refused: private | first of 192.168.0.0/16, RFC 1918
192.168.255.255 | refused: private | last of 192.168.0.0/16
192.169.0.0 | → 192.169.0.0 | one after 192.168.0.0/16
192.175.47.255 | → 192.175.47.255 | one before 192.175.48.0/24
192.175.48.0 | refused: AS112 | first of 192.175.48.0/24, RFC 7534
192.175.48.255 | refused: AS112 | last of 192.175.48.0/24
192.175.49.0 | → 192.175.49.0 | one after 192.175.48.0/24
198.17.255.255 | → 198.17.255.255 | one before 198.18.0.0/15
198.18.0.0 | refused: benchmarking | first of 198.18.0.0/15, RFC 2544
198.19.255.255 | refused: benchmarking | last of 198.18.0.0/15
198.20.0.0 | → 198.20.0.0 | one after 198.18.0.0/15
198.51.99.255 | → 198.51.99.255 | one before 198.51.100.0/24
198.51.100.0 | refused: documentation | first of 198.51.100.0/24, RFC 5737
198.51.100.255 | refused: documentation | last of 198.51.100.0/24
198.51.101.0 | → 198.51.101.0 | one after 198.51.100.0/24
203.0.112.255 | → 203.0.112.255 | one before 203.0.113.0/24
203.0.113.0 | refused: documentation | first of 203.0.113.0/24, RFC 5737
203.0.113.255 | refused: documentation | last of 203.0.113.0/24
203.0.114.0 | → 203.0.114.0 | one after 203.0.113.0/24
223.255.255.255 | → 223.255.255.255 | one before 224.0.0.0/4
224.0.0.0 | refused: multicast | first of 224.0.0.0/4, RFC 1112
239.255.255.255 | refused: multicast | last of 224.0.0.0/4
240.0.0.0 | refused: reserved | one after 224.0.0.0/4
255.255.255.255 | refused: reserved | last of 240.0.0.0/4
10.1.2.3 | refused: private | the middle of a block
100.100.100.200 | refused: carrier-grade NAT | metadata of Alibaba
127.0.0.53 | refused: loopback | the resolver of systemd
127.1.2.3 | refused: loopback | all of 127/8 is this computer
169.254.169.254 | refused: link-local | metadata of most clouds
169.254.170.2 | refused: link-local | credentials of ECS
169.254.0.23 | refused: link-local | metadata of Tencent
172.17.0.1 | refused: private | the host, seen from Docker
192.0.0.9 | refused: protocol assignments | globally reachable anycast, but no web site
192.0.0.170 | refused: protocol assignments | discovery of NAT64
192.0.0.192 | refused: protocol assignments | metadata of Oracle
192.168.1.1 | refused: private | the router at home
224.0.0.251 | refused: multicast | mDNS
239.255.255.250 | refused: multicast | SSDP
1.1.1.1 | → 1.1.1.1 | public
8.8.8.8 | → 8.8.8.8 | public
93.184.216.34 | → 93.184.216.34 | public
198.41.0.4 | → 198.41.0.4 | public, close to benchmarking
`;
