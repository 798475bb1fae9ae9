// Ports that belong to other protocols: a web request sent there could be understood as a command.

/** Ports that the Fetch standard calls bad: mail, chat, file and system protocols. */
const badPorts = [
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
  109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
  526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
  3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080,
];

/** Databases and machinery that stand open inside many networks. */
const machineryPorts = {
  SMB: 445,
  'SQL Server': 1433,
  Oracle: 1521,
  MQTT: 1883,
  ZooKeeper: 2181,
  Docker: 2375,
  'Docker over TLS': 2376,
  'Docker Swarm': 2377,
  etcd: 2379,
  'etcd peers': 2380,
  MySQL: 3306,
  'Remote Desktop': 3389,
  'Erlang port mapper': 4369,
  PostgreSQL: 5432,
  AMQP: 5672,
  VNC: 5900,
  CouchDB: 5984,
  WinRM: 5985,
  'WinRM over TLS': 5986,
  Redis: 6379,
  'Redis over TLS': 6380,
  Kubernetes: 6443,
  Cassandra: 9042,
  Kafka: 9092,
  Elasticsearch: 9200,
  'Elasticsearch nodes': 9300,
  kubelet: 10_250,
  'kubelet, read only': 10_255,
  memcached: 11_211,
  'Redis Sentinel': 26_379,
  MongoDB: 27_017,
  'MongoDB shard': 27_018,
  'MongoDB config': 27_019,
};

/** Ports that are refused unless a rule names them. */
export const refusedPorts: ReadonlySet<number> = new Set([...badPorts, ...Object.values(machineryPorts)]);

/** The port that an address leads to: its own, or that of its scheme. */
export function portOf({ protocol, port }: { protocol: string; port: string }): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}
