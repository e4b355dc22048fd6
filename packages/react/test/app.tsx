// What the pages of the tests run: one small application, and the means to mount it, look at it and take it away.
import { StrictMode, useState } from "react";
import { createRoot, type Root } from "react-dom/client";
import { createHooks, SocketProvider } from "../src/index.js";
import type { ClientToServer, ServerToClient } from "./events.js";

const { useSocket, useEvent, useEmitWithAck, useConnectionStatus } = createHooks<
  ServerToClient,
  ClientToServer
>();
const admin = createHooks<ServerToClient, ClientToServer>("/admin");

function Counter() {
  const socket = useSocket();
  const [sum, setSum] = useState(0);
  const [handled, setHandled] = useState<string[]>([]);
  // Sees the sum of the last render, though it is subscribed once.
  useEvent("add", (n) => {
    setSum(sum + n);
    setHandled([...handled, `${sum}+${n}`]);
  });
  return (
    <p>
      sum {sum} ({handled.join()}) {String(socket.connected)}
    </p>
  );
}

function Status() {
  return <p>status {useConnectionStatus()}</p>;
}

function AdminStatus() {
  const [name, setName] = useState("nobody");
  admin.useEvent("add", (n) => setName(`admin ${n}`));
  return (
    <p>
      admin {admin.useConnectionStatus()} {name}
    </p>
  );
}

function Search() {
  const { send, pending, data, error, abort } = useEmitWithAck("search", { timeout: 5000 });
  Object.assign(globalThis, { search: send, abort });
  const code = error && (error as Error & { code: string }).code;
  return (
    <p>
      search {pending ? "pending" : "idle"} {data} {code}
    </p>
  );
}

const PARTS = { Counter, Status, AdminStatus, Search };

let root: Root | undefined;

/** Over WebSocket alone: on a slow machine long-polling would open beside it, and connections are counted here. */
function mount(url: string, parts: (keyof typeof PARTS)[]): void {
  root ??= createRoot(document.getElementById("root") as HTMLElement);
  const children = parts.map((name) => {
    const Part = PARTS[name];
    return <Part key={name} />;
  });
  root.render(
    <StrictMode>
      <SocketProvider
        url={url}
        options={{ reconnectionDelay: 10, reconnectionDelayMax: 50, transports: ["websocket"] }}
      >
        {children}
      </SocketProvider>
    </StrictMode>,
  );
}

function unmount(): void {
  root?.unmount();
  root = undefined;
}

/** Waits until the page shows the text. */
function shows(text: string): Promise<void> {
  const place = document.getElementById("root") as HTMLElement;
  return new Promise((resolve, reject) => {
    const look = () => {
      if (!place.textContent?.includes(text)) return;
      clearTimeout(timer);
      observer.disconnect();
      resolve();
    };
    const observer = new MutationObserver(look);
    observer.observe(place, { subtree: true, childList: true, characterData: true });
    const timer = setTimeout(
      () => reject(new Error(`waited for "${text}", there is "${place.textContent}"`)),
      10_000,
    );
    look();
  });
}

Object.assign(globalThis, { mount, unmount, shows });
