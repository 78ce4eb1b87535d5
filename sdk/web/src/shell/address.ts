/** A server's address. An explicit scheme counts; otherwise plain for loopback and TLS for everything else. */
export class Address {
  private constructor(
    private readonly tls: boolean,
    /** `host` or `host:port`. */
    private readonly authority: string,
    /** Leading slash, no trailing one; empty for none. */
    private readonly path: string,
  ) {}

  /** Reads `[scheme://]host[:port][/path]`, schemes http, https, ws and wss. Null for what is not an address. */
  static parse(text: string): Address | null {
    const [before, after] = text.trim().split("://", 2) as [string, string?];
    const scheme = after === undefined ? undefined : before.toLowerCase();
    const [, authority, path] = /^([A-Za-z0-9\-._:[\]]+)(\/.*)?$/.exec(after ?? before) ?? [];
    if (!authority) return null;
    if (scheme !== undefined && !["http", "https", "ws", "wss"].includes(scheme)) return null;
    const tls = scheme ? scheme === "https" || scheme === "wss" : !isLoopback(authority);
    return new Address(tls, authority, (path ?? "").replace(/\/+$/, ""));
  }

  /** Address of an HTTP call; `path` begins with a slash. */
  http(path: string): string {
    return `${this.tls ? "https" : "http"}://${this.authority}${this.path}${path}`;
  }

  /** Address of the link. */
  link(): string {
    return `${this.tls ? "wss" : "ws"}://${this.authority}${this.path}/link`;
  }
}

function isLoopback(authority: string): boolean {
  const host = authority.startsWith("[") ? authority.slice(1).split("]")[0] : authority.split(":")[0];
  return host?.toLowerCase() === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host ?? "");
}
