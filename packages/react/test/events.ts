export interface ServerToClient {
  add: (n: number) => void;
}

export interface ClientToServer {
  search: (text: string, ack: (found: string) => void) => void;
}
