/** How channels are subscribed to: by name, by pattern, or in the shard of their name. */
export type Kind = "plain" | "pattern" | "sharded";

export type OnMessage = (payload: Buffer, channel: string) => void;

/** The commands that the adapters need, whichever library sends them. */
export interface Commands {
  publish(kind: Kind, channel: string, payload: string | Buffer): Promise<unknown>;
  subscribe(kind: Kind, channel: string, onMessage: OnMessage): Promise<unknown>;
  unsubscribe(kind: Kind, channel: string): Promise<unknown>;
  /** How many connections are subscribed to a channel. */
  countSubscribers(kind: Kind, channel: string): Promise<number>;
}
