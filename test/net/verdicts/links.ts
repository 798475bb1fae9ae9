// Verdicts on whole links: schemes, user names, slashes that parsers disagree on, and ports of other services.

const ports = Object.entries({
  0: 'reserved, and not the port of the scheme',
  1: 'tcpmux',
  7: 'echo',
  21: 'FTP',
  22: 'SSH',
  23: 'Telnet',
  25: 'SMTP',
  53: 'DNS',
  79: 'finger',
  110: 'POP3',
  111: 'portmapper',
  119: 'NNTP',
  135: 'RPC of Windows',
  139: 'NetBIOS',
  143: 'IMAP',
  161: 'SNMP',
  389: 'LDAP',
  445: 'SMB',
  465: 'SMTP over TLS',
  512: 'rexec',
  514: 'rsh',
  515: 'line printers',
  587: 'mail submission',
  636: 'LDAP over TLS',
  993: 'IMAP over TLS',
  995: 'POP3 over TLS',
  1433: 'SQL Server',
  1521: 'Oracle',
  1883: 'MQTT',
  2049: 'NFS',
  2181: 'ZooKeeper',
  2375: 'Docker',
  2376: 'Docker over TLS',
  2379: 'etcd',
  3306: 'MySQL',
  3389: 'Remote Desktop',
  4369: 'Erlang',
  5060: 'SIP',
  5432: 'PostgreSQL',
  5672: 'AMQP',
  5900: 'VNC',
  5984: 'CouchDB',
  6000: 'X11',
  6379: 'Redis',
  6443: 'Kubernetes',
  6667: 'IRC',
  9042: 'Cassandra',
  9092: 'Kafka',
  9200: 'Elasticsearch',
  9300: 'Elasticsearch nodes',
  10250: 'kubelet',
  11211: 'memcached',
  27017: 'MongoDB',
}).map(([port, service]) => `http://1.1.1.1:${port}/ | error-port | ${service}`);

