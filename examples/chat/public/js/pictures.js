// Pictures live as Blobs behind object URLs, by message: `id` once posted, the sender's `nonce` before.
const urls = new Map();
const loading = new Map();

const TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
export const ACCEPTED = TYPES.join(",");

const megabytes = (bytes) => (bytes / 1024 / 1024).toFixed(1).replace(/\.0$/, "");

/** Checks a file and measures it. Rejects with an error whose message can be shown. */
export async function readPicture(file, maxBytes) {
  if (!TYPES.includes(file.type)) throw new Error("Only PNG, JPEG, GIF and WebP pictures can be sent.");
  if (file.size > maxBytes) {
    throw new Error(`This picture has ${megabytes(file.size)} MB. The limit is ${megabytes(maxBytes)} MB.`);
  }
  try {
    const bitmap = await createImageBitmap(file);
    const { width, height } = bitmap;
    bitmap.close();
    return { file, width, height, url: URL.createObjectURL(file) };
  } catch (cause) {
    throw new Error("This file is not a picture that can be shown.", { cause });
  }
}

/** Our own picture, shown from the file while it is on its way and after. */
export function keepUrl(message, url) {
  urls.set(message.nonce, url);
}

export function keepBytes(message, bytes) {
  if (urlOf(message)) return;
  urls.set(message.id, URL.createObjectURL(new Blob([bytes], { type: message.picture.type })));
}

export function urlOf({ id, nonce }) {
  return urls.get(id) ?? urls.get(nonce);
}

/** Asks for the picture of an earlier message, once, however often it is drawn meanwhile. */
export function loadPicture(message, fetchBytes) {
  const running = loading.get(message.id);
  if (running) return running;
  const promise = fetchBytes(message)
    .then((bytes) => keepBytes(message, bytes))
    .finally(() => loading.delete(message.id));
  loading.set(message.id, promise);
  return promise;
}

export function forgetPicture({ id, nonce }) {
  for (const key of [id, nonce]) {
    if (urls.has(key)) URL.revokeObjectURL(urls.get(key));
    urls.delete(key);
  }
}
