declare module "published-engine.io-client-3" {
  import type { EventEmitter } from "node:events";

  interface Client extends EventEmitter {
    readonly id: string;
    readonly readyState: string;
    readonly transport: { readonly name: string };
    binaryType: string;
    send(data: string | Uint8Array | ArrayBuffer): void;
    close(): void;
  }
  export default function connect(url: string, options?: object): Client;
}
