// Runs outside of the test runner, where packages resolve to their builds, and prints what `require("socket.io")` gives.
const { createServer } = require("node:http");
const io = require("socket.io");

const httpServer = createServer();
const attached = io(httpServer);
const constructed = new io(createServer());
const listening = io.listen(0, () => {
  const { port } = listening.httpServer.address();
  fetch(`http://127.0.0.1:${port}/socket.io/socket.io.js`).then(async (response) => {
    const facts = {
      names: Object.keys(io).sort(),
      default: "default" in io,
      servers: [attached, constructed, listening].map((server) => server instanceof io.Server),
      attached: attached.httpServer === httpServer,
      bundle: [response.status, (await response.text()).length > 0],
      paths: ["client-dist/socket.io.min.js", "dist/typed-events", "package.json"].map((path) =>
        require.resolve(`socket.io/${path}`).slice(__dirname.length - "test/support".length),
      ),
    };
    process.stdout.write(JSON.stringify(facts));
    process.exit();
  });
});
