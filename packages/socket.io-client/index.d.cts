import api = require("./dist/index.cjs");

declare function io(opts?: Partial<api.ManagerOptions & api.SocketOptions>): api.Socket;
declare function io(
  uri?: string | Partial<api.ManagerOptions & api.SocketOptions>,
  opts?: Partial<api.ManagerOptions & api.SocketOptions>,
): api.Socket;

declare namespace io {
  export import Fetch = api.Fetch;
  export import Manager = api.Manager;
  export import NodeWebSocket = api.NodeWebSocket;
  export import NodeXHR = api.NodeXHR;
  export import Socket = api.Socket;
  export import WebSocket = api.WebSocket;
  export import WebTransport = api.WebTransport;
  export import XHR = api.XHR;
  export import connect = api.connect;
  export import io = api.io;
  export import protocol = api.protocol;

  export type DisconnectDescription = api.DisconnectDescription;
  export type ExtendedError = api.ExtendedError;
  export type Io = api.Io;
  export type ManagerOptions = api.ManagerOptions;
  export type ManagerReservedEvents = api.ManagerReservedEvents;
  export type SocketOptions = api.SocketOptions;
  export type SocketReservedEvents = api.SocketReservedEvents;
}

export = io;
