// Verdicts where the operator has opened something: exactly that, and nothing more.

/** One a line: what is typed | the rules | what comes of it | why. */
export const ruleVerdicts = `
http://10.0.0.5/ | 10.0.0.5 | → 10.0.0.5 | the address that is named
http://10.0.0.6/ | 10.0.0.5 | refused: private | the address next to it
http://10.0.0.5:8080/ | 10.0.0.5 | → 10.0.0.5 at 8080 | any port of the web
http://10.0.0.5:6379/ | 10.0.0.5 | error-private | the port of another service, not named
http://10.0.0.5:6379/ | 10.0.0.5:6379 | → 10.0.0.5 at 6379 | the port of another service, named
http://10.0.0.5/ | 10.0.0.5:6379 | refused: private | another port than the one named
http://10.0.0.5:8080/ | 10.0.0.5:8081 | refused: private | another port than the one named
http://10.0.0.5:8080/ | 10.0.0.5:8080 | → 10.0.0.5 at 8080 | the port that is named
https://10.0.0.5/ | 10.0.0.5:443 | → 10.0.0.5 | the scheme's own port
http://10.0.0.5/ | 10.0.0.5:443 | refused: private | http is another port
http://10.0.0.5:0/ | 10.0.0.5:80 | error-private | port 0 is not the scheme's own
http://167772165/ | 10.0.0.5 | → 10.0.0.5 | the same address as a number
http://0xa.5/ | 10.0.0.5 | → 10.0.0.5 | the same address, short and hexadecimal
http://[::ffff:10.0.0.5]/ | 10.0.0.5 | → 10.0.0.5 | the same address, mapped
http://[::ffff:a00:5]:8080/ | 10.0.0.5:8080 | → 10.0.0.5 at 8080 | the same address and port, mapped
http://[::ffff:10.0.0.6]/ | 10.0.0.5 | refused: private | the address next to it, mapped
http://[::ffff:10.0.0.5]:8080/ | 10.0.0.5:8081 | refused: private | another port, mapped
http://[::ffff:10.0.0.5]:6379/ | 10.0.0.5:6379 | → 10.0.0.5 at 6379 | the port of another service, named, mapped
http://[::ffff:127.0.0.1]:6379/ | [::/0]:6379 | error-private | mapped is IPv4, whatever its port
http://[::10.0.0.5]/ | 10.0.0.5 | refused: IPv4-compatible of 10.0.0.5, private | compatible is another address
http://[64:ff9b::10.0.0.5]/ | 10.0.0.5 | refused: IPv4 behind NAT64 | another way to it is another address
http://[2002:a00:5::1]/ | 10.0.0.5 | refused: 6to4 of 10.0.0.5, private | another way to it is another address
http://[2a00:1450::5efe:10.0.0.5]/ | 10.0.0.5 | refused: ISATAP of 10.0.0.5, private | another way to it is another address
http://private.test/ | 10.0.0.5 | → 10.0.0.5 | a name of the address that is named
http://mapped.test/ | 10.0.0.5 | → 10.0.0.5 | a name of the same address, mapped
http://private.test/ | 10.0.0.5:8080 | refused: private | a name of the address, at another port
http://private.test:6379/ | 10.0.0.5:6379 | error-port | for such a port the host itself has to be named
http://private.test:6379/ | private.test:6379 | → 10.0.0.5 at 6379 | the host and port that are named
http://mixed.test/ | 10.0.0.5 | → 93.184.216.34, 10.0.0.5 | the rest of its addresses is public
http://mixed6.test/ | 10.0.0.0/8 | refused: not global unicast | the rest of its addresses is not
http://10.255.255.255/ | 10.0.0.0/8 | → 10.255.255.255 | the last of a range
http://11.0.0.0/ | 10.0.0.0/8 | → 11.0.0.0 | one after: public anyway
http://192.168.1.255/ | 192.168.1.0/24 | → 192.168.1.255 | the last of a range
http://192.168.2.0/ | 192.168.1.0/24 | refused: private | one after
http://192.168.0.255/ | 192.168.1.0/24 | refused: private | one before
http://192.168.1.7:8080/ | 192.168.1.0/24:8080 | → 192.168.1.7 at 8080 | a range at its port
http://192.168.1.7/ | 192.168.1.0/24:8080 | refused: private | a range at another port
http://127.0.0.1/ | 0.0.0.0/0 | → 127.0.0.1 | all of IPv4
http://[::1]/ | 0.0.0.0/0 | refused: IPv4-compatible of 0.0.0.1, this network | all of IPv4 is nothing of IPv6
http://[::1]/ | ::/0 | → ::1 | all of IPv6
http://127.0.0.1/ | ::/0 | refused: loopback | all of IPv6 is nothing of IPv4
http://[::ffff:127.0.0.1]/ | ::/0 | refused: loopback | mapped is IPv4
http://[::ffff:10.0.0.5]/ | [::ffff:0:0/96] | refused: private | IPv4 is opened as IPv4
http://[fd00::5]/ | fd00::5 | → fd00::5 | the address that is named
http://[fd00:0:0::5]/ | fd00::5 | → fd00::5 | the same, written otherwise
http://[fd00::6]/ | fd00::5 | refused: not global unicast | the address next to it
http://[fd00::5]:8080/ | [fd00::5]:8080 | → fd00::5 at 8080 | the port that is named
http://[fd00::5]/ | [fd00::5]:8080 | refused: not global unicast | another port
http://[fd00::5]/ | [fd00::/8]:80 | → fd00::5 | a range at its port
http://[64:ff9b::10.0.0.5]/ | 64:ff9b::/96 | → 64:ff9b::a00:5 | the translator itself is named
http://wiki.corp/ | wiki.corp | → 10.0.0.5 | the host that is named
http://WIKI.corp./ | wiki.corp | → 10.0.0.5 | in capitals, with the dot of the root
http://wiki.corp/ | WIKI.CORP | → 10.0.0.5 | the rule in capitals
http://wiki.corp:8080/ | wiki.corp | → 10.0.0.5 at 8080 | any port of the web
http://wiki.corp:22/ | wiki.corp | error-port | the port of another service, not named
http://wiki.corp:22/ | wiki.corp:22 | → 10.0.0.5 at 22 | the port of another service, named
http://wiki.corp/ | wiki.corp:22 | refused: private | another port
http://a.wiki.corp/ | wiki.corp | error-unknown-host | what is below it is another host
http://private.test/ | wiki.corp | refused: private | another name of the same address
http://10.0.0.5/ | wiki.corp | refused: private | the address behind the name
http://corp/ | wiki.corp | error-private | what is above it is another host
http://intranet/ | intranet | → 10.0.0.7 | a host without a dot
http://intranet./ | intranet | → 10.0.0.7 | with the dot of the root
http://intranet:8080/ | intranet:80 | error-private | another port
http://intranet/ | 10.0.0.7 | error-private | without a dot the host itself has to be named
http://localhost/ | localhost | → 127.0.0.1, ::1 | this computer by its name
http://127.0.0.1/ | localhost | refused: loopback | its address is not named
http://localhost/ | 127.0.0.1 | → 127.0.0.1 | its address, by its name
http://localhost/ | ::1 | → ::1 | its other address, by its name
http://a.localhost/ | localhost | refused: loopback | what is below it is another host
http://127.0.0.2/ | 127.0.0.1 | refused: loopback | another address of this computer
http://169.254.169.254/ | 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 | refused: link-local | metadata is none of these
http://10.0.0.5:8080/ | 10.0.0.5:80 10.0.0.5:8080 | → 10.0.0.5 at 8080 | the second of two rules
http://1.1.1.1:6379/ | 1.1.1.1:6379 | → 1.1.1.1 at 6379 | a public address at a port that is named
http://1.1.1.1:6379/ | 1.1.1.1 | error-port | a public address at a port that is not
ftp://10.0.0.5/ | 10.0.0.5 | error-scheme | a rule opens no other scheme
http://me@10.0.0.5/ | 10.0.0.5 | error-userinfo | a rule opens no user names
`;
