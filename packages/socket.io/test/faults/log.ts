import type { Socket as ServerSocket } from "published-socket.io";
import type { TestClient } from "../interop/implementations.js";

/** Messages that wait to be acknowledged at most. */
const MOST = 20;
/** One side's messages, in order: `1`, `2`, … */
export class Log {
  readonly acknowledged: number[] = [];
  readonly received: number[] = [];
  /** The numbers that did not come in their turn on their connection. */
  readonly gaps: number[] = [];
  sent = 0;

  /** Sends the next ones, few at a time and at any time, until it is over or the socket is left. */
  pump(socket: TestClient | ServerSocket, onProgress: () => boolean): void {
    let waiting = 0;
    let position = 0;
    const send = (): void => {
      if (waiting === MOST) return;
      waiting++;
      const number = ++this.sent;
      socket.emit("n", number, position++, "x".repeat(number % 40), (answer: number) => {
        waiting--;
        this.acknowledged.push(answer);
        if (!onProgress()) stop();
      });
    };
    // Not only when something is acknowledged: in some states nothing is, and what is sent then waits.
    const timer = setInterval(send, 1);
    const stop = (): void => clearInterval(timer);
    socket.once("disconnect", stop);
    send();
  }

  receive(socket: TestClient | ServerSocket): void {
    // What was on its way when a connection ended may be lost; on one connection nothing may be missing. A message that a client
    // keeps for its next connection comes first there, with the number before those that follow.
    let last: { number: number; position: number } | undefined;
    socket.on("disconnect", () => {
      last = undefined;
    });
    socket.on("n", (number: number, position: number, _filling: string, done: (number: number) => void) => {
      if (last && number !== last.number + 1 && position !== last.position + 1) this.gaps.push(number);
      last = { number, position };
      this.received.push(number);
      done(number);
    });
  }

  /** What is wrong with it, if anything. */
  problems(who: string): string[] {
    const counts = new Map<number, number>();
    for (const number of this.received) counts.set(number, (counts.get(number) ?? 0) + 1);
    const twice = [...counts].filter(([, count]) => count > 1).map(([number]) => number);
    const lost = this.acknowledged.filter((number) => !counts.has(number));
    return [
      ...(twice.length ? [`${who}: received twice: ${twice}`] : []),
      ...(lost.length ? [`${who}: acknowledged and never received: ${lost}`] : []),
      ...(new Set(this.acknowledged).size < this.acknowledged.length ? [`${who}: acknowledged twice`] : []),
      ...(this.gaps.length ? [`${who}: not in their turn: ${this.gaps}`] : []),
    ];
  }
}
