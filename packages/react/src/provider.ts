import { createContext, createElement, type ReactElement, type ReactNode, useContext, useMemo } from "react";
import { Manager, type ManagerOptions, type SocketOptions } from "socket.io-client";
import { NamespaceEntry } from "./namespace-entry.js";

type Entries = (namespace: string) => NamespaceEntry;

const EntriesContext = createContext<Entries | undefined>(undefined);

export interface SocketProviderProps {
  /** The server, such as `https://example.com`, without a namespace. @default the page's own */
  url?: string;
  /** Options of the connection and of its sockets, read when the provider is mounted and when `url` changes. */
  options?: Partial<ManagerOptions & SocketOptions>;
  children?: ReactNode;
}

/**
 * One connection for all components below, shared by the namespaces they use. It is opened when the first component uses a
 * socket and closed when the last one is gone; nothing connects while rendering, on a server included.
 *
 * @example
 * <SocketProvider url="https://example.com" options={{ auth: { token } }}>
 *   <App />
 * </SocketProvider>
 */
export function SocketProvider({ url, options, children }: SocketProviderProps): ReactElement {
  // biome-ignore lint/correctness/useExhaustiveDependencies: reason: an options object written inline is a new one at each render
  const entries = useMemo(() => createEntries(url, options), [url]);
  return createElement(EntriesContext.Provider, { value: entries }, children);
}

function createEntries(url: string | undefined, options: SocketProviderProps["options"]): Entries {
  const manager = new Manager(url, { ...options, autoConnect: false });
  const entries = new Map<string, NamespaceEntry>();
  return (namespace) => {
    const entry = entries.get(namespace) ?? new NamespaceEntry(manager.socket(namespace, options));
    entries.set(namespace, entry);
    return entry;
  };
}

/** @throws `ERR_NO_PROVIDER` outside of a `SocketProvider` */
export function useEntry(namespace: string): NamespaceEntry {
  const entries = useContext(EntriesContext);
  if (entries === undefined) {
    throw Object.assign(new Error("no <SocketProvider> around this component"), { code: "ERR_NO_PROVIDER" });
  }
  return entries(namespace);
}
