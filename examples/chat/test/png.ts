import { crc32, deflateSync } from "node:zlib";

type Color = readonly [number, number, number];

const mix = (a: Color, b: Color, t: number): Color => [
  a[0] + (b[0] - a[0]) * t,
  a[1] + (b[1] - a[1]) * t,
  a[2] + (b[2] - a[2]) * t,
];

// A valley in the evening, in parts of the width and the height.
function valley(x: number, y: number): Color {
  const near = 0.8 + 0.05 * Math.sin(x * 7) + 0.02 * Math.sin(x * 19);
  const far = 0.64 + 0.09 * Math.sin(x * 5 + 2) + 0.03 * Math.sin(x * 13 + 1);
  if (y > near) return [22, 42, 48];
  if (y > far) return mix([52, 84, 96], [92, 120, 122], (y - far) * 3);
  if (Math.hypot((x - 0.68) * 1.5, y - 0.42) < 0.085) return [255, 241, 208];
  return mix([247, 205, 142], [226, 131, 104], y / 0.7);
}

/** A PNG file of this size, with something to look at. */
export function png(width: number, height: number): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const color = valley(x / width, y / height);
      color.forEach((value, channel) => {
        rows[y * (1 + width * 3) + 1 + x * 3 + channel] = Math.round(value);
      });
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
