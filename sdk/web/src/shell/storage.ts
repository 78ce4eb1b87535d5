/** What survives a reload. */
export interface Storage {
  read(key: string): Promise<unknown>;
  write(key: string, value: unknown): Promise<void>;
  /** Drops entries that nobody has written since. */
  prune(writtenBeforeMs: number): Promise<void>;
}

const NAME = "parlor";
const STORE = "state";

interface Entry {
  readonly value: unknown;
  readonly writtenAtMs: number;
}

/** IndexedDB where the browser gives it; otherwise this page's memory. */
export function openStorage(): Storage {
  return typeof indexedDB === "undefined" ? new Memory() : new Database();
}

class Memory implements Storage {
  private readonly values = new Map<string, unknown>();

  async read(key: string): Promise<unknown> {
    return this.values.get(key);
  }

  async write(key: string, value: unknown): Promise<void> {
    if (value === null) this.values.delete(key);
    else this.values.set(key, value);
  }

  async prune(): Promise<void> {}
}

/** One store of entries by key. A browser that refuses it (private windows) is served from memory. */
class Database implements Storage {
  private readonly opened: Promise<IDBDatabase | null> = open();
  private readonly memory = new Memory();

  async read(key: string): Promise<unknown> {
    const store = await this.store("readonly");
    if (!store) return this.memory.read(key);
    return (await ask<Entry | undefined>(() => store.get(key)))?.value;
  }

  async write(key: string, value: unknown): Promise<void> {
    const store = await this.store("readwrite");
    if (!store) return this.memory.write(key, value);
    const entry: Entry = { value, writtenAtMs: Date.now() };
    await ask<unknown>(() => (value === null ? store.delete(key) : store.put(entry, key)));
  }

  async prune(writtenBeforeMs: number): Promise<void> {
    const request = (await this.store("readwrite"))?.openCursor();
    if (!request) return;
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor) return;
      if ((cursor.value as Entry).writtenAtMs < writtenBeforeMs) cursor.delete();
      cursor.continue();
    };
  }

  /** Null where there is no database, or where the browser has closed it under a page that slept. */
  private async store(mode: IDBTransactionMode): Promise<IDBObjectStore | null> {
    try {
      return (await this.opened)?.transaction(STORE, mode).objectStore(STORE) ?? null;
    } catch {
      return null;
    }
  }
}

function open(): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    let request: IDBOpenDBRequest;
    try {
      request = indexedDB.open(NAME, 1);
    } catch {
      return resolve(null);
    }
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
    request.onblocked = () => resolve(null);
  });
}

/** What a request answers; nothing if the browser refuses it. */
function ask<T>(start: () => IDBRequest): Promise<T | undefined> {
  return new Promise((resolve) => {
    try {
      const request = start();
      request.onsuccess = () => resolve(request.result as T);
      request.onerror = () => resolve(undefined);
    } catch {
      resolve(undefined);
    }
  });
}
