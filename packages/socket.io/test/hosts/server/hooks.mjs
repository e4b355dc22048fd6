// Options that are functions, by name, since the suite can send none.
const all = {
  refuse: {
    allowRequest(request, decide) {
      const { "x-refuse": message } = request.headers;
      decide(message, message === undefined);
    },
  },
  refuseLater: {
    async allowRequest({ headers }) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (headers["x-throw"]) throw new Error("not told");
      return headers["x-refuse"] === undefined;
    },
  },
  corsDelegate: {
    cors: (request, decide) =>
      request.headers.origin === "http://bad.example"
        ? decide(new Error("bad"))
        : decide(null, { origin: request.headers.origin, credentials: true }),
  },
};

export function hooks(uses) {
  return Object.assign({}, ...uses.map((name) => all[name]));
}
