import { execFile } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findExecutable } from "./find-executable.js";
import { requireService } from "./require-service.js";

export interface Certificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** SHA-256 of the certificate: what `serverCertificateHashes` of a browser's `WebTransport` takes. */
  readonly hash: Uint8Array;
}

/**
 * For suites that need a certificate.
 *
 * @example describe.skipIf(!hasCertificates())("over TLS", () => {});
 */
export function hasCertificates(): boolean {
  return requireService("OpenSSL", findExecutable("openssl"), "apt-get install openssl");
}

/**
 * A self-signed certificate for 127.0.0.1. Browsers take it by its hash: it is of ECDSA and valid for less than 14 days.
 *
 * @throws Error with what OpenSSL said
 */
export async function makeCertificate(): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), "certificate-"));
  try {
    const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const args =
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 10 -subj /CN=127.0.0.1";
    const more = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", keyFile, "-out", certFile];
    await promisify(execFile)("openssl", [...args.split(" "), ...more]);
    const [key, cert] = await Promise.all([readFile(keyFile, "utf8"), readFile(certFile, "utf8")]);
    return { key, cert, hash: createHash("sha256").update(new X509Certificate(cert).raw).digest() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
