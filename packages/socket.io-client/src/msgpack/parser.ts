import { isPacketValid, type Packet } from "socket.io-parser";
import { Emitter } from "typed-emitter";
import { coded } from "../errors.js";
import { decode } from "./decode.js";
import { encode } from "./encode.js";

export { PacketType, protocol } from "socket.io-parser";

/** One packet, one MessagePack message; what `socket.io-msgpack-parser` reads and writes. */
export class Encoder {
  encode({ type, nsp, data, id }: Packet): Uint8Array[] {
    return [encode({ type, nsp, data, id })];
  }
}

export class Decoder extends Emitter<
  Record<never, never>,
  Record<never, never>,
  { decoded: (packet: Packet) => void }
> {
  /** @throws for anything but a whole, valid packet */
  add(chunk: ArrayBuffer | Uint8Array): void {
    const packet = decode(chunk instanceof ArrayBuffer ? new Uint8Array(chunk) : chunk) as Packet;
    if (!packet || !isPacketValid(packet)) throw coded("invalid payload", "INVALID_PAYLOAD");
    this.emitReserved("decoded", packet);
  }

  destroy(): void {}
}
