/** Where messages come from when they come from elsewhere, and how to log in. */
export type FeedServer =
  /** `redis[s]://[user][:password@]host[:port][/database]`; of a cluster one node, or several with commas between. */
  | { readonly kind: 'pubsub'; readonly redisUrl: string }
  | { readonly kind: 'stream'; readonly redisUrl: string }
  /** `nats://` or `tls://` with user and password, or a token; several with commas between. */
  | { readonly kind: 'nats'; readonly natsUrl: string }
  | { readonly kind: 'kafka'; readonly kafka: KafkaServers };

export interface KafkaServers {
  /** `host:port` of some brokers of the cluster, which name the others. */
  readonly brokers: readonly string[];
  readonly tls: boolean;
  readonly login:
    | { readonly mechanism: 'PLAIN' | 'SCRAM-SHA-512'; readonly user: string; readonly password: string }
    | undefined;
}
