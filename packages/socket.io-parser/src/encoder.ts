import { extract } from "./binary.js";
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
  encode(packet: Packet): [string, ...Attachment[]] {
    const { type, data } = packet;
    if ((type !== PacketType.EVENT && type !== PacketType.ACK) || typeof data !== "object" || !data) {
      return [this._text(packet, type, data, packet.attachments)];
    }
    const attachments: Attachment[] = [];
    const extracted = extract(data as Record<string, unknown>, attachments, 0);
    const count = attachments.length;
    const text = this._text(packet, count ? type + 3 : type, extracted, count);
    return count ? [text, ...attachments] : [text];
  }

  /** `<type>[<attachments>-][<namespace>,][<id>][<payload>]` */
  private _text(
    { nsp, id }: Packet,
    type: PacketType,
    data: unknown,
    attachments: number | undefined,
  ): string {
    let text = `${type}`;
    if (type >= PacketType.BINARY_EVENT) text += `${attachments}-`;
    if (nsp && nsp !== "/") text += `${nsp},`;
    if (id != null) text += id;
    return data == null ? text : text + JSON.stringify(data, this._replacer);
  }
}
