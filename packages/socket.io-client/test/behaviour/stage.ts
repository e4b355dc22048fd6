import { io, type Socket } from "../../src/index.js";
import type { ClientOptions, Scenario, Stage } from "./scenario.js";

/** Calls a method of the scenario's host; arguments and result travel as JSON. */
export type HostCall = (method: string, args: unknown[]) => Promise<unknown>;

/** Runs the client half of a scenario, wherever this is loaded. */
export async function perform(
  scenario: Scenario,
  url: string,
  call: HostCall,
  { transports, ...defaults }: ClientOptions = {},
  lookup: (url: string, options: ClientOptions) => Socket = io,
): Promise<void> {
  const sockets: Socket[] = [];
  const names = transports as string[] | undefined;
  const stage: Stage = {
    url,
    transports: names,
    connect(nsp = "/", options) {
      const socket = lookup(url + nsp, {
        forceNew: true,
        reconnectionDelay: 10,
        reconnectionDelayMax: 50,
        transports: names,
        ...defaults,
        ...options,
      });
      sockets.push(socket);
      return socket;
    },
    heard: <Values extends unknown[]>(name: string) => call("heard", [name]) as Promise<Values>,
    ask: <Value>(name: string, ...args: unknown[]) => call("ask", [name, ...args]) as Promise<Value>,
    kill: async () => void (await call("kill", [])),
    restart: async () => void (await call("restart", [])),
    stall: async () => void (await call("stall", [])),
  };
  try {
    await scenario.run(stage);
  } finally {
    // With their siblings, which would go on to look for the server.
    for (const { io: manager } of sockets) {
      for (const socket of Object.values(manager.nsps)) socket.disconnect();
    }
  }
}
