// What the server does with its clients.

export function application({ engine, io, uses, report }) {
  if (uses.includes("headers")) {
    engine.on("initial_headers", (headers, request) => {
      headers["x-initial"] = request._query.transport;
    });
    engine.on("headers", (headers) => {
      headers["x-each"] = ["1", "2"];
    });
  }
  if (uses.includes("ids")) engine.generateId = async (request) => `id-${request._query.name}`;
  engine.on("connection_error", ({ code, message, context, req }) =>
    report("connection_error", {
      code,
      message,
      context: { ...context, error: context.error && String(context.error) },
      url: req.url,
    }),
  );
  engine.on("connection", (socket) => {
    const { id, protocol, remoteAddress, request } = socket;
    report("connection", {
      id,
      protocol,
      remoteAddress,
      transport: socket.transport.name,
      url: request.url,
      headers: request.headers,
    });
    for (const event of ["upgrading", "upgrade"]) socket.on(event, () => report(event, { id }));
    socket.on("close", (reason, details) =>
      report("close", { id, reason, code: details?.code, message: details?.message, why: details?.reason }),
    );
    if (!io) talk(socket, (more) => report("message", { id, ...more }));
  });
  if (io) rooms(io.bind(engine), report);
}

function talk(socket, heard) {
  socket.on("message", (data) => {
    if (typeof data === "string") heard({ text: data.length > 100 ? data.length : data });
    else heard({ bytes: data.length, isBuffer: Buffer.isBuffer(data) });
    if (typeof data !== "string") socket.send(data);
    else if (data.startsWith("echo ")) socket.send(data.slice("echo ".length));
    else if (data === "throw") throw new Error("thrown by a listener");
    else if (data === "close") socket.send("bye").close();
  });
}

function rooms(io, report) {
  io.use((socket, next) => next(socket.handshake.auth.token === "no" ? new Error("refused") : undefined));
  io.on("connection", (socket) => {
    const { address, query, headers, secure, url } = socket.handshake;
    socket.emit("hello", { address, secure, url, name: query.name, agent: headers["x-agent"] });
    socket.on("echo", (...args) => args.pop()(...args));
    socket.on("join", (room, done) => {
      socket.join(room);
      done();
    });
    socket.on("say", (room, ...args) => {
      io.to(room).emit("said", ...args);
      socket.emit("after");
    });
    socket.on("tell others", (room, ...args) => socket.to(room).emit("said", ...args));
    socket.on("disconnect", (reason) => report("disconnect", { id: socket.id, reason }));
  });
}
