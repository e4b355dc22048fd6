import type { RequestListener, Server } from "node:http";
import { type Browser, type Page, Queue } from "testkit";
import type { RunningRecipe } from "./run-server.js";

const BUNDLE = '<script src="/socket.io/socket.io.js"></script>';

export interface OpenPage {
  page: Page;
  /** The text of each `console.log`; an uncaught error ends it. */
  logs: Queue<string>;
}

/** Opens a page of the server's own with a client block in it, as written but for the port. */
export async function runPage(
  browser: Browser,
  { io, port }: RunningRecipe,
  code: string,
  answers: string[] = [],
): Promise<OpenPage> {
  const script = code.replaceAll("http://localhost", `http://localhost:${port}`);
  addPage(io.httpServer as Server, code.includes("socket.io.js") ? script : BUNDLE + script);

  const page = await browser.newPage();
  const logs = new Queue<string>("a console message of the page");
  page.on("console", (message) => {
    if (message.type() === "log") logs.push(message.text());
  });
  page.on("pageerror", (error) => logs.end(error));
  page.on("dialog", (dialog) => dialog.accept(answers.shift()).catch((error) => logs.end(error)));
  await page.goto(`http://localhost:${port}/`);
  return { page, logs };
}

function addPage(server: Server, body: string): void {
  const listeners = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    if (request.url !== "/") {
      for (const listener of listeners) listener(request, response);
      return;
    }
    response.setHeader("content-type", "text/html");
    response.end(`<!doctype html>${body}`);
  });
}
