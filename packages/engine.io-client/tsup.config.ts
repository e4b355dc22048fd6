import { library } from "../../scripts/tsup-library.ts";

export default library({
  entries: ["src/index.ts", "src/index.browser.ts", "src/websocket.ts", "src/websocket.browser.ts"],
});
