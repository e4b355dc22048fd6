import { isBinary, mayHoldBinary } from "./binary.js";
import { type Attachment, type Packet, PacketType } from "./packet.js";

/** As the second argument of `JSON.stringify`. */
export type JSONReplacer = (this: unknown, key: string, value: unknown) => unknown;

/** Turns packets into what goes over the wire. Keeps no state between packets. */
export class Encoder {
  // Not #private, here and in the decoder: reactive frameworks put whatever a component holds behind a Proxy.
  private readonly _replacer: JSONReplacer | undefined;

  /** @param replacer - passed on to `JSON.stringify`; it sees `{ _placeholder: true, num }` in place of binary data */
  constructor(replacer?: JSONReplacer) {
    this._replacer = replacer;
  }

  /**
   * Encodes a packet as one string, followed by the binary data of an event or acknowledgement as it was given.
   * The packet is not changed; `toJSON` methods are honoured.
   *
   * @throws what `JSON.stringify` throws: TypeError for a cycle or a BigInt, RangeError for data nested too deeply
   * @example
   * new Encoder().encode({ type: PacketType.EVENT, nsp: "/", data: ["hello", 1] }); // ['2["hello",1]']
   */
  encode({ type, nsp, data, id, attachments: count }: Packet): [string, ...Attachment[]] {
    const replacer = this._replacer;
    const attachments: Attachment[] = [];
    const holdsBinary = (type === PacketType.EVENT || type === PacketType.ACK) && mayHoldBinary(data);
    const json =
      data == null
        ? ""
        : JSON.stringify(
            data,
            holdsBinary
              ? function (this: Record<string, unknown>, key, value: unknown) {
                  // What has a `toJSON` method, such as a Buffer, comes as its result.
                  const original = this[key];
                  const binary = isBinary(original) ? original : value;
                  const json = isBinary(binary)
                    ? { _placeholder: true, num: attachments.push(binary) - 1 }
                    : value;
                  return replacer ? replacer.call(this, key, json) : json;
                }
              : replacer,
          );
    const isBinaryPacket = attachments[0] || type >= PacketType.BINARY_EVENT;
    // <type>[<attachments>-][<namespace>,][<id>][<payload>]
    const head = isBinaryPacket ? `${attachments[0] ? type + 3 : type}${attachments.length || count}-` : type;
    return [`${head}${nsp && nsp !== "/" ? `${nsp},` : ""}${id ?? ""}${json}`, ...attachments];
  }
}
