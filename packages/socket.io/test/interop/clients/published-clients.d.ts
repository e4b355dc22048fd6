/** What every client has had since version 2. */
interface AnyClient {
  readonly id?: string | undefined;
  readonly connected: boolean;
  readonly io: {
    readonly engine: { readonly transport: { readonly name: string } };
    socket(nsp: string, options?: object): AnyClient;
  };
  on(event: string, listener: (...args: never[]) => void): unknown;
  off(event: string, listener?: (...args: never[]) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
  connect(): unknown;
  disconnect(): unknown;
}

type AnyConnect = (url: string, options?: object) => AnyClient;

declare module "published-socket.io-client-2" {
  const connect: AnyConnect;
  export default connect;
}

declare module "published-socket.io-client-3" {
  const connect: AnyConnect;
  export default connect;
}

declare module "published-socket.io-client-4.0" {
  const connect: AnyConnect;
  export default connect;
}
