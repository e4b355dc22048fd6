import { library } from "../../scripts/tsup-library.ts";

export default library({ entries: ["src/index.ts"] });
