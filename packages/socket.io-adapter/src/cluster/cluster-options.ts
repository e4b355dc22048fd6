export interface ClusterAdapterOptions {
  /**
   * How long after the last message a server says that it is there, in milliseconds.
   * @default 5000
   */
  heartbeatInterval?: number;
  /**
   * How long nothing may come from a server until it is taken for dead, in milliseconds. More than `heartbeatInterval`.
   * @default 10000
   */
  heartbeatTimeout?: number;
}

const DEFAULTS: Required<ClusterAdapterOptions> = { heartbeatInterval: 5000, heartbeatTimeout: 10_000 };

export function resolveClusterOptions(given: ClusterAdapterOptions = {}): Required<ClusterAdapterOptions> {
  const { heartbeatInterval = DEFAULTS.heartbeatInterval, heartbeatTimeout = DEFAULTS.heartbeatTimeout } =
    given;
  for (const [name, value] of Object.entries({ heartbeatInterval, heartbeatTimeout })) {
    if (!(Number.isFinite(value) && value > 0)) throw optionError(`"${name}" must be a number above 0`);
  }
  if (heartbeatTimeout <= heartbeatInterval) {
    throw optionError('"heartbeatTimeout" must be more than "heartbeatInterval", or every server seems dead');
  }
  return { heartbeatInterval, heartbeatTimeout };
}

function optionError(message: string): Error & { code: string } {
  return Object.assign(new Error(message), { code: "ERR_INVALID_OPTION" });
}
