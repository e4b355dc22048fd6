import { decodePacket, encodePacket } from "engine.io-parser/v3";
import type { Batch, Packet, RawData } from "../../core/contract.js";
import { WebSocket } from "../websocket.js";

const CODE_B = 98;

/** A WebSocket of protocol 3: binary messages begin with the type of their packet. */
export class WebSocket3 extends WebSocket {
  // Text messages are those of protocol 4.
  protected override canShareFrames(batch: Batch): boolean {
    return (
      super.canShareFrames(batch) &&
      batch.every((item) => isText(item.type === "prepared" ? item.parts : [item.data]))
    );
  }

  protected override encode(packet: Packet, supportsBinary: boolean): RawData {
    return encodePacket(packet, supportsBinary);
  }

  override text(code: number, rest: string): void {
    if (code === CODE_B) this.receive(decodePacket(`b${rest}`));
    else super.text(code, rest);
  }

  override binary(data: Uint8Array): void {
    this.receive(decodePacket(data));
  }
}

function isText(parts: readonly unknown[]): boolean {
  return parts.every((part) => part === undefined || typeof part === "string");
}
