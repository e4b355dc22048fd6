import { Queue } from "testkit";

type Handler = (error: Error) => void;

const EVENTS = ["uncaughtException", "unhandledRejection"] as const;

/** Collects uncaught exceptions and unhandled rejections while `run` goes on, instead of the handlers that there are. */
export async function collectUncaught(run: (uncaught: Queue<Error>) => Promise<void>): Promise<void> {
  const uncaught = new Queue<Error>("an uncaught exception");
  const processEvents: NodeJS.EventEmitter = process;
  const others = EVENTS.map((event) => processEvents.listeners(event) as Handler[]);
  for (const event of EVENTS) {
    processEvents.removeAllListeners(event);
    processEvents.on(event, (error: Error) => uncaught.push(error));
  }
  try {
    await run(uncaught);
  } finally {
    EVENTS.forEach((event, i) => {
      processEvents.removeAllListeners(event);
      for (const handler of others[i] as Handler[]) processEvents.on(event, handler);
    });
  }
}
