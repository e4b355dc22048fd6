// A NestJS application with two gateways. Runs outside of the test runner, where packages resolve to their builds; NestJS's own
// `socket.io` is ours, by an override of the workspace.
import "reflect-metadata";
import { Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { IoAdapter } from "@nestjs/platform-socket.io";
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
  WsException,
} from "@nestjs/websockets";
import { from, map } from "rxjs";
import { Server } from "socket.io";

class ChatGateway {
  afterInit(server) {
    this.initialised = server;
  }

  handleConnection(client) {
    client.emit("welcome", client.id, this.server === this.initialised && this.server instanceof Server);
  }

  handleDisconnect(client) {
    this.server.emit("left", client.id);
  }

  echo(data, client) {
    return { by: client.id, data };
  }

  say(data) {
    this.server.emit("said", data);
    return { event: "noted", data: data.length };
  }

  count() {
    return from([1, 2]).pipe(map((data) => ({ event: "counted", data })));
  }

  fail() {
    throw new WsException("not like this");
  }
}

class NewsGateway {
  latest() {
    return "all quiet";
  }
}

// What decorators do, without a compiler for them.
WebSocketServer()(ChatGateway.prototype, "server");
for (const [Gateway, ...names] of [
  [ChatGateway, "echo", "say", "count", "fail"],
  [NewsGateway, "latest"],
]) {
  for (const name of names) {
    const descriptor = Object.getOwnPropertyDescriptor(Gateway.prototype, name);
    MessageBody()(Gateway.prototype, name, 0);
    if (name === "echo") ConnectedSocket()(Gateway.prototype, name, 1);
    SubscribeMessage(name)(Gateway.prototype, name, descriptor);
  }
}
WebSocketGateway()(ChatGateway);
WebSocketGateway({ namespace: "news" })(NewsGateway);

class AppModule {}
Module({ providers: [ChatGateway, NewsGateway] })(AppModule);

const app = await NestFactory.create(AppModule, { logger: ["error"] });
app.useWebSocketAdapter(new IoAdapter(app));
await app.listen(0, "127.0.0.1");
process.on("message", async () => {
  await app.close();
  process.disconnect();
});
process.send({ port: app.getHttpServer().address().port });
