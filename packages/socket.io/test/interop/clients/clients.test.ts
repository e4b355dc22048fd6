import { describe } from "vitest";
import { CLIENTS, FEATURES, TRANSPORTS } from "./matrix.js";
import { suite } from "./suite.js";

describe.each(CLIENTS)("socket.io-client $version", (version) => {
  describe.each(Object.entries(TRANSPORTS))("%s", (_, transports) => {
    describe.each(FEATURES)("%s", (feature) => {
      suite[feature](version, transports);
    });
  });
});
