import io = require("socket.io-client");

io("http://127.0.0.1:3000").on("connect", () => {});
io.connect("http://127.0.0.1:3000");
new io.Manager("http://127.0.0.1:3000");