/** One a line: what is typed | what comes of it | why. `\\n` and the like stand for the character. */
export const linkVerdicts = `
${ports.join('\n')}
https://1.1.1.1:25/ | error-port | mail, over TLS too
http://public.test:6379/ | error-port | Redis, at a name
http://10.0.0.1:6379/ | error-private | whether a private port is refused is not told
http://localhost:5432/ | error-private | whether a private port is refused is not told
http://1.1.1.1:00025/ | error-port | zeros in front
http://1.1.1.1:80/ | → 1.1.1.1 | the scheme's own port
http://1.1.1.1:443/ | → 1.1.1.1 at 443 | the port of https
http://1.1.1.1:8080/ | → 1.1.1.1 at 8080 | a web port
http://1.1.1.1:65535/ | → 1.1.1.1 at 65535 | the last port
http://1.1.1.1:65536/ | error-not-a-link | one too many
http://1.1.1.1:-1/ | error-not-a-link | no port
http://1.1.1.1:8８/ | error-not-a-link | a full-width digit is none in a port
http://1.1.1.1: | → 1.1.1.1 | an empty port is that of the scheme
ftp://1.1.1.1/ | error-scheme | not of the web
ftps://1.1.1.1/ | error-scheme | not of the web
sftp://1.1.1.1/ | error-scheme | not of the web
file:///etc/passwd | error-scheme | this computer's files
file://127.0.0.1/etc/passwd | error-scheme | this computer's files
gopher://127.0.0.1:6379/_INFO | error-scheme | speaks any protocol
dict://127.0.0.1:11211/stats | error-scheme | speaks any protocol
ldap://127.0.0.1/ | error-scheme | not of the web
tftp://127.0.0.1/a | error-scheme | not of the web
jar:http://1.1.1.1/a!/b | error-scheme | an archive of Java's
netdoc:///etc/passwd | error-scheme | files of Java's
ws://1.1.1.1/ | error-scheme | a socket
wss://1.1.1.1/ | error-scheme | a socket
data:text/html,hi | error-scheme | no address at all
javascript:alert(1) | error-scheme | a program
blob:https://public.test/1 | error-scheme | a browser's memory
about:blank | error-scheme | a browser's page
view-source:http://1.1.1.1/ | error-scheme | a browser's page
unix:/var/run/docker.sock | error-scheme | a socket of this computer
http+unix://%2Fvar%2Frun%2Fdocker.sock/info | error-scheme | a socket of this computer
HTTP://1.1.1.1/ | → 1.1.1.1 | capitals
hTTps://127.0.0.1/ | refused: loopback | capitals
http://me@1.1.1.1/ | error-userinfo | a user name
http://me:secret@1.1.1.1/ | error-userinfo | a user name and a password
http://:secret@1.1.1.1/ | error-userinfo | a password alone
http://1.1.1.1@127.0.0.1/ | error-userinfo | a host that is a user name
http://1.1.1.1:80@127.0.0.1/ | error-userinfo | a host and port that are user and password
http://127.0.0.1@1.1.1.1/ | error-userinfo | also where it leads to a public host
http://1.1.1.1&@127.0.0.1/ | error-userinfo | parsers disagree
http://a@b@127.0.0.1/ | error-userinfo | two of them
http://@1.1.1.1/ | → 1.1.1.1 | an empty one is none
http://@127.0.0.1/ | refused: loopback | an empty one is none
http://:@127.0.0.1/ | refused: loopback | an empty one is none
http://1.1.1.1%40127.0.0.1/ | error-not-a-link | an encoded @ is no part of a host
http://1.1.1.1#@127.0.0.1/ | → 1.1.1.1 | the fragment begins before the @
http://1.1.1.1?@127.0.0.1/ | → 1.1.1.1 | the query begins before the @
http://127.0.0.1#@1.1.1.1/ | refused: loopback | the fragment begins before the @
http://127.0.0.1?@1.1.1.1/ | refused: loopback | the query begins before the @
http://127.0.0.1\\\\@1.1.1.1/ | refused: loopback | a backslash is a slash: what follows is the path
http://1.1.1.1\\\\@127.0.0.1/ | → 1.1.1.1 | a backslash is a slash: what follows is the path
http:\\\\\\\\127.0.0.1\\\\ | refused: loopback | backslashes are slashes
http:/127.0.0.1/ | refused: loopback | one slash
http:127.0.0.1/ | refused: loopback | no slash
http:///127.0.0.1/ | error-not-a-link | no host, though parsers find one
http:////127.0.0.1/ | error-not-a-link | no host, though parsers find one
http:/\\\\/127.0.0.1/ | error-not-a-link | no host, though parsers find one
http:// | error-not-a-link | no host
http://?127.0.0.1 | error-not-a-link | no host
http://:80/ | error-not-a-link | no host
//127.0.0.1/ | refused: loopback | no scheme
//1.1.1.1/ | → 1.1.1.1 | no scheme
127.0.0.1 | refused: loopback | no scheme
127.0.0.1:8080/admin | refused: loopback | no scheme
[::1]/ | refused: IPv4-compatible of 0.0.0.1, this network | no scheme
[::ffff:127.0.0.1]:8080 | refused: loopback | no scheme
127.1 | error-not-a-link | no scheme: a number rather than an address
2130706433 | error-not-a-link | no scheme: a number rather than an address
0x7f.0.0.1 | error-not-a-link | no scheme: a number rather than an address
localhost | error-not-a-link | no scheme and no dot
localhost:8080 | error-not-a-link | no scheme and no dot
me@public.test | error-not-a-link | an e-mail address
http://127.0.0.1\\t/ | error-not-a-link | a tab, which the standard would drop
http://127.0.\\n0.1/ | error-not-a-link | a line break, which the standard would drop
ht\\ntp://127.0.0.1/ | error-not-a-link | a line break, which the standard would drop
http://1.1.1.1/\\r\\nHost: 127.0.0.1 | error-not-a-link | a header smuggled in
http://1.1.1.1/%0d%0aHost:%20127.0.0.1 | → 1.1.1.1 | encoded, it stays in the path
http://1.1.1.1\\u0000.public.test/ | error-not-a-link | a zero byte
http://127.0.0.1\\uff0f.public.test/ | error-not-a-link | a full-width slash would end the host
http://127.0.0.1\\uff03.public.test/ | error-not-a-link | a full-width # would end the host
http://127.0.0.1\\u2100.public.test/ | error-not-a-link | an a/c sign holds a slash
http://127.0.0.1\\u3002public.test/ | error-unknown-host | an ideographic dot, but the host goes on
http://public.test:80\\\\@127.0.0.1/ | → 93.184.216.34, 2606:4700:4700::1111 | a backslash is a slash
http://public.test;@127.0.0.1/ | error-userinfo | parsers disagree
http://public.test,127.0.0.1/ | error-not-a-link | a number at the end makes it an address
http://127.0.0.1/../../etc | refused: loopback | the path does not matter
https://127.0.0.1.nip.io/ | error-unknown-host | asked for like any name, and judged by its address
https://private.test/ | refused: private | over TLS too
`;
