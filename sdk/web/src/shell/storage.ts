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
    const database = await this.opened;
    if (!database) return this.memory.read(key);
    const entry = await ask<Entry | undefined>(database.transaction(STORE).objectStore(STORE).get(key));
    return entry?.value;
  }

  async write(key: string, value: unknown): Promise<void> {
    const database = await this.opened;
    if (!database) return this.memory.write(key, value);
    const store = database.transaction(STORE, "readwrite").objectStore(STORE);
    const entry: Entry = { value, writtenAtMs: Date.now() };
    await ask<unknown>(value === null ? store.delete(key) : store.put(entry, key));
  }

  async prune(writtenBeforeMs: number): Promise<void> {
    const database = await this.opened;
    const store = database?.transaction(STORE, "readwrite").objectStore(STORE);
    if (!store) return;
    const request = store.openCursor();
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor) return;
      if ((cursor.value as Entry).writtenAtMs < writtenBeforeMs) cursor.delete();
      cursor.continue();
    };
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

function ask<T>(request: IDBRequest): Promise<T | undefined> {
  return new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => resolve(undefined);
  });
}
