/** Supplies the browser bundles that a server serves. */
export interface ClientFiles {
  /**
   * The content of a bundle, or the absolute path of the file that has it.
   *
   * @param name - such as `socket.io.min.js` or `socket.io.min.js.map`
   * @returns nothing when there is no such bundle
   */
  resolve(name: string): string | Uint8Array | undefined;
}
