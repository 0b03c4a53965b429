/** What everybody's images say in their Dockerfile, and a Compose file therefore does not. */
export interface KnownImage {
  /** Port name → number on which the image listens. */
  readonly ports: Readonly<Record<string, number>>;
  /** Keeps its data in a volume of each pod's own. */
  readonly isStateful: boolean;
}

const database = (name: string, port: number): KnownImage => ({ ports: { [name]: port }, isStateful: true });
const stateless = (name: string, port: number): KnownImage => ({ ports: { [name]: port }, isStateful: false });

/** By the last part of the image's name. */
const IMAGES: Readonly<Record<string, KnownImage>> = {
  postgres: database("postgres", 5432),
  postgresql: database("postgres", 5432),
  postgis: database("postgres", 5432),
  pgvector: database("postgres", 5432),
  timescaledb: database("postgres", 5432),
  "pgvecto-rs": database("postgres", 5432),
  mysql: database("mysql", 3306),
  mariadb: database("mysql", 3306),
  percona: database("mysql", 3306),
  mongo: database("mongo", 27017),
  mongodb: database("mongo", 27017),
  redis: database("redis", 6379),
  valkey: database("redis", 6379),
  keydb: database("redis", 6379),
  rabbitmq: database("amqp", 5672),
  elasticsearch: database("http", 9200),
  opensearch: database("http", 9200),
  "clickhouse-server": database("http", 8123),
  influxdb: database("http", 8086),
  cassandra: database("cql", 9042),
  couchdb: database("http", 5984),
  neo4j: database("http", 7474),
  minio: database("http", 9000),
  meilisearch: database("http", 7700),
  qdrant: database("http", 6333),
  etcd: database("client", 2379),
  zookeeper: database("client", 2181),
  consul: database("http", 8500),
  vault: database("http", 8200),
  memcached: stateless("memcached", 11211),
  nats: stateless("nats", 4222),
  nginx: stateless("http", 80),
  httpd: stateless("http", 80),
  caddy: stateless("http", 80),
  traefik: stateless("http", 80),
  wordpress: stateless("http", 80),
  nextcloud: stateless("http", 80),
  adminer: stateless("http", 8080),
  mailpit: stateless("http", 8025),
  mailhog: stateless("http", 8025),
};

/** `docker.io/library/postgres:16-alpine` is `postgres`. Null for images that nobody here knows. */
export function knownImage(image: string): KnownImage | null {
  const name = image
    .replace(/@.*$/, "")
    .replace(/:[^/:]*$/, "")
    .split("/")
    .at(-1);
  return name !== undefined && Object.hasOwn(IMAGES, name) ? (IMAGES[name] ?? null) : null;
}

/** Names of ports that everybody uses. */
const PORT_NAMES: Readonly<Record<string, string>> = {
  "22/TCP": "ssh",
  "25/TCP": "smtp",
  "53/TCP": "dns-tcp",
  "53/UDP": "dns",
  "443/TCP": "https",
  "587/TCP": "submission",
  "1025/TCP": "smtp",
  "1883/TCP": "mqtt",
  "2181/TCP": "client",
  "3306/TCP": "mysql",
  "4222/TCP": "nats",
  "5432/TCP": "postgres",
  "5672/TCP": "amqp",
  "6379/TCP": "redis",
  "8443/TCP": "https",
  "9092/TCP": "kafka",
  "9443/TCP": "https",
  "11211/TCP": "memcached",
  "27017/TCP": "mongo",
};
const HTTP = /^(80|3\d{3}|4[02]00|5000|5173|[78]\d{3}|9000|9090|9200|15672)\/TCP$/;

/** The usual name of a port such as `5432/TCP`: `http` where programs speak HTTP, null where nobody knows. */
export function portNameOf(port: string): string | null {
  return PORT_NAMES[port] ?? (HTTP.test(port) ? "http" : null);
}
